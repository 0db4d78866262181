import { badUserInput } from "../errors.ts";

/** The largest company has half of these people, and its leavers can be listed, too. */
export const SKIP_MAX = 200_000;

/**
 * Skipped entries for each point of cost, which is 5 µs of CPU. Postgres walks the index past each of them:
 * with 100,000 people, 1 to 3 µs each, by the order of the list.
 */
export const SKIPPED_PER_POINT = 3;

/** The number of entries that a page leaves out: the value of `skip` if allowed, 0 if it is null. */
export function checkSkip(skip: number | null | undefined, after: string | null | undefined): number {
  const skipped = skip ?? 0;
  if (!Number.isInteger(skipped) || skipped < 0 || skipped > SKIP_MAX) {
    throw badUserInput(
      `\`skip\` must be a whole number from 0 to ${SKIP_MAX}, not ${skipped}.`,
      "Narrow the list with a filter, or continue with `after: pageInfo.endCursor`.",
    );
  }
  if (skipped > 0 && after != null) {
    throw badUserInput(
      "A page takes either `skip` or `after`.",
      "Jump with `skip`, and continue from there with only `after: pageInfo.endCursor`.",
    );
  }
  return skipped;
}
