import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import type { JobImplementation } from "../../../src/jobs/job.ts";
import { type OpenQueue, openQueue } from "../../../src/jobs/queue.ts";
import { lookForTurns, startTurns, turnJob, turnsDueJob } from "../../../src/lifecycle/due/turn.job.ts";
import {
  countOverdueTurns,
  createTurnJob,
  createTurnsDueJob,
  type TurnDeps,
} from "../../../src/lifecycle/due/turn-jobs.ts";
import { findDueTenants } from "../../../src/lifecycle/due/turns.repository.ts";
import { lockStream } from "../../../src/lifecycle/events/event-log.repository.ts";
import { createLogger } from "../../../src/log.ts";
import { createMetrics } from "../../../src/metrics/metrics.ts";
import { syncDueJob } from "../../../src/sync/runs/sync.job.ts";
import { scheduleMissingDailyRuns } from "../../../src/sync/sync-jobs.ts";
import { addOffice } from "../../support/factories.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { type CompanyOfDates, companyOfDates } from "../support/company-of-dates.ts";

const log = createLogger("silent");

let database: TestDatabase;
let queue: OpenQueue;
beforeAll(async () => {
  database = await createTestDatabase();
  queue = await openQueue({ url: database.url, jobs: [turnsDueJob, turnJob, syncDueJob], log });
});
afterAll(async () => {
  await queue[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const depsAt = (at: string): TurnDeps => ({
  dataSource: database.dataSource,
  queue,
  metrics: createMetrics(),
  readNow: async () => new Date(at),
});

/** A company on the timetable of turns. */
async function aCompany(timeZone = "UTC"): Promise<CompanyOfDates> {
  const company = await companyOfDates(database.dataSource, {
    baselinedAt: "2026-06-01T12:00:00Z",
    timeZone,
  });
  await startTurns(queue, company.tenant);
  return company;
}

const run = (job: JobImplementation, payload: object = {}): Promise<void> =>
  job.run(payload, { signal: new AbortController().signal, log, attempt: 1 });

/** Whose turn waits for a worker. */
async function takeTurns(): Promise<string[]> {
  const jobs = await queue.boss.fetch<{ tenantId: string }>(turnJob.name, { batchSize: 100 });
  if (jobs.length > 0)
    await queue.boss.complete(
      turnJob.name,
      jobs.map(({ id }) => id),
    );
  return jobs.map(({ data }) => data.tenantId);
}

describe("the look for turns", () => {
  test("asks for the turn of a company as soon as a day has begun in one of its zones, and only then", async () => {
    const company = await aCompany("Europe/Berlin");
    const { tenant } = company;
    const isAskedAt = async (at: string): Promise<boolean> => {
      await run(createTurnsDueJob(depsAt(at)));
      return (await takeTurns()).includes(tenant);
    };

    expect(await isAskedAt("2026-06-02T12:00:00Z")).toBe(true);
    await company.turn("2026-06-02T12:00:00Z");
    expect(await isAskedAt("2026-06-02T21:59:59Z")).toBe(false);
    expect(await isAskedAt("2026-06-02T22:00:00Z")).toBe(true);
    await company.turn("2026-06-02T22:00:00Z");
    expect(await isAskedAt("2026-06-03T10:00:00Z")).toBe(false);
    await company.as((manager) => addOffice(manager, { timeZone: "Pacific/Kiritimati" }));
    expect(await isAskedAt("2026-06-03T10:00:01Z")).toBe(true);
    await company.turn("2026-06-03T10:00:01Z");
    expect(await isAskedAt("2026-06-03T10:00:02Z")).toBe(false);
  });

  test("leaves out companies that have never synced", async () => {
    const company = await aCompany();
    await company.as((manager) => manager.query("delete from lifecycle_streams"));
    const deps = depsAt("2026-06-15T12:00:00Z");
    expect(await findDueTenants(deps, deps.readNow)).not.toContain(company.tenant);
  });

  test("is on the timetable for each minute, and asked for when the service starts", async () => {
    await lookForTurns(queue);
    await lookForTurns(queue);
    expect(await queue.listSchedules(turnsDueJob)).toMatchObject([{ cron: "* * * * *" }]);
    expect(await queue.boss.fetch(turnsDueJob.name, { batchSize: 10 })).toHaveLength(1);
  });
});

describe("a company's turn", () => {
  test("tells its dates and counts them", async () => {
    const company = await aCompany();
    await company.add({ hireDate: "2026-06-14" });
    await company.add({ hireDate: "2026-06-15" });
    const deps = depsAt("2026-06-15T00:00:30Z");

    await run(createTurnJob(deps), { tenantId: company.tenant });

    expect(await company.readLog()).toHaveLength(2);
    const metrics = await deps.metrics.registry.metrics();
    expect(metrics).toContain('people_lifecycle_events_total{kind="HIRE_DATE",late="true"} 1');
    expect(metrics).toContain('people_lifecycle_events_total{kind="HIRE_DATE",late="false"} 1');
  });

  test("run twice, as after a kill, tells them once", async () => {
    const company = await aCompany();
    await company.add({ hireDate: "2026-06-15" });
    const turn = createTurnJob(depsAt("2026-06-15T00:00:30Z"));
    await Promise.all([run(turn, { tenantId: company.tenant }), run(turn, { tenantId: company.tenant })]);
    await run(turn, { tenantId: company.tenant });

    expect(await company.readLog()).toHaveLength(1);
  });

  test("does not wait for a sync that is being applied, and is asked for again", async () => {
    const company = await aCompany();
    await company.add({ hireDate: "2026-06-15" });
    const deps = depsAt("2026-06-15T00:00:30Z");

    await inTenant(database.dataSource, company.tenant, async (manager) => {
      await lockStream(manager);
      await run(createTurnJob(deps), { tenantId: company.tenant });
    });

    expect(await company.readLog()).toEqual([]);
    expect(await findDueTenants(deps, deps.readNow)).toContain(company.tenant);
  });

  test("is overdue when it was due five minutes ago", async () => {
    for (const { key } of await queue.listSchedules(turnJob)) await queue.unschedule(turnJob, key);
    const company = await aCompany();
    const overdueAt = (at: string): Promise<number> => countOverdueTurns(depsAt(at));
    await company.turn("2026-06-15T12:00:00Z");

    expect(await overdueAt("2026-06-16T00:04:59Z")).toBe(0);
    expect(await overdueAt("2026-06-16T00:05:00Z")).toBe(1);
    await company.turn("2026-06-16T00:05:30Z");
    expect(await overdueAt("2026-06-16T00:06:00Z")).toBe(0);
  });
});

test("companies that were connected before there were turns are put on their timetable", async () => {
  const { tenant } = await companyOfDates(database.dataSource, { baselinedAt: "2026-06-01T12:00:00Z" });
  await queue.schedule(syncDueJob, { key: tenant, cron: "0 0 * * *", payload: { tenantId: tenant } });

  await scheduleMissingDailyRuns(queue);

  expect((await queue.listSchedules(turnJob)).map(({ payload }) => payload.tenantId)).toContain(tenant);
});
