import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { finishSetup } from "../../../src/setup/setup.ts";
import { syncJob } from "../../../src/sync/runs/sync.job.ts";
import type { SyncRun } from "../../../src/sync/runs/sync-run.ts";
import { type Follower, startFollower } from "../support/follower.ts";

const TENANT = "acme";

let follower: Follower;
beforeEach(async () => {
  follower = await startFollower();
});
afterEach(() => follower[Symbol.asyncDispose]());

const pass = (hours: number): void => {
  follower.now = new Date(follower.now.getTime() + hours * 3_600_000);
};

/** A run that a worker had taken up when it was killed: it is running, and nobody works on it. */
const running = async (request: Parameters<Follower["ask"]>[0]): Promise<SyncRun> => {
  const run = await follower.ask(request);
  await follower.claim(run);
  return run;
};

const jobsOf = async (run: SyncRun | null): Promise<number> => {
  const jobs = await follower.queue.boss.findJobs<{ runId: string }>(syncJob.name, {
    key: run?.id ?? "",
  });
  return jobs.length;
};

const LESSER = [
  ["a webhook's run", { trigger: "WEBHOOK", mode: "INCREMENTAL" }],
  ["an incremental run", { trigger: "MANUAL", mode: "INCREMENTAL" }],
  ["a dry run", { trigger: "MANUAL", dry: true }],
] as const;

describe.each(LESSER)("while %s is under way", (_name, lesser) => {
  test("a turn of the timetable that finds it queued makes a full run of it", async () => {
    const queued = await follower.ask(lesser);
    const run = await follower.ask({ trigger: "SCHEDULE" });
    expect(run).toMatchObject({ id: queued.id, mode: "FULL", dry: false, trigger: "SCHEDULE" });
    pass(4);
    expect(await follower.work(run)).toMatchObject({ employeesRead: 30, problemCode: null });
    expect((await follower.integration()).lastSucceededAt).toEqual(follower.now);
    expect(await follower.underWay()).toBeNull();
  });

  test("a turn of the timetable that finds it running is made up for when it ends, also by another worker", async () => {
    const run = await running(lesser);
    expect(await follower.ask({ trigger: "SCHEDULE" })).toMatchObject({ id: run.id, status: "RUNNING" });
    expect(await follower.ask({ trigger: "MANUAL" })).toMatchObject({ id: run.id });
    await follower.work(run);
    const next = await follower.underWay();
    expect(next).toMatchObject({ mode: "FULL", trigger: "SCHEDULE", dry: false, status: "QUEUED" });
    expect(await jobsOf(next)).toBe(1);
    // One, however many have asked for it.
    expect(await follower.work(next as SyncRun)).toMatchObject({ problemCode: null });
    expect(await follower.underWay()).toBeNull();
  });
});

describe("a full run that waits for another one to end", () => {
  test("is queued also when that one fails", async () => {
    const run = await running({ trigger: "WEBHOOK", mode: "INCREMENTAL" });
    await follower.ask({ trigger: "SCHEDULE" });
    await follower.sandbox.admin.setFaults([{ kind: "status", status: 503 }]);
    expect(await follower.work(run)).toMatchObject({ status: "FAILED" });
    expect(await follower.underWay()).toMatchObject({ mode: "FULL", trigger: "SCHEDULE" });
  });

  test("is queued also when that one is given up", async () => {
    const run = await running({ trigger: "WEBHOOK", mode: "INCREMENTAL" });
    await follower.ask({ trigger: "SCHEDULE" });
    expect(await follower.giveUp(run)).toMatchObject({ problemCode: "SYNC_INTERRUPTED" });
    expect(await follower.underWay()).toMatchObject({ mode: "FULL", trigger: "SCHEDULE" });
  });

  test("is not queued for an account that was disconnected meanwhile", async () => {
    const run = await running({ trigger: "WEBHOOK", mode: "INCREMENTAL" });
    await follower.ask({ trigger: "SCHEDULE" });
    await follower.dataSource.query("update integrations set status = 'DISCONNECTED', sealed_secret = null");
    expect(await follower.work(run)).toMatchObject({ status: "FAILED" });
    expect(await follower.underWay()).toBeNull();
  });
});

describe("a full run that is under way", () => {
  test("is the answer to all that ask meanwhile, and nothing follows it", async () => {
    const run = await running({ trigger: "MANUAL" });
    for (const request of [{ trigger: "SCHEDULE" }, ...LESSER.map(([, lesser]) => lesser)] as const)
      expect(await follower.ask(request)).toMatchObject({ id: run.id, mode: "FULL", dry: false });
    await follower.work(run);
    expect(await follower.underWay()).toBeNull();
  });

  test("is followed by another one when the mapping has changed since it began", async () => {
    const run = await running({ trigger: "SCHEDULE" });
    const { attributes, refusals } = await follower.integration();
    const mapping = [{ personField: "position", personioAttribute: null }];
    const reviewed = { tenantId: TENANT, attributes, refusals, mapping, now: follower.now };
    const { queue, dataSource } = follower;
    const deps = { queue, syncEveryHours: 4, secretKeys: [], personio: {} as never };
    await inTenant(dataSource, TENANT, (manager) => finishSetup(manager, reviewed, deps));
    await follower.work(run);
    expect(await follower.underWay()).toMatchObject({ mode: "FULL", trigger: "MANUAL", status: "QUEUED" });
  });
});

test("a plan that is asked for, and a webhook, leave a run that does less as it is", async () => {
  const queued = await follower.ask({ trigger: "MANUAL", dry: true });
  for (const [, lesser] of LESSER.filter(([name]) => name !== "an incremental run"))
    expect(await follower.ask(lesser)).toMatchObject({ id: queued.id, dry: true });
  await follower.work(queued);
  expect(await follower.underWay()).toBeNull();
});
