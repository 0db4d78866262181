const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * One of our ids, as it is stored, from whatever came in; null when it cannot be one. Callers treat ids as
 * opaque, so a malformed id is answered like one that does not exist, and never reaches SQL, where it would
 * be an error.
 */
export function readOpaqueId(value: unknown): string | null {
  const id = typeof value === "string" ? value.toLowerCase() : "";
  return UUID.test(id) ? id : null;
}

/** The ids among `values`; see `readOpaqueId`. */
export const readOpaqueIds = (values: readonly unknown[]): string[] =>
  values.map(readOpaqueId).filter((id) => id !== null);
