import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { insertHookEvents } from "../../src/integration/webhooks/hook-event.repository.ts";
import { hookEventsDueJob } from "../../src/integration/webhooks/webhook.job.ts";
import type { SyncRun } from "../../src/sync/runs/sync-run.ts";
import { type Follower, startFollower } from "./support/follower.ts";

let follower: Follower;
let ids: string[];
beforeEach(async () => {
  follower = await startFollower();
  const rows: { id: string }[] = await follower.dataSource.query(
    "select personio_id as id from people where status = 'ACTIVE' order by personio_id",
  );
  ids = rows.map(({ id }) => id);
});
afterEach(() => follower[Symbol.asyncDispose]());

const named = (...personioIds: string[]): Promise<void> =>
  inTenant(follower.dataSource, "acme", (manager) => insertHookEvents(manager, personioIds));
const read = async (): Promise<SyncRun> =>
  follower.work(await follower.requestRun({ trigger: "WEBHOOK", mode: "INCREMENTAL" }));
const unreadable = (...personioIds: string[]) =>
  follower.sandbox.admin.setFaults(
    personioIds.map((id) => ({ kind: "status", status: 500, path: `/v1/company/employees/${id}` })),
  );
const waiting = async (): Promise<string[]> => {
  const rows: { id: string }[] = await follower.dataSource.query(
    "select personio_id as id from hook_events order by personio_id",
  );
  return rows.map(({ id }) => id);
};
const lastNameOf = async (id: string): Promise<string> => {
  const [row] = await follower.dataSource.query("select last_name from people where personio_id = $1", [id]);
  return row.last_name;
};
const looksAhead = async (): Promise<number> =>
  (await follower.queue.boss.findJobs(hookEventsDueJob.name, { queued: true })).length;

describe("a record of a webhook's run that cannot be read", () => {
  test("keeps nobody else's edit out, waits for the next run, and is told of", async () => {
    const [bad = "", good = ""] = ids;
    await follower.sandbox.admin.change(bad, { last_name: "Reiher" });
    await follower.sandbox.admin.change(good, { last_name: "Kranich" });
    await unreadable(bad);
    await named(bad, good);
    const run = await read();
    expect(run).toMatchObject({
      status: "SUCCEEDED_WITH_SKIPS",
      problemCode: "PERSONIO_SNAPSHOT_INCOMPLETE",
      problemMessage: expect.stringContaining("500"),
    });
    expect(await lastNameOf(good)).toBe("Kranich");
    expect(await waiting()).toEqual([bad]);
    expect(await looksAhead()).toBe(0);

    await follower.sandbox.admin.clearFaults();
    expect(await read()).toMatchObject({ problemCode: null });
    expect(await lastNameOf(bad)).toBe("Reiher");
    expect(await waiting()).toEqual([]);
  });

  test("fails the run when it is the only one, as an outage does", async () => {
    const [bad = ""] = ids;
    await unreadable(bad);
    await named(bad);
    expect(await read()).toMatchObject({ status: "FAILED", problemCode: "PERSONIO_UNAVAILABLE" });
    expect(await waiting()).toEqual([bad]);
  });

  test("comes after those that can be read: so many of them hold up nobody for longer than one run", async () => {
    const bad = ids.slice(0, 4);
    const good = ids[4] ?? "";
    await unreadable(...bad);
    await named(...bad, good);
    await follower.sandbox.admin.change(good, { last_name: "Kranich" });
    // As often as that one after the other, it looks like an outage, and nobody waits a minute for each.
    expect(await read()).toMatchObject({ status: "FAILED" });
    await named(good);
    expect(await read()).toMatchObject({ status: "SUCCEEDED_WITH_SKIPS" });
    expect(await lastNameOf(good)).toBe("Kranich");
    expect(await waiting()).toEqual(bad);
    // Whom it did not come to is looked after without another event.
    expect(await looksAhead()).toBe(1);
    expect(await read()).toMatchObject({ status: "FAILED" });
    expect(await waiting()).toEqual(bad);
  });
});
