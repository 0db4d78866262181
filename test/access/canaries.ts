import type { DataSource } from "typeorm";

/** A text of a row. The place is the table, the column, and the keys inside JSON. */
export type Text = { readonly place: string; readonly value: string };

/** Texts that must not appear, with what they were read from. */
export type Canaries = ReadonlyMap<string, string>;

/** Returns each canary that the text contains, with the place that it was read from. */
export type Finder = (text: string) => Found[];
export type Found = { readonly place: string; readonly form: string };

/** Shorter texts, and words of our own vocabulary, appear by chance. */
const LENGTH_MIN = 6;

/**
 * Every text of every row of a tenant: of each table with a tenant, each column, and each value inside JSON.
 * Reads as the superuser of the tests.
 */
export async function readTexts(dataSource: DataSource, tenantId: string): Promise<Text[]> {
  const tables: { name: string }[] = await dataSource.query(
    `select c.table_name as name from information_schema.columns c
     join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'public' and c.column_name = 'tenant_id' and t.table_type = 'BASE TABLE' order by 1`,
  );
  const texts: Text[] = [];
  const read = async (name: string, column: string): Promise<void> => {
    const rows: { row: unknown }[] = await dataSource.query(
      `select to_jsonb(t) as row from ${name} t where ${column} = $1`,
      [tenantId],
    );
    for (const { row } of rows) texts.push(...textsIn(name, row));
  };
  await read("tenants", "id");
  for (const { name } of tables) await read(name, "tenant_id");
  return texts;
}

/** An instant as the database writes it, up to its milliseconds: the graph writes the rest in another way. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}/;

export function textsIn(place: string, value: unknown): Text[] {
  if (typeof value === "string") return [{ place, value: INSTANT.exec(value)?.[0] ?? value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textsIn(Array.isArray(value) ? place : `${place}.${key}`, inner),
  );
}

/** The texts that no known text contains: one that is known from elsewhere proves nothing. */
export function canariesOf(texts: readonly Text[], known: Iterable<string>): Canaries {
  const canaries = new Map<string, string>();
  for (const { place, value } of texts)
    if (value.length >= LENGTH_MIN && !canaries.has(value)) canaries.set(value, place);
  const find = createFinder(canaries);
  for (const text of known) for (const { form } of find(text)) canaries.delete(form);
  return canaries;
}

/** Ids are random, so a number of six digits sometimes appears in one of them. */
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const PART_OF_UUID = /^[0-9a-f-]{1,35}$/;

/** The places of ids in a text: whether what stands there is only a part of an id. */
function locateIds(text: string): (at: number, form: string) => boolean {
  const ids = [...text.matchAll(UUID)].map(({ index, 0: id }) => ({ from: index, to: index + id.length }));
  return (at, form) =>
    PART_OF_UUID.test(form) && ids.some(({ from, to }) => from <= at && at + form.length <= to);
}

/**
 * Looks up the first characters at every position: a search for each of ten thousand canaries would take a
 * second per answer.
 */
export function createFinder(canaries: Canaries): Finder {
  const byPrefix = new Map<string, Found[]>();
  for (const [value, place] of canaries) {
    const encoded = JSON.stringify(value).slice(1, -1);
    for (const form of new Set([value, encoded])) {
      const prefix = form.slice(0, LENGTH_MIN);
      byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), { place, form }]);
    }
  }
  return (text) => {
    const found: Found[] = [];
    const isPartOfId = locateIds(text);
    for (let at = 0; at + LENGTH_MIN <= text.length; at += 1)
      for (const canary of byPrefix.get(text.slice(at, at + LENGTH_MIN)) ?? [])
        if (text.startsWith(canary.form, at) && !isPartOfId(at, canary.form)) found.push(canary);
    return found;
  };
}
