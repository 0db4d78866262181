import { beforeEach, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { type Follower, useFollower } from "./support/follower.ts";

const company = useFollower();
let follower: Follower;
beforeEach(() => {
  follower = company();
});

const query = <Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
  inTenant(follower.dataSource, "acme", (manager) => manager.query(sql, parameters));

const ids = async (sql: string): Promise<string[]> =>
  (await query<{ id: string }>(sql)).map(({ id }) => id).sort();

/** People whose record the next run may leave out. */
const readApplied = () => ids("select personio_id as id from people where source_hash is not null");

/** A run, and the records that it translated: they lose the mark. */
async function sync(): Promise<{ run: Awaited<ReturnType<Follower["syncManually"]>>; translated: string[] }> {
  await query("update translated_records set holiday_country = 'XX'");
  const run = await follower.syncManually();
  return {
    run,
    translated: await ids(
      "select personio_id as id from translated_records where holiday_country is distinct from 'XX'",
    ),
  };
}

test("a run translates changed records, and those that it compares each time", async () => {
  const applied = await readApplied();
  expect(applied.length).toBeGreaterThan(15);
  const others = await ids(
    "select personio_id as id from translated_records where personio_id not in (select personio_id from people where source_hash is not null)",
  );
  expect((await sync()).translated).toEqual(others);
  const [changed = ""] = applied;
  await follower.sandbox.admin.change(changed, { position: "Head of Kites" });
  const { run, translated } = await sync();
  expect(run).toMatchObject({
    changed: 1,
    unchanged: applied.length - 1 + (run.unchanged - applied.length + 1),
  });
  expect(translated).toEqual([...others, changed].sort());
  expect((await sync()).translated).toEqual(others);
});

test("a record is translated again if the person shows another one, although its bytes are the same", async () => {
  const [personioId = ""] = await readApplied();
  // As a replica of the version before leaves it, which read another state of the record.
  await query("update people set position = 'Gardener', source_hash = 'another' where personio_id = $1", [
    personioId,
  ]);
  const { run, translated } = await sync();
  expect(run).toMatchObject({ changed: 1 });
  expect(translated).toContain(personioId);
  expect(await query("select position from people where personio_id = $1", [personioId])).not.toEqual([
    { position: "Gardener" },
  ]);
});

test("every record is translated again after a setting that excludes people", async () => {
  const applied = await readApplied();
  const [excluded = ""] = applied;
  await query("update tenants set excluded_personio_ids = array[$1]", [excluded]);
  const { run, translated } = await sync();
  expect(run).toMatchObject({ left: 1 });
  expect(translated).toEqual(expect.arrayContaining(applied));
});

test("time zones are guessed from the holidays of people whose record is not translated, too", async () => {
  const zones = () => query("select name, guessed_time_zone from offices order by name");
  const before = await zones();
  expect(before.some((office) => Object.values(office as object).every((value) => value !== null))).toBe(
    true,
  );
  await query("update offices set guessed_time_zone = null");
  await follower.syncManually();
  expect(await zones()).toEqual(before);
});

test("a record that left Personio is forgotten", async () => {
  const [personioId = ""] = await readApplied();
  await follower.sandbox.admin.remove(personioId);
  await follower.syncManually();
  expect(await ids("select personio_id as id from translated_records")).not.toContain(personioId);
});
