import { randomUUID } from "node:crypto";
import type { Clock } from "../records/clock.ts";
import type { Records } from "../records/records.ts";
import type { Today } from "../records/status.ts";
import { createZone } from "../records/zone.ts";
import type { Settings } from "../settings.ts";
import { Deliveries } from "./deliveries.ts";
import { eventsOfChange, eventsOfElapsedDays } from "./detect-events.ts";
import { type CompanyEvent, writeEvent } from "./event.ts";
import { authenticationOf, isAcknowledged, post } from "./send.ts";
import type { Webhook } from "./webhook.ts";

type Sources = {
  readonly records: Records;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly companyId: string;
};

const MINUTE = 60_000;

/**
 * The webhooks of the account, and their events.
 *
 *     an edit ───────┐
 *                    ├─▶ events ─▶ history, thirty days ─▶ deliveries ─▶ receiver
 *     a day passes ──┘                                     with retries
 *
 * Without a webhook nothing is recorded, so a company without one has no cost. Finding the people who start
 * and end on a day means reading all of them.
 */
export class Webhooks implements Disposable {
  /** While it is off, nothing is sent. */
  isDelivering = true;
  readonly history: History;
  readonly #sources: Sources;
  readonly #webhooks = new Map<string, Webhook>();
  readonly #deliveries: Deliveries;
  readonly #closing = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #lastSeenDay: Today;

  constructor(sources: Sources) {
    const { records, clock, settings } = sources;
    this.#sources = sources;
    this.#lastSeenDay = clock.today();
    this.history = new History(() => clock.now());
    this.#deliveries = new Deliveries({
      settings: settings.webhooks,
      now: () => clock.now(),
      findEnabled: (id) => this.#findEnabled(id),
      send: (webhook, event) => this.send(webhook, event),
    });
    // Uses the last processed day, so that a change after midnight and before the next check emits its events
    // only once.
    records.observe((change) => {
      const moment = { now: clock.now(), today: this.#lastSeenDay };
      this.#emit(eventsOfChange(change, moment, settings.webhooks));
    });
    this.#timer = setInterval(() => this.onClockMoved(), MINUTE).unref();
  }

  all(): readonly Webhook[] {
    return [...this.#webhooks.values()];
  }

  find(id: string): Webhook | undefined {
    return this.#webhooks.get(id);
  }

  add(given: Omit<Webhook, "id" | "createdAt">): Webhook {
    this.onClockMoved();
    const webhook = { ...given, id: randomUUID(), createdAt: this.#sources.clock.now() };
    this.#webhooks.set(webhook.id, webhook);
    return webhook;
  }

  replace(webhook: Webhook): void {
    this.#webhooks.set(webhook.id, webhook);
  }

  remove(id: string): void {
    this.#webhooks.delete(id);
  }

  /** Checks for elapsed days and for due retries. */
  onClockMoved(): void {
    const from = this.#lastSeenDay;
    const to = this.#sources.clock.today();
    this.#lastSeenDay = to;
    if (this.#webhooks.size > 0 && (from.utc !== to.utc || from.company !== to.company)) {
      const { records, settings } = this.#sources;
      this.#emit(eventsOfElapsedDays(records.all(), { from, to, zone: createZone(settings.hireDayZone) }));
    }
    this.#deliveries.wake();
  }

  enqueue({ id }: Webhook, events: readonly CompanyEvent[]): void {
    if (this.isDelivering) this.#deliveries.enqueue(id, events);
  }

  /** The event in the format of deliveries and of the log. */
  write(event: CompanyEvent) {
    const { companyId, settings } = this.#sources;
    return writeEvent(event, { companyId, payload: settings.webhooks.payload });
  }

  /** Sends one request and records the attempt. */
  async send(
    webhook: Webhook,
    event: CompanyEvent,
    headers: Readonly<Record<string, string>> = authenticationOf(webhook),
  ): Promise<number | null> {
    const { clock, settings } = this.#sources;
    const attemptedAt = clock.now();
    const status = await post({
      url: webhook.url,
      headers,
      body: JSON.stringify(this.write(event)),
      timeoutMs: settings.webhooks.timeoutMs,
      signal: this.#closing.signal,
    });
    this.history.recordAttempt({ webhookId: webhook.id, event, attemptedAt, status });
    return status;
  }

  settle(): Promise<void> {
    return this.#deliveries.settle();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#webhooks.clear();
    this.#deliveries.clear();
    this.#closing.abort();
  }

  #findEnabled(id: string): Webhook | undefined {
    const webhook = this.#webhooks.get(id);
    return webhook?.status === "ENABLED" && this.isDelivering ? webhook : undefined;
  }

  #emit(events: readonly CompanyEvent[]): void {
    if (this.#webhooks.size === 0) return;
    this.history.record(events);
    for (const webhook of this.#webhooks.values()) {
      const names: readonly string[] = webhook.enabled_events;
      if (webhook.status === "ENABLED") {
        this.enqueue(
          webhook,
          events.filter(({ name }) => names.includes(name)),
        );
      }
    }
  }
}

/** One request to a receiver. */
type DeliveryAttempt = {
  readonly webhookId: string;
  readonly event: CompanyEvent;
  /** An instant, in milliseconds. */
  readonly attemptedAt: number;
  /** Null for no answer in time. */
  readonly status: number | null;
};

const KEPT_MS = 30 * 86_400_000;
/** More than a month of any company; if a million people start at once, the newest stay. */
const ENTRIES_MAX = 200_000;

/** The events of the last thirty days, oldest first, and the attempts to deliver them. */
class History {
  readonly #now: () => number;
  #events: CompanyEvent[] = [];
  #attempts: DeliveryAttempt[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  record(events: readonly CompanyEvent[]): void {
    for (const event of events) this.#events.push(event);
    if (this.#events.length > 2 * ENTRIES_MAX) this.#events = this.#events.slice(-ENTRIES_MAX);
  }

  recordAttempt(attempt: DeliveryAttempt): void {
    this.#attempts.push(attempt);
    if (this.#attempts.length > 2 * ENTRIES_MAX) this.#attempts = this.#attempts.slice(-ENTRIES_MAX);
  }

  /** The webhook's events since it was created, enabled then or not, delivered or not. */
  eventsFor({ createdAt, enabled_events: enabled }: Webhook): readonly CompanyEvent[] {
    const names: readonly string[] = enabled;
    const oldest = Math.max(createdAt, this.#now() - KEPT_MS);
    return this.#events.filter(({ name, occurredAt }) => occurredAt >= oldest && names.includes(name));
  }

  /** Its events that the receiver never answered with 2xx. */
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
