import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

/** What an entry of a btree index may have: a third of a page, less its headers. */
const ENTRY_BYTES_MAX = 2_704;
const HEADER_BYTES = 8;
/** The length of a text, and what aligns it. */
const TEXT_EXTRA_BYTES = 7;
/** A uuid or an instant, aligned. */
const OTHER_BYTES = 23;

/** A code of ours. */
const CODE = 40;
const EMAIL = 254 * 4;
const SHORT_TEXT = 2_000;
const ATTRIBUTE_KEY = 400;

/**
 * The most bytes that the service stores in each text of an index. A limit in code keeps each of them: a text
 * without one would make a sync or a request of the whole company fail (G6).
 */
const BYTES_MAX: Readonly<Record<string, number>> = {
  tenant_id: 63,
  "tenants.id": 63,
  // Both names together have 2,400 bytes.
  last_name: 2_000,
  first_name: 400,
  sorted_position: 45 * 4,
  // With `V1:` or `IDP:` in front.
  personio_id: 2_004,
  supervisor_personio_id: 2_000,
  next_personio_id: 2_000,
  work_email: EMAIL,
  email: EMAIL,
  status: CODE,
  reason: CODE,
  kind: CODE,
  time_zone: CODE,
  field: ATTRIBUTE_KEY,
  key: ATTRIBUTE_KEY,
  "field_settings.name": ATTRIBUTE_KEY,
  "service_tokens.name": 400,
  fingerprint: 64,
  subject: 255 * 4,
  word: 100 * 4,
  user_name_key: SHORT_TEXT,
  display_name_key: SHORT_TEXT,
  external_id: SHORT_TEXT,
  value_key: SHORT_TEXT,
};

const COLUMNS = `
  select t.relname as "table", i.relname as "index", format_type(a.atttypid, null) as type,
    a.attname as column
  from pg_index x
  join pg_class t on t.oid = x.indrelid
  join pg_class i on i.oid = x.indexrelid
  join pg_attribute a on a.attrelid = x.indexrelid
  where t.relnamespace = 'public'::regnamespace and t.relname <> 'migrations'
  order by 1, 2, a.attnum
`;

type IndexColumn = {
  readonly table: string;
  readonly index: string;
  readonly type: string;
  readonly column: string;
};

let database: TestDatabase;
let columns: readonly IndexColumn[];
beforeAll(async () => {
  database = await createTestDatabase();
  columns = await database.dataSource.query(COLUMNS);
});
afterAll(() => database[Symbol.asyncDispose]());

const limitOf = ({ table, column }: IndexColumn): number | undefined =>
  BYTES_MAX[`${table}.${column}`] ?? BYTES_MAX[column];

const isText = ({ type }: IndexColumn): boolean => type === "text";

test("G6: each text in an index has a limit in bytes", () => {
  const unbounded = columns.filter((column) => isText(column) && limitOf(column) === undefined);
  expect(unbounded).toEqual([]);
});

test("G6: an index entry has room for the longest texts together", () => {
  const bytesOf = new Map<string, number>();
  for (const column of columns) {
    const bytes = isText(column) ? (limitOf(column) ?? 0) + TEXT_EXTRA_BYTES : OTHER_BYTES;
    bytesOf.set(column.index, (bytesOf.get(column.index) ?? HEADER_BYTES) + bytes);
  }
  expect(bytesOf.size).toBeGreaterThan(60);
  expect([...bytesOf].filter(([, bytes]) => bytes > ENTRY_BYTES_MAX)).toEqual([]);
});
