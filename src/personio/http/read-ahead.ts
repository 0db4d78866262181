/**
 * The same items, with the next one always asked for while this one is being worked on, and never more than one. What is
 * under way when the consumer leaves is not waited for: whoever reads ahead must abort it.
 */
export async function* readAhead<Item>(items: AsyncIterator<Item>): AsyncGenerator<Item, void, undefined> {
  let next = expected(items.next());
  while (true) {
    const { done, value } = await next;
    if (done) return;
    next = expected(items.next());
    yield value;
  }
}

/** A rejection that is awaited later, or never, is not an unhandled one. */
export function expected<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}
