import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { webhookEventsDueJob } from "../../src/integration/webhooks/webhook.job.ts";
import {
  claimWebhookEvents,
  countWebhookEvents,
  insertWebhookEvents,
  WEBHOOK_EVENTS_MAX,
} from "../../src/integration/webhooks/webhook-event.repository.ts";
import { PEOPLE_PER_RUN_MAX } from "../../src/sync/read/claim-people.ts";
import type { SyncRun } from "../../src/sync/runs/sync-run.ts";
import { type Follower, useFollower } from "./support/follower.ts";

const company = useFollower();
let follower: Follower;
let ids: string[];
beforeEach(async () => {
  follower = company();
  const rows: { id: string }[] = await follower.dataSource.query(
    "select personio_id as id from people where status = 'ACTIVE' order by personio_id",
  );
  ids = rows.map(({ id }) => id);
});

const named = (...personioIds: string[]): Promise<void> =>
  inTenant(follower.dataSource, "acme", (manager) => insertWebhookEvents(manager, personioIds));
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
  (await follower.queue.boss.findJobs(webhookEventsDueJob.name, { queued: true })).length;

test("a webhook run whose credential an admin replaces starts again, and loses no named person", async () => {
  const [changed = ""] = ids;
  await follower.sandbox.admin.change(changed, { last_name: "Kranich" });
  await named(changed);
  let replaced = 0;
  follower.whileApplying = async () => {
    replaced += 1;
    if (replaced > 1) return;
    const clientId = "second-client";
    await follower.sandbox.admin.setCredentials({ ...follower.sandbox.credentials, clientId });
    await follower.dataSource.query("update integrations set client_id = $1", [clientId]);
  };
  expect(await read()).toMatchObject({ attempt: 2, changed: 1, problemCode: null });
  expect(await lastNameOf(changed)).toBe("Kranich");
  expect(await waiting()).toEqual([]);
  expect((await follower.integration()).status).toBe("CONNECTED");
});

describe("more people than a run of everyone needs", () => {
  /** Record ids that Personio does not have, as while the integration is BROKEN for weeks. */
  const others = Array.from({ length: WEBHOOK_EVENTS_MAX * 2 }, (_, index) => String(900_000_000 + index));
  const claim = (mode: "FULL" | "INCREMENTAL"): Promise<unknown> =>
    inTenant(follower.dataSource, "acme", (manager) =>
      claimWebhookEvents(manager, randomUUID(), mode === "FULL" ? null : PEOPLE_PER_RUN_MAX),
    );
  const unclaimed = async (): Promise<number> =>
    (await inTenant(follower.dataSource, "acme", countWebhookEvents)).unclaimed;

  test("deliveries fill a limited number of rows, by one delivery or by many", async () => {
    await named(...others);
    expect(await waiting()).toHaveLength(WEBHOOK_EVENTS_MAX);
    for (const id of ids) await named(id);
    expect(await waiting()).toHaveLength(WEBHOOK_EVENTS_MAX);
  });

  test.each(["FULL", "INCREMENTAL"] as const)(
    "a delivery that finds no room leaves so many people that a run of everyone follows a %s run that has begun",
    async (mode) => {
      await named(...others);
      await claim(mode);
      for (const id of ids) await named(id);
      if (mode === "FULL") expect(await unclaimed()).toBe(WEBHOOK_EVENTS_MAX);
      expect(await unclaimed()).toBeGreaterThan(PEOPLE_PER_RUN_MAX);
    },
  );

  test("a person whose delivery found no room is read by the run of everyone", async () => {
    const [changed = ""] = ids;
    await named(...others);
    await follower.sandbox.admin.change(changed, { last_name: "Kranich" });
    await named(changed);
    await follower.work(await follower.requestRun({ trigger: "WEBHOOK", mode: "FULL" }));
    expect(await lastNameOf(changed)).toBe("Kranich");
    expect(await waiting()).toEqual([]);
  });
});

describe("an unreadable record in a webhook run", () => {
  test("an unreadable record blocks no other edit, waits for the next run, and is reported", async () => {
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

  test("an unreadable record that is the only one fails the run, like an outage", async () => {
    const [bad = ""] = ids;
    await unreadable(bad);
    await named(bad);
    expect(await read()).toMatchObject({ status: "FAILED", problemCode: "PERSONIO_UNAVAILABLE" });
    expect(await waiting()).toEqual([bad]);
  });

  test.each([1, 5])("Personio's refusal of %i records does not break the integration", async (count) => {
    const refused = ids.slice(0, count);
    await follower.sandbox.admin.setFaults(
      refused.map((id) => ({ kind: "status", status: 403, path: `/v1/company/employees/${id}` })),
    );
    await named(...refused);
    expect(await read()).toMatchObject({
      status: "FAILED",
      problemCode: "PERSONIO_RECORD_UNREADABLE",
      problemMessage: expect.stringContaining("403"),
    });
    expect(await waiting()).toEqual(refused);
    expect(await follower.integration()).toMatchObject({ status: "CONNECTED", problemCode: null });
  });

  test("unreadable records come after readable ones, so many of them block others for at most one run", async () => {
    const bad = ids.slice(0, 4);
    const good = ids[4] ?? "";
    await unreadable(...bad);
    await named(...bad, good);
    await follower.sandbox.admin.change(good, { last_name: "Kranich" });
    // That many failures in a row look like an outage, and the run does not wait a minute for each.
    expect(await read()).toMatchObject({ status: "FAILED" });
    await named(good);
    expect(await read()).toMatchObject({ status: "SUCCEEDED_WITH_SKIPS" });
    expect(await lastNameOf(good)).toBe("Kranich");
    expect(await waiting()).toEqual(bad);
    // People that the run did not reach are read without another event.
    expect(await looksAhead()).toBe(1);
    expect(await read()).toMatchObject({ status: "FAILED" });
    expect(await waiting()).toEqual(bad);
  });
});
