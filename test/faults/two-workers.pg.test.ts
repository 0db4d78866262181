import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { DEFAULT_TENANT_ID } from "../../src/access/viewer.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { startSyncRun } from "../../src/sync/runs/sync-run-progress.repository.ts";
import { requestSync, untilNewestEnded } from "../kill/graph-client.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { eventually } from "../support/eventually.ts";
import type { ServiceProcess } from "../support/start-service.ts";
import { startTestApp } from "../support/test-app.ts";
import { type CompanyOfServices, HELD_MS, openCompany, withPreloadedCode } from "./company-of-services.ts";

// A second worker, or one with options of its own, is the statement of each test.

let company: CompanyOfServices;
beforeAll(async () => {
  company = await openCompany();
});
afterAll(async () => {
  await standing?.[Symbol.asyncDispose]();
  await company[Symbol.asyncDispose]();
});

/** A worker that the next test uses again: a start costs more CPU than a run. */
let standing: ServiceProcess | undefined;
async function stand(): Promise<ServiceProcess> {
  standing ??= await company.start();
  return standing;
}

// A pause is long when the heartbeat in the database is old, and the test makes it an hour old. The pause
// itself takes only as long as the run of the successor. The attempt of a run is its fencing token: only the
// current worker may end it.
describe("C2: a worker that is paused until another one has claimed its run", () => {
  test("a worker that continues after its pause changes nothing by its late read and commit", async () => {
    const paused = await stand();
    await company.sandbox.admin.hire();
    const id = await company.syncUntilThirdPage(paused);
    paused.child.kill("SIGSTOP");
    // If this test fails, the next ones use the worker all the same.
    onTestFinished(() => void paused.child.kill("SIGCONT"));
    await company.ageHeartbeats();
    await using successor = await company.start();
    expect(await untilNewestEnded(successor.url)).toMatchObject({ id, problem: null });
    const [rows, run] = [await readDirectoryRows(company.databaseUrl), await company.runRow(id)];
    expect(run).toMatchObject({ attempt: 2 });

    const linesBefore = paused.output.length;
    await company.sandbox.admin.clearFaults();
    paused.child.kill("SIGCONT");
    const noticed = /STALE_LEASE|job failed/;
    await eventually(() => paused.output.slice(linesBefore).some((line) => noticed.test(line)));
    await eventually(async () => (await fetch(`${paused.url}/ready`)).ok);
    expect(await readDirectoryRows(company.databaseUrl)).toEqual(rows);
    expect(await company.runRow(id)).toEqual(run);
  });

  test("a worker that only has to commit is refused with STALE_LEASE", async () => {
    const lines: string[] = [];
    const log = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
    await using app = await startTestApp({ sandbox: { people: 10 }, log, config: { metrics: { port: 0 } } });
    const leaver = await app.sandbox.admin.hire();
    await app.connect();
    await app.sandbox.admin.remove(leaver);
    await app.sync();
    const before = await readDirectoryRows(app.databaseUrl);
    // The leaver is missing for the second time: between plan and commit, the run waits for their look-up.
    const path = `/v1/company/employees/${leaver}`;
    await app.sandbox.admin.setFaults([{ kind: "delay", milliseconds: HELD_MS, path }]);
    await app.sandbox.admin.clearRequests();
    const { syncPersonio } = await app.get<{ syncPersonio: { id: string } }>(
      "mutation { syncPersonio { id } }",
    );
    await eventually(async () =>
      (await app.sandbox.admin.requests()).some((request) => request.path === path),
    );
    const successor = await inTenant(app.app.database.dataSource, DEFAULT_TENANT_ID, (manager) =>
      startSyncRun(manager, syncPersonio.id, new Date()),
    );
    await app.sandbox.admin.clearFaults();

    await eventually(() => lines.some((line) => line.includes('"STALE_LEASE"')));
    const metrics = await (await fetch(app.app.metricsUrl ?? "")).text();
    expect(metrics).toMatch(/^people_sync_attempts_replaced_total 1$/m);
    const [run] = await app.app.database.dataSource.query(
      "select status, attempt from sync_runs order by created_at desc",
    );
    expect(run).toEqual({ status: "RUNNING", attempt: successor?.attempt });
    expect(await readDirectoryRows(app.databaseUrl)).toEqual(before);
  });
});

test("C4: of two workers that start at once, one executes each due run, and the other reads nothing", async () => {
  const earlier = await stand();
  const id = await company.syncUntilThirdPage(earlier);
  standing = undefined;
  await earlier.stop("SIGKILL");
  await company.ageHeartbeats();
  await using _young = company.keepHeartbeatsYoung();
  await company.sandbox.admin.clearFaults();
  await company.sandbox.admin.clearRequests();

  const [one, other] = await Promise.all([company.start(), company.start()]);
  standing = one;
  await using _other = other;
  expect(await untilNewestEnded(one.url)).toMatchObject({ id, problem: null });
  const asked = await Promise.all(
    Array.from({ length: 10 }, (_, index) => requestSync(index % 2 ? one.url : other.url)),
  );
  expect(new Set(asked).size).toBe(1);
  expect(await untilNewestEnded(other.url)).toMatchObject({ id: asked[0], problem: null });

  expect([await company.runRow(id), await company.runRow(asked[0]!)]).toMatchObject([
    { attempt: 2 },
    { attempt: 1 },
  ]);
  const pages = (await company.sandbox.admin.requests()).filter(
    ({ path }) => path === "/v1/company/employees",
  );
  expect(pages).toMatchObject([{ count: 2 * Math.ceil(251 / 100) }]);
});

test("B13: a worker whose clock is an hour ahead does not claim the run of one that still works, because leases use the time of the database", async () => {
  const living = await stand();
  await using _young = company.keepHeartbeatsYoung();
  const id = await company.syncUntilThirdPage(living);
  const ahead = withPreloadedCode("const now = Date.now; Date.now = () => now() + 3_600_000;");
  await using _other = await company.start(ahead);
  // Long enough for two checks of the heartbeats.
  await sleep(6_500);
  await company.sandbox.admin.clearFaults();
  expect(await untilNewestEnded(living.url)).toMatchObject({ id, problem: null });
  expect(await company.runRow(id)).toMatchObject({ attempt: 1 });
});
