import { z } from "zod";
import { readRecordId } from "../http/record-id.ts";

/** Personio's word that something happened to somebody. What it was must be read: a webhook carries ids and nothing else. */
export type WebhookEvent = {
  /** `person.updated`, `employment.started`, … or one that we have not met yet. */
  readonly eventName: string;
  readonly occurredAt: Date;
  readonly personId: string | null;
  readonly employmentId: string | null;
};

const eventBody = z.object({
  event_name: z.string().regex(/^[a-z][a-z.-]{0,99}$/),
  occurred_at: z.iso.datetime({ offset: true }),
  payload: z.record(z.string(), z.unknown()),
});

const reference = z.object({ id: z.unknown() });

/**
 * Pure: what a delivery, or an entry of the event log, is about. `null` for what is none of Personio's events. An id that
 * cannot be one is `null` too, so what is left of an odd event is that something happened.
 */
// VERIFY(personio): the fields inside `payload` are not documented, so every place that is likely is looked at.
export function readWebhookEvent(json: unknown): WebhookEvent | null {
  const { data: event } = eventBody.safeParse(json);
  if (!event) return null;
  const { event_name: eventName, payload } = event;
  const idOf = (noun: string): string | null =>
    readRecordId(reference.safeParse(payload[noun]).data?.id) ??
    readRecordId(payload[`${noun}_id`]) ??
    (eventName.startsWith(`${noun}.`) ? readRecordId(payload.id) : null);
  return {
    eventName,
    occurredAt: new Date(event.occurred_at),
    personId: idOf("person"),
    employmentId: idOf("employment"),
  };
}
