import pg from "pg";

const DIRECTORY_TABLES = [
  "people",
  "person_words",
  "departments",
  "offices",
  "legal_entities",
  "custom_attribute_definitions",
  "skipped_employees",
] as const;

/**
 * Every row of every directory table with the transaction that wrote it, read as the superuser: two equal answers mean that not
 * one row was written in between, not even with the values that it had.
 */
export async function readDirectoryRows(url: string): Promise<Record<string, unknown[]>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const tables: Record<string, unknown[]> = {};
    for (const table of DIRECTORY_TABLES) {
      const { rows } = await client.query(
        `select xmin::text, to_jsonb(t) as row from ${table} t order by 2::text`,
      );
      tables[table] = rows;
    }
    return tables;
  } finally {
    await client.end();
  }
}
