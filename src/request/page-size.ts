import { badUserInput } from "../errors.ts";

/**
 * The most entries one page may hold. A page of a hundred people is answered within milliseconds; ask twice
 * for more.
 */
export const PAGE_SIZE_MAX = 100;

/** How many entries a page holds when the caller does not say. */
export const PAGE_SIZE_DEFAULT = 50;

/**
 * The page size to use for the argument `first`: its own number when that is allowed, `otherwise` when it was
 * null.
 */
export function checkFirst(first: number | null | undefined, otherwise = PAGE_SIZE_DEFAULT): number {
  const size = first ?? otherwise;
  if (Number.isInteger(size) && size >= 1 && size <= PAGE_SIZE_MAX) return size;
  throw badUserInput(
    `\`first\` must be a whole number from 1 to ${PAGE_SIZE_MAX}, not ${size}.`,
    `Request at most ${PAGE_SIZE_MAX} and read on with \`after: pageInfo.endCursor\`.`,
  );
}
