import { beforeEach, describe, expect, test } from "vitest";
import { CHANGE_KINDS } from "../../../src/lifecycle/event-kind.ts";
import { countStatements } from "../../support/count-statements.ts";
import { readDirectoryRows } from "../../support/directory-rows.ts";
import { type Chronicle, useChronicle } from "./support.ts";

const shared = useChronicle();
let company: Chronicle;
beforeEach(async () => {
  company = shared();
});

const query = <Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
  company.follower.dataSource.query(sql, parameters);

/** The lifecycle's rows, with the `ctid` that Postgres changes at each write. */
const lifecycleRows = () =>
  Promise.all(
    ["lifecycle_streams", "lifecycle_events", "lifecycle_turns"].map((table) =>
      query(`select ctid::text, to_jsonb(t) as row from ${table} t order by ctid`),
    ),
  );

const seqs = async () => (await company.log()).map(({ seq }) => seq);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test("the first sync emits no change and no date before today", async () => {
  const log = await company.log();
  expect(log.filter(({ kind }) => (CHANGE_KINDS as readonly string[]).includes(kind))).toEqual([]);
  expect(log.filter(({ occursOn }) => occursOn !== company.day(0))).toEqual([]);
  expect(await query("select last_seq::int as last, baselined_at as at from lifecycle_streams")).toEqual([
    { last: log.length, at: company.follower.now },
  ]);
});

describe("two syncs without a change in Personio", () => {
  test("the second sync emits nothing and writes nothing", async () => {
    await company.sync();
    const before = await lifecycleRows();
    await company.sync();
    expect(await lifecycleRows()).toEqual(before);
  });

  test("the second sync runs one statement about events", async () => {
    await company.sync();
    const { statements } = await countStatements(company.follower.dataSource, () => company.sync());
    expect(statements.filter((sql) => sql.includes("lifecycle."))).toEqual([
      expect.stringContaining("lifecycle.lockStream"),
    ]);
  });
});

test("a right that is lost and regained emits nothing, and a last day from meanwhile only PERSON_CHANGED", async () => {
  const id = await company.hire();
  await company.sync();
  const before = await company.log();
  await company.admin.setGrants(["email", "first_name", "last_name", "status", "hire_date"]);
  await company.sync();
  expect(await query("select unreadable_kinds as kinds from lifecycle_streams")).toEqual([
    { kinds: ["PROBATION_END", "CONTRACT_END_DATE", "TERMINATION_DATE", "BIRTHDAY"] },
  ]);
  await company.admin.change(id, { termination_date: company.day(-20), status: "active" });
  await company.sync();
  expect(await company.log()).toEqual(before);

  await company.admin.setGrants(null);
  await company.sync();
  expect(await query("select unreadable_kinds as kinds from lifecycle_streams")).toEqual([{ kinds: [] }]);
  expect((await company.newEvents(id)).slice(1)).toEqual([
    { kind: "PERSON_CHANGED", on: company.day(0), fields: ["terminationDate"] },
  ]);
});

describe("a sync that fails after it has emitted everything", () => {
  const rejectSuccess = `
    create function reject() returns trigger language plpgsql as $$ begin
      if new.status like 'SUCCEEDED%' then raise exception 'not now'; end if;
      return new;
    end $$;
    create trigger reject before update on sync_runs for each row execute function reject()`;

  test("a sync that is rolled back leaves no event, no number and no person", async () => {
    const [directory, before] = [await readDirectoryRows(await databaseUrl()), await lifecycleRows()];
    await query(rejectSuccess);
    const id = await company.hire({ hire_date: company.day(0) });
    expect((await company.follower.syncManually()).status).toBe("FAILED");
    expect(await readDirectoryRows(await databaseUrl())).toEqual(directory);
    expect(withoutPlaces(await lifecycleRows())).toEqual(withoutPlaces(before));

    await query("drop trigger reject on sync_runs");
    await company.sync();
    expect(await company.newEvents(id)).toMatchObject([{ kind: "PERSON_ADDED" }, { kind: "HIRE_DATE" }]);
    const numbers = await seqs();
    expect(numbers).toEqual(upTo(numbers.length));
  });

  test("a sync whose run another worker took over leaves no event either", async () => {
    const before = await lifecycleRows();
    await company.hire();
    company.follower.whileApplying = async () => {
      await query("update sync_runs set attempt = attempt + 1 where finished_at is null");
    };
    expect(await company.follower.syncManually()).toMatchObject({ finishedAt: null });
    expect(withoutPlaces(await lifecycleRows())).toEqual(withoutPlaces(before));
  });
});

test("a reader sees the people and the events of a sync, or neither", async () => {
  const before = { people: await count("people"), events: await count("lifecycle_events") };
  for (let hires = 0; hires < 20; hires += 1) await company.hire();
  const seen = new Set<string>();
  let isOver = false;
  const look = async () => {
    while (!isOver) {
      const [row] = await query<object>(
        "select (select count(*)::int from people) as people, (select count(*)::int from lifecycle_events) as events",
      );
      seen.add(JSON.stringify(row));
    }
  };
  const looking = look();
  await company.sync().finally(() => {
    isOver = true;
  });
  await looking;
  expect([...seen]).toEqual(
    [before, { people: before.people + 20, events: before.events + 20 }]
      .map((row) => JSON.stringify(row))
      .slice(0, seen.size),
  );
});

test("the service guesses zones of offices from holidays, keeps them when holidays become unreadable, and lets days begin by them", async () => {
  const zones = async () =>
    Object.fromEntries(
      (
        await query<{ name: string; zone: string | null }>(
          "select name, guessed_time_zone as zone from offices",
        )
      ).map(({ name, zone }) => [name, zone]),
    );
  const guessed = {
    Hamburg: "Europe/Berlin",
    London: "Europe/London",
    Singapore: "Asia/Singapore",
    "New York": null,
    Porto: null,
  };
  for (const office of Object.keys(guessed)) await company.hire({ office });
  await company.sync();
  expect(await zones()).toMatchObject(guessed);

  await company.admin.setGrants(["email", "first_name", "last_name", "status", "office", "hire_date"]);
  await company.sync();
  expect(await zones()).toMatchObject(guessed);

  // 17:00 in London is tomorrow in Singapore.
  company.follower.now = new Date(company.follower.now.getTime() + 9 * 60 * 60_000);
  const tomorrow = company.day(1);
  const [here, there] = [
    await company.hire({ office: "London", hire_date: tomorrow }),
    await company.hire({ office: "Singapore", hire_date: tomorrow }),
  ];
  await company.sync();
  expect(await company.newEvents(here)).toEqual([{ kind: "PERSON_ADDED", on: company.day(0) }]);
  expect(await company.newEvents(there)).toEqual([
    { kind: "PERSON_ADDED", on: tomorrow },
    { kind: "HIRE_DATE", on: tomorrow },
  ]);
});

const count = async (table: string): Promise<number> =>
  (await query<{ count: number }>(`select count(*)::int from ${table}`))[0]?.count ?? 0;

const databaseUrl = async (): Promise<string> => {
  const { options } = company.follower.dataSource;
  if (!("url" in options) || !options.url) throw new Error("The data source has no address.");
  return options.url;
};

/** Without `ctid`: a rollback may leave rows at another place. */
const withoutPlaces = (tables: readonly unknown[]): unknown =>
  tables.map((rows) => (rows as { row: unknown }[]).map(({ row }) => row));
