import { describe, expect, test } from "vitest";
import { readWebhookEvent } from "../../../src/personio/webhooks/read-webhook-event.ts";

const EMPLOYMENT = "0b7f3c58-6c0e-4d5e-9b2b-5f8e1f0f3a10";

const delivery = (payload: unknown, more: Record<string, unknown> = {}) => ({
  company_id: "481920",
  event_name: "employment.updated",
  occurred_at: "2026-11-20T08:31:07.214Z",
  payload,
  meta: {},
  ...more,
});

describe("readWebhookEvent", () => {
  test("readWebhookEvent reads the event, its time and its person", () => {
    expect(readWebhookEvent(delivery({ person: { id: "7311391" }, employment: { id: EMPLOYMENT } }))).toEqual(
      {
        eventName: "employment.updated",
        occurredAt: new Date("2026-11-20T08:31:07.214Z"),
        personId: "7311391",
        employmentId: EMPLOYMENT,
      },
    );
  });

  test.each([
    [{ person_id: "7", employment_id: EMPLOYMENT }, "7", EMPLOYMENT],
    [{ person_id: 7, employment_id: EMPLOYMENT }, "7", EMPLOYMENT],
    [{ person: { id: 7 } }, "7", null],
    [{ id: EMPLOYMENT, person_id: "7" }, "7", EMPLOYMENT],
    [{ id: EMPLOYMENT }, null, EMPLOYMENT],
    [{ person: null, person_id: "7" }, "7", null],
    [{ person: "7" }, null, null],
    [{}, null, null],
  ])("readWebhookEvent finds the ids in %j", (payload, personId, employmentId) => {
    expect(readWebhookEvent(delivery(payload))).toMatchObject({ personId, employmentId });
  });

  test("a bare id belongs to the subject of the event", () => {
    const event = (name: string) => readWebhookEvent(delivery({ id: "7" }, { event_name: name }));
    expect(event("person.created")).toMatchObject({ personId: "7", employmentId: null });
    expect(event("employment.started")).toMatchObject({ personId: null, employmentId: "7" });
    expect(event("absence-period.created")).toMatchObject({ personId: null, employmentId: null });
    expect(event("ping")).toMatchObject({ eventName: "ping", personId: null });
  });

  test.each(["../auth", "attributes", "7?x=1", "", 2 ** 60, true, ["7"]])(
    "readWebhookEvent rejects the id %j, which would become part of a path",
    (id) => {
      expect(readWebhookEvent(delivery({ person: { id } }))).toMatchObject({ personId: null });
    },
  );

  test.each([
    null,
    "person.updated",
    [],
    {},
    delivery(null),
    delivery([]),
    delivery({}, { event_name: 7 }),
    delivery({}, { event_name: "" }),
    delivery({}, { event_name: "person.updated\nx" }),
    delivery({}, { event_name: "a".repeat(101) }),
    delivery({}, { occurred_at: "yesterday" }),
    delivery({}, { occurred_at: "2026-13-40T08:31:07Z" }),
    delivery({}, { occurred_at: undefined }),
  ])("readWebhookEvent returns null for other JSON: %j", (json) => {
    expect(readWebhookEvent(json)).toBeNull();
  });
});
