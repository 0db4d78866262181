import { setImmediate } from "node:timers/promises";
import type { EntityManager } from "typeorm";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openDataSource } from "../../src/database/data-source.ts";
import { fetchAhead } from "../../src/database/fetch-ahead.ts";
import { MANY_ROWS, planForMany } from "../../src/database/plan-for-many.ts";
import { queryPlannedOnce } from "../../src/database/queries.ts";
import { createReadSnapshot } from "../../src/database/read-snapshot.ts";
import { extendStatementTimeout, inTenant } from "../../src/database/transaction.ts";
import { ActionableError } from "../../src/errors.ts";
import { createLogger } from "../../src/log.ts";
import { countStatements } from "../support/count-statements.ts";
import { timed } from "../support/slowness.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 1 });
  for (const id of ["acme", "globex"]) {
    await inTenant(database.dataSource, id, (manager) =>
      manager.query("insert into tenants (id) values ($1)", [id]),
    );
  }
});

afterAll(() => database[Symbol.asyncDispose]());

const tenants = "select id from tenants order by id";
/** The settings that the next user of the one pooled connection finds. */
const leftOver =
  "select current_user = session_user as own_role, current_setting('app.tenant', true) as tenant";
const NOTHING_LEFT = [
  { own_role: true, tenant: expect.toSatisfy((tenant) => tenant === "" || tenant === null) },
];

describe("inTenant", () => {
  test("inTenant shows the rows of its tenant and of no other", async () => {
    const seen = await inTenant(database.dataSource, "acme", (manager) => manager.query(tenants));
    expect(seen).toEqual([{ id: "acme" }]);
  });

  test("inTenant cannot write a row of another tenant", async () => {
    const work = inTenant(database.dataSource, "acme", (manager) =>
      manager.query("insert into tenants (id) values ('initech')"),
    );
    await expect(work).rejects.toThrow("row-level security");
    const moved = inTenant(database.dataSource, "acme", (manager) =>
      manager.query("update tenants set id = 'globex2'"),
    );
    await expect(moved).rejects.toThrow("row-level security");
  });

  test("inTenant leaves neither role nor tenant to the next user of the connection", async () => {
    await inTenant(database.dataSource, "acme", (manager) => manager.query("select 1"));
    expect(await database.dataSource.query(leftOver)).toEqual(NOTHING_LEFT);
    await expect(
      inTenant(database.dataSource, "acme", () => Promise.reject(new Error("no"))),
    ).rejects.toThrow("no");
    expect(await database.dataSource.query(leftOver)).toEqual(NOTHING_LEFT);
  });

  test("inTenant commits when the work resolves and rolls back when it rejects", async () => {
    const { dataSource } = database;
    await inTenant(dataSource, "acme", (manager) =>
      manager.query("update tenants set time_zone = 'Europe/Berlin'"),
    );
    const failing = inTenant(dataSource, "acme", async (manager) => {
      await manager.query("update tenants set time_zone = 'Asia/Tokyo'");
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    const rows = await inTenant(dataSource, "acme", (manager) =>
      manager.query("select time_zone from tenants"),
    );
    expect(rows).toEqual([{ time_zone: "Europe/Berlin" }]);
  });

  test("inTenant rejects when the work swallows the error of a statement, because nothing was committed", async () => {
    const swallowing = inTenant(database.dataSource, "acme", async (manager) => {
      await manager.query("update tenants set time_zone = 'Asia/Tokyo'");
      await manager.query("select 1 / 0").catch(() => undefined);
      return "done";
    });
    await expect(swallowing).rejects.toMatchObject({ code: "25P02" });
    const rows = await inTenant(database.dataSource, "acme", (manager) =>
      manager.query("select time_zone from tenants"),
    );
    expect(rows).not.toEqual([{ time_zone: "Asia/Tokyo" }]);
    expect(await database.dataSource.query(leftOver)).toEqual(NOTHING_LEFT);
  });

  test("inTenant escapes every tenant's name", async () => {
    const name = "x', true); drop table tenants; --";
    const seen = await inTenant(database.dataSource, name, (manager) =>
      manager.query(
        "select current_setting('app.tenant') as tenant, (select count(*)::int from tenants) as count",
      ),
    );
    expect(seen).toEqual([{ tenant: name, count: 0 }]);
  });

  test("inTenant sets role and tenant in the round trip of begin", async () => {
    const { statements } = await countStatements(database.dataSource, () =>
      inTenant(database.dataSource, "acme", (manager) => manager.query(tenants)),
    );
    expect(statements).toEqual([tenants]);
  });

  test("inTenant rejects with UNAVAILABLE for a slow statement, and releases a clean connection", async () => {
    const slow = inTenant(database.dataSource, "acme", async (manager) => {
      await extendStatementTimeout(manager, 50);
      await manager.query("select pg_sleep(10)");
    });
    await expect(slow).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await database.dataSource.query(leftOver)).toEqual(NOTHING_LEFT);
  });

  test("inTenant rejects with UNAVAILABLE after a bounded wait when every connection is in use", async () => {
    const { quietMs } = await timed(5_000, () =>
      inTenant(database.dataSource, "acme", async () => {
        const waiting = inTenant(database.dataSource, "acme", (manager) => manager.query("select 1"));
        await expect(waiting).rejects.toSatisfy(
          (error) => error instanceof ActionableError && error.code === "UNAVAILABLE",
        );
      }),
    );
    expect(quietMs).toBeLessThan(5_000);
    expect(await inTenant(database.dataSource, "acme", (manager) => manager.query(tenants))).toHaveLength(1);
  });

  test("inTenant rejects with UNAVAILABLE when the connection is cut, and works again afterwards", async () => {
    const cut = inTenant(database.dataSource, "acme", async (manager) => {
      const [{ pid }] = await manager.query("select pg_backend_pid() as pid");
      await using other = await openDataSource({
        url: database.url,
        entities: [],
        log: createLogger("silent"),
      }).then((dataSource) => ({ dataSource, [Symbol.asyncDispose]: () => dataSource.destroy() }));
      await other.dataSource.query("select pg_terminate_backend($1)", [pid]);
      await manager.query("select 1");
    });
    await expect(cut).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await inTenant(database.dataSource, "acme", (manager) => manager.query(tenants))).toHaveLength(1);
  });
});

describe("work that continues after its transaction", () => {
  const setZone = "update tenants set time_zone = 'Asia/Tokyo'";

  test("a statement that follows a failure in other work of the transaction never runs", async () => {
    const { dataSource } = database;
    let late: Promise<unknown> | undefined;
    const failing = inTenant(dataSource, "acme", (manager) => {
      const [first, second] = ["select pg_sleep(0.05)", setZone];
      late = manager.query(first).then(() => manager.query(second));
      late.catch(() => undefined);
      return Promise.reject(new Error("failed meanwhile"));
    });
    await expect(failing).rejects.toThrow("failed meanwhile");
    await expect(late).rejects.toThrow("The transaction has ended");
    expect(
      await dataSource.query("select count(*)::int from tenants where time_zone = 'Asia/Tokyo'"),
    ).toEqual([{ count: 0 }]);
  });

  test.each(["commits", "is rolled back"])(
    "no statement of a transaction runs in that of another tenant after it %s",
    async (end) => {
      const { dataSource } = database;
      let former: EntityManager | undefined;
      await inTenant(dataSource, "acme", async (manager) => {
        former = manager;
        if (end !== "commits") throw new Error("rolled back");
      }).catch(() => undefined);
      await inTenant(dataSource, "globex", async () => {
        if (!former) throw new Error("The transaction of acme did not begin.");
        await expect(former.query(tenants)).rejects.toThrow();
        await expect(queryPlannedOnce(former, tenants, [])).rejects.toThrow("The transaction has ended");
      });
    },
  );
});

describe("a statement that has one plan", () => {
  const mode = "select current_setting('plan_cache_mode') as mode, $1::int as number";
  const kept = "select generic_plans::int as plans from pg_prepared_statements where statement = $1";

  test("Postgres plans it once for the connection, and any other statement of the transaction for its values", async () => {
    const readModes = async (manager: EntityManager) => [
      await queryPlannedOnce(manager, mode, [1]),
      await manager.query(mode, [2]),
      await queryPlannedOnce(manager, mode, [3]),
    ];
    const { result, writes } = await countStatements(database.dataSource, () =>
      inTenant(database.dataSource, "acme", readModes),
    );
    expect(result.flat()).toEqual([
      { mode: "force_generic_plan", number: 1 },
      { mode: "auto", number: 2 },
      { mode: "force_generic_plan", number: 3 },
    ]);
    expect(await database.dataSource.query(kept, [mode])).toEqual([{ plans: 2 }]);
    // With begin and commit: to change the mode takes no round trip.
    expect(writes).toBe(5);
  });

  test("for many rows Postgres plans it again, without nested loops", async () => {
    const settings =
      "select current_setting('plan_cache_mode') as mode, current_setting('enable_nestloop') as loops";
    const read = (rows: number) =>
      inTenant(database.dataSource, "acme", async (manager) => [
        await planForMany(manager, rows, () => queryPlannedOnce(manager, settings, [])),
        await queryPlannedOnce(manager, settings, []),
      ]);
    const kept = [{ mode: "force_generic_plan", loops: "on" }];
    expect(await read(MANY_ROWS - 1)).toEqual([kept, kept]);
    expect(await read(MANY_ROWS)).toEqual([[{ mode: "auto", loops: "off" }], kept]);
  });

  test("its error rolls the transaction back, and the connection stays clean", async () => {
    const failing = inTenant(database.dataSource, "acme", async (manager) => {
      await manager.query("insert into tenants (id) values ('acme') on conflict do nothing");
      await queryPlannedOnce(manager, "select 1 / $1::int", [0]);
    });
    await expect(failing).rejects.toMatchObject({ code: "22012" });
    expect(await database.dataSource.query(leftOver)).toEqual(NOTHING_LEFT);
    expect(await database.dataSource.query("show plan_cache_mode")).toEqual([{ plan_cache_mode: "auto" }]);
  });
});

describe("rows in batches", () => {
  const numbers = async (
    manager: EntityManager,
    { count, rowsRead }: { count: number; rowsRead: number },
  ) => {
    const batches: number[][] = [];
    const sql = "select n from generate_series(1, $1::int) n order by n";
    const query = { name: "numbers", size: 10, sql, parameters: [count], rowsRead };
    for await (const rows of fetchAhead<{ n: number }>(manager, query)) batches.push(rows.map(({ n }) => n));
    return batches;
  };
  const upTo = (count: number, from = 1) =>
    Array.from({ length: count + 1 - from }, (_, place) => from + place);

  test.each([
    ["no row", { count: 0, rowsRead: 0 }, [], 1],
    ["less than a batch", { count: 9, rowsRead: 9 }, [upTo(9)], 1],
    ["a batch, which may not be all", { count: 10, rowsRead: 9 }, [upTo(10)], 5],
    ["more than was expected", { count: 23, rowsRead: 0 }, [upTo(10), upTo(20, 11), upTo(23, 21)], 6],
    ["more than a batch", { count: 12, rowsRead: 12 }, [upTo(10), upTo(12, 11)], 4],
  ])("%s", async (_, rows, batches, statements) => {
    const counted = await countStatements(database.dataSource, () =>
      inTenant(database.dataSource, "acme", (manager) => numbers(manager, rows)),
    );
    expect(counted.result).toEqual(batches);
    expect(counted.statements).toHaveLength(statements);
  });
});

describe("a read snapshot", () => {
  test("a read snapshot opens on its first use and shows one moment, despite later commits", async () => {
    await using other = await createTestDatabase();
    await inTenant(other.dataSource, "acme", (manager) =>
      manager.query("insert into tenants (id) values ('acme')"),
    );
    const zone = async (snapshot: ReturnType<typeof createReadSnapshot>) =>
      (await snapshot.queries().query("select time_zone from tenants"))[0].time_zone;

    const snapshot = createReadSnapshot(other.dataSource, "acme");
    expect(await zone(snapshot)).toBe("UTC");
    await inTenant(other.dataSource, "acme", (manager) =>
      manager.query("update tenants set time_zone = 'Asia/Tokyo'"),
    );
    expect(await zone(snapshot)).toBe("UTC");
    await snapshot.close();
    expect(await zone(snapshot)).toBe("Asia/Tokyo");
    await snapshot.close();
  });

  test("a read snapshot cannot write", async () => {
    const snapshot = createReadSnapshot(database.dataSource, "acme");
    await expect(snapshot.queries().query("update tenants set time_zone = 'UTC'")).rejects.toThrow(
      "read-only transaction",
    );
    await snapshot.close();
    expect(await database.dataSource.query(leftOver)).toEqual(NOTHING_LEFT);
  });

  test("a read snapshot takes one connection however often it is used, and none when it is not", async () => {
    const unused = createReadSnapshot(database.dataSource, "acme");
    const snapshot = createReadSnapshot(database.dataSource, "acme");
    // With a pool of one, waiting for a second connection would never end.
    await Promise.all([1, 2, 3].map(() => snapshot.queries().query("select 1")));
    await snapshot.close();
    await snapshot.close();
    await unused.close();
  });

  test("a read snapshot sends the statements of concurrent loaders one after the other", async () => {
    const warnings: string[] = [];
    const keep = ({ message }: Error) => void warnings.push(message);
    process.on("warning", keep);
    onTestFinished(() => void process.off("warning", keep));
    const snapshot = createReadSnapshot(database.dataSource, "acme");
    const answers = await Promise.all(
      [1, 2, 3].map((number) => snapshot.queries().query("select $1::int as number", [number])),
    );
    expect(answers.flat()).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }]);
    await snapshot.close();
    // node-postgres warns about concurrent statements, and Node emits the warning later.
    await setImmediate();
    expect(warnings).toEqual([]);
  });
});
