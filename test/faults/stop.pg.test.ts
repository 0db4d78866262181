import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { requestSync, untilNewestEnded } from "../kill/graph-client.ts";
import { eventually } from "../support/eventually.ts";
import { onQuietMachine } from "../support/slowness.ts";
import { type ServiceProcess, spawnService } from "../support/start-service.ts";
import { type CompanyOfServices, openCompany } from "./company-of-services.ts";

// Each test stops a process, so the next one needs another.

/** Our promise: orchestrators kill a process ten seconds after SIGTERM. */
const STOPPED_WITHIN_MS = 10_000;

let company: CompanyOfServices;
let latest: ServiceProcess | undefined;
beforeAll(async () => {
  company = await openCompany();
  await company.query(`
    create function slow_down() returns trigger language plpgsql as
      $$ begin perform pg_sleep(60); return null; end $$`);
});
afterAll(async () => {
  await latest?.[Symbol.asyncDispose]();
  await company[Symbol.asyncDispose]();
});

/** The process that took up the run of the test before, or another one. */
async function running(): Promise<ServiceProcess> {
  if (latest?.child.exitCode !== null) latest = await company.start();
  return latest;
}

/** Makes each statement that writes to a table take a minute longer, as in a very large company. */
const slowDown = (table: string) =>
  company.query(
    `create trigger slow_down after insert or delete or update on ${table} for each statement execute function slow_down()`,
  );
const speedUp = (table: string) => company.query(`drop trigger slow_down on ${table}`);
const slowStatements = () =>
  company.query(`select from pg_stat_activity
    where state = 'active' and wait_event = 'PgSleep' and datname = current_database()`);

async function stopped(service: ServiceProcess): Promise<{ code: number | null; ms: number }> {
  const startedAt = performance.now();
  const code = await service.stop("SIGTERM");
  return { code, ms: onQuietMachine(performance.now() - startedAt, STOPPED_WITHIN_MS) };
}

/** Expects that the next process claims the run at once and finishes it. */
async function expectClaimed(id: string): Promise<void> {
  latest = await company.start();
  expect(await untilNewestEnded(latest.url)).toMatchObject({ id, problem: null });
}

test.each([
  ["the plan is made", "sync_plan_items"],
  ["the plan is applied", "people"],
])("C3: SIGTERM while %s by one long statement ends the process within ten seconds", async (_when, table) => {
  const service = await running();
  await company.sandbox.admin.hire();
  await slowDown(table);
  const id = await requestSync(service.url);
  await eventually(async () => (await slowStatements()).length > 0);

  const { code, ms } = await stopped(service);
  expect(ms).toBeLessThan(STOPPED_WITHIN_MS);
  expect(code).toBe(0);
  expect(service.output.join("\n")).not.toContain("unhandled promise rejection");
  // The client is gone: Postgres ends the statement and releases its locks.
  await eventually(async () => (await slowStatements()).length === 0);
  await speedUp(table);
  await expectClaimed(id);
});

test("C3: SIGTERM while Personio does not answer ends the process within ten seconds", async () => {
  const service = await running();
  const id = await company.syncUntilThirdPage(service);
  const { code, ms } = await stopped(service);
  expect(ms).toBeLessThan(STOPPED_WITHIN_MS);
  expect(code).toBe(0);
  await company.sandbox.admin.clearFaults();
  await expectClaimed(id);
});

test("C3: SIGTERM while hundreds of operations wait answers them at once, logs no error, and ends the process in time", async () => {
  const service = await running();
  const lock = new pg.Client({ connectionString: company.databaseUrl });
  await lock.connect();
  await lock.query("begin; lock table people in access exclusive mode");
  const ask = () =>
    fetch(`${service.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ people(first: 1) { nodes { id } } }" }),
    });
  // The process may reset a connection that it has not accepted yet.
  const sent = Array.from({ length: 300 }, () => ask().then((answer) => answer.text(), String));
  await eventually(
    async () =>
      (
        await company.query(
          "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
        )
      ).length > 1,
  );
  await fetch(`${service.url}/health`);

  const ended = stopped(service);
  // Those that have begun wait for the lock, so one that waits for its turn is answered first.
  await Promise.race(sent);
  await lock.end();
  const { code, ms } = await ended;
  expect(ms).toBeLessThan(STOPPED_WITHIN_MS);
  expect(code).toBe(0);
  expect((await Promise.all(sent)).filter((answer) => answer.includes("is stopping")).length).toBeGreaterThan(
    0,
  );
  expect(service.output.filter((line) => line.includes('"level":50'))).toEqual([]);
});

test("C3: SIGTERM while clients hold idle connections or send half a request ends the process within ten seconds", async () => {
  const service = await running();
  const { hostname, port } = new URL(service.url);
  const open = (text: string) => {
    const socket = connect(Number(port), hostname).pause();
    socket.on("error", () => undefined);
    socket.write(text);
    return socket;
  };
  const head = "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
  const sockets = ["", "POST /gra", `${head}Content-Length: 100\r\n\r\n{`].map(open);
  await sleep(300);
  const { code, ms } = await stopped(service);
  expect(ms).toBeLessThan(STOPPED_WITHIN_MS);
  expect(code).toBe(0);
  for (const socket of sockets) socket.destroy();
});

test("C3: SIGTERM while the process starts ends it within ten seconds", async () => {
  const { child, exited } = company.spawn({});
  if (child.stdout) await once(child.stdout, "data");
  const startedAt = performance.now();
  child.kill("SIGTERM");
  const [code] = await exited;
  const ms = performance.now() - startedAt;
  expect(code).toBe(0);
  expect(onQuietMachine(ms, STOPPED_WITHIN_MS)).toBeLessThan(STOPPED_WITHIN_MS);
});

test("C3: SIGTERM at the first line of the sandbox ends it as well", async () => {
  const { child, exited } = spawnService({}, ["sandbox/main.js", "--port", "0", "--people", "10"]);
  if (child.stdout) await once(child.stdout, "data");
  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
});
