import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApp } from "../../src/app.ts";
import { findMigrations, migrate } from "../../src/database/migrate.ts";
import { openDatabase } from "../../src/database/open-database.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { createLogger } from "../../src/log.ts";
import { sendOverSocket } from "../graphql/support/socket-client.ts";
import { type RunRow, servedBy, startTestApp, type TestApp } from "../support/test-app.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { isPoolerInstalled, openPooler, type Pooler } from "./support/pooler.ts";

// A test starts a second replica behind the same pooler: that both work is its statement.

/** Far fewer than our pools have: code that keeps a connection longer than a transaction fails at once. */
const POOL_SIZE = 5;

const log = createLogger("silent");

describe.skipIf(!isPoolerInstalled)(
  "B9: behind pgbouncer in transaction mode (skipped where it is not installed)",
  () => {
    let database: TestDatabase;
    let pooler: Pooler;
    let app: TestApp;

    beforeAll(async () => {
      database = await createTestDatabase();
      pooler = await openPooler(database.servingUrl, { poolSize: POOL_SIZE });
      app = await startTestApp({ config: { database: servedBy({ ...database, servingUrl: pooler.url }) } });
    });
    afterAll(async () => {
      await app[Symbol.asyncDispose]();
      await pooler[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    });

    test("a company is connected and synced behind a pooler, and two replicas both report the progress of a run", async () => {
      expect(await app.connect()).toMatchObject({ added: expect.any(Number), problem: null });
      await app.sandbox.admin.hire();
      await using other = await startApp(app.config, log);
      // Slow enough to subscribe to its progress.
      const thirdPage = { path: "/v1/company/employees?" };
      await app.sandbox.admin.setFaults([{ kind: "delay", milliseconds: 2_000, times: 1, ...thirdPage }]);
      const { syncPersonio } = await app.get<{ syncPersonio: { id: string } }>(
        "mutation { syncPersonio { id } }",
      );
      const watched = { query: WATCH, variables: { id: syncPersonio.id } };
      const progress = await Promise.all([app.app.url, other.url].map((url) => sendOverSocket(url, watched)));

      for (const runs of progress as { data: { syncRunProgress: RunRow } }[][])
        expect(runs.at(-1)?.data.syncRunProgress).toMatchObject({ added: 1, finishedAt: expect.any(String) });
    });

    test("more concurrent requests than connections are all answered", async () => {
      const ask = () => app.get<{ people: { totalCount: number } }>("{ people { totalCount } }");
      const counts = await Promise.all(Array.from({ length: 50 }, ask));
      expect(new Set(counts.map(({ people }) => people.totalCount)).size).toBe(1);
      expect((await fetch(`${app.app.url}/ready`)).status).toBe(200);
    });

    test("timeouts hold in our transactions, and neither they nor the tenant stay on a connection", async () => {
      const { dataSource } = app.app.database;
      const read = `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
      current_setting('app.tenant', true) as tenant, current_user = session_user as login`;
      const inside = await Promise.all(
        Array.from({ length: 50 }, (_, tenant) =>
          inTenant(dataSource, `tenant-${tenant}`, (manager) => manager.query(read)),
        ),
      );
      expect(inside.map(([row]) => row)).toEqual(
        Array.from({ length: 50 }, (_, tenant) => ({
          statement: "6s",
          lock: "5s",
          tenant: `tenant-${tenant}`,
          login: false,
        })),
      );
      const outside = await Promise.all(Array.from({ length: 50 }, () => dataSource.query(read)));
      for (const [row] of outside) expect(row).toMatchObject({ statement: "0", lock: "0", login: true });
      for (const [row] of outside) expect(row.tenant ?? "").toBe("");
    });

    test("two apps that start at once migrate an empty database once, and leave no lock", async () => {
      await using empty = await createTestDatabase({ template: "template1" });
      await using before = await openPooler(empty.url, { poolSize: POOL_SIZE });
      const migrations = await findMigrations();
      const open = () =>
        openDatabase(
          { url: before.url, dataDir: "unused" },
          { authIsOff: true, entities: [], migrations, log },
        );
      for (const opened of await Promise.all([open(), open()])) {
        await opened.checkReady();
        await opened[Symbol.asyncDispose]();
      }
      const locks =
        "select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())";
      expect(await empty.dataSource.query(locks)).toEqual([]);
      await migrate(before.url, migrations);
    });
  },
);

const WATCH = "subscription ($id: ID!) { syncRunProgress(id: $id) { added finishedAt } }";
