import { beforeEach, describe, expect, test } from "vitest";
import { SYSTEM } from "../../../src/access/actor.ts";
import { inTenant } from "../../../src/database/transaction.ts";
import { finishSetup } from "../../../src/setup/setup.ts";
import { syncJob } from "../../../src/sync/runs/sync.job.ts";
import type { SyncRun } from "../../../src/sync/runs/sync-run.ts";
import { startSyncRun } from "../../../src/sync/runs/sync-run-progress.repository.ts";
import { type Follower, useFollower } from "../support/follower.ts";

const TENANT = "acme";

const company = useFollower();
let follower: Follower;
beforeEach(async () => {
  follower = company();
});

const pass = (hours: number): void => {
  follower.now = new Date(follower.now.getTime() + hours * 3_600_000);
};

/** A run of a killed worker: it is running, and no worker executes it. */
const running = async (request: Parameters<Follower["requestRun"]>[0]): Promise<SyncRun> => {
  const run = await follower.requestRun(request);
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
  test("a scheduled request makes a queued run full", async () => {
    const queued = await follower.requestRun(lesser);
    const run = await follower.requestRun({ trigger: "SCHEDULE" });
    expect(run).toMatchObject({ id: queued.id, mode: "FULL", dry: false, trigger: "SCHEDULE" });
    pass(4);
    expect(await follower.work(run)).toMatchObject({ employeesRead: 30, problemCode: null });
    expect((await follower.integration()).lastSucceededAt).toEqual(follower.now);
    expect(await follower.underWay()).toBeNull();
  });

  test("a full run follows a running one after a scheduled request, even if another worker ends it", async () => {
    const run = await running(lesser);
    expect(await follower.requestRun({ trigger: "SCHEDULE" })).toMatchObject({
      id: run.id,
      status: "RUNNING",
    });
    expect(await follower.requestRun({ trigger: "MANUAL" })).toMatchObject({ id: run.id });
    await follower.work(run);
    const next = await follower.underWay();
    expect(next).toMatchObject({ mode: "FULL", trigger: "SCHEDULE", dry: false, status: "QUEUED" });
    expect(await jobsOf(next)).toBe(1);
    // One run, however many requests there were.
    expect(await follower.work(next as SyncRun)).toMatchObject({ problemCode: null });
    expect(await follower.underWay()).toBeNull();
  });
});

describe("a full run that waits for another one to end", () => {
  test("the full run is queued even if the other run fails", async () => {
    const run = await running({ trigger: "WEBHOOK", mode: "INCREMENTAL" });
    await follower.requestRun({ trigger: "SCHEDULE" });
    await follower.sandbox.admin.setFaults([{ kind: "status", status: 503 }]);
    expect(await follower.work(run)).toMatchObject({ status: "FAILED" });
    expect(await follower.underWay()).toMatchObject({ mode: "FULL", trigger: "SCHEDULE" });
  });

  test("the full run is queued even if the service gives up the other run", async () => {
    const run = await running({ trigger: "WEBHOOK", mode: "INCREMENTAL" });
    await follower.requestRun({ trigger: "SCHEDULE" });
    expect(await follower.giveUp(run)).toMatchObject({ problemCode: "SYNC_INTERRUPTED" });
    expect(await follower.underWay()).toMatchObject({ mode: "FULL", trigger: "SCHEDULE" });
  });

  test("the full run is not queued for an account that was disconnected meanwhile", async () => {
    const run = await running({ trigger: "WEBHOOK", mode: "INCREMENTAL" });
    await follower.requestRun({ trigger: "SCHEDULE" });
    await follower.dataSource.query("update integrations set status = 'DISCONNECTED', sealed_secret = null");
    expect(await follower.work(run)).toMatchObject({ status: "FAILED" });
    expect(await follower.underWay()).toBeNull();
  });
});

describe("a full run that is under way", () => {
  test("all requests during a full run return that run, and no other run follows it", async () => {
    const run = await running({ trigger: "MANUAL" });
    for (const request of [{ trigger: "SCHEDULE" }, ...LESSER.map(([, lesser]) => lesser)] as const)
      expect(await follower.requestRun(request)).toMatchObject({ id: run.id, mode: "FULL", dry: false });
    await follower.work(run);
    expect(await follower.underWay()).toBeNull();
  });

  test("another full run follows if the mapping has changed since the first one started", async () => {
    const run = await running({ trigger: "SCHEDULE" });
    const { attributes, missingRights } = await follower.integration();
    const mapping = [{ personField: "position", personioAttribute: null }];
    const rights = { attributes, missingRights };
    const reviewed = { tenantId: TENANT, ...rights, mapping, requestedBy: SYSTEM, now: follower.now };
    const { queue, dataSource } = follower;
    const deps = { queue, syncEveryHours: 4, secretKeys: [], personio: {} as never };
    await inTenant(dataSource, TENANT, (manager) => finishSetup(manager, reviewed, deps));
    await follower.work(run);
    expect(await follower.underWay()).toMatchObject({ mode: "FULL", trigger: "MANUAL", status: "QUEUED" });
  });
});

test("a dry run and a webhook do not upgrade a run that does less", async () => {
  const queued = await follower.requestRun({ trigger: "MANUAL", dry: true });
  for (const [, lesser] of LESSER.filter(([name]) => name !== "an incremental run"))
    expect(await follower.requestRun(lesser)).toMatchObject({ id: queued.id, dry: true });
  await follower.work(queued);
  expect(await follower.underWay()).toBeNull();
});

test("an incremental run that is queued when an admin switches the API version reads all people", async () => {
  const queued = await follower.requestRun({ trigger: "MANUAL", mode: "INCREMENTAL" });
  expect(queued.mode).toBe("INCREMENTAL");
  const started = await inTenant(follower.dataSource, TENANT, async (manager) => {
    await manager.query("update integrations set api_version = 'V2'");
    return startSyncRun(manager, queued.id, follower.now);
  });
  expect(started).toMatchObject({ id: queued.id, mode: "FULL", status: "RUNNING" });
});
