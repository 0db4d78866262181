import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApp } from "../../../src/app.ts";
import { createLogger } from "../../../src/log.ts";
import { readDirectoryRows } from "../../support/directory-rows.ts";
import { startTestApp, type TestApp } from "../../support/test-app.ts";
import {
  type CompanyWithWebhook,
  createWebhook,
  eventAbout,
  eventuallyInSeconds,
  readState,
  startWithWebhook,
  webhookRuns,
} from "./support.ts";

// Tests that wait for runs have their own company. Most of the time is waiting, so they run concurrently.

test.concurrent("(A18) a delivery that comes twice, late or out of order changes nothing beyond what is in Personio", async () => {
  await using company = await startWithWebhook();
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

/** Personio's id of the webhook. */
async function webhookId({ app }: TestApp): Promise<string> {
  const [row] = await app.database.dataSource.query("select personio_id from personio_webhooks");
  return row.personio_id;
}

test.concurrent("a start catches up with what happened while the service was down", async () => {
  await using company = await startWithWebhook();
  const { service, rename, untilNamed, untilAllRead } = company;
  // A second process on the same database stands for the restarted one: the first keeps its port and receives
  // nothing.
  await service.sandbox.admin.setWebhookDelivery(false);
  await rename("Kranich");
  await service.sandbox.admin.setWebhookDelivery(true);
  const { reach, ...config } = service.config;
  await using _again = await startApp({ ...config, reach: { ...reach, port: 0 } }, createLogger("silent"));
  await untilNamed("Kranich");
  await untilAllRead();
  expect((await webhookRuns(service))[0]).toMatchObject({ mode: "INCREMENTAL" });
});

test.concurrent("an account that is read with version 2 follows its webhook too", async () => {
  await using company = await startWithWebhook();
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

test.concurrent("no webhook is created if our public address is unknown", async () => {
  await using unreachable = await startTestApp({ sandbox: { people: 10 } });
  await unreachable.connect();
  const { errors } = await unreachable.ask<unknown>("mutation { createPersonioWebhook { url } }");
  expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
});

describe("the webhook", () => {
  let company: CompanyWithWebhook;
  beforeAll(async () => {
    company = await startWithWebhook();
  });
  afterAll(() => company[Symbol.asyncDispose]());

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
    await service.sandbox.admin.setRights({ webhooks: true });
    const webhook = await createWebhook(service);
    const former = await webhookId(service);
    await service.get("mutation { disconnectPersonio { id } }");
    expect(await deliver(eventAbout(personId), webhook)).toBe(404);
    expect((await readState(service)).webhook).toBeNull();
    await expect(service.sandbox.admin.sendWebhooks({ webhook: former })).rejects.toThrow();
  });
});
