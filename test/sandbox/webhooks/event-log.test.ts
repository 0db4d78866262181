import { expect, test } from "vitest";
import { type SandboxWithWebhook, useSandboxWithWebhook } from "../support/start-with-webhook.ts";

const beginWithWebhook = useSandboxWithWebhook();

const logOf = async (service: SandboxWithWebhook, query = "") =>
  service.readAll(`/v2/webhooks/${service.webhook}/events?${query}`);

test("after a downtime, the log contains the undelivered events", async () => {
  const service = await beginWithWebhook();
  await service.admin.hire();
  await service.admin.settleWebhooks();
  await service.admin.setWebhookDelivery(false);
  const id = await service.admin.hire({ hire_date: "2026-12-01" });
  await service.admin.setWebhookDelivery(true);
  await service.admin.advanceClock({ days: 1 });
  await service.admin.settleWebhooks();

  const log = await logOf(service);
  expect(log.map(({ event_name: name }) => name)).toEqual([
    ...["person.created", "employment.created", "employment.started"],
    ...["person.created", "employment.created"],
  ]);
  // Concurrent deliveries arrive in any order.
  const delivered = service.receiver.delivered.map(({ body }) => body);
  expect(delivered).toHaveLength(3);
  expect(log.slice(0, 3)).toEqual(expect.arrayContaining(delivered));
  expect(log.slice(3)).toMatchObject([
    { event_name: "person.created", payload: { person: { id } } },
    { event_name: "employment.created", payload: { person: { id }, employment: { id: expect.any(String) } } },
  ]);
});

test("the log has pages, and filters by time and by name", async () => {
  const service = await beginWithWebhook();
  const id = await service.admin.hire();
  await service.admin.advanceClock({ days: 1 });
  await service.admin.change(id, { last_name: "Ångström" });
  await service.admin.advanceClock({ days: 1 });
  await service.admin.change(id, { office: "Porto" });
  const names = async (query: string) => (await logOf(service, query)).map(({ event_name: name }) => name);

  expect(await names("limit=1")).toHaveLength(5);
  expect(await names("occurred_at.gte=2026-11-24T00:00:00Z")).toEqual([
    "person.updated",
    "employment.updated",
  ]);
  expect(await names("occurred_at.gte=2026-11-24T00:00:00Z&occurred_at.lte=2026-11-25T00:00:00Z")).toEqual([
    "person.updated",
  ]);
  const [, updated] = await logOf(service, "event_name=person.created,person.updated");
  expect(await names(`occurred_at.lte=${updated?.occurred_at}&event_name=person.updated`)).toHaveLength(1);
  for (const query of ["occurred_at.gte=soon", "occurred_at.gt=2026-11-24T00:00:00Z", "limit=201"]) {
    const { status } = await service.send("GET", `/v2/webhooks/${service.webhook}/events?${query}`);
    expect([query, status]).toEqual([query, 400]);
  }
});

test("the log goes back thirty days, and not to before the webhook", async () => {
  const service = await beginWithWebhook({ webhook: { enabled_events: ["person.created"] } });
  await service.admin.hire();
  await service.admin.advanceClock({ days: 29 });
  await service.admin.hire();
  expect(await logOf(service)).toHaveLength(2);
  const later = await service.admin.addWebhook({
    url: `${service.receiver.url}/later`,
    description: "Later",
    auth_type: "NONE",
    enabled_events: ["person.created"],
  });
  expect(await service.readAll(`/v2/webhooks/${later}/events`)).toEqual([]);
  await service.admin.advanceClock({ days: 2 });
  expect(await logOf(service)).toHaveLength(1);
});

test("a ping and a test event are sent and not logged", async () => {
  const service = await beginWithWebhook();
  const post = (what: string, body: unknown = {}) =>
    service.send("POST", `/v2/webhooks/${service.webhook}/${what}`, body);
  expect((await post("ping")).status).toBe(202);
  await service.admin.settleWebhooks();
  expect((await post("test-event", { event_name: "employment.updated" })).status).toBe(202);
  expect((await post("test-event", { event_name: "person.promoted" })).status).toBe(400);
  await service.admin.settleWebhooks();
  expect(service.receiver.delivered.map(({ body }) => body)).toMatchObject([
    { event_name: "ping", payload: {} },
    {
      event_name: "employment.updated",
      payload: { person: { id: expect.any(String) }, employment: { id: expect.any(String) } },
    },
  ]);
  expect(await logOf(service)).toEqual([]);
});

test("a redelivery sends exactly the events that were never acknowledged", async () => {
  const service = await beginWithWebhook({ webhook: { enabled_events: ["person.created"] } });
  const redeliver = async () => {
    const { status } = await service.send("POST", `/v2/webhooks/${service.webhook}/redelivery`, {});
    await service.admin.settleWebhooks();
    return status;
  };
  await service.admin.hire();
  await service.admin.settleWebhooks();
  await service.admin.setWebhookDelivery(false);
  const missed = await service.admin.hire();
  await service.admin.setWebhookDelivery(true);
  expect(await redeliver()).toBe(202);
  expect(service.receiver.delivered).toHaveLength(2);
  expect(service.receiver.delivered[1]?.body.payload.person?.id).toBe(missed);
  await redeliver();
  expect(service.receiver.delivered).toHaveLength(2);
});

test("a test can send the log again and in the wrong order", async () => {
  const service = await beginWithWebhook({ webhook: { auth_type: "TOKEN", token: "secret" } });
  await service.admin.setWebhookDelivery(false);
  await service.admin.hire();
  const statuses = await service.admin.sendWebhooks({
    webhook: service.webhook,
    copies: 2,
    order: "reversed",
  });
  expect(statuses).toEqual(new Array(6).fill(202));
  expect(service.receiver.names()).toEqual([
    "employment.started",
    "employment.started",
    "employment.created",
    "employment.created",
    "person.created",
    "person.created",
  ]);
  expect(service.receiver.delivered[0]?.headers.authorization).toBe("secret");
});

test("a test can forge events: invented, and without the secret", async () => {
  const service = await beginWithWebhook({ webhook: { auth_type: "TOKEN", token: "secret" } });
  service.receiver.answerWith(401);
  const events = [
    { eventName: "person.deleted", personId: "1", occurredAt: "2020-01-01T00:00:00Z" },
    { eventName: "made.up", personId: "2", employmentId: "x" },
  ];
  const { webhook } = service;
  expect(await service.admin.sendWebhooks({ webhook, events, headers: { authorization: "guess" } })).toEqual([
    401, 401,
  ]);
  expect(await service.admin.sendWebhooks({ webhook, events: events.slice(0, 1), headers: {} })).toEqual([
    401,
  ]);
  expect(service.receiver.delivered.map(({ headers }) => headers.authorization)).toEqual([
    "guess",
    "guess",
    undefined,
  ]);
  expect(service.receiver.delivered[0]?.body).toMatchObject({
    event_name: "person.deleted",
    occurred_at: "2020-01-01T00:00:00.000Z",
    payload: { person: { id: "1" } },
  });
  expect(service.receiver.delivered[1]?.body.payload).toEqual({
    person: { id: "2" },
    employment: { id: "x" },
  });
  expect(await logOf(service)).toEqual([]);

  await service.receiver[Symbol.asyncDispose]();
  expect(await service.admin.sendWebhooks({ webhook, events: events.slice(0, 1) })).toEqual([null]);
  await expect(service.admin.sendWebhooks({ webhook: "none" })).rejects.toThrow(/There is no webhook none/);
});
