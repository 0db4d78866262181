import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFindKnown } from "../../../src/sync/read/find-known.ts";
import type { SyncDeps } from "../../../src/sync/sync-deps.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const { dataSource } = database;
  await dataSource.query("insert into tenants (id) values ('acme')");
  await dataSource.query(`insert into people (tenant_id, id, personio_id, first_name, last_name, display_name, status, source_hash)
    select 'acme', gen_random_uuid(), i::text, 'Ada', 'Kite', 'Ada Kite', 'ACTIVE', 'source-' || i from generate_series(1, 6) i`);
  await dataSource.query(`insert into translated_records (tenant_id, personio_id, record_hash, source_hash)
    select 'acme', i::text, 'hash-of-' || i, case when i = 6 then 'another' else 'source-' || i end from generate_series(1, 6) i`);
});

afterAll(() => database[Symbol.asyncDispose]());

/** A page of records, whose bytes have the digest of the same name. */
const page = (...ids: number[]) => ids.map((id) => ({ id: String(id), digest: String(id) }));

test("pages that arrive during a look-up share the next one, and each finds its records", async () => {
  const { dataSource } = database;
  const findKnown = await createFindKnown(
    { tenantId: "acme", deps: { dataSource } as SyncDeps },
    { hashRecord: (digest) => `hash-of-${digest}` },
  );
  let lookUps = 0;
  const pool = "master" in dataSource.driver ? dataSource.driver.master : null;
  if (!(pool instanceof pg.Pool)) throw new Error("The driver has no pool.");
  pool.on("acquire", () => {
    lookUps += 1;
  });
  const first = findKnown?.(page(1, 2));
  await Promise.resolve();
  const found = await Promise.all([first, findKnown?.(page(3, 7)), findKnown?.(page(4, 6))]);
  expect(lookUps).toBe(2);
  const ids = [1, 3, 4].map(String);
  expect(found.map((known, index) => known?.get(ids[index] ?? ""))).toEqual(ids);
  // The directory shows another record of 6, and 7 was never read.
  expect(found.flatMap((known) => [known?.has("6"), known?.has("7")])).not.toContain(true);
  expect(await findKnown?.(page(5))).toEqual(new Map([["5", "5"]]));
  expect(lookUps).toBe(3);
});
