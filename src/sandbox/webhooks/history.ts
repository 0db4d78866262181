import type { CompanyEvent } from "./event.ts";
import { isAcknowledged } from "./send.ts";
import type { Webhook } from "./webhook.ts";

/** One request to a receiver. */
export type DeliveryAttempt = {
  readonly webhookId: string;
  readonly event: CompanyEvent;
  /** An instant, in milliseconds. */
  readonly attemptedAt: number;
  /** Null for no answer in time. */
  readonly status: number | null;
};

const KEPT_MS = 30 * 86_400_000;
/** More than a month of any company's; whoever makes a million people start at once keeps the newest. */
const ENTRIES_MAX = 200_000;

/** What happened in the last thirty days, oldest first, and how it was delivered. */
export class History {
  readonly #now: () => number;
  #events: CompanyEvent[] = [];
  #attempts: DeliveryAttempt[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  note(events: readonly CompanyEvent[]): void {
    for (const event of events) this.#events.push(event);
    if (this.#events.length > 2 * ENTRIES_MAX) this.#events = this.#events.slice(-ENTRIES_MAX);
  }

  noteAttempt(attempt: DeliveryAttempt): void {
    this.#attempts.push(attempt);
    if (this.#attempts.length > 2 * ENTRIES_MAX) this.#attempts = this.#attempts.slice(-ENTRIES_MAX);
  }

  /** What the webhook could have heard of since it was made: enabled then or not, reached or not. */
  eventsFor({ createdAt, enabled_events: enabled }: Webhook): readonly CompanyEvent[] {
    const names: readonly string[] = enabled;
    const oldest = Math.max(createdAt, this.#now() - KEPT_MS);
    return this.#events.filter(({ name, occurredAt }) => occurredAt >= oldest && names.includes(name));
  }

  /** Those of them that the receiver never answered with 2xx. */
  unacknowledgedBy(webhook: Webhook): readonly CompanyEvent[] {
    const attempts = this.attemptsFor(webhook);
    const acknowledged = new Set(
      attempts.filter(({ status }) => isAcknowledged(status)).map(({ event }) => event),
    );
    return this.eventsFor(webhook).filter((event) => !acknowledged.has(event));
  }

  attemptsFor({ id }: Webhook): readonly DeliveryAttempt[] {
    const oldest = this.#now() - KEPT_MS;
    return this.#attempts.filter(({ webhookId, attemptedAt }) => webhookId === id && attemptedAt >= oldest);
  }
}
