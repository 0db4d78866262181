import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Actor, SYSTEM } from "../../../src/access/actor.ts";
import { inTenant } from "../../../src/database/transaction.ts";
import { findSyncRun } from "../../../src/sync/runs/sync-run.repository.ts";
import { createSyncDueJob } from "../../../src/sync/sync-jobs.ts";
import { startTestApp, type TestApp } from "../../support/test-app.ts";
import { type Follower, startFollower } from "../support/follower.ts";

const KIM: Actor = { kind: "USER", subject: "kim", email: "kim@acme.example" };
const SCRIPT: Actor = { kind: "TOKEN", subject: "0b6e3d9a-8c9e-4a55-9d9f-2f7f3a5f1a11", email: null };
const ADMINISTRATOR: Actor = { kind: "USER", subject: "administrator", email: null };

describe("who requested a run", () => {
  let follower: Follower;
  beforeAll(async () => {
    follower = await startFollower();
  });
  afterAll(() => follower[Symbol.asyncDispose]());

  test("the run stores who requested it, and the timetable is SYSTEM", async () => {
    const requested = await follower.requestRun({ requestedBy: KIM });
    expect(requested).toMatchObject({ requestedBy: KIM, decidedBy: null });
    expect(await follower.work(requested)).toMatchObject({ requestedBy: KIM });
    await follower.runJob(createSyncDueJob);
    const due = await follower.underWay();
    expect(due).toMatchObject({ trigger: "SCHEDULE", requestedBy: SYSTEM });
    await follower.work(due!);
  });

  test("a request that finds enough under way leaves the first requester; one that wants more takes over", async () => {
    await follower.requestRun({ mode: "INCREMENTAL", trigger: "WEBHOOK" });
    const taken = await follower.requestRun({ requestedBy: KIM });
    expect(taken).toMatchObject({ trigger: "MANUAL", requestedBy: KIM });
    expect(await follower.requestRun({ requestedBy: SCRIPT })).toMatchObject({
      id: taken.id,
      requestedBy: KIM,
    });
    await follower.work(taken);
  });

  test("a full run that follows a lesser one belongs to the first who wanted it", async () => {
    const lesser = await follower.requestRun({ mode: "INCREMENTAL", requestedBy: SCRIPT });
    await follower.claim(lesser);
    for (const requestedBy of [KIM, SYSTEM])
      expect(await follower.requestRun({ requestedBy })).toMatchObject({
        id: lesser.id,
        requestedBy: SCRIPT,
      });
    await follower.work(lesser);
    const next = await follower.underWay();
    expect(next).toMatchObject({ mode: "FULL", requestedBy: KIM });
    await follower.work(next!);
  });

  test("no job contains who asked", async () => {
    const jobs = await follower.dataSource.query("select data::text as data from pgboss.job");
    expect(jobs.length).toBeGreaterThan(0);
    expect(JSON.stringify(jobs)).not.toMatch(/kim|acme\.example|requestedBy/);
  });
});

describe("who asked and decided over the graph", () => {
  let service: TestApp;
  beforeAll(async () => {
    service = await startTestApp({ sandbox: { people: 10 } });
  });
  afterAll(() => service[Symbol.asyncDispose]());

  const stored = (id: string) =>
    inTenant(service.app.database.dataSource, "default", (manager) => findSyncRun(manager, id));
  const plan = async (): Promise<string> => {
    const { planSyncPersonio } = await service.get<{ planSyncPersonio: { id: string } }>(
      "mutation { planSyncPersonio { id } }",
    );
    for (;;) {
      const run = await stored(planSyncPersonio.id);
      if (run?.finishedAt) return planSyncPersonio.id;
      await sleep(25);
    }
  };

  test("setup, sync and plan are requests of the viewer", async () => {
    const first = await service.connect();
    expect(await stored(first.id)).toMatchObject({ trigger: "SETUP", requestedBy: ADMINISTRATOR });
    const synced = await service.sync();
    expect(await stored(synced.id)).toMatchObject({ requestedBy: ADMINISTRATOR, decidedBy: null });
    expect(await stored(await plan())).toMatchObject({ requestedBy: ADMINISTRATOR, decidedBy: null });
  });

  test.each(["rejectSyncRun", "approveSyncRun"])("%s is a decision of the viewer", async (mutation) => {
    const id = await plan();
    await service.get(`mutation ($id: ID!) { ${mutation}(id: $id) { id } }`, { id });
    expect(await stored(id)).toMatchObject({ decidedBy: ADMINISTRATOR });
  });

  test("a new credential of a broken integration requests a run of the viewer", async () => {
    await service.app.database.dataSource.query("update integrations set status = 'BROKEN'");
    await service.get(
      "mutation ($clientId: String!, $clientSecret: String!) { updatePersonioCredentials(clientId: $clientId, clientSecret: $clientSecret) { id } }",
      service.sandbox.credentials,
    );
    const [newest] = await service.app.database.dataSource.query(
      "select requested_by, trigger from sync_runs order by created_at desc limit 1",
    );
    expect(newest).toEqual({ requested_by: ADMINISTRATOR, trigger: "MANUAL" });
  });
});
