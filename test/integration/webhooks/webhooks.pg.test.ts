import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type App, startApp } from "../../../src/app.ts";
import { createLogger } from "../../../src/log.ts";
import { readDirectoryRows } from "../../support/directory-rows.ts";
import type { SharedApp } from "../../support/shared-app.ts";
import type { TestApp } from "../../support/test-app.ts";
import {
  type CompanyWithWebhook,
  createWebhook,
  eventAbout,
  eventuallyInSeconds,
  readState,
  startSharedReachable,
  webhookRuns,
  withWebhook,
} from "./support.ts";

// The last test restarts the app: what it missed while it was down is the statement.

let shared: SharedApp;
let restarted: App | undefined;
beforeAll(async () => {
  shared = await startSharedReachable({ sandbox: { people: 15 } });
});
afterAll(async () => {
  await restarted?.[Symbol.asyncDispose]();
  await shared[Symbol.asyncDispose]();
});
let company: CompanyWithWebhook;
beforeEach(async () => {
  await shared.resetConnected();
  company = await withWebhook(shared);
});

/** Personio's id of the webhook. */
async function webhookId({ app }: TestApp): Promise<string> {
  const [row] = await app.database.dataSource.query("select personio_id from personio_webhooks");
  return row.personio_id;
}

test("(A18) a delivery that comes twice, late or out of order changes nothing beyond what is in Personio", async () => {
  const { service, rename, untilNamed, untilAllRead } = company;
  await service.sandbox.admin.setWebhookDelivery(false);
  await rename("Kranich");
  await rename("Reiher");
  const sending = { webhook: await webhookId(service), copies: 3, order: "reversed" } as const;
  expect(new Set(await service.sandbox.admin.sendWebhooks(sending))).toEqual(new Set([202]));
  await untilNamed("Reiher");
  await untilAllRead();

  const before = await readDirectoryRows(service.databaseUrl);
  const runs = (await webhookRuns(service)).length;
  await service.sandbox.admin.sendWebhooks({ webhook: await webhookId(service), copies: 2 });
  await eventuallyInSeconds(async () => (await webhookRuns(service)).length > runs, "another run");
  await untilAllRead();
  expect(await readDirectoryRows(service.databaseUrl)).toEqual(before);
});

test("an account that is read with version 2 follows its webhook too", async () => {
  const { service, rename, untilNamed, untilAllRead } = company;
  await service.sandbox.admin.setRights({ v1: false });
  await service.get("mutation { setPersonioApiVersion(version: V2) { id } }");
  await rename("Kranich");
  await untilNamed("Kranich");
  await untilAllRead();
  // The first read with other ids reads everyone.
  expect(await webhookRuns(service)).toMatchObject([{ mode: "FULL" }]);
  await rename("Reiher");
  await untilNamed("Reiher");
  expect((await webhookRuns(service))[0]).toMatchObject({ mode: "INCREMENTAL", employeesRead: 1 });
});

test("the service stores only a hash of the webhook's secret", async () => {
  const { service, webhook } = company;
  const rows = await service.app.database.dataSource.query("select * from personio_webhooks");
  expect(JSON.stringify(rows)).not.toContain(webhook.secret);
});

test("a new cost center, for which Personio has an event of its own, comes by the webhook", async () => {
  const { service, personId, untilAllRead } = company;
  await service.sandbox.admin.change(personId, { cost_centers: [{ name: "Tierpark", percentage: 100 }] });
  const costCenter = async (): Promise<unknown> => {
    const { people } = await service.get<{ people: { nodes: unknown[] } }>(
      `{ people(filter: { personioIds: ["${personId}"] }) { nodes { costCenter } } }`,
    );
    return people.nodes;
  };
  await eventuallyInSeconds(
    async () => isDeepStrictEqual(await costCenter(), [{ costCenter: "Tierpark" }]),
    "the new cost center",
  );
  await untilAllRead();
});

test("a recreated webhook has another address and secret, and the former one is gone on both sides", async () => {
  const { service, webhook, personId, deliver } = company;
  const former = await webhookId(service);
  const renewed = await createWebhook(service);
  expect(renewed.url).not.toBe(webhook.url);
  expect(renewed.secret).not.toBe(webhook.secret);
  expect(await deliver(eventAbout(personId))).toBe(404);
  await expect(service.sandbox.admin.sendWebhooks({ webhook: former })).rejects.toThrow();
});

test("an admin creates the webhook by hand if the credential may not, and then it works too", async () => {
  const { service, personId, deliver, rename, untilNamed } = company;
  await service.sandbox.admin.setRights({ webhooks: false });
  const webhook = await createWebhook(service);
  expect(webhook).toMatchObject({ createdInPersonio: false, help: expect.stringContaining(webhook.url) });
  expect(webhook.help).not.toContain(webhook.secret);
  await rename("Kranich");
  expect(await deliver(eventAbout(personId), webhook)).toBe(202);
  await untilNamed("Kranich");
});

test("the webhook goes with the account, on both sides", async () => {
  const { service, personId, deliver } = company;
  const former = await webhookId(service);
  await service.get("mutation { disconnectPersonio { id } }");
  expect(await deliver(eventAbout(personId))).toBe(404);
  expect((await readState(service)).webhook).toBeNull();
  await expect(service.sandbox.admin.sendWebhooks({ webhook: former })).rejects.toThrow();
});

test("a start catches up with what happened while the service was down", async () => {
  const { service, rename, untilNamed, untilAllRead } = company;
  // Personio reaches no service, and does not try again.
  await service.sandbox.admin.setWebhookDelivery(false);
  await service.app[Symbol.asyncDispose]();
  await rename("Kranich");
  await service.sandbox.admin.setWebhookDelivery(true);
  restarted = await startApp(service.config, createLogger("silent"));
  await untilNamed("Kranich");
  await untilAllRead();
  expect((await webhookRuns(service))[0]).toMatchObject({ mode: "INCREMENTAL" });
});
