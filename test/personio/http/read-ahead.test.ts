import { expect, test } from "vitest";
import { readAhead } from "../../../src/personio/http/read-ahead.ts";

/** Counts up, and remembers how many items were requested. */
function counting(last: number): { items: AsyncGenerator<number, void, undefined>; asked: () => number } {
  let asked = 0;
  async function* count(): AsyncGenerator<number, void, undefined> {
    while (asked < last) {
      asked += 1;
      yield asked;
    }
  }
  return { items: count(), asked: () => asked };
}

test("readAhead yields every item, in order", async () => {
  const seen: number[] = [];
  for await (const item of readAhead(counting(4).items)) seen.push(item);
  expect(seen).toEqual([1, 2, 3, 4]);
});

test("readAhead requests one item ahead of the consumer, and never two", async () => {
  const { items, asked } = counting(10);
  const ahead = readAhead(items);
  await ahead.next();
  await new Promise(setImmediate);
  expect(asked()).toBe(2);
  await ahead.return();
});

test("readAhead throws the failure of an item after the items before it", async () => {
  const failure = new Error("the third");
  async function* failing(): AsyncGenerator<number, void, undefined> {
    yield 1;
    yield 2;
    throw failure;
  }
  const seen: number[] = [];
  const reading = (async () => {
    for await (const item of readAhead(failing())) {
      seen.push(item);
      // Long enough for the failure to happen before the consumer awaits it.
      await new Promise(setImmediate);
    }
  })();
  await expect(reading).rejects.toBe(failure);
  expect(seen).toEqual([1, 2]);
});
