import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { keepDoing } from "../support/keep-doing.ts";
import { onQuietMachine } from "../support/slowness.ts";
import { type GraphAnswer, servedBy, startTestApp, type TestApp, untilEnded } from "../support/test-app.ts";
import { administer, type TestDatabase } from "../support/test-database.ts";
import { type AppBehindProxy, startAppBehind } from "./app-behind-proxy.ts";
import { type FailoverProxy, openFailoverProxy } from "./failover-proxy.ts";

// A test starts a second app, because its end is the statement.

const PEOPLE = "{ people(first: 50) { totalCount edges { node { displayName } } } }";
const CLIENTS = 20;

/** The bounds of row B15 of faults.md. */
const HUNG_MS = 10_000;
const ANSWERED_AGAIN_MS = 15_000;

let database: TestDatabase;
let proxy: FailoverProxy;
let app: TestApp;
let started: AppBehindProxy<FailoverProxy>;
beforeAll(async () => {
  started = await startAppBehind(openFailoverProxy);
  ({ database, proxy, app } = started);
});
afterAll(() => started[Symbol.asyncDispose]());

const expectWithin = (boundMs: number, ms: number): void =>
  expect(onQuietMachine(ms, boundMs)).toBeLessThan(boundMs);

const outcomeOf = ({ errors }: GraphAnswer<unknown>): string => errors?.[0]?.extensions.code ?? "OK";

/** Longer than an answer takes, so that the load leaves the service time to recover. */
const PAUSE_MS = 150;

/** Starts clients that send requests until the load is stopped. */
function startLoad() {
  const outcomes = new Set<string>();
  let [slowestMs, answered] = [0, 0];
  const clients = keepDoing(CLIENTS, async () => {
    const startedAt = performance.now();
    const outcome = outcomeOf(await app.ask(PEOPLE));
    outcomes.add(outcome);
    if (outcome === "OK") answered += 1;
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    await sleep(PAUSE_MS);
  });
  return {
    answered: () => answered,
    async stop() {
      await clients.stop();
      return { outcomes, slowestMs };
    },
    [Symbol.asyncDispose]: () => clients[Symbol.asyncDispose](),
  };
}

const untilServed = async () => {
  const startedAt = performance.now();
  await eventually(async () => outcomeOf(await app.ask(PEOPLE)) === "OK");
  expectWithin(ANSWERED_AGAIN_MS, performance.now() - startedAt);
};

/** Every session of the app: requests, jobs, queue and notifications. */
const endSessions = () =>
  administer(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${new URL(database.url).pathname.slice(1)}'`,
  );

test("B14: while sessions end in waves, each request gets UNAVAILABLE or data, and the app survives", async () => {
  await using clients = startLoad();
  for (let wave = 0; wave < 6; wave += 1) {
    await endSessions();
    // Some waves end sessions between login and first statement, because the pools reconnect at once.
    await sleep(wave % 3 === 0 ? 150 : 20);
  }
  await untilServed();
  const { outcomes, slowestMs } = await clients.stop();
  expect([...outcomes].filter((outcome) => outcome !== "OK" && outcome !== "UNAVAILABLE")).toEqual([]);
  expectWithin(HUNG_MS, slowestMs);
  await app.sandbox.admin.hire();
  expect(await app.sync()).toMatchObject({ added: 1, problem: null });
});

test("B14: sessions that end in the packet that completes their login harm no pool, queue or listener", async () => {
  await using clients = startLoad();
  for (let wave = 0; wave < 3 || proxy.endedAtLogin() <= 20; wave += 1) {
    proxy.endAtLogin(12);
    await endSessions();
    await sleep(100);
  }
  proxy.endAtLogin(0);
  await untilServed();
  const { outcomes } = await clients.stop();
  expect(proxy.endedAtLogin()).toBeGreaterThan(20);
  expect([...outcomes].filter((outcome) => outcome !== "OK" && outcome !== "UNAVAILABLE")).toEqual([]);
  await app.sandbox.admin.hire();
  expect(await app.sync()).toMatchObject({ added: 1, problem: null });
});

test("B15: when all sessions fall silent and new ones work, no request hangs, and requests are answered again", async () => {
  await using clients = startLoad();
  await eventually(() => clients.answered() > CLIENTS);
  proxy.fallSilent();
  const silentAt = performance.now();
  const before = clients.answered();
  await eventually(() => clients.answered() > before + CLIENTS);
  expectWithin(ANSWERED_AGAIN_MS, performance.now() - silentAt);
  const { outcomes, slowestMs } = await clients.stop();
  expect(outcomes).toEqual(new Set(["OK", "UNAVAILABLE"]));
  expectWithin(HUNG_MS, slowestMs);
});

test("B15: single requests are answered again within the same time", async () => {
  await Promise.all(Array.from({ length: CLIENTS }, () => app.ask(PEOPLE)));
  proxy.fallSilent();
  const silentAt = performance.now();
  let slowestMs = 0;
  await eventually(async () => {
    const startedAt = performance.now();
    const outcome = outcomeOf(await app.ask(PEOPLE));
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    return outcome === "OK";
  });
  expectWithin(ANSWERED_AGAIN_MS, performance.now() - silentAt);
  expectWithin(HUNG_MS, slowestMs);
});

test("B15: jobs, the queue and notifications recover from silent sessions as well", async () => {
  await app.sandbox.admin.hire();
  proxy.fallSilent();
  await eventually(async () => !(await app.ask("mutation { syncPersonio { id } }")).errors);
  expect(await untilEnded(app.get)).toMatchObject({ added: 1, problem: null });
});

test("B15: a sync whose sessions fall silent succeeds in the end", async () => {
  await app.sandbox.admin.hire();
  await app.sandbox.admin.setFaults([
    { kind: "delay", milliseconds: 600_000, times: 1, path: "/v1/company/employees?" },
  ]);
  await app.sandbox.admin.clearRequests();
  await app.get("mutation { syncPersonio { id } }");
  await eventually(async () =>
    (await app.sandbox.admin.requests()).some(({ path }) => path === "/v1/company/employees"),
  );
  proxy.fallSilent();
  await app.sandbox.admin.clearFaults();
  const run = await eventually(() => untilEnded(app.get).catch(() => undefined));
  expect(run).toMatchObject({ added: 1, problem: null });
});

test("B15: silent sessions do not delay the stop of an app", async () => {
  await using stopping = await startTestApp({
    sandbox: { people: 10 },
    config: { database: servedBy({ ...database, servingUrl: proxy.url }), secretKeys: app.config.secretKeys },
  });
  proxy.fallSilent();
  const startedAt = performance.now();
  await stopping.app[Symbol.asyncDispose]();
  expectWithin(HUNG_MS, performance.now() - startedAt);
});
