import type { EventEmitter } from "node:events";
import type pg from "pg";
import type { DataSource } from "typeorm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpenDataSourceOptions, openDataSource } from "../../src/database/data-source.ts";
import { type Queries, queryPlannedOnce } from "../../src/database/queries.ts";
import { createReadSnapshot, type ReadSnapshot } from "../../src/database/read-snapshot.ts";
import { createLogger } from "../../src/log.ts";
import { countStatements } from "../support/count-statements.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 1 });
});

afterAll(() => database[Symbol.asyncDispose]());

/** Another pool of one connection. */
const openPool = async (options: Partial<OpenDataSourceOptions> = {}) => {
  const dataSource = await openDataSource({
    url: database.url,
    entities: [],
    log: createLogger("silent"),
    poolSize: 1,
    ...options,
  });
  return { dataSource, [Symbol.asyncDispose]: () => dataSource.destroy() };
};

const within = async <Result>(
  work: (queries: ReturnType<ReadSnapshot["queries"]>) => Promise<Result>,
  dataSource = database.dataSource,
): Promise<Result> => {
  const snapshot = createReadSnapshot(dataSource, "acme");
  try {
    return await work(snapshot.queries());
  } finally {
    await snapshot.close();
  }
};

/** How often Postgres described rows with these first columns, on the one connection of the pool. */
async function countDescriptions(
  { driver }: DataSource,
  work: () => Promise<void>,
): Promise<Record<string, number>> {
  const pool = (driver as unknown as { readonly master: pg.Pool }).master;
  const client = await pool.connect();
  const { connection } = client as unknown as { readonly connection: EventEmitter };
  const counts: Record<string, number> = {};
  const count = ({ fields: [first] }: { readonly fields: readonly pg.FieldDef[] }): void => {
    if (first && ["number", "text"].includes(first.name)) counts[first.name] = (counts[first.name] ?? 0) + 1;
  };
  connection.on("rowDescription", count);
  client.release();
  await work();
  connection.off("rowDescription", count);
  return counts;
}

const KEPT = "select statement, generic_plans::int as plans from pg_prepared_statements";
const keptLike = (part: string) =>
  database.dataSource.query(`${KEPT} where strpos(statement, $1) > 0`, [part]);

describe("the writes of a read snapshot", () => {
  test("the first statements travel with begin, and those of one tick together", async () => {
    const { writes, transactions } = await countStatements(database.dataSource, () =>
      within(async (queries) => {
        await Promise.all([1, 2, 3].map((number) => queries.query("select $1::int", [number])));
        await Promise.all([4, 5].map((number) => queries.query("select $1::int", [number])));
      }),
    );
    // Begin with three statements, two statements, commit.
    expect({ writes, transactions }).toEqual({ writes: 3, transactions: 1 });
  });

  test("an error fails its statement and those behind it, and the next snapshot works", async () => {
    const results = await within((queries) =>
      Promise.allSettled([
        queries.query("select 1 as one"),
        queries.query("select 1 / 0"),
        queries.query("select 2 as two"),
      ]),
    );
    expect(results).toMatchObject([
      { status: "fulfilled", value: [{ one: 1 }] },
      { status: "rejected", reason: { code: "22012" } },
      { status: "rejected", reason: { code: "22012" } },
    ]);
    expect(await within((queries) => queries.query("select 3 as three"))).toEqual([{ three: 3 }]);
  });

  test("a value that cannot be sent fails only its own statement", async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const results = await within((queries) =>
      Promise.allSettled([
        queries.query("select $1::jsonb as value", [circular]),
        queries.query("select 2 as two"),
      ]),
    );
    expect(results).toMatchObject([{ status: "rejected" }, { status: "fulfilled", value: [{ two: 2 }] }]);
  });

  test("no statement runs if the transaction cannot begin as the application's role", async () => {
    const login = `stranger_${Date.now()}`;
    await database.dataSource.query(`create role ${login} login password 'x'`);
    const url = new URL(database.url);
    url.username = login;
    url.password = "x";
    const stranger = await openPool({ url: url.href });
    const leak = "select set_config('app.leak', 'ran', false)";
    const refused = within((queries) => queries.query(leak), stranger.dataSource);
    await expect(refused).rejects.toMatchObject({ code: "42501" });
    expect(await stranger.dataSource.query("select current_setting('app.leak', true) as leak")).toEqual([
      { leak: null },
    ]);
    await stranger[Symbol.asyncDispose]();
    await database.dataSource.query(`drop role ${login}`);
  });

  test("statements of one write that take long together are not silent", async () => {
    // A silent connection is given up after a second more.
    await using hasty = await openPool({ timeouts: { beginMs: 1_500, statementMs: 1_500 } });
    const naps = () => Array.from({ length: 4 }, () => "select 'slept' as nap from pg_sleep(0.8)");
    const slept = await within(
      (queries) => Promise.all(naps().map((nap) => queries.query(nap))),
      hasty.dataSource,
    );
    expect(slept.flat()).toEqual(Array.from({ length: 4 }, () => ({ nap: "slept" })));
  });

  test("a snapshot whose connection was lost between two statements fails the next one", async () => {
    await using lost = await openPool();
    const reading = within(async (queries) => {
      const [{ pid }] = await queries.query("select pg_backend_pid() as pid");
      await database.dataSource.query("select pg_terminate_backend($1, 5000)", [pid]);
      // Until the end of the session has arrived, and then once more.
      await queries.query("select 1").catch(() => undefined);
      await queries.query("select 2");
    }, lost.dataSource);
    await expect(reading).rejects.toThrow();
    expect(await within((queries) => queries.query("select 3 as three"), lost.dataSource)).toEqual([
      { three: 3 },
    ]);
  });

  test("a snapshot that is closed runs no statement", async () => {
    const snapshot = createReadSnapshot(database.dataSource, "acme");
    const queries = snapshot.queries();
    await queries.query("select 1");
    await snapshot.close();
    await expect(queries.query("select 1")).rejects.toThrow("closed");
  });
});

describe("kept statements", () => {
  test("Postgres plans a statement once for the connection if it has one plan for all values", async () => {
    const text = "/* once */ select id from tenants where id = $1";
    for (const id of ["acme", "globex", "initech"])
      await within((queries) => queryPlannedOnce(queries, text, [id]));
    expect(await keptLike("/* once */")).toEqual([{ statement: text, plans: 3 }]);
  });

  test("Postgres plans any other statement for its values, also in the same write", async () => {
    const mode = "select current_setting('plan_cache_mode') as mode, $1::int as number";
    const seen = await within((queries) =>
      Promise.all([
        queryPlannedOnce(queries, mode, [1]),
        queries.query(mode, [2]),
        queryPlannedOnce(queries, mode, [3]),
      ]),
    );
    expect(seen.flat()).toEqual([
      { mode: "force_generic_plan", number: 1 },
      { mode: "auto", number: 2 },
      { mode: "force_generic_plan", number: 3 },
    ]);
    expect(await keptLike("as mode")).toEqual([{ statement: mode, plans: 2 }]);
  });

  test("Postgres describes the rows of a statement once for the connection, and of any other each time", async () => {
    await using own = await openPool();
    const described = await countDescriptions(own.dataSource, async () => {
      for (const number of [1, 2, 3]) {
        const read = (queries: Queries) =>
          Promise.all([
            queryPlannedOnce(queries, "/* described */ select $1::int as number, null as nothing", [number]),
            queries.query("select $1::text as text", [number]),
          ]);
        expect(await within(read, own.dataSource)).toEqual([
          [{ number, nothing: null }],
          [{ text: String(number) }],
        ]);
      }
    });
    expect(described).toEqual({ number: 1, text: 3 });
  });

  test("a connection keeps a bounded number of statements", async () => {
    for (let turn = 0; turn < 150; turn += 1)
      await within((queries) => queryPlannedOnce(queries, `/* many */ select $1::int + ${turn}`, [turn]));
    const kept = await keptLike("/* many */");
    expect(kept.length).toBeGreaterThan(50);
    expect(kept.length).toBeLessThanOrEqual(100);
  });

  test("a kept statement whose table has changed fails once, and is planned again", async () => {
    const { dataSource } = database;
    await dataSource.query("create table changing (value int)");
    await dataSource.query("grant select on changing to people_app");
    const read = () =>
      within((queries) => queryPlannedOnce(queries, "select value from changing where $1", [true]));
    expect(await read()).toEqual([]);
    await dataSource.query("alter table changing alter value type text");
    await expect(read()).rejects.toMatchObject({ code: "0A000" });
    expect(await read()).toEqual([]);
    expect(await keptLike("from changing")).toHaveLength(1);
  });

  test("no connection keeps a statement behind a pooler", async () => {
    await using pooled = await openPool({ isPooled: true });
    const read = () =>
      within((queries) => queryPlannedOnce(queries, "select $1::int as number", [1]), pooled.dataSource);
    expect([await read(), await read()]).toEqual([[{ number: 1 }], [{ number: 1 }]]);
    expect(await pooled.dataSource.query("select name from pg_prepared_statements")).toEqual([]);
  });
});
