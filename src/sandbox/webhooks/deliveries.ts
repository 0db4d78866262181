import { setTimeout as pause } from "node:timers/promises";
import type { WebhookSettings } from "../settings.ts";
import type { CompanyEvent } from "./event.ts";
import { isWorthRetrying } from "./send.ts";
import type { Webhook } from "./webhook.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Six further attempts in three days, ever farther apart. VERIFY(personio): only their number and span are known. */
export const RETRY_DELAYS_MS = [5 * MINUTE, 30 * MINUTE, 2 * HOUR, 7 * HOUR, 20 * HOUR, 42 * HOUR];
/** Every attempt is up to two requests, one soon after the other: fourteen in all. */
const REQUESTS_PER_ATTEMPT = 2;
const BETWEEN_REQUESTS_MS = 1_000;
/** However many events there are at once, the receivers see no more requests than these at a time. */
const UNDERWAY_MAX = 8;

type Delivery = {
  readonly webhookId: string;
  readonly event: CompanyEvent;
  /** 0 is the first attempt. */
  readonly attempt: number;
  /** On the sandbox' clock. */
  readonly dueAt: number;
};

type Office = {
  readonly settings: Pick<WebhookSettings, "retriesFasterBy">;
  now(): number;
  /** The webhook as it is now; undefined once it is gone or disabled, which ends its deliveries. */
  findEnabled(webhookId: string): Webhook | undefined;
  /** One request; the status, or null for no answer. */
  send(webhook: Webhook, event: CompanyEvent): Promise<number | null>;
};

/** Delivers events, again and again where that may help. Retries come when the sandbox' clock says so. */
export class Deliveries {
  readonly #office: Office;
  readonly #due = new Set<Delivery>();
  readonly #later = new Set<Delivery>();
  #underway = 0;
  #timer: NodeJS.Timeout | undefined;
  #onSettled: (() => void)[] = [];

  constructor(office: Office) {
    this.#office = office;
  }

  enqueue(webhookId: string, events: readonly CompanyEvent[]): void {
    const dueAt = this.#office.now();
    for (const event of events) this.#due.add({ webhookId, event, attempt: 0, dueAt });
    this.wake();
  }

  /** Starts whatever is due; to be called when the clock was moved. */
  wake(): void {
    const now = this.#office.now();
    for (const delivery of this.#later) {
      if (delivery.dueAt > now) continue;
      this.#later.delete(delivery);
      this.#due.add(delivery);
    }
    for (const delivery of this.#due) {
      if (this.#underway >= UNDERWAY_MAX) break;
      this.#due.delete(delivery);
      void this.#deliver(delivery);
    }
    this.#sleep(now);
  }

  /** Resolves when nothing is on its way or due. */
  async settle(): Promise<void> {
    if (this.#underway > 0) await new Promise<void>((resolve) => this.#onSettled.push(resolve));
  }

  /** Forgets what is still to be sent. */
  clear(): void {
    this.#due.clear();
    this.#later.clear();
    clearTimeout(this.#timer);
  }

  #sleep(now: number): void {
    if (this.#underway === 0) for (const resolve of this.#onSettled.splice(0)) resolve();
    clearTimeout(this.#timer);
    const next = this.#later.values().reduce((soonest, { dueAt }) => Math.min(soonest, dueAt), Infinity);
    if (next < Infinity) this.#timer = setTimeout(() => this.wake(), next - now).unref();
  }

  async #deliver(delivery: Delivery): Promise<void> {
    this.#underway += 1;
    const isUnfinished = await this.#attempt(delivery);
    this.#underway -= 1;
    const delay = RETRY_DELAYS_MS[delivery.attempt];
    if (isUnfinished && delay !== undefined) {
      const dueAt = this.#office.now() + delay / this.#office.settings.retriesFasterBy;
      this.#later.add({ ...delivery, attempt: delivery.attempt + 1, dueAt });
    }
    this.wake();
  }

  /** Whether a further attempt may help. */
  async #attempt({ webhookId, event }: Delivery): Promise<boolean> {
    for (let request = 0; request < REQUESTS_PER_ATTEMPT; request += 1) {
      if (request > 0) await pause(BETWEEN_REQUESTS_MS / this.#office.settings.retriesFasterBy);
      const webhook = this.#office.findEnabled(webhookId);
      if (!webhook || !isWorthRetrying(await this.#office.send(webhook, event))) return false;
    }
    return true;
  }
}
