import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EndedRun, get, requestSync, untilNewestEnded } from "../kill/graph-client.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { eventually } from "../support/eventually.ts";
import { spawnService } from "../support/start-service.ts";
import { type CompanyOfServices, inProcess, openCompany } from "./company-of-services.ts";

const PEOPLE = "{ people(first: 50) { totalCount edges { node { displayName } } } }";

let company: CompanyOfServices;
beforeAll(async () => {
  company = await openCompany();
});
afterAll(() => company[Symbol.asyncDispose]());

test("C3: SIGTERM under load answers what is under way, exits with 0, and the next process has the run at once", async () => {
  const stopping = await company.start();
  const id = await company.syncUntilThirdPage(stopping, 8_000);
  const outcomes = new Set<string>();
  let isOver = false;
  const clients = Array.from({ length: 20 }, async () => {
    while (!isOver) {
      outcomes.add(
        await get(stopping.url, PEOPLE).then(
          () => "answered",
          (error: Error & { cause?: { code?: string } }) => error.cause?.code ?? error.message,
        ),
      );
    }
  });
  await sleep(300);
  const startedAt = performance.now();
  expect(await stopping.stop("SIGTERM")).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  isOver = true;
  await Promise.all(clients);
  // Whoever was in got an answer; whoever came later found the door shut.
  outcomes.delete("answered");
  for (const outcome of outcomes) expect(["ECONNREFUSED", "ECONNRESET", "UND_ERR_SOCKET"]).toContain(outcome);

  await using next = await company.start();
  const servingAt = performance.now();
  expect(await untilNewestEnded(next.url)).toMatchObject({ id, problem: null });
  // A heartbeat would have been waited for ten seconds.
  expect(performance.now() - servingAt).toBeLessThan(6_000);
}, 45_000);

test("C5: a run that killed its worker four times ends FAILED with SYNC_INTERRUPTED, and the directory is as before", async () => {
  const before = await readDirectoryRows(company.databaseUrl);
  const killed = await company.start();
  const id = await company.syncUntilThirdPage(killed, 1_000);
  await killed.stop("SIGKILL");
  // As after three kills before this one: each costs a start and a look at the heartbeats.
  await company.query("update pgboss.job set retry_count = 3 where state = 'active'");
  await company.ageHeartbeats();

  await using next = await company.start();
  const ended: EndedRun = await untilNewestEnded(next.url);
  expect(ended).toMatchObject({ id, status: "FAILED", problem: { code: "SYNC_INTERRUPTED" } });
  expect(await readDirectoryRows(company.databaseUrl)).toEqual(before);
  await requestSync(next.url);
  expect(await untilNewestEnded(next.url)).toMatchObject({ problem: null });
}, 45_000);

test("C6: a promise that is rejected and nobody looks at is logged, and the process goes on serving", async () => {
  const bug = inProcess('process.on("SIGUSR2", () => { Promise.reject(new Error("a bug of ours")); });');
  await using service = await company.start(bug);
  const answers = Promise.all(Array.from({ length: 20 }, () => get(service.url, PEOPLE)));
  service.child.kill("SIGUSR2");
  await eventually(() =>
    service.output.some((line) => line.includes("a promise was rejected and nobody looked")),
  );

  await expect(answers).resolves.toHaveLength(20);
  expect(service.child.exitCode).toBeNull();
  expect((await fetch(`${service.url}/ready`)).status).toBe(200);
}, 30_000);

test("C7: the widest operations that the limits allow do not hold the event loop up for others", async () => {
  await using service = await company.start();
  const widest = `{ people(first: 100) { edges { node {
    displayName workEmail department { name headcount } office { name headcount } supervisor { person { displayName } }
  } } } }`;
  await get(service.url, widest);
  let isOver = false;
  const load = Array.from({ length: 10 }, async () => {
    while (!isOver) await get(service.url, widest);
  });
  const waits: number[] = [];
  for (let asked = 0; asked < 40; asked += 1) {
    const startedAt = performance.now();
    await fetch(`${service.url}/health`);
    waits.push(performance.now() - startedAt);
    await sleep(25);
  }
  isOver = true;
  await Promise.all(load);
  const slowest = Math.max(...waits);
  console.info(`/health took ${Math.round(slowest)} ms at most under the widest operations.`);
  expect(slowest).toBeLessThan(2_000);
}, 30_000);

test("C8: a missing key and a bad URL refuse the start with a line each, exit code 78 and no secret", async () => {
  const { exited, output } = spawnService({
    DATABASE_URL: "postgres://someone:hunter2@db.example/people",
    METRICS_PORT: "x",
  });
  const [code] = await exited;
  expect(code).toBe(78);
  expect(output.map((line) => line.split(":")[0]).sort()).toEqual(["METRICS_PORT", "SECRET_KEYS"]);
  expect(output.join("\n")).not.toContain("hunter2");

  const bad = spawnService({ DATABASE_URL: "hunter2", SECRET_KEYS: "1:hunter2" });
  await once(bad.child, "exit");
  expect(bad.child.exitCode).toBe(78);
  expect(bad.output.join("\n")).not.toContain("hunter2");
});
