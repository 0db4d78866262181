import { expect, test } from "vitest";
import type { Delivered } from "../support/receiver.ts";
import { type SandboxWithWebhook, useSandboxWithWebhook } from "../support/start-with-webhook.ts";

const beginWithWebhook = useSandboxWithWebhook();

type EventJson = Delivered["body"];

/**
 * The entries that `act` adds to the event log, which keeps their order; deliveries may overtake each other.
 */
async function logged(service: SandboxWithWebhook, act: () => Promise<unknown>): Promise<EventJson[]> {
  const read = () => service.readAll(`/v2/webhooks/${service.webhook}/events`);
  const before = new Set((await read()).map((event) => JSON.stringify(event)));
  await act();
  return (await read()).filter((event) => !before.has(JSON.stringify(event))) as EventJson[];
}

/** The names of the events that `act` fires, in order. Every event is delivered. */
async function firedBy(service: SandboxWithWebhook, act: () => Promise<unknown>): Promise<string[]> {
  await service.admin.settleWebhooks();
  const before = service.receiver.delivered.length;
  const names = (await logged(service, act)).map(({ event_name: name }) => name);
  await service.admin.settleWebhooks();
  expect(service.receiver.names().slice(before).sort()).toEqual(names.toSorted());
  return names;
}

test("a hire creates a person and an employment, which starts on its day", async () => {
  const service = await beginWithWebhook();
  const fired = await firedBy(service, () => service.admin.hire({ hire_date: "2026-12-01" }));
  expect(fired).toEqual(["person.created", "employment.created"]);

  const { admin } = service;
  expect(await firedBy(service, () => admin.advanceClock({ to: "2026-11-30T22:59:00Z" }))).toEqual([]);
  // Midnight in Berlin.
  expect(await firedBy(service, () => admin.advanceClock({ to: "2026-11-30T23:01:00Z" }))).toEqual([
    "employment.started",
  ]);
  expect(service.receiver.delivered.at(-1)?.body.occurred_at).toBe("2026-11-30T23:00:00.000Z");
});

test("a hire of today or before has started", async () => {
  const service = await beginWithWebhook();
  const all = ["person.created", "employment.created", "employment.started"];
  expect(await firedBy(service, () => service.admin.hire())).toEqual(all);
  expect(await firedBy(service, () => service.admin.hire({ hire_date: "2020-01-01" }))).toEqual(all);
});

test("a termination is an update on entry, and an end at 00:00 UTC of the day after", async () => {
  const service = await beginWithWebhook();
  const { admin } = service;
  const id = await admin.hire({ hire_date: "2020-01-01" });
  expect(await firedBy(service, () => admin.terminate(id, "2026-11-30"))).toEqual(["employment.updated"]);
  expect(await firedBy(service, () => admin.advanceClock({ to: "2026-11-30T23:59:00Z" }))).toEqual([]);
  expect(await firedBy(service, () => admin.advanceClock({ to: "2026-12-01T00:00:00Z" }))).toEqual([
    "employment.terminated",
  ]);
  expect(service.receiver.delivered.at(-1)?.body).toMatchObject({
    occurred_at: "2026-12-01T00:00:00.000Z",
    payload: { person: { id } },
  });
});

test("a termination in the past ends at once", async () => {
  const service = await beginWithWebhook();
  const id = await service.admin.hire({ hire_date: "2020-01-01" });
  expect(await firedBy(service, () => service.admin.terminate(id, "2026-11-01"))).toEqual([
    "employment.updated",
    "employment.terminated",
  ]);
});

test("days that pass at once fire in their order, once each", async () => {
  const service = await beginWithWebhook();
  const { admin } = service;
  const late = await admin.hire({ hire_date: "2026-12-10" });
  const early = await admin.hire({ hire_date: "2026-11-26" });
  await admin.terminate(early, "2026-12-05");
  const fired = await logged(service, () => admin.advanceClock({ to: "2026-12-15T12:00:00Z" }));
  const pairs = fired
    .map(({ event_name: name, payload }) => [name, payload.person?.id])
    .filter(([, id]) => id === late || id === early);
  expect(pairs).toEqual([
    ["employment.started", early],
    ["employment.terminated", early],
    ["employment.started", late],
  ]);
  expect(await firedBy(service, () => admin.advanceClock({ days: 0.1 }))).toEqual([]);
});

test("the end of a contract fires nothing", async () => {
  const service = await beginWithWebhook();
  await service.admin.hire({ hire_date: "2020-01-01", contract_end_date: "2026-11-24" });
  expect(await firedBy(service, () => service.admin.advanceClock({ days: 3 }))).toEqual([]);
});

test.each([
  [{ first_name: "Zoë" }, ["person.updated"]],
  [{ email: "zoe@nordlicht.example" }, ["person.updated"]],
  [{ gender: "diverse" as const }, ["person.updated"]],
  [{ dynamic_402190: "M" }, ["person.updated"]],
  [{ department: "Robot Ethics" }, ["employment.updated"]],
  [{ supervisor: null }, ["employment.updated"]],
  [{ cost_centers: [{ name: "CC-1", percentage: 100 }] }, ["employment.updated.cost-centers"]],
  [{ contract_end_date: "2027-01-31" }, ["employment.updated"]],
  [{ last_name: "Ångström", office: "Porto" }, ["person.updated", "employment.updated"]],
  // A changed job or position is known not to fire.
  [{ position: "Poet" }, []],
])("a change of %j fires %j", async (attributes, events) => {
  const service = await beginWithWebhook();
  const id = await service.admin.hire({ hire_date: "2020-01-01" });
  expect(await firedBy(service, () => service.admin.change(id, attributes))).toEqual(events);
});

test("which attributes fire employment.updated is a setting", async () => {
  const service = await beginWithWebhook({ settings: { employmentAttributes: ["position"] } });
  const id = await service.admin.hire();
  expect(await firedBy(service, () => service.admin.change(id, { position: "Poet" }))).toEqual([
    "employment.updated",
  ]);
  expect(await firedBy(service, () => service.admin.change(id, { office: "Porto" }))).toEqual([]);
});

test("a deletion also deletes the employment, and a rename fires no event", async () => {
  const service = await beginWithWebhook();
  const id = await service.admin.hire();
  expect(await firedBy(service, () => service.admin.remove(id))).toEqual([
    "person.deleted",
    "employment.deleted",
  ]);
  expect(await firedBy(service, () => service.admin.rename({ from: "Sales", to: "Vertrieb" }))).toEqual([]);
});

test("a rehire is a new person, and the old one's address changes", async () => {
  const service = await beginWithWebhook();
  const id = await service.admin.hire({ hire_date: "2020-01-01" });
  await service.admin.terminate(id, "2026-11-01");
  let newId = "";
  const fired = await logged(service, async () => {
    newId = await service.admin.rehire(id, { hire_date: "2026-12-01" });
  });
  expect(fired.map(({ event_name: name, payload }) => [name, payload.person?.id])).toEqual([
    ["person.created", newId],
    ["employment.created", newId],
    ["person.updated", id],
  ]);
});

test("an event contains ids of version 2 and never the new values", async () => {
  const service = await beginWithWebhook();
  let id = "";
  const bodies = await logged(service, async () => {
    id = await service.admin.hire();
  });
  const employment = await service.employment(id);
  const common = { company_id: expect.stringMatching(/^\d{6}$/), meta: {} };
  const occurred_at = expect.stringMatching(/^2026-11-23T09:0\d:\d\d\.\d{3}Z$/);
  expect(bodies[0]).toEqual({
    ...common,
    event_name: "person.created",
    occurred_at,
    payload: { person: { id } },
  });
  expect(bodies[1]).toEqual({
    ...common,
    event_name: "employment.created",
    occurred_at,
    payload: { person: { id }, employment: { id: employment.id } },
  });
});

test("the payload may be flat", async () => {
  const service = await beginWithWebhook({ settings: { payload: "flat" } });
  const id = await service.admin.hire();
  await service.admin.settleWebhooks();
  const payloads = service.receiver.delivered.map(({ body }) => body.payload);
  expect(payloads).toContainEqual({ person_id: id });
  expect(payloads).toContainEqual({ person_id: id, employment_id: expect.any(String) });
});
