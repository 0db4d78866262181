import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_TENANT_ID } from "../../src/access/viewer.ts";
import { findMigrations, migrate } from "../../src/database/migrate.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { eventually } from "../support/eventually.ts";
import { countWaiting } from "../support/locks.ts";
import { timed } from "../support/slowness.ts";
import { type GraphAnswer, type TestApp, untilEnded } from "../support/test-app.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { type AppBehindProxy, startAppBehind } from "./app-behind-proxy.ts";
import { type CuttingProxy, openCuttingProxy } from "./cutting-proxy.ts";

const PEOPLE = "{ people(first: 50) { totalCount edges { node { displayName } } } }";

/** The code of the first error of an answer, or `OK`. */
const outcomeOf = ({ errors }: GraphAnswer<unknown>): string => errors?.[0]?.extensions.code ?? "OK";

async function open(url: string): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

let database: TestDatabase;
let proxy: CuttingProxy;
let app: TestApp;
let started: AppBehindProxy<CuttingProxy>;
beforeAll(async () => {
  started = await startAppBehind(openCuttingProxy);
  ({ database, proxy, app } = started);
});
afterAll(() => started[Symbol.asyncDispose]());

describe("with a directory", () => {
  let someone: string;
  let positions = 0;

  beforeEach(async () => {
    const { people } = await app.get<{ people: { edges: { node: { personioId: string } }[] } }>(
      "{ people(first: 1) { edges { node { personioId } } } }",
    );
    someone = people.edges[0]?.node.personioId ?? "";
  });

  const changeSomeone = async (): Promise<string> => {
    positions += 1;
    await app.sandbox.admin.change(someone, { position: `Position ${positions}` });
    return `Position ${positions}`;
  };

  test("B4: a deadlock while a plan is applied rolls it back, and the run is retried and applied once", async () => {
    await using admin = await open(database.url);
    await admin.query(`
      create sequence injected_faults; grant usage on injected_faults to people_app;
      create function inject_fault() returns trigger language plpgsql as $$ begin
        if nextval('injected_faults') = 1 then raise exception 'deadlock' using errcode = '40P01'; end if;
        return null;
      end $$;
      create trigger inject_fault after update on people for each statement execute function inject_fault()`);
    const position = await changeSomeone();

    expect(await app.sync()).toMatchObject({
      status: expect.stringMatching(/^SUCCEEDED/),
      changed: 1,
      problem: null,
    });
    const { rows } = await admin.query(
      "select attempt, (select position from people where personio_id = $1) from sync_runs order by created_at desc limit 1",
      [someone],
    );
    expect(rows).toEqual([{ attempt: 2, position }]);
    await admin.query(
      "drop trigger inject_fault on people; drop function inject_fault; drop sequence injected_faults",
    );
  });

  test("B4: a serialization failure of a request is answered UNAVAILABLE, and rolls back all of it", async () => {
    await using admin = await open(database.url);
    const runs = "select count(*)::int as count from sync_runs";
    const before = (await admin.query(runs)).rows;
    await admin.query(`
      create function inject_fault() returns trigger language plpgsql as $$ begin
        raise exception 'could not serialize' using errcode = '40001';
      end $$;
      create trigger inject_fault after insert on sync_runs for each row execute function inject_fault()`);

    expect(outcomeOf(await app.ask("mutation { syncPersonio { id } }"))).toBe("UNAVAILABLE");
    expect((await admin.query(runs)).rows).toEqual(before);
    await admin.query("drop trigger inject_fault on sync_runs; drop function inject_fault");
    expect(outcomeOf(await app.ask("mutation { syncPersonio { id } }"))).toBe("OK");
    await untilEnded(app.get);
  });

  test("B6: a lock of another session delays a request by at most lock_timeout, and the pool recovers", async () => {
    await using blocker = await open(database.url);
    await blocker.query("begin; lock table people in access exclusive mode");
    // More than the pool has connections: some wait for the lock, the others for a connection.
    const { result: answers, quietMs } = await timed(8_000, () =>
      Promise.all(Array.from({ length: 25 }, () => app.ask(PEOPLE))),
    );

    // Some wait for the lock, and the others for a turn of the company.
    expect(new Set(answers.map(outcomeOf))).toEqual(new Set(["UNAVAILABLE"]));
    expect(quietMs).toBeLessThan(8_000);
    await blocker.query("rollback");
    const healed = await Promise.all(Array.from({ length: 25 }, () => app.ask(PEOPLE)));
    expect(new Set(healed.map(outcomeOf))).toEqual(new Set(["OK"]));
  });

  test("B6: a run that meets a lock changes nothing until the lock is released, and is applied then", async () => {
    await using blocker = await open(database.url);
    await changeSomeone();
    const before = await readDirectoryRows(database.url);
    await blocker.query("begin; lock table people in exclusive mode");
    const ended = app.sync();
    await eventually(async () => (await countWaiting(database.dataSource, "people")) > 0);
    await eventually(async () => (await countWaiting(database.dataSource, "people")) === 0, {
      everyMs: 100,
    });

    expect(await readDirectoryRows(database.url)).toEqual(before);
    await blocker.query("rollback");
    expect(await ended).toMatchObject({ changed: 1, problem: null });
  });

  test("B12: idle_in_transaction_session_timeout ends a transaction that a bug leaves open, and the pool recovers", async () => {
    const { dataSource } = app.app.database;
    const timeout = inTenant(dataSource, DEFAULT_TENANT_ID, (manager) =>
      manager.query("show idle_in_transaction_session_timeout"),
    );
    expect(await timeout).toEqual([{ idle_in_transaction_session_timeout: "30s" }]);

    const forgotten = inTenant(dataSource, DEFAULT_TENANT_ID, async (manager) => {
      await manager.query("set local idle_in_transaction_session_timeout = 100");
      await sleep(500);
      await manager.query("select 1");
    });
    await expect(forgotten).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(outcomeOf(await app.ask(PEOPLE))).toBe("OK");
  });

  test("B11: a migration that only adds columns runs while this version serves, and neither fails", async () => {
    class Expand1999000000000 {
      readonly name = "Expand1999000000000";
      up = (runner: { query(sql: string): Promise<unknown> }) =>
        runner.query("alter table people add column pronouns text");
      down = (runner: { query(sql: string): Promise<unknown> }) =>
        runner.query("alter table people drop column pronouns");
    }
    const serving = Promise.all(Array.from({ length: 20 }, () => app.ask(PEOPLE)));
    await migrate(database.url, [...(await findMigrations()), Expand1999000000000]);
    expect(new Set((await serving).map(outcomeOf))).toEqual(new Set(["OK"]));

    expect((await fetch(`${app.app.url}/ready`)).status).toBe(200);
    await changeSomeone();
    expect(await app.sync()).toMatchObject({ changed: 1, problem: null });
  });
});

describe("B7: a lost answer to a commit", () => {
  test("a request that loses the answer to its commit leaves one run, and a retry returns that run", async () => {
    const runs = "{ syncRuns(first: 10) { totalCount edges { node { id } } } }";
    type Runs = { syncRuns: { totalCount: number; edges: { node: { id: string } }[] } };
    const before = await app.get<Runs>(runs);
    const cuts = proxy.cuts();
    await app.sandbox.admin.setFaults([
      { kind: "delay", milliseconds: 600_000, path: "/v1/company/employees?" },
    ]);

    proxy.cutAnswerToCommitOf("runs.insert");
    expect(outcomeOf(await app.ask("mutation { syncPersonio { id } }"))).toBe("UNAVAILABLE");
    expect(proxy.cuts()).toBe(cuts + 1);
    const { syncRuns } = await app.get<Runs>(runs);
    expect(await app.get("mutation { syncPersonio { id } }")).toEqual({
      syncPersonio: syncRuns.edges[0]?.node,
    });
    expect(await app.get(runs)).toMatchObject({
      syncRuns: { totalCount: before.syncRuns.totalCount + 1 },
    });
    await app.sandbox.admin.clearFaults();
    expect(await untilEnded(app.get)).toMatchObject({ problem: null });
  });

  test("a run that loses the answer to its commit is applied once: the worker that claims it again finds it ended", async () => {
    const cuts = proxy.cuts();
    const id = await app.sandbox.admin.hire();

    proxy.cutAnswerToCommitOf("runs.finish");
    expect(await app.sync()).toMatchObject({ added: 1, problem: null });
    expect(proxy.cuts()).toBe(cuts + 1);
    const applied = await readDirectoryRows(database.url);
    const left = "select count(*)::int as count from pgboss.job where name = 'sync' and state < 'completed'";
    await eventually(async () => (await database.dataSource.query(left))[0].count === 0);
    expect(await readDirectoryRows(database.url)).toEqual(applied);
    expect(applied.people?.filter((row) => JSON.stringify(row).includes(`"${id}"`))).toHaveLength(1);
  });
});

describe("B8: a pooled connection that is returned", () => {
  let single: TestDatabase;
  beforeAll(async () => {
    single = await createTestDatabase({ poolSize: 1 });
  });
  afterAll(() => single[Symbol.asyncDispose]());

  test("a connection with the setting of another tenant serves only the tenant of its transaction", async () => {
    const { dataSource } = single;
    for (const id of ["acme", "globex"]) {
      await inTenant(dataSource, id, (manager) =>
        manager.query("insert into tenants (id) values ($1)", [id]),
      );
    }
    await dataSource.query("set app.tenant = 'globex'");

    const seen = await inTenant(dataSource, "acme", (manager) => manager.query("select id from tenants"));
    expect(seen).toEqual([{ id: "acme" }]);
  });

  test("a connection in an aborted transaction is cleaned before the next transaction uses it", async () => {
    const { dataSource } = single;
    const aborted = inTenant(dataSource, "acme", (manager) => manager.query("select 1 / 0"));
    await expect(aborted).rejects.toThrow("division by zero");
    await dataSource.query("begin");
    await expect(dataSource.query("select 1 / 0")).rejects.toThrow("division by zero");

    const ask = () => inTenant(dataSource, "acme", (manager) => manager.query("select 1 as one"));
    await ask().catch(() => undefined);
    expect(await ask()).toEqual([{ one: 1 }]);
  });
});
