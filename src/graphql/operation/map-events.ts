/**
 * Maps the events of a subscription to answers. `return` ends it immediately, even while it waits for an
 * event or an answer, and neither is delivered afterwards. (An async generator would deliver one more.) Calls
 * `onEnd` whichever way it ends.
 */
export function mapEvents<Event, Answer>(
  events: AsyncIterable<Event>,
  toAnswer: (event: Event) => Promise<Answer>,
  onEnd: () => void = () => undefined,
): AsyncGenerator<Answer, undefined> {
  const source = events[Symbol.asyncIterator]();
  let ended = false;
  let stopWaiting = (): void => undefined;

  const pull = async (): Promise<IteratorResult<Answer, undefined>> => {
    try {
      const event = await source.next();
      if (event.done) onEnd();
      if (event.done || ended) return END;
      const value = await toAnswer(event.value);
      return ended ? END : { done: false, value };
    } catch (error) {
      onEnd();
      throw error;
    }
  };

  const end = async (): Promise<IteratorResult<Answer, undefined>> => {
    if (ended) return END;
    ended = true;
    onEnd();
    stopWaiting();
    // Not awaited: a generator as source returns only after its next event.
    Promise.resolve(source.return?.()).catch(() => undefined);
    return END;
  };

  return {
    next: () =>
      ended
        ? Promise.resolve(END)
        : new Promise((resolve, reject) => {
            stopWaiting = () => resolve(END);
            pull().then(resolve, reject);
          }),
    return: end,
    async throw(error) {
      await end();
      throw error;
    },
    async [Symbol.asyncDispose]() {
      await end();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const END = { done: true, value: undefined } as const;
