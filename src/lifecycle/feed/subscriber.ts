import type { Read } from "../../access/request-context.ts";
import type { Cursors } from "../../paging/cursors.ts";
import { type EventFilter, isWanted } from "../events/event-filter.ts";
import { findStream } from "../events/event-log.repository.ts";
import type { LifecycleEvent } from "../events/lifecycle-event.ts";
import { listWantedEvents } from "../events/read-log.repository.ts";
import { checkPosition, fromTheFuture, lagged, toCursor } from "./positions.ts";
import type { Tail } from "./tail.ts";

/** Events that somebody reads of history at once: some hundred kilobytes, while they last. */
const PAGE_EVENTS = 200;

/**
 * One who was at the head and then takes so many times the lag to get back to what is kept, though it takes steadily, is slower than
 * the events come. A large sync may tell a hundred thousand at once, which takes the best socket a minute.
 */
const BEHIND_TIMES = 10;

/** Events that were read and not yet taken, and where the position is when they all are. */
type Page = { readonly events: LifecycleEvent[]; readonly end: number };

export type SubscriberOptions = {
  readonly tail: Tail;
  /** Reads of history wait for each other, so that no number of them keeps the directory from being read. */
  readonly readHistory: Read;
  readonly cursors: Cursors;
  readonly filter: EventFilter;
  readonly position: number;
  /** How long one who could take an event may leave it. */
  readonly lagMs: number;
  readonly onEnd: () => void;
};

/**
 * One who listens: a position in the log, and no queue. Whoever asks for the next event gets it from the tail or, further back,
 * from the table; at the head it waits. `return()` ends a wait at once.
 */
export class Subscriber implements AsyncIterableIterator<LifecycleEvent> {
  readonly #options: SubscriberOptions;
  readonly #stopListening: () => void;
  #position: number;
  #page: Page = { events: [], end: 0 };
  #ended = false;
  #wake = (): void => undefined;
  #takenAt: number | null = null;
  #caughtUpAt: number | null = null;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#position = options.position;
    this.#stopListening = options.tail.wakeMe(() => this.#wake());
  }

  async next(): Promise<IteratorResult<LifecycleEvent>> {
    if (this.#ended) return END;
    try {
      this.#checkPace();
      while (!this.#ended) {
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
    if (event) this.#position = events.length > 0 ? event.seq : end;
    return event;
  }

  #takeFromTail(): LifecycleEvent | undefined {
    const { tail, filter } = this.#options;
    for (let event = tail.eventAfter(this.#position); event; event = tail.eventAfter(this.#position)) {
      this.#position = event.seq;
      if (isWanted(event, filter)) return event;
    }
    return undefined;
  }

  /** Resolves when it is worth looking again. */
  #untilMore(): Promise<void> {
    const { tail } = this.#options;
    // The log was shortened under our feet.
    if (this.#position > tail.head) throw fromTheFuture();
    if (this.#position < tail.floor) return this.#readPage(tail.floor);
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#caughtUpAt = performance.now();
        resolve();
      };
    });
  }

  /** Up to the floor of the tail and not beyond: what lies behind it is the tail's, so nothing comes twice at the seam. */
  async #readPage(floor: number): Promise<void> {
    const { readHistory, filter, cursors, lagMs } = this.#options;
    const behindMs = this.#caughtUpAt === null ? 0 : performance.now() - this.#caughtUpAt;
    if (behindMs > lagMs * BEHIND_TIMES) throw this.#lagged();
    const after = this.#position;
    const events = await readHistory(async (manager) => {
      const stream = await findStream(manager);
      checkPosition(after, stream ?? { lastSeq: 0, prunedSeq: 0 }, cursors);
      return listWantedEvents(manager, filter, { after, upTo: floor, limit: PAGE_EVENTS });
    });
    const last = events.at(-1);
    // When the page is not full, nobody wants what else there is up to the floor.
    const end = last && events.length === PAGE_EVENTS ? last.seq : floor;
    if (last) this.#page = { events, end };
    else this.#position = end;
  }

  /** The last event was not taken off before now: then nobody asked for the next one, however long it waited. */
  #checkPace(): void {
    const waitingSince = this.#options.tail.waitingSince(this.#position);
    if (this.#takenAt === null || waitingSince === null) return;
    if (performance.now() - Math.max(this.#takenAt, waitingSince) > this.#options.lagMs) throw this.#lagged();
  }

  #lagged(): Error {
    return lagged(toCursor(this.#options.cursors, this.#position));
  }
}

const END = { done: true, value: undefined } as const;
