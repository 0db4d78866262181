import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import type { JobImplementation } from "../../../src/jobs/job.ts";
import { type OpenQueue, openQueue } from "../../../src/jobs/queue.ts";
import {
  dailyRunJob,
  dailyRunsDueJob,
  scheduleDailyRuns,
  scheduleDueCheck,
} from "../../../src/lifecycle/due/daily-run.job.ts";
import {
  countOverdueDailyRuns,
  createDailyRunJob,
  createDailyRunsDueJob,
  type DailyRunDeps,
} from "../../../src/lifecycle/due/daily-run-jobs.ts";
import { findDueTenants } from "../../../src/lifecycle/due/daily-runs.repository.ts";
import { lockStream } from "../../../src/lifecycle/events/event-stream.repository.ts";
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
  queue = await openQueue({ url: database.url, jobs: [dailyRunsDueJob, dailyRunJob, syncDueJob], log });
});
afterAll(async () => {
  await queue[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const depsAt = (at: string): DailyRunDeps => ({
  dataSource: database.dataSource,
  queue,
  metrics: createMetrics(),
  readNow: async () => new Date(at),
});

/** A company whose daily runs are scheduled. */
async function aCompany(timeZone = "UTC"): Promise<CompanyOfDates> {
  const company = await companyOfDates(database.dataSource, {
    baselinedAt: "2026-06-01T12:00:00Z",
    timeZone,
  });
  await scheduleDailyRuns(queue, company.tenant);
  return company;
}

const run = (job: JobImplementation, payload: object = {}): Promise<void> =>
  job.run(payload, { signal: new AbortController().signal, log, attempt: 1 });

/** Completes the queued daily runs. @returns their tenants. */
async function takeDailyRuns(): Promise<string[]> {
  const jobs = await queue.boss.fetch<{ tenantId: string }>(dailyRunJob.name, { batchSize: 100 });
  if (jobs.length > 0)
    await queue.boss.complete(
      dailyRunJob.name,
      jobs.map(({ id }) => id),
    );
  return jobs.map(({ data }) => data.tenantId);
}

describe("the check for due daily runs", () => {
  test("the check enqueues a company as soon as a day has begun in one of its zones, and only then", async () => {
    const company = await aCompany("Europe/Berlin");
    const { tenant } = company;
    const isEnqueuedAt = async (at: string): Promise<boolean> => {
      await run(createDailyRunsDueJob(depsAt(at)));
      return (await takeDailyRuns()).includes(tenant);
    };

    expect(await isEnqueuedAt("2026-06-02T12:00:00Z")).toBe(true);
    await company.dailyRun("2026-06-02T12:00:00Z");
    expect(await isEnqueuedAt("2026-06-02T21:59:59Z")).toBe(false);
    expect(await isEnqueuedAt("2026-06-02T22:00:00Z")).toBe(true);
    await company.dailyRun("2026-06-02T22:00:00Z");
    expect(await isEnqueuedAt("2026-06-03T10:00:00Z")).toBe(false);
    await company.as((manager) => addOffice(manager, { timeZone: "Pacific/Kiritimati" }));
    expect(await isEnqueuedAt("2026-06-03T10:00:01Z")).toBe(true);
    await company.dailyRun("2026-06-03T10:00:01Z");
    expect(await isEnqueuedAt("2026-06-03T10:00:02Z")).toBe(false);
  });

  test("the check leaves out companies that have never synced", async () => {
    const company = await aCompany();
    await company.as((manager) => manager.query("delete from lifecycle_streams"));
    const deps = depsAt("2026-06-15T12:00:00Z");
    expect(await findDueTenants(deps, deps.readNow)).not.toContain(company.tenant);
  });

  test("the check is scheduled for each minute, and enqueued when the service starts", async () => {
    await scheduleDueCheck(queue);
    await scheduleDueCheck(queue);
    expect(await queue.listSchedules(dailyRunsDueJob)).toMatchObject([{ cron: "* * * * *" }]);
    expect(await queue.boss.fetch(dailyRunsDueJob.name, { batchSize: 10 })).toHaveLength(1);
  });
});

describe("a company's daily run", () => {
  test("a daily run emits its dates and counts them", async () => {
    const company = await aCompany();
    await company.add({ hireDate: "2026-06-14" });
    await company.add({ hireDate: "2026-06-15" });
    const deps = depsAt("2026-06-15T00:00:30Z");

    await run(createDailyRunJob(deps), { tenantId: company.tenant });

    expect(await company.readLog()).toHaveLength(2);
    const metrics = await deps.metrics.registry.metrics();
    expect(metrics).toContain('people_lifecycle_events_total{kind="HIRE_DATE",late="true"} 1');
    expect(metrics).toContain('people_lifecycle_events_total{kind="HIRE_DATE",late="false"} 1');
  });

  test("a daily run that is repeated, as after a kill, emits each date once", async () => {
    const company = await aCompany();
    await company.add({ hireDate: "2026-06-15" });
    const dailyRun = createDailyRunJob(depsAt("2026-06-15T00:00:30Z"));
    await Promise.all([
      run(dailyRun, { tenantId: company.tenant }),
      run(dailyRun, { tenantId: company.tenant }),
    ]);
    await run(dailyRun, { tenantId: company.tenant });

    expect(await company.readLog()).toHaveLength(1);
  });

  test("a daily run does not wait for a sync that is being applied, and stays due", async () => {
    const company = await aCompany();
    await company.add({ hireDate: "2026-06-15" });
    const deps = depsAt("2026-06-15T00:00:30Z");

    await inTenant(database.dataSource, company.tenant, async (manager) => {
      await lockStream(manager);
      await run(createDailyRunJob(deps), { tenantId: company.tenant });
    });

    expect(await company.readLog()).toEqual([]);
    expect(await findDueTenants(deps, deps.readNow)).toContain(company.tenant);
  });

  test("a daily run is overdue five minutes after it was due", async () => {
    for (const { key } of await queue.listSchedules(dailyRunJob)) await queue.unschedule(dailyRunJob, key);
    const company = await aCompany();
    const overdueAt = (at: string): Promise<number> => countOverdueDailyRuns(depsAt(at));
    await company.dailyRun("2026-06-15T12:00:00Z");

    expect(await overdueAt("2026-06-16T00:04:59Z")).toBe(0);
    expect(await overdueAt("2026-06-16T00:05:00Z")).toBe(1);
    await company.dailyRun("2026-06-16T00:05:30Z");
    expect(await overdueAt("2026-06-16T00:06:00Z")).toBe(0);
  });
});

test("companies that connected before daily runs existed get their schedule", async () => {
  const { tenant } = await companyOfDates(database.dataSource, { baselinedAt: "2026-06-01T12:00:00Z" });
  await queue.schedule(syncDueJob, { key: tenant, cron: "0 0 * * *", payload: { tenantId: tenant } });

  await scheduleMissingDailyRuns(queue);

  expect((await queue.listSchedules(dailyRunJob)).map(({ payload }) => payload.tenantId)).toContain(tenant);
});
