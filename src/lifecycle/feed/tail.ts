import { setImmediate as yieldToEventLoop } from "node:timers/promises";
import type { Queries } from "../../database/queries.ts";
import { NOTHING_RAISED, type RaisedFields } from "../../fields/raised-fields.ts";
import { findStream } from "../events/event-stream.repository.ts";
import type { LifecycleEvent } from "../events/lifecycle-event.ts";
import { beginningOf, endOf, isSamePlace, type LogEnds, NO_LOG, type Place } from "../events/places.ts";
import { findPlace, listEventsAfter, listLastEvents } from "../events/read-log.repository.ts";

/** The newest events, kept for all subscribers: about a megabyte per tenant that has some. */
const BUFFER_EVENTS = 1_000;

/**
 * How many subscribers wake before the process does other work. The memory for their answers is free again
 * before the next ones wake.
 */
const WOKEN_AT_ONCE = 100;

/** Runs work in a snapshot, with what the company protects then. */
export type ReadLog = <Result>(
  work: (queries: Queries, raised: RaisedFields) => Promise<Result>,
) => Promise<Result>;

/** A subscriber, which may wait at the end of the log. */
export type Waiter = { wake(): void };

type BufferedEvent = { readonly event: LifecycleEvent; readonly readAt: number };

/**
 * The end of one tenant's log in this process. New rows are read once, for any number of subscribers, and the
 * newest are kept. `head` is the last event that was read, `floor` the last event before the kept ones.
 */
export class Tail {
  readonly #readLog: ReadLog;
  readonly #waiters = new Set<Waiter>();
  #buffer: BufferedEvent[] = [];
  #ends: LogEnds = NO_LOG;
  #floor: Place = beginningOf(NO_LOG);
  #isRead = false;
  #restores = 0;
  #wipes = 0;
  #raised = NOTHING_RAISED;
  #reading: Promise<void> | undefined;
  #readingAgain: Promise<void> | undefined;

  constructor(readLog: ReadLog) {
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

  /** The fields that the company protected more than the schema when the log was last read. */
  get raised(): RaisedFields {
    return this.#raised;
  }

  /** How often the log was restored. A subscriber checks a position from before the restore again. */
  get restores(): number {
    return this.#restores;
  }

  /** The place with this number, if this process knows it. */
  placeAt(seq: number): Place | null {
    const event = this.#bufferedAfter(seq - 1)?.event;
    if (event) return event;
    return [this.#floor, this.head].find((place) => place.seq === seq) ?? null;
  }

  /** The event after the position; undefined at the head, and for a position before the floor. */
  eventAfter(seq: number): LifecycleEvent | undefined {
    return this.#bufferedAfter(seq)?.event;
  }

  /**
   * When the event after the position became available, on the clock of `performance.now`; null at the head.
   */
  waitingSince(seq: number): number | null {
    return seq >= this.head.seq ? null : (this.#bufferedAfter(seq)?.readAt ?? 0);
  }

  /** Wakes the waiter after each read with new events, until it is removed. */
  addWaiter(waiter: Waiter): void {
    this.#waiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }

  /**
   * Reads new events. The read begins after the call, so it sees everything that was committed before.
   * Callers during a read share the next one.
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
    await this.#readLog(async (manager, raised) => {
      this.#raised = raised;
      const stream = await findStream(manager);
      const ends = stream ?? NO_LOG;
      const known = this.#isRead ? this.head : null;
      // Some of the kept events may be deleted: they are read again.
      const isWiped = known !== null && this.#wipes !== (stream?.wipes ?? 0);
      this.#wipes = stream?.wipes ?? 0;
      if (known && !isWiped && isSamePlace(known, endOf(ends))) {
        this.#ends = ends;
        return;
      }
      // The log has another event at the head's number, or none: the database was restored, and the kept
      // events are invalid.
      const isRestored = known !== null && known.seq > 0 && !(await this.#hasStill(known, { ends, manager }));
      if (known === null || isRestored || isWiped || ends.lastSeq - known.seq > BUFFER_EVENTS) {
        // One more than the buffer holds: the floor.
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
    { ends, manager }: { readonly ends: LogEnds; readonly manager: Queries },
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
      for (const waiter of waiters.slice(from, from + WOKEN_AT_ONCE)) waiter.wake();
      await yieldToEventLoop();
    }
  }
}

const buffered = (event: LifecycleEvent): BufferedEvent => ({ event, readAt: performance.now() });
