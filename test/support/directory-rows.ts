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

/**
 * Every row of every directory table with the transaction that wrote it, read as the superuser. Equal results
 * mean that no row was written in between, not even with equal values.
 */
export async function readDirectoryRows(url: string): Promise<Record<string, DirectoryRow[]>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const tables: Record<string, DirectoryRow[]> = {};
    for (const table of DIRECTORY_TABLES) {
      const { rows } = await client.query<DirectoryRow>(
        `select xmin::text, to_jsonb(t) as row from ${table} t order by 2::text`,
      );
      tables[table] = rows;
    }
    return tables;
  } finally {
    await client.end();
  }
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
