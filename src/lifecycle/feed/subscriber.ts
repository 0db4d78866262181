import type { RaisedFields } from "../../fields/raised-fields.ts";
import type { Cursors } from "../../request/cursors.ts";
import type { EventStream, Read } from "../../request/request-context.ts";
import { type FilterFor, matchesFilter } from "../events/event-filter.ts";
import { findStream } from "../events/event-stream.repository.ts";
import type { LifecycleEvent } from "../events/lifecycle-event.ts";
import { beginningOf, NO_LOG, type Place } from "../events/places.ts";
import { findPlace, listMatchingEvents } from "../events/read-log.repository.ts";
import { checkPosition, fromTheFuture, lagged, type Position, toCursor } from "./positions.ts";
import type { Tail } from "./tail.ts";

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

export type SubscriberOptions = {
  readonly tail: Tail;
  /** Limits concurrent reads of history, so that requests to the directory still get connections. */
  readonly readHistory: Read;
  readonly cursors: Cursors;
  readonly filter: FilterFor;
  readonly position: Place;
  /** How long a subscriber may leave an available event. */
  readonly lagMs: number;
  readonly onEnd: () => void;
};

/**
 * A subscriber: a position in the log, without a queue. `next()` takes an event from the tail, or from the
 * table if the position is before it; at the head it waits. `return()` ends a wait at once.
 */
export class Subscriber implements AsyncIterableIterator<LifecycleEvent>, EventStream<LifecycleEvent> {
  readonly #options: SubscriberOptions;
  readonly #stopListening: () => void;
  #position: Place;
  #restores: number;
  #page: Page = { events: [], end: null };
  #ended = false;
  #wake = (): void => undefined;
  #takenAt: number | null = null;
  #caughtUpAt: number | null = null;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#position = options.position;
    this.#restores = options.tail.restores;
    this.#stopListening = options.tail.addWaiter(() => this.#wake());
  }

  /** What each event is answered with. The tail ends after every event that a subscriber takes. */
  get raised(): RaisedFields {
    return this.#options.tail.raised;
  }

  async next(): Promise<IteratorResult<LifecycleEvent>> {
    if (this.#ended) return END;
    try {
      this.#checkLag();
      while (!this.#ended) {
        if (this.#restores !== this.#options.tail.restores) await this.#checkAgain();
        const event = this.#takeFromPage() ?? this.#takeFromTail();
        if (event) {
          this.#takenAt = performance.now();
          return { done: false, value: event };
        }
        await this.#untilMore();
      }
    } catch (error) {
      this.#end();
      throw error;
    }
    return END;
  }

  async return(): Promise<IteratorResult<LifecycleEvent>> {
    this.#end();
    return END;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopListening();
    this.#wake();
    this.#options.onEnd();
  }

  #takeFromPage(): LifecycleEvent | undefined {
    const { events, end } = this.#page;
    const event = events.shift();
    if (event) this.#position = events.length > 0 ? event : (end ?? event);
    return event;
  }

  #takeFromTail(): LifecycleEvent | undefined {
    const { tail, filter: filterFor } = this.#options;
    const filter = filterFor(tail.raised);
    for (let event = this.#nextFromTail(); event; event = this.#nextFromTail()) {
      this.#position = event;
      if (matchesFilter(event, filter)) return event;
    }
    return undefined;
  }

  #nextFromTail = (): LifecycleEvent | undefined => this.#options.tail.eventAfter(this.#position.seq);

  /** A restored log may have another event at this place. */
  async #checkAgain(): Promise<void> {
    this.#restores = this.#options.tail.restores;
    this.#position = await placeOfPosition(this.#position, this.#options);
  }

  /** Resolves when more events may be available. */
  #untilMore(): Promise<void> {
    const { tail } = this.#options;
    if (this.#position.seq > tail.head.seq) throw fromTheFuture();
    if (this.#position.seq < tail.floor.seq) return this.#readPage(tail.floor);
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#caughtUpAt = performance.now();
        resolve();
      };
    });
  }

  /** Reads up to the floor of the tail: later events come from the tail, so none is repeated. */
  async #readPage(floor: Place): Promise<void> {
    const { tail, readHistory, cursors, lagMs } = this.#options;
    const filter = this.#options.filter(tail.raised);
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
  #checkLag(): void {
    const waitingSince = this.#options.tail.waitingSince(this.#position.seq);
    if (this.#takenAt === null || waitingSince === null) return;
    if (performance.now() - Math.max(this.#takenAt, waitingSince) > this.#options.lagMs) throw this.#lagged();
  }

  #lagged(): Error {
    return lagged(toCursor(this.#options.cursors, this.#position));
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
  { tail, readHistory, cursors }: Pick<SubscriberOptions, "tail" | "readHistory" | "cursors">,
): Promise<Place> {
  const { ends } = tail;
  const { seq } = position;
  const isHere = seq > ends.lastSeq || seq <= ends.prunedSeq || tail.placeAt(seq) !== null;
  const there = isHere ? tail.placeAt(seq) : await readHistory((manager) => findPlace(manager, ends, seq));
  checkPosition(position, { ends, there }, cursors);
  return position.epoch === null ? (there ?? beginningOf(ends)) : position;
}
