import { setImmediate as nextTurn } from "node:timers/promises";
import type { Read } from "../../access/request-context.ts";
import { findStream } from "../events/event-log.repository.ts";
import type { LifecycleEvent } from "../events/lifecycle-event.ts";
import { listEventsAfter, listLastEvents } from "../events/read-log.repository.ts";
import type { LogEnds } from "./positions.ts";

/** The newest events that are kept for everybody; about a megabyte for each tenant that somebody listens to. */
const BUFFER_EVENTS = 1_000;

/** How many are woken before the process does something else: what it takes to answer them is gone again before the next ones. */
const WOKEN_AT_ONCE = 100;

/** Somebody who waits at the end of the log. */
export type Sleeper = () => void;

type Arrived = { readonly event: LifecycleEvent; readonly readAt: number };

/**
 * The end of one tenant's log as this process knows it: new rows are read once, whoever many listen, and the newest are kept.
 * `head` is the last event that was read, `floor` the last one that is not kept any more.
 */
export class Tail {
  readonly #readLog: Read;
  readonly #sleepers = new Set<Sleeper>();
  #kept: Arrived[] = [];
  #head: number | undefined;
  #prunedSeq = 0;
  #reading: Promise<void> | undefined;
  #readingAgain: Promise<void> | undefined;

  constructor(readLog: Read) {
    this.#readLog = readLog;
  }

  get head(): number {
    return this.#head ?? 0;
  }

  get floor(): number {
    return this.head - this.#kept.length;
  }

  get ends(): LogEnds {
    return { lastSeq: this.head, prunedSeq: this.#prunedSeq };
  }

  /** The event after the position; undefined at the head, and for a position before the floor. */
  eventAfter(position: number): LifecycleEvent | undefined {
    return this.#arrivedAfter(position)?.event;
  }

  /** Since when the event after the position could have been taken, on the clock of `performance.now`; null at the head. */
  waitingSince(position: number): number | null {
    return position >= this.head ? null : (this.#arrivedAfter(position)?.readAt ?? 0);
  }

  /** Calls whenever there is something new, until the function that it gives is called. */
  wakeMe(sleeper: Sleeper): () => void {
    this.#sleepers.add(sleeper);
    return () => this.#sleepers.delete(sleeper);
  }

  /**
   * Reads what is new. The reading has begun after the call, so that it sees everything that was committed before: who calls
   * while one is under way shares the next one with all others who do.
   */
  refresh(): Promise<void> {
    if (!this.#reading) {
      this.#reading = this.#read().finally(() => {
        this.#reading = undefined;
      });
      return this.#reading;
    }
    this.#readingAgain ??= this.#reading
      .catch(() => undefined)
      .then(() => {
        this.#readingAgain = undefined;
        return this.refresh();
      });
    return this.#readingAgain;
  }

  async #read(): Promise<void> {
    await this.#readLog(async (manager) => {
      const { lastSeq, prunedSeq } = (await findStream(manager)) ?? { lastSeq: 0, prunedSeq: 0 };
      this.#prunedSeq = prunedSeq;
      const known = this.#head;
      if (known === lastSeq) return;
      // Fewer than we have seen: the database was restored, and nothing that we keep can be relied on.
      if (known === undefined || lastSeq < known || lastSeq - known > BUFFER_EVENTS) {
        this.#kept = (await listLastEvents(manager, lastSeq, BUFFER_EVENTS)).map(arrived);
      } else {
        const events = await listEventsAfter(manager, known, BUFFER_EVENTS);
        this.#kept = [...this.#kept, ...events.map(arrived)].slice(-BUFFER_EVENTS);
      }
      this.#head = lastSeq;
      void this.#wakeAll();
    });
  }

  #arrivedAfter(position: number): Arrived | undefined {
    return this.#kept[position - this.floor];
  }

  async #wakeAll(): Promise<void> {
    const sleepers = [...this.#sleepers];
    for (let from = 0; from < sleepers.length; from += WOKEN_AT_ONCE) {
      for (const wake of sleepers.slice(from, from + WOKEN_AT_ONCE)) wake();
      await nextTurn();
    }
  }
}

const arrived = (event: LifecycleEvent): Arrived => ({ event, readAt: performance.now() });
