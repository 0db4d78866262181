/**
 * Maps the events of a subscription to answers. `return` ends it immediately, even while it waits for an
 * event or an answer, and neither is delivered afterwards. (An async generator would deliver one more.) Calls
 * `onEnd` whichever way it ends.
 */
export const mapEvents = <Event, Answer>(
  events: AsyncIterable<Event>,
  toAnswer: (event: Event) => Promise<Answer>,
  onEnd: () => void = () => undefined,
): AsyncGenerator<Answer, undefined> => new MappedEvents(events[Symbol.asyncIterator](), toAnswer, onEnd);

type Result<Answer> = IteratorResult<Answer, undefined>;

/** Ten thousand of them wait at the same time, so each keeps few functions and no suspended one. */
class MappedEvents<Event, Answer> implements AsyncGenerator<Answer, undefined> {
  readonly #source: AsyncIterator<Event>;
  readonly #toAnswer: (event: Event) => Promise<Answer>;
  readonly #onEnd: () => void;
  #ended = false;
  #asked: PromiseWithResolvers<Result<Answer>> | null = null;

  constructor(source: AsyncIterator<Event>, toAnswer: (event: Event) => Promise<Answer>, onEnd: () => void) {
    this.#source = source;
    this.#toAnswer = toAnswer;
    this.#onEnd = onEnd;
  }

  next(): Promise<Result<Answer>> {
    if (this.#ended) return Promise.resolve(END);
    const asked = Promise.withResolvers<Result<Answer>>();
    this.#asked = asked;
    this.#source.next().then(
      (event) => this.#answer(event, asked),
      (error) => this.#fail(error, asked),
    );
    return asked.promise;
  }

  async return(): Promise<Result<Answer>> {
    this.#end();
    return END;
  }

  async throw(error: unknown): Promise<Result<Answer>> {
    await this.return();
    throw error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #answer(event: IteratorResult<Event>, asked: PromiseWithResolvers<Result<Answer>>): Promise<void> {
    try {
      if (event.done) this.#end();
      if (this.#ended) return asked.resolve(END);
      const value = await this.#toAnswer(event.value);
      asked.resolve(this.#ended ? END : { done: false, value });
    } catch (error) {
      this.#fail(error, asked);
    }
  }

  /** A loop over the answers does not close them after an error, so this ends the source as well. */
  #fail(error: unknown, asked: PromiseWithResolvers<Result<Answer>>): void {
    asked.reject(error);
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd();
    this.#asked?.resolve(END);
    // Not awaited: a generator as source returns only after its next event.
    Promise.resolve(this.#source.return?.()).catch(() => undefined);
  }
}

const END = { done: true, value: undefined } as const;
