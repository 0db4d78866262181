/** The events that a webhook can enable; the sandbox fires those of persons and employments. */
export const EVENT_NAMES = [
  "person.created",
  "person.updated",
  "person.deleted",
  "employment.created",
  "employment.updated",
  "employment.updated.cost-centers",
  "employment.deleted",
  "employment.started",
  "employment.terminated",
  "absence-period.created",
  "absence-period.updated.status",
  "absence-period.updated.timerange",
  "absence-period.deleted",
  "attendance-period.created",
  "attendance-period.updated",
  "attendance-period.deleted",
  "document.created",
  "document.updated",
  "document.deleted",
  "document.signed",
] as const;

export type EventName = (typeof EVENT_NAMES)[number];

/** An event about a person. It contains ids, and never the new values. */
export type CompanyEvent = {
  /** One of `EVENT_NAMES`, or the name of a test event. */
  readonly name: string;
  /** An instant, in milliseconds. */
  readonly occurredAt: number;
  /** Null for a ping, which is about no person. */
  readonly personId: string | null;
  /** Null for events of the person, not of the employment. */
  readonly employmentId: string | null;
};

type EventFormat = { readonly companyId: string; readonly payload: "nested" | "flat" };

/** The body of a delivery, and an entry of the event log. */
export function writeEvent(event: CompanyEvent, { companyId, payload }: EventFormat) {
  const { name, occurredAt, personId, employmentId } = event;
  const ids = Object.entries({ person: personId, employment: employmentId }).filter(([, id]) => id !== null);
  return {
    company_id: companyId,
    event_name: name,
    occurred_at: new Date(occurredAt).toISOString(),
    payload: Object.fromEntries(
      ids.map(([of, id]) => (payload === "nested" ? [of, { id }] : [`${of}_id`, id])),
    ),
    meta: {},
  };
}
