/** Pages far away are let go: 4,000 people stay in memory, whatever the length of the list. */
export const PAGES_KEPT = 40;

/** The pages with one more, without those that are farthest from it. Pure. */
export function keepNear<Rows>(
  pages: ReadonlyMap<number, Rows>,
  page: number,
  rows: Rows,
): ReadonlyMap<number, Rows> {
  const all = [...pages, [page, rows] as const];
  if (all.length <= PAGES_KEPT) return new Map(all);
  const distanceOf = ([other]: readonly [number, unknown]): number => Math.abs(other - page);
  return new Map(all.sort((one, other) => distanceOf(one) - distanceOf(other)).slice(0, PAGES_KEPT));
}
