/**
 * Whether an object in the JSON text contains a name twice. `JSON.parse` keeps the last of them and other
 * readers the first, so two readers of one token could see two tenants. In valid JSON each name has one
 * colon outside of strings: more colons than names are left after parsing if a name is repeated.
 */
export function hasDuplicateNames(json: string): boolean {
  const colons = json.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").split(":").length - 1;
  return colons !== countNames(JSON.parse(json));
}

/** Without recursion: a token has room for thousands of nested lists. */
function countNames(root: unknown): number {
  let names = 0;
  const open = [root];
  for (let value = open.pop(); open.length > 0 || value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value)) names += Object.keys(value).length;
    for (const child of Object.values(value)) open.push(child);
  }
  return names;
}
