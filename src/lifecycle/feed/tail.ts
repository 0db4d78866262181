import { setImmediate as yieldToEventLoop } from "node:timers/promises";
import type { Read } from "../../request/request-context.ts";
import { findStream } from "../events/event-log.repository.ts";
import type { LifecycleEvent } from "../events/lifecycle-event.ts";
import { beginningOf, endOf, isSamePlace, type LogEnds, NO_LOG, type Place } from "../events/places.ts";
import { findPlace, listEventsAfter, listLastEvents } from "../events/read-log.repository.ts";

/** The newest events that are kept for all subscribers; about a megabyte for each tenant that has some. */
const BUFFER_EVENTS = 1_000;

/** How many are woken before the process does something else: what it takes to answer them is gone again before the next ones. */
const WOKEN_AT_ONCE = 100;

/** A subscriber that waits at the end of the log. */
export type Waiter = () => void;

type BufferedEvent = { readonly event: LifecycleEvent; readonly readAt: number };

/**
 * The end of one tenant's log as this process knows it: new rows are read once, however many subscribers there are, and the newest are
 * kept. `head` is the last event that was read, `floor` the last one that is not kept any more.
 */
export class Tail {
  readonly #readLog: Read;
  readonly #waiters = new Set<Waiter>();
  #buffer: BufferedEvent[] = [];
  #ends: LogEnds = NO_LOG;
  #floor: Place = beginningOf(NO_LOG);
  #isRead = false;
  #restores = 0;
  #reading: Promise<void> | undefined;
  #readingAgain: Promise<void> | undefined;

  constructor(readLog: Read) {
    this.#readLog = readLog;
  }

  get head(): Place {
    return endOf(this.#ends);
  }

  get floor(): Place {
    return this.#floor;
  }

  get ends(): LogEnds {
    return this.#ends;
  }

  /** How often the log turned out to be another one than before. Who holds a position from before has to check it again. */
  get restores(): number {
    return this.#restores;
  }

  /** The place with this number, where it is known here. */
  placeAt(seq: number): Place | null {
    const event = this.#bufferedAfter(seq - 1)?.event;
    if (event) return event;
    return [this.#floor, this.head].find((place) => place.seq === seq) ?? null;
  }

  /** The event after the position; undefined at the head, and for a position before the floor. */
  eventAfter(seq: number): LifecycleEvent | undefined {
    return this.#bufferedAfter(seq)?.event;
  }

  /** Since when the event after the position could have been taken, on the clock of `performance.now`; null at the head. */
  waitingSince(seq: number): number | null {
    return seq >= this.head.seq ? null : (this.#bufferedAfter(seq)?.readAt ?? 0);
  }

  /** Calls whenever there is something new, until the function that it gives is called. */
  addWaiter(waiter: Waiter): () => void {
    this.#waiters.add(waiter);
    return () => this.#waiters.delete(waiter);
  }

  /**
   * Reads what is new. The reading begins after the call, so that it sees everything that was committed before: a caller that comes
   * while one is under way shares the next one with all others that do.
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
      const ends = (await findStream(manager)) ?? NO_LOG;
      const known = this.#isRead ? this.head : null;
      if (known && isSamePlace(known, endOf(ends))) {
        this.#ends = ends;
        return;
      }
      // Where the head was there is another event, or none: the database was restored, and nothing that is kept can be relied on.
      const isRestored = known !== null && known.seq > 0 && !(await this.#hasStill(known, { ends, manager }));
      if (known === null || isRestored || ends.lastSeq - known.seq > BUFFER_EVENTS) {
        // One more than is kept: the floor.
        const events = await listLastEvents(manager, ends, BUFFER_EVENTS + 1);
        const floor = events.length > BUFFER_EVENTS ? events.shift() : undefined;
        this.#buffer = events.map(buffered);
        this.#floor = floor ?? beginningOf(ends);
      } else {
        const events = await listEventsAfter(manager, { ends, after: known.seq }, BUFFER_EVENTS);
        this.#append(events.map(buffered));
      }
      this.#ends = ends;
      this.#isRead = true;
      if (isRestored) this.#restores += 1;
      void this.#wakeAll();
    });
  }

  async #hasStill(
    known: Place,
    { ends, manager }: { readonly ends: LogEnds; readonly manager: Parameters<Parameters<Read>[0]>[0] },
  ): Promise<boolean> {
    if (known.seq > ends.lastSeq) return false;
    const there =
      known.seq === ends.prunedSeq ? beginningOf(ends) : await findPlace(manager, ends, known.seq);
    return there !== null && isSamePlace(known, there);
  }

  #append(added: readonly BufferedEvent[]): void {
    const all = [...this.#buffer, ...added];
    const dropped = all.at(-BUFFER_EVENTS - 1);
    if (dropped) this.#floor = dropped.event;
    this.#buffer = all.slice(-BUFFER_EVENTS);
  }

  #bufferedAfter(seq: number): BufferedEvent | undefined {
    return this.#buffer[seq - this.#floor.seq];
  }

  async #wakeAll(): Promise<void> {
    const waiters = [...this.#waiters];
    for (let from = 0; from < waiters.length; from += WOKEN_AT_ONCE) {
      for (const wake of waiters.slice(from, from + WOKEN_AT_ONCE)) wake();
      await yieldToEventLoop();
    }
  }
}

const buffered = (event: LifecycleEvent): BufferedEvent => ({ event, readAt: performance.now() });
