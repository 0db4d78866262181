import type { RaisedFields } from "../../fields/raised-fields.ts";
import type { Cursors } from "../../request/cursors.ts";
import type { EventStream, Read } from "../../request/request-context.ts";
import { type FilterFor, matchesFilter } from "../events/event-filter.ts";
import { findStream } from "../events/event-stream.repository.ts";
import type { LifecycleEvent } from "../events/lifecycle-event.ts";
import { beginningOf, NO_LOG, type Place } from "../events/places.ts";
import { findPlace, listMatchingEvents } from "../events/read-log.repository.ts";
import { checkPosition, fromTheFuture, lagged, type Position, toCursor } from "./positions.ts";
import type { Tail, Waiter } from "./tail.ts";

/** Events per page of history: some hundred kilobytes while the page is read. */
const PAGE_EVENTS = 200;

/**
 * A subscriber that had caught up may fall behind the tail. If it needs this many times the lag to return, it
 * is slower than the events come, even if it takes them steadily. A large sync may emit a hundred thousand
 * events at once, which takes the best socket a minute.
 */
const BEHIND_TIMES = 10;

/** Events that were read and not yet taken, and the position after all of them. */
type Page = { readonly events: LifecycleEvent[]; readonly end: Place | null };

/** Shared: nothing is ever added to its events. */
const NO_PAGE: Page = { events: [], end: null };

/** The log that all subscribers of one tenant share. */
export type FollowedLog = {
  readonly tail: Tail;
  /** Limits concurrent reads of history, so that requests to the directory still get connections. */
  readonly readHistory: Read;
  /** How long a subscriber may leave an available event. */
  readonly lagMs: number;
  leave(subscriber: Subscriber): void;
};

export type SubscriberOptions = {
  readonly cursors: Cursors;
  readonly filter: FilterFor;
  readonly position: Place;
};

type Result = IteratorResult<LifecycleEvent>;

/**
 * A subscriber: a position in the log, without a queue. `next()` takes an event from the tail, or from the
 * table if the position is before it; at the head it waits. `return()` ends a wait at once.
 *
 * Ten thousand wait at the same time. So a wait keeps only a promise and its functions, and no suspended
 * function.
 */
export class Subscriber
  implements AsyncIterableIterator<LifecycleEvent>, EventStream<LifecycleEvent>, Waiter
{
  readonly #log: FollowedLog;
  readonly #cursors: Cursors;
  readonly #filter: FilterFor;
  #position: Place;
  #restores: number;
  #page: Page = NO_PAGE;
  #ended = false;
  #asked: PromiseWithResolvers<Result> | null = null;
  #isAtHead = false;
  #takenAt: number | null = null;
  #caughtUpAt: number | null = null;

  constructor(log: FollowedLog, { cursors, filter, position }: SubscriberOptions) {
    this.#log = log;
    this.#cursors = cursors;
    this.#filter = filter;
    this.#position = position;
    this.#restores = log.tail.restores;
    log.tail.addWaiter(this);
  }

  /**
   * The raised fields for the answer to each event. The tail ends after every event that a subscriber takes.
   */
  get raised(): RaisedFields {
    return this.#log.tail.raised;
  }

  next(): Promise<Result> {
    if (this.#ended) return Promise.resolve(END);
    const asked = Promise.withResolvers<Result>();
    this.#asked = asked;
    if (this.#isLagging()) this.#fail(this.#lagged());
    else void this.#continue();
    return asked.promise;
  }

  async return(): Promise<Result> {
    this.#end();
    return END;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  wake(): void {
    if (this.#isAtHead || this.#caughtUpAt !== null) this.#caughtUpAt = performance.now();
    if (!this.#isAtHead) return;
    this.#isAtHead = false;
    void this.#continue();
  }

  /** Answers `next` with an event, or returns without one at the head. */
  async #continue(): Promise<void> {
    const { tail } = this.#log;
    try {
      while (!this.#ended) {
        if (this.#restores !== tail.restores) await this.#checkAgain();
        const event = this.#takeFromPage() ?? this.#takeFromTail();
        if (event) return this.#answer(event);
        if (this.#position.seq > tail.head.seq) throw fromTheFuture();
        this.#isAtHead = this.#position.seq >= tail.floor.seq;
        if (this.#isAtHead) return;
        await this.#readPage(tail.floor);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#asked?.reject(error);
    this.#end();
  }

  #answer(value: LifecycleEvent): void {
    this.#takenAt = performance.now();
    this.#asked?.resolve({ done: false, value });
    this.#asked = null;
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#isAtHead = false;
    this.#log.tail.removeWaiter(this);
    this.#asked?.resolve(END);
    this.#asked = null;
    this.#log.leave(this);
  }

  #takeFromPage(): LifecycleEvent | undefined {
    const { events, end } = this.#page;
    const event = events.shift();
    if (event) this.#position = events.length > 0 ? event : (end ?? event);
    return event;
  }

  #takeFromTail(): LifecycleEvent | undefined {
    const filter = this.#filter(this.#log.tail.raised);
    for (let event = this.#nextFromTail(); event; event = this.#nextFromTail()) {
      this.#position = event;
      if (matchesFilter(event, filter)) return event;
    }
    return undefined;
  }

  #nextFromTail(): LifecycleEvent | undefined {
    return this.#log.tail.eventAfter(this.#position.seq);
  }

  /** A restored log may have another event at this place. */
  async #checkAgain(): Promise<void> {
    this.#restores = this.#log.tail.restores;
    this.#position = await placeOfPosition(this.#position, this.#log, this.#cursors);
  }

  /** Reads up to the floor of the tail: later events come from the tail, so none is repeated. */
  async #readPage(floor: Place): Promise<void> {
    const { tail, readHistory, lagMs } = this.#log;
    const filter = this.#filter(tail.raised);
    const cursors = this.#cursors;
    const behindMs = this.#caughtUpAt === null ? 0 : performance.now() - this.#caughtUpAt;
    if (behindMs > lagMs * BEHIND_TIMES) throw this.#lagged();
    const after = this.#position;
    const events = await readHistory(async (manager) => {
      const ends = (await findStream(manager)) ?? NO_LOG;
      checkPosition(after, { ends, there: await findPlace(manager, ends, after.seq) }, cursors);
      return listMatchingEvents(manager, filter, {
        ends,
        after: after.seq,
        upTo: floor.seq,
        limit: PAGE_EVENTS,
      });
    });
    const last = events.at(-1);
    // If the page is not full, no other event up to the floor matches the filter.
    const end = last && events.length === PAGE_EVENTS ? last : floor;
    if (last) this.#page = { events, end };
    else this.#position = end;
  }

  /**
   * The caller asks for the next event once the client has taken the last one. The time until then, while an
   * event was available, is the client's delay.
   */
  #isLagging(): boolean {
    const { tail, lagMs } = this.#log;
    const waitingSince = tail.waitingSince(this.#position.seq);
    if (this.#takenAt === null || waitingSince === null) return false;
    return performance.now() - Math.max(this.#takenAt, waitingSince) > lagMs;
  }

  #lagged(): Error {
    return lagged(toCursor(this.#cursors, this.#position));
  }
}

const END = { done: true, value: undefined } as const;

/**
 * The place of a position from which the log can be continued.
 *
 * @throws BAD_CURSOR or CURSOR_EXPIRED
 */
export async function placeOfPosition(
  position: Position,
  { tail, readHistory }: FollowedLog,
  cursors: Cursors,
): Promise<Place> {
  const { ends } = tail;
  const { seq } = position;
  const isHere = seq > ends.lastSeq || seq <= ends.prunedSeq || tail.placeAt(seq) !== null;
  const there = isHere ? tail.placeAt(seq) : await readHistory((manager) => findPlace(manager, ends, seq));
  checkPosition(position, { ends, there }, cursors);
  return position.epoch === null ? (there ?? beginningOf(ends)) : position;
}
