import { type Dice, TOPIC } from "./dice.ts";

/** Ids ascend with the index and have gaps, as in an account where records were deleted. */
export type EmployeeIds = {
  idAt(index: number): string;
  /** The index that has this id, were the company large enough; undefined for the gaps. */
  indexOf(id: string): number | undefined;
};

const FIRST_ID = 7_300_000;
const FIRST_HUGE_ID = 1_067_807_102_000_000_000n;
const STEP = 7;

export function createEmployeeIds(dice: Dice, kind: "usual" | "huge"): EmployeeIds {
  const offsetAt = (index: number): number => index * STEP + dice(index, TOPIC.id, STEP);
  const idAt = (index: number): string =>
    kind === "huge" ? String(FIRST_HUGE_ID + BigInt(offsetAt(index))) : String(FIRST_ID + offsetAt(index));

  return {
    idAt,
    indexOf(id) {
      if (!/^\d{1,19}$/.test(id)) return undefined;
      const offset = kind === "huge" ? Number(BigInt(id) - FIRST_HUGE_ID) : Number(id) - FIRST_ID;
      const index = Math.floor(offset / STEP);
      return index >= 0 && idAt(index) === id ? index : undefined;
    },
  };
}
