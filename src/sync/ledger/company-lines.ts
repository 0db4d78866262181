import type { EntityManager } from "typeorm";
import { ambiguousRehire, subjectOf } from "../plan/explain-skip.ts";
import { insertPlannedSkips } from "../plan/plan.repository.ts";
import { settleRecords } from "../plan/settle-records.ts";
import { listAddressHeirs } from "./address-heirs.repository.ts";

const NONE_GONE: ReadonlySet<string> = new Set();

/**
 * Plans a ledger line for everybody of whom it still cannot be told whether they are the leaver whose address they have. Asked when the plan
 * is applied, so that whatever HR has filled in counts, with either of the two.
 */
export async function planAmbiguousRehires(manager: EntityManager, readId: string): Promise<void> {
  const heirs = await listAddressHeirs(manager);
  const { ambiguous } = settleRecords(heirs, NONE_GONE);
  const lines = heirs.flatMap(({ staged, stored: { personioId: leaverId } }) =>
    ambiguous.get(staged.personioId) === leaverId ? ambiguousRehire(subjectOf(staged), leaverId) : [],
  );
  await insertPlannedSkips(manager, readId, lines);
}
