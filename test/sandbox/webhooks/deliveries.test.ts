import { expect, test } from "vitest";
import { RETRY_DELAYS_MS } from "../../../src/sandbox/webhooks/deliveries.ts";
import { eventually } from "../../support/eventually.ts";
import { timed } from "../../support/slowness.ts";
import { useSandboxWithWebhook } from "../support/start-with-webhook.ts";

const beginWithWebhook = useSandboxWithWebhook();

/** Three days become a quarter of a second. */
const FAST = { retriesFasterBy: 1_000_000 };
const ONE_EVENT = { enabled_events: ["person.created" as const] };

test("the retries fit in three days, with growing delays", () => {
  expect(RETRY_DELAYS_MS).toHaveLength(6);
  expect(RETRY_DELAYS_MS).toEqual(RETRY_DELAYS_MS.toSorted((left, right) => left - right));
  expect(RETRY_DELAYS_MS.reduce((total, delay) => total + delay)).toBeLessThan(3 * 86_400_000);
});

test("a delivery is a POST of JSON with the token unchanged, and no signature", async () => {
  const service = await beginWithWebhook({
    webhook: { ...ONE_EVENT, auth_type: "TOKEN", token: "Bearer abc" },
  });
  await service.admin.hire();
  await service.admin.settleWebhooks();
  expect(service.receiver.delivered).toHaveLength(1);
  const [{ method, headers } = { method: "", headers: {} }] = service.receiver.delivered;
  expect([method, headers["content-type"], headers.authorization]).toEqual([
    "POST",
    "application/json",
    "Bearer abc",
  ]);
  expect(Object.keys(headers).filter((name) => /signature|personio/i.test(name))).toEqual([]);
});

test("custom headers replace the token, and NONE sends neither", async () => {
  const custom = await beginWithWebhook({
    webhook: {
      ...ONE_EVENT,
      auth_type: "CUSTOM",
      custom_headers: { "X-Hook-Secret": "s3" },
      token: "unused",
    },
  });
  await custom.admin.hire();
  await custom.admin.settleWebhooks();
  expect(custom.receiver.delivered[0]?.headers).toMatchObject({ "x-hook-secret": "s3" });
  expect(custom.receiver.delivered[0]?.headers).not.toHaveProperty("authorization");

  await custom.send("PATCH", `/v2/webhooks/${custom.webhook}`, { auth_type: "NONE" });
  await custom.admin.hire();
  await custom.admin.settleWebhooks();
  expect(custom.receiver.delivered[1]?.headers).not.toHaveProperty("x-hook-secret");
});

test("only enabled events are sent, and none while the webhook is disabled", async () => {
  const service = await beginWithWebhook({ webhook: ONE_EVENT });
  const patch = (fields: object) => service.send("PATCH", `/v2/webhooks/${service.webhook}`, fields);
  const id = await service.admin.hire();
  await service.admin.change(id, { last_name: "Ångström" });
  await service.admin.settleWebhooks();
  await patch({ status: "DISABLED" });
  await service.admin.hire();
  await patch({ status: "ENABLED", enabled_events: ["person.updated"] });
  await service.admin.change(id, { last_name: "Łoś" });
  await service.admin.settleWebhooks();
  expect(service.receiver.names()).toEqual(["person.created", "person.updated"]);
});

test.each([500, 502, 503])("a %i is retried: twice at once, fourteen requests in all", async (status) => {
  const service = await beginWithWebhook({ webhook: ONE_EVENT, settings: FAST });
  service.receiver.answerWith(status);
  await service.admin.hire();
  await eventually(() => service.receiver.delivered.length === 14);
  const [first] = service.receiver.delivered;
  expect(service.receiver.delivered.every(({ body }) => body.occurred_at === first?.body.occurred_at)).toBe(
    true,
  );
  const activity = await service.readAll(`/v2/webhooks/${service.webhook}/activity`);
  expect(activity).toHaveLength(14);
  expect(activity[13]).toMatchObject({
    event_name: "person.created",
    response_status: status,
    success: false,
  });
});

test.each([200, 204, 301, 307, 400, 401, 404, 410, 429, 501])("a %i is not retried", async (status) => {
  const service = await beginWithWebhook({ webhook: ONE_EVENT, settings: FAST });
  service.receiver.answerWith(status, { location: `${service.receiver.url}/elsewhere` });
  await service.admin.hire();
  await service.admin.settleWebhooks();
  await service.admin.advanceClock({ days: 3 });
  await service.admin.settleWebhooks();
  expect(service.receiver.delivered).toHaveLength(1);
});

test("a timeout is retried, and so is a refused connection", async () => {
  const service = await beginWithWebhook({ webhook: ONE_EVENT, settings: { ...FAST, timeoutMs: 50 } });
  service.receiver.answerWith("silence");
  await service.admin.hire();
  await eventually(() => service.receiver.delivered.length > 2);
  const [attempt] = await service.readAll(`/v2/webhooks/${service.webhook}/activity`);
  expect(attempt).toMatchObject({ response_status: null, success: false });

  await service.receiver[Symbol.asyncDispose]();
  const attempts = (await service.readAll(`/v2/webhooks/${service.webhook}/activity`)).length;
  await eventually(async () => {
    const { length } = await service.readAll(`/v2/webhooks/${service.webhook}/activity`);
    return length > attempts;
  });
});

test("a receiver has three seconds to respond", async () => {
  const service = await beginWithWebhook({ webhook: ONE_EVENT });
  service.receiver.answerWith("silence");
  await service.admin.hire();
  const startedAt = performance.now();
  await eventually(() => service.receiver.delivered.length === 2);
  // The second request comes a second after the first timed out.
  expect(performance.now() - startedAt).toBeGreaterThan(3_900);
});

test("a retry succeeds once the receiver works again, when it is due on the sandbox's clock", async () => {
  const service = await beginWithWebhook({ webhook: ONE_EVENT });
  service.receiver.answerWith(503);
  await service.admin.hire();
  await service.admin.settleWebhooks();
  expect(service.receiver.delivered).toHaveLength(2);

  service.receiver.answerWith(202);
  await service.admin.advanceClock({ days: 4 / 1_440 });
  await service.admin.settleWebhooks();
  expect(service.receiver.delivered).toHaveLength(2);
  await service.admin.advanceClock({ days: 2 / 1_440 });
  await service.admin.settleWebhooks();
  expect(service.receiver.delivered).toHaveLength(3);
  await service.admin.advanceClock({ days: 3 });
  await service.admin.settleWebhooks();
  expect(service.receiver.delivered).toHaveLength(3);
});

test("many events at once all arrive, with few concurrent requests", async () => {
  const service = await beginWithWebhook();
  await Promise.all(Array.from({ length: 100 }, () => service.admin.hire()));
  await service.admin.settleWebhooks();
  expect(service.receiver.delivered).toHaveLength(300);
});

test("the sandbox sends only to its own machine", async () => {
  const service = await beginWithWebhook({
    webhook: { ...ONE_EVENT, url: "https://people.example/hooks" },
  });
  await service.admin.hire();
  await service.admin.settleWebhooks();
  const activity = await service.readAll(`/v2/webhooks/${service.webhook}/activity`);
  expect(activity.map(({ response_status: status }) => status)).toEqual([null, null]);
});

test("a sandbox with running deliveries and pending retries stops at once", async () => {
  const service = await beginWithWebhook({ settings: { ...FAST, timeoutMs: 60_000 } });
  service.receiver.answerWith("silence");
  await service.admin.hire();
  await eventually(() => service.receiver.delivered.length > 0);
  const { quietMs } = await timed(5_000, () => service[Symbol.asyncDispose]());
  // And does not wait for the receiver's minute.
  expect(quietMs).toBeLessThan(5_000);
});
