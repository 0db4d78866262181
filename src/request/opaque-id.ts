const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Reads one of our ids in its stored form; null for any other value. Clients treat ids as opaque, so a
 * malformed id is answered like an unknown one. It never reaches SQL, where it would be an error.
 */
export function readOpaqueId(value: unknown): string | null {
  const id = typeof value === "string" ? value.toLowerCase() : "";
  return UUID.test(id) ? id : null;
}

/** The ids among `values`; see `readOpaqueId`. */
export const readOpaqueIds = (values: readonly unknown[]): string[] =>
  values.map(readOpaqueId).filter((id) => id !== null);
