import { badUserInput } from "../errors.ts";

/**
 * The most entries of one page. The service answers a page of a hundred people within milliseconds; clients
 * can request more pages.
 */
export const PAGE_SIZE_MAX = 100;

/** The size of a page by default. */
export const PAGE_SIZE_DEFAULT = 50;

/** The page size for the argument `first`: its value if allowed, `defaultSize` if it is null. */
export function checkFirst(first: number | null | undefined, defaultSize = PAGE_SIZE_DEFAULT): number {
  const size = first ?? defaultSize;
  if (Number.isInteger(size) && size >= 1 && size <= PAGE_SIZE_MAX) return size;
  throw badUserInput(
    `\`first\` must be a whole number from 1 to ${PAGE_SIZE_MAX}, not ${size}.`,
    `Request at most ${PAGE_SIZE_MAX} and continue with \`after: pageInfo.endCursor\`.`,
  );
}
