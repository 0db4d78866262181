import pg from "pg";

const DIRECTORY_TABLES = [
  "people",
  "indexed_words",
  "former_emails",
  "former_employments",
  "departments",
  "offices",
  "legal_entities",
  "custom_attribute_definitions",
  "skipped_employees",
] as const;

export type DirectoryRow = { readonly xmin: string; readonly row: Readonly<Record<string, unknown>> };

/** One statement, so that Postgres parses and plans it once for each connection. */
const READ_TABLES = {
  name: "directory rows",
  text: DIRECTORY_TABLES.map(
    (table) => `select '${table}' as table, xmin::text, to_jsonb(t) as row from ${table} t`,
  ).join(" union all "),
};

/** The time between two reads of a test. */
const IDLE_TIMEOUT_MS = 2_000;

/** The state of a session that the server ends. */
const ADMIN_SHUTDOWN = "57P01";

/** By the URL of the database. A connection takes six milliseconds of CPU time, and reads catalogs again. */
const pools = new Map<string, pg.Pool>();

function poolOf(url: string): pg.Pool {
  const known = pools.get(url);
  if (known) return known;
  const pool = new pg.Pool({
    connectionString: url,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    allowExitOnIdle: true,
  });
  // The end of the database ends its idle connection.
  pool.on("error", () => undefined);
  pools.set(url, pool);
  return pool;
}

/** Reads again if a test has ended the connection, or its server, since the last read. */
async function readTables(url: string): Promise<readonly (DirectoryRow & { readonly table: string })[]> {
  const read = () => poolOf(url).query<DirectoryRow & { readonly table: string }>(READ_TABLES);
  const { rows } = await read().catch((error: unknown) => {
    if (error instanceof pg.DatabaseError && error.code !== ADMIN_SHUTDOWN) throw error;
    return read();
  });
  return rows;
}

/**
 * Every row of every directory table with the transaction that wrote it, read as the superuser. Equal results
 * mean that no row was written in between, not even with equal values.
 */
export async function readDirectoryRows(url: string): Promise<Record<string, DirectoryRow[]>> {
  const tables: Record<string, DirectoryRow[]> = Object.fromEntries(
    DIRECTORY_TABLES.map((table) => [table, []]),
  );
  for (const { table, xmin, row } of await readTables(url)) tables[table]?.push({ xmin, row });
  return tables;
}

/**
 * The same without a run's bookkeeping: the writer of a row, and the fingerprint of the record. When a
 * credential can read less than before, one run compares people again and stores that; their data must not
 * change.
 */
export async function readDirectoryContent(url: string): Promise<Record<string, string[]>> {
  const tables = await readDirectoryRows(url);
  return Object.fromEntries(
    Object.entries(tables).map(([table, rows]) => [
      table,
      rows.map(({ row: { source_hash: _, ...row } }) => JSON.stringify(row)).sort(),
    ]),
  );
}
