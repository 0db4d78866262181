/** Who reports to whom: `id` to `supervisorId`. */
type Link = { readonly id: string; readonly supervisorId: string };

/**
 * The links that are part of a circle, not those that merely lead into one. Everybody has at most one supervisor, so each line is
 * walked once and stops where it meets somebody who was met before. Self-supervision is a circle of one. Pure.
 */
export function findSupervisorCycles<Row extends Link>(links: readonly Row[]): Row[] {
  const linkOf = new Map(links.map((link) => [link.id, link]));
  const settled = new Set<string>();
  const inCycle = new Set<Row>();
  for (const start of links) {
    const line = new Map<string, Row>();
    let link = linkOf.get(start.id);
    while (link && !settled.has(link.id) && !line.has(link.id)) {
      line.set(link.id, link);
      link = linkOf.get(link.supervisorId);
    }
    if (link && line.has(link.id)) {
      const met = [...line.values()];
      for (const member of met.slice(met.indexOf(link))) inCycle.add(member);
    }
    for (const id of line.keys()) settled.add(id);
  }
  return links.filter((link) => inCycle.has(link));
}
