import type { DataSource } from "typeorm";

/** Texts that must not appear, with what they were read from. */
export type Canaries = ReadonlyMap<string, string>;

/** Shorter texts, and words of our own vocabulary, appear by chance. */
const LENGTH_MIN = 6;

type Value = { readonly place: string; readonly value: string };

/**
 * Every text of every row of a tenant: of each table with a tenant, each column, and each value inside JSON.
 * Reads as the superuser of the tests.
 */
export async function readTexts(dataSource: DataSource, tenantId: string): Promise<Value[]> {
  const tables: { name: string }[] = await dataSource.query(
    `select c.table_name as name from information_schema.columns c
     join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'public' and c.column_name = 'tenant_id' and t.table_type = 'BASE TABLE' order by 1`,
  );
  const values: Value[] = [];
  for (const { name } of tables) {
    const rows: { row: Record<string, unknown> }[] = await dataSource.query(
      `select to_jsonb(t) as row from ${name} t where tenant_id = $1`,
      [tenantId],
    );
    for (const { row } of rows)
      for (const [column, value] of Object.entries(row)) collect(`${name}.${column}`, value, values);
  }
  return values;
}

function collect(place: string, value: unknown, values: Value[]): void {
  if (typeof value === "string") values.push({ place, value });
  else if (typeof value === "object" && value !== null)
    for (const inner of Object.values(value)) collect(place, inner, values);
}

/** The texts that only these rows contain. One that is too short, or known from elsewhere, proves nothing. */
export const canariesOf = (values: readonly Value[], known: ReadonlySet<string>): Canaries =>
  new Map(
    values
      .filter(({ value }) => value.length >= LENGTH_MIN && !known.has(value))
      .map(({ place, value }) => [value, place]),
  );

/**
 * Finds each canary in a text, by the place that it was read from. It looks up the first characters at every
 * position: a search for each of ten thousand canaries would take a second per answer.
 */
export function createFinder(canaries: Canaries): (text: string) => string[] {
  const byPrefix = new Map<string, { readonly form: string; readonly place: string }[]>();
  for (const [value, place] of canaries) {
    const encoded = JSON.stringify(value).slice(1, -1);
    for (const form of new Set([value, encoded])) {
      const prefix = form.slice(0, LENGTH_MIN);
      byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), { form, place }]);
    }
  }
  return (text) => {
    const found: string[] = [];
    for (let at = 0; at + LENGTH_MIN <= text.length; at += 1)
      for (const { form, place } of byPrefix.get(text.slice(at, at + LENGTH_MIN)) ?? [])
        if (text.startsWith(form, at)) found.push(`${place} ${form}`);
    return found;
  };
}
