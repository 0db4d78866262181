import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { webhookCatchUpJob } from "../../src/integration/webhooks/webhook.job.ts";
import { recordDelivery, upsertWebhook } from "../../src/integration/webhooks/webhook.repository.ts";
import { hashWebhookSecret } from "../../src/integration/webhooks/webhook-secret.ts";
import { createPersonio } from "../../src/personio/personio.ts";
import { catchUpWithWebhooks, createWebhookCatchUpJob } from "../../src/sync/webhook-jobs.ts";
import { captureLog } from "../personio/captured-log.ts";
import { NOON } from "../support/read-context.ts";
import { type Follower, useFollower } from "./support/follower.ts";

const TENANT = "acme";

const company = useFollower({ now: NOON });
let follower: Follower;
let edited: string;
beforeEach(async () => {
  follower = company();
  await createWebhook();
  const [row] = await follower.dataSource.query(
    "select personio_id as id from people where status = 'ACTIVE' order by personio_id limit 1",
  );
  edited = row.id;
  // During a downtime that is longer than the overlap of the catch-up.
  await follower.advance(1);
  await follower.sandbox.admin.change(edited, { last_name: "Kranich" });
  await follower.advance(1);
});

async function createWebhook(): Promise<void> {
  const { sandbox, dataSource, now } = follower;
  const personio = createPersonio({ apiUrl: sandbox.url, requestsPerMinute: null, log: captureLog().log });
  const url = "https://people.example/hooks/personio/t_1";
  const account = personio.openAccount(sandbox.credentials);
  const { id } = await account.createWebhook({
    url,
    description: "People directory",
    headers: { "X-Hook-Secret": "s3cret" },
    events: ["person.updated"],
  });
  const row = {
    id: randomUUID(),
    url,
    secretHash: hashWebhookSecret("s3cret"),
    personioId: id,
    createdAt: now,
  };
  await inTenant(dataSource, TENANT, (manager) => upsertWebhook(manager, row));
}

/** The service starts, and Personio delivers another event before the catch-up has run. */
async function restart(): Promise<void> {
  await catchUpWithWebhooks(follower);
  await inTenant(follower.dataSource, TENANT, (manager) => recordDelivery(manager, follower.now));
}

const waiting = async (): Promise<string[]> => {
  const rows: { id: string }[] = await follower.dataSource.query("select personio_id as id from hook_events");
  return rows.map(({ id }) => id);
};
const isCatchUpQueued = async (): Promise<boolean> =>
  (await follower.queue.boss.findJobs(webhookCatchUpJob.name, { queued: true })).length > 0;
const forgetJobs = () => follower.queue.boss.deleteAllJobs(webhookCatchUpJob.name);

test("the catch-up covers the whole downtime, also if another event is delivered first", async () => {
  await restart();
  expect(await isCatchUpQueued()).toBe(true);
  await follower.runJob(createWebhookCatchUpJob);
  expect(await waiting()).toEqual([edited]);
});

test("an integration that is BROKEN when the service starts catches up when it heals", async () => {
  await follower.sandbox.admin.revokeCredentials();
  await follower.syncManually();
  expect((await follower.integration()).status).toBe("BROKEN");
  await restart();
  await follower.runJob(createWebhookCatchUpJob);
  await forgetJobs();
  expect(await waiting()).toEqual([]);

  await follower.sandbox.admin.setCredentials(follower.sandbox.credentials);
  // It reads the people named by webhooks: none.
  await follower.work(await follower.requestRun({ trigger: "WEBHOOK", mode: "INCREMENTAL" }));
  expect((await follower.integration()).status).toBe("CONNECTED");
  expect(await isCatchUpQueued()).toBe(true);
  await follower.runJob(createWebhookCatchUpJob);
  expect(await waiting()).toEqual([edited]);
});

test("a run that has read all people has caught up", async () => {
  await restart();
  await follower.syncManually();
  await follower.runJob(createWebhookCatchUpJob);
  expect(await waiting()).toEqual([]);
});

test("a catch-up that Personio refused is repeated after the next start", async () => {
  await restart();
  await follower.sandbox.admin.setFaults([{ kind: "status", status: 503 }]);
  await follower.runJob(createWebhookCatchUpJob);
  await follower.sandbox.admin.clearFaults();
  await restart();
  await follower.runJob(createWebhookCatchUpJob);
  expect(await waiting()).toEqual([edited]);
});
