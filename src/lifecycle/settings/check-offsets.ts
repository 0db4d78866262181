import { badUserInput } from "../../errors.ts";
import { OFFSET_DAYS_MAX } from "../due/date-rules.ts";
import { type DatedKind, isDatedKind, type LifecycleEventKind } from "../event-kind.ts";

/** Each is one more event for every date of every person. */
export const OFFSETS_MAX = 20;

/** The kind, when it is one whose events come on a day. @throws BAD_USER_INPUT */
export function checkDatedKind(kind: LifecycleEventKind): DatedKind {
  if (isDatedKind(kind)) return kind;
  throw badUserInput(
    `${kind} is a change and has no date, so it has no offsets.`,
    "Choose a kind with a date, such as HIRE_DATE.",
  );
}

/** Each offset once, in order, without 0, which needs no registering. @throws BAD_USER_INPUT */
export function checkOffsets(offsetDays: readonly number[]): number[] {
  const beyond = offsetDays.find((days) => Math.abs(days) > OFFSET_DAYS_MAX);
  if (beyond !== undefined) {
    throw badUserInput(
      `\`offsetDays\` must be from -${OFFSET_DAYS_MAX} to ${OFFSET_DAYS_MAX}, not ${beyond}.`,
      "Give days before the date as negative numbers: -7 is a week before.",
    );
  }
  const offsets = [...new Set(offsetDays)].filter((days) => days !== 0).sort((one, other) => one - other);
  if (offsets.length <= OFFSETS_MAX) return offsets;
  throw badUserInput(
    `A kind has at most ${OFFSETS_MAX} offsets beside 0, not ${offsets.length}.`,
    "Register only the offsets that your clients subscribe to.",
  );
}
