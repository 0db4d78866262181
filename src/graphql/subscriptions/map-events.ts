/**
 * The events of a subscription, each turned into an answer. Ends at once when it is told to, also while it waits for an event
 * or for an answer: neither is delivered any more. (An async generator would deliver one more.) `onEnd` is called at every end.
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
    // Not awaited: a source that is a generator finishes only after the event that it waits for.
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
