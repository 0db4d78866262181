import { setTimeout as pause } from "node:timers/promises";
import type { WebhookSettings } from "../settings.ts";
import type { CompanyEvent } from "./event.ts";
import { isWorthRetrying } from "./send.ts";
import type { Webhook } from "./webhook.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Six retries in three days, with growing delays. VERIFY(personio): only their number and span are known. */
export const RETRY_DELAYS_MS = [5 * MINUTE, 30 * MINUTE, 2 * HOUR, 7 * HOUR, 20 * HOUR, 42 * HOUR];
/** Every attempt is up to two requests, one soon after the other: fourteen in all. */
const REQUESTS_PER_ATTEMPT = 2;
const BETWEEN_REQUESTS_MS = 1_000;
/** The limit of concurrent requests to all receivers, for any number of events. */
const UNDERWAY_MAX = 8;

type Delivery = {
  readonly webhookId: string;
  readonly event: CompanyEvent;
  /** 0 is the first attempt. */
  readonly attempt: number;
  /** On the sandbox's clock. */
  readonly dueAt: number;
};

type DeliveryOptions = {
  readonly settings: Pick<WebhookSettings, "retriesFasterBy">;
  now(): number;
  /** The current webhook; undefined once it is gone or disabled, which ends its deliveries. */
  findEnabled(webhookId: string): Webhook | undefined;
  /** Sends one request. @returns the status, or null for no answer. */
  send(webhook: Webhook, event: CompanyEvent): Promise<number | null>;
};

/** Delivers events, with retries by the sandbox's clock. */
export class Deliveries {
  readonly #options: DeliveryOptions;
  readonly #due = new Set<Delivery>();
  readonly #later = new Set<Delivery>();
  #underway = 0;
  #timer: NodeJS.Timeout | undefined;
  #onSettled: (() => void)[] = [];

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  enqueue(webhookId: string, events: readonly CompanyEvent[]): void {
    const dueAt = this.#options.now();
    for (const event of events) this.#due.add({ webhookId, event, attempt: 0, dueAt });
    this.wake();
  }

  /** Starts all due deliveries; call it after moving the clock. */
  wake(): void {
    const now = this.#options.now();
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

  /** Resolves when no delivery is in flight or due. */
  async settle(): Promise<void> {
    if (this.#underway > 0) await new Promise<void>((resolve) => this.#onSettled.push(resolve));
  }

  /** Drops all pending deliveries. */
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
      const dueAt = this.#options.now() + delay / this.#options.settings.retriesFasterBy;
      this.#later.add({ ...delivery, attempt: delivery.attempt + 1, dueAt });
    }
    this.wake();
  }

  /** Whether a further attempt may help. */
  async #attempt({ webhookId, event }: Delivery): Promise<boolean> {
    for (let request = 0; request < REQUESTS_PER_ATTEMPT; request += 1) {
      if (request > 0) await pause(BETWEEN_REQUESTS_MS / this.#options.settings.retriesFasterBy);
      const webhook = this.#options.findEnabled(webhookId);
      if (!webhook || !isWorthRetrying(await this.#options.send(webhook, event))) return false;
    }
    return true;
  }
}
