import { z } from "zod";
import { readRecordId } from "../http/record-id.ts";

/** An event about a person. The record must be read again: a webhook carries only ids. */
export type WebhookEvent = {
  /** `person.updated`, `employment.started`, … or an unknown event. */
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
 * Parses a delivery, or an entry of the event log. `null` if it is not an event of Personio. An invalid id is
 * `null` too: then it is only known that something happened.
 */
// VERIFY(personio): the fields inside `payload` are not documented, so all likely places are checked.
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
