import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sealWebhookAddress } from "../../../src/integration/webhooks/webhook-address.ts";
import { countStatements } from "../../support/count-statements.ts";
import { eventually } from "../../support/eventually.ts";
import { countWaiting, openTransaction } from "../../support/locks.ts";
import type { TestApp } from "../../support/test-app.ts";
import {
  createWebhook,
  eventAbout,
  listPeople,
  post,
  readState,
  startReachable,
  type Webhook,
  waitingPeople,
  webhookRuns,
} from "./support.ts";

let service: TestApp;
let webhook: Webhook;
let personId: string;
beforeAll(async () => {
  service = await startReachable();
  await service.connect();
  webhook = await createWebhook(service);
  personId = (await listPeople(service))[0]?.personioId ?? "";
});
afterAll(() => service[Symbol.asyncDispose]());

const deliver = (body: string, headers: Record<string, string> = { [webhook.headerName]: webhook.secret }) =>
  post(webhook.url, { headers, body });

describe("a delivery (A18)", () => {
  const written = async () => ({
    waitingPeople: await waitingPeople(service),
    received: (await readState(service)).webhook?.lastReceivedAt,
    runs: (await webhookRuns(service)).length,
  });
  let before: Awaited<ReturnType<typeof written>>;
  beforeEach(async () => {
    before = await written();
  });

  test.each([
    ["no secret", () => ({})],
    ["another secret", () => ({ "x-hook-secret": "f3b0c4a2d19e" })],
    ["the secret and more", () => ({ "x-hook-secret": `${webhook.secret}x` })],
    ["an empty secret", () => ({ "x-hook-secret": "" })],
    ["another token", () => ({ authorization: "Bearer f3b0c4a2d19e" })],
  ])("a delivery with %s is refused with 401, and changes nothing", async (_case, headers) => {
    expect(await deliver(eventAbout(personId), headers())).toBe(401);
    expect(await written()).toEqual(before);
  });

  test("a delivery to an unknown address is answered with 404, and changes nothing", async () => {
    const headers = { [webhook.headerName]: webhook.secret };
    const body = eventAbout(personId);
    const baseUrl = webhook.url.slice(0, webhook.url.lastIndexOf("/"));
    const strangers = [{ id: "stranger", key: randomBytes(32) }];
    const forged = sealWebhookAddress(strangers, { tenantId: "default", webhookId: randomUUID() });
    const forgotten = sealWebhookAddress(service.config.secretKeys, {
      tenantId: "default",
      webhookId: randomUUID(),
    });
    for (const address of ["t_481920", forged, forgotten, "", "%00", `${"x".repeat(5_000)}`])
      expect(await post(`${baseUrl}/${address}`, { headers, body }), address).toBe(404);
    expect(await written()).toEqual(before);
  });

  test("a delivery may carry the secret as a token, with and without its prefix", async () => {
    expect(await deliver("{}", { authorization: `Bearer ${webhook.secret}` })).toBe(202);
    expect(await deliver("{}", { authorization: webhook.secret })).toBe(202);
  });

  test.each([
    ["no JSON", "{"],
    ["an empty body", ""],
    ["JSON that is not an event", "[1]"],
    [
      "an event without a person",
      JSON.stringify({ event_name: "ping", occurred_at: "2026-11-20T08:31:07Z", payload: {} }),
    ],
    ["an id that is a path", eventAbout("../attributes")],
  ])("a delivery with %s is accepted, and no person is read", async (_case, body) => {
    expect(await deliver(body)).toBe(202);
    expect(await waitingPeople(service)).toEqual([]);
  });

  test("a delivery that is too large is refused", async () => {
    expect(await deliver(`"${"x".repeat(20_000)}"`)).toBe(413);
  });
});

test("D18: a burst of deliveries for one company leaves connections to requests, even while it hangs", async () => {
  const { dataSource } = service.app.database;
  const unlock = await openTransaction(dataSource, "lock table hook_events in access exclusive mode");
  const delivered = Promise.all(Array.from({ length: 30 }, () => deliver(eventAbout(personId))));
  await eventually(async () => (await countWaiting(dataSource, "hook_events")) >= 2);

  expect(await service.get("{ people { totalCount } }")).toMatchObject({ people: {} });
  expect(await countWaiting(dataSource, "hook_events")).toBeLessThanOrEqual(2);
  await unlock();
  // On a slow machine some of them wait for the lock until they fail.
  await delivered;
  expect(await deliver(eventAbout(personId))).toBe(202);
});

describe("wrong deliveries", () => {
  test("a hundred wrong secrets cost no query, and the right secret is accepted among them", async () => {
    const wrong = { [webhook.headerName]: "f3b0c4a2d19e" };
    await deliver(eventAbout(personId));
    const { result, statements } = await countStatements(service.serving, () =>
      Promise.all(Array.from({ length: 100 }, () => deliver(eventAbout(personId), wrong))),
    );

    expect(new Set(result)).toEqual(new Set([401]));
    expect(statements).toEqual([]);
    expect(await deliver(eventAbout(personId))).toBe(202);
  });

  test("former addresses cost a sender at most 60 queries a minute, and then ask for a later delivery", async () => {
    const address = webhook.url.slice(0, webhook.url.lastIndexOf("/"));
    const former = () =>
      sealWebhookAddress(service.config.secretKeys, { tenantId: "default", webhookId: randomUUID() });
    const statuses: number[] = [];
    for (let sent = 0; sent < 70; sent += 1)
      statuses.push(await post(`${address}/${former()}`, { headers: {}, body: "{}" }));

    expect(new Set(statuses)).toEqual(new Set([404, 503]));
    expect(statuses.filter((status) => status === 404).length).toBeLessThanOrEqual(60);
    // The webhook in use stays known.
    expect(await deliver(eventAbout(personId))).toBe(202);
  });
});
