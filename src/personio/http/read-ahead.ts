/**
 * Yields the same items, and requests the next one while the consumer works on this one; never more than one.
 * It does not wait for a request in progress when the consumer leaves: the caller must abort it.
 */
export async function* readAhead<Item>(items: AsyncIterator<Item>): AsyncGenerator<Item, void, undefined> {
  let next = handled(items.next());
  while (true) {
    const { done, value } = await next;
    if (done) return;
    next = handled(items.next());
    yield value;
  }
}

/** Marks the promise as handled, because it is awaited later or never. */
export function handled<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}
