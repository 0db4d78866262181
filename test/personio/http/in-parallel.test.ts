import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { inParallel } from "../../../src/personio/http/in-parallel.ts";

const items = Array.from({ length: 30 }, (_, index) => index);

describe("inParallel", () => {
  test("inParallel returns the results in the order of the items, whichever is ready first", async () => {
    const results = await inParallel(items, { concurrency: 7, signal: undefined }, async (item) => {
      await sleep(item % 3 === 0 ? 5 : 0);
      return `result ${item}`;
    });
    expect(results).toEqual(items.map((item) => `result ${item}`));
  });

  test("inParallel keeps exactly the allowed number of items in work", async () => {
    let [underWay, most] = [0, 0];
    await inParallel(items, { concurrency: 4, signal: undefined }, async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await sleep(1);
      underWay -= 1;
    });
    expect(most).toBe(4);
  });

  test("inParallel throws the first failure, starts no more items and aborts the rest", async () => {
    const failure = new Error("the third");
    const startedItems: number[] = [];
    const signals: AbortSignal[] = [];
    const working = inParallel(items, { concurrency: 4, signal: undefined }, async (item, signal) => {
      startedItems.push(item);
      signals.push(signal);
      if (item === 2) throw failure;
      await sleep(1_000, undefined, { signal });
    });
    await expect(working).rejects.toBe(failure);
    await sleep(10);
    expect(startedItems).toEqual([0, 1, 2, 3]);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  test("inParallel ends with the caller's signal", async () => {
    const leaving = new AbortController();
    const working = inParallel(items, { concurrency: 4, signal: leaving.signal }, async (_item, signal) => {
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    const reason = new Error("no longer wanted");
    leaving.abort(reason);
    await expect(working).rejects.toBe(reason);
  });

  test("inParallel returns an empty list for no items", async () => {
    expect(await inParallel([], { concurrency: 4, signal: undefined }, async () => 1)).toEqual([]);
  });
});
