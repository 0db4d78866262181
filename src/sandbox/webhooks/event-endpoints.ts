import { z } from "zod";
import type { Answer } from "../api/answer.ts";
import type { FakePersonio } from "../api/personio.ts";
import { badRequest } from "../api/problem.ts";
import type { Call, Endpoint } from "../api-v2/endpoint.ts";
import { answerPage, pageOf, readPage } from "../api-v2/page.ts";
import { employmentIdOf } from "../company/uuids.ts";
import { type CompanyEvent, EVENT_NAMES } from "./event.ts";
import { isAcknowledged } from "./send.ts";
import type { Webhook } from "./webhook.ts";
import { MAY_READ, MAY_WRITE, readBody, WEBHOOK_LIMITS, withWebhook } from "./webhook-endpoints.ts";

/** VERIFY(personio): only this part of the body is certain. */
const testEventSchema = z.object({ event_name: z.enum(EVENT_NAMES) });

const ofWebhook =
  (answer: (personio: FakePersonio, webhook: Webhook, call: Call) => Answer): Endpoint["answer"] =>
  (personio, call) =>
    withWebhook(personio, call.id, (webhook) => answer(personio, webhook, call));

/** The events of a webhook in thirty days, and the means to send them again. */
export const EVENT_ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  "GET /v2/webhooks/:id/events": { ...MAY_READ, answer: ofWebhook(listEvents) },
  "GET /v2/webhooks/:id/activity": { ...MAY_READ, answer: ofWebhook(listActivity) },
  "POST /v2/webhooks/:id/ping": {
    ...MAY_WRITE,
    answer: ofWebhook((personio, webhook) => sendSample(personio, webhook, "ping")),
  },
  "POST /v2/webhooks/:id/test-event": {
    ...MAY_WRITE,
    answer: ofWebhook((personio, webhook, { body }) => {
      const asked = readBody(testEventSchema, body);
      return asked ? sendSample(personio, webhook, asked.event_name) : badRequest();
    }),
  },
  // VERIFY(personio): it is not known which events are sent again; here it is all that were never
  // acknowledged.
  "POST /v2/webhooks/:id/redelivery": {
    ...MAY_WRITE,
    answer: ofWebhook(({ webhooks }, webhook) => {
      webhooks.enqueue(webhook, webhooks.history.unacknowledgedBy(webhook));
      return ACCEPTED;
    }),
  },
};

const ACCEPTED: Answer = { status: 202, body: "" };

/**
 * VERIFY(personio): the order is not documented; here it is oldest first. An entry equals the delivery's
 * body.
 */
function listEvents({ webhooks }: FakePersonio, webhook: Webhook, call: Call): Answer {
  const filters = ["occurred_at.gte", "occurred_at.lte", "event_name"];
  const page = readPage(call.query, { ...WEBHOOK_LIMITS, filters });
  if ("status" in page) return page;
  const from = readInstant(page.filters.get("occurred_at.gte"), Number.NEGATIVE_INFINITY);
  const until = readInstant(page.filters.get("occurred_at.lte"), Number.POSITIVE_INFINITY);
  if (Number.isNaN(from) || Number.isNaN(until)) return badRequest();
  const names = page.filters.get("event_name")?.split(",");
  const matching = webhooks.history
    .eventsFor(webhook)
    .filter(
      ({ name, occurredAt }) => occurredAt >= from && occurredAt <= until && (names?.includes(name) ?? true),
    );
  const { records, next } = pageOf(matching, page);
  return answerPage(call, page, { records: records.map((event) => webhooks.write(event)), next });
}

/** VERIFY(personio): the fields are not documented. */
function listActivity({ webhooks }: FakePersonio, webhook: Webhook, call: Call): Answer {
  const page = readPage(call.query, { ...WEBHOOK_LIMITS, filters: [] });
  if ("status" in page) return page;
  const { records, next } = pageOf(webhooks.history.attemptsFor(webhook), page);
  const described = records.map(({ event, attemptedAt, status }) => ({
    event_name: event.name,
    occurred_at: new Date(event.occurredAt).toISOString(),
    attempted_at: new Date(attemptedAt).toISOString(),
    response_status: status,
    success: isAcknowledged(status),
  }));
  return answerPage(call, page, { records: described, next });
}

/** Sent and not logged, because no real event happened. */
function sendSample({ webhooks, clock, records }: FakePersonio, webhook: Webhook, name: string): Answer {
  const [someone] = name === "ping" ? [] : records.slice(0, 1);
  const event: CompanyEvent = {
    name,
    occurredAt: clock.now(),
    personId: someone?.id ?? null,
    employmentId: someone && name.startsWith("employment.") ? employmentIdOf(someone.id) : null,
  };
  webhooks.enqueue(webhook, [event]);
  return ACCEPTED;
}

const readInstant = (text: string | null, otherwise: number): number =>
  text === null ? otherwise : Date.parse(text);
