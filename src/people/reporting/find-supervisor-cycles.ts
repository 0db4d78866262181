/** One reporting link: `id` reports to `supervisorId`. */
type Link = { readonly id: string; readonly supervisorId: string };

/**
 * The links that are part of a circle, not those that only lead into one. Each person has at most one
 * supervisor. So the function walks each line once, and stops at the first person that it has visited.
 * Self-supervision is a circle of one. Pure.
 */
export function findSupervisorCycles<Row extends Link>(links: readonly Row[]): Row[] {
  const linkOf = new Map(links.map((link) => [link.id, link]));
  const visited = new Set<string>();
  const inCycle = new Set<Row>();
  for (const start of links) {
    const line = new Map<string, Row>();
    let link = linkOf.get(start.id);
    while (link && !visited.has(link.id) && !line.has(link.id)) {
      line.set(link.id, link);
      link = linkOf.get(link.supervisorId);
    }
    if (link && line.has(link.id)) {
      const walked = [...line.values()];
      for (const member of walked.slice(walked.indexOf(link))) inCycle.add(member);
    }
    for (const id of line.keys()) visited.add(id);
  }
  return links.filter((link) => inCycle.has(link));
}
