import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { requestSync, untilNewestEnded } from "../kill/graph-client.ts";
import { eventually } from "../support/eventually.ts";
import { type ServiceProcess, spawnService } from "../support/start-service.ts";
import { type CompanyOfServices, openCompany } from "./company-of-services.ts";

/** What is promised: whoever stops us kills after ten seconds. */
const STOPPED_WITHIN_MS = 10_000;

let company: CompanyOfServices;
let latest: ServiceProcess | undefined;
beforeAll(async () => {
  company = await openCompany();
  await company.query(`
    create function linger() returns trigger language plpgsql as
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

/** Makes the first statement that writes to a table take a minute, as in a company that is very large. */
const linger = (table: string) =>
  company.query(
    `create trigger linger after insert or delete or update on ${table} for each statement execute function linger()`,
  );
const hurry = (table: string) => company.query(`drop trigger linger on ${table}`);
const lingering = () =>
  company.query("select from pg_stat_activity where state = 'active' and wait_event = 'PgSleep'");

async function stopped(service: ServiceProcess): Promise<{ code: number | null; ms: number }> {
  const startedAt = performance.now();
  const code = await service.stop("SIGTERM");
  return { code, ms: performance.now() - startedAt };
}

/** The next process has the run at once, and ends it. */
async function expectTakenUp(id: string): Promise<void> {
  latest = await company.start();
  expect(await untilNewestEnded(latest.url)).toMatchObject({ id, problem: null });
}

test.each([
  ["the plan is made", "sync_plan_items"],
  ["the plan is applied", "people"],
])("C3: SIGTERM while %s by one long statement ends within ten seconds", async (_when, table) => {
  const service = await running();
  await company.sandbox.admin.hire();
  await linger(table);
  const id = await requestSync(service.url);
  await eventually(async () => (await lingering()).length > 0);

  const { code, ms } = await stopped(service);
  expect(ms).toBeLessThan(STOPPED_WITHIN_MS);
  expect(code).toBe(0);
  expect(service.output.join("\n")).not.toContain("unhandled promise rejection");
  // Nobody waits for its answer any more: Postgres ends it, and its locks with it.
  await eventually(async () => (await lingering()).length === 0);
  await hurry(table);
  await expectTakenUp(id);
});

test("C3: SIGTERM while Personio does not answer ends within ten seconds", async () => {
  const service = await running();
  const id = await company.syncUntilThirdPage(service);
  const { code, ms } = await stopped(service);
  expect(ms).toBeLessThan(STOPPED_WITHIN_MS);
  expect(code).toBe(0);
  await company.sandbox.admin.clearFaults();
  await expectTakenUp(id);
});

test("C3: SIGTERM while clients hold connections, half a request or an answer that they do not read ends as soon", async () => {
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

test("C3: SIGTERM while the process starts ends it as well", async () => {
  const { child, exited } = company.spawn({});
  if (child.stdout) await once(child.stdout, "data");
  const startedAt = performance.now();
  child.kill("SIGTERM");
  const [code] = await exited;
  expect(code).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(STOPPED_WITHIN_MS);
});

test("C3: SIGTERM at the first line of the sandbox ends it as well", async () => {
  const { child, exited } = spawnService({}, ["sandbox/main.js", "--port", "0", "--people", "10"]);
  if (child.stdout) await once(child.stdout, "data");
  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
});
