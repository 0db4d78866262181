import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { mapEvents } from "../../../src/graphql/operation/map-events.ts";

async function* events(...values: number[]): AsyncGenerator<number> {
  yield* values;
}

const double = async (value: number): Promise<number> => value * 2;
const never = (): Promise<never> => new Promise(() => undefined);

describe("mapEvents", () => {
  test("each event is answered in order, and the answers end with the last event", async () => {
    expect(await Array.fromAsync(mapEvents(events(1, 2, 3), double))).toEqual([2, 4, 6]);
  });

  test("the next event is read only after the answer to the last one was read", async () => {
    const taken: number[] = [];
    async function* source(): AsyncGenerator<number> {
      for (const value of [1, 2, 3]) {
        taken.push(value);
        yield value;
      }
    }
    const answers = mapEvents(source(), double);
    await answers.next();
    await wait(5);

    expect(taken).toEqual([1]);
  });

  test("closing ends a wait for an event immediately, and closes the source", async () => {
    let isClosed = false;
    const source = {
      next: never,
      async return() {
        isClosed = true;
        return { done: true as const, value: undefined };
      },
      [Symbol.asyncIterator]: () => source,
    };
    const answers = mapEvents(source, double);
    const waiting = answers.next();
    await answers.return(undefined);

    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(isClosed).toBe(true);
  });

  test("closing ends a wait for a generator immediately, although the generator cannot be interrupted", async () => {
    async function* silent(): AsyncGenerator<number> {
      await never();
      yield 1;
    }
    const answers = mapEvents(silent(), double);
    const waiting = answers.next();
    await answers.return(undefined);

    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test("an answer in computation at closing is not delivered", async () => {
    const answers = mapEvents(events(1, 2), async (value) => {
      await wait(10);
      return value;
    });
    const inFlight = answers.next();
    await answers.return(undefined);

    expect(await inFlight).toEqual({ done: true, value: undefined });
    expect(await answers.next()).toEqual({ done: true, value: undefined });
  });

  test.each<[string, (answers: AsyncGenerator<number>) => Promise<unknown>]>([
    ["the last event", (answers) => Array.fromAsync(answers)],
    ["closing", (answers) => answers.return(undefined)],
  ])("%s calls `onEnd` once", async (_what, end) => {
    let ends = 0;
    const answers = mapEvents(events(1), double, () => {
      ends += 1;
    });
    await end(answers);

    expect(ends).toBe(1);
  });

  test("a failed answer ends the answers and closes the source, because a loop over them does not close them", async () => {
    let [ends, closed] = [0, 0];
    const source = {
      next: async () => ({ done: false as const, value: 1 }),
      async return() {
        closed += 1;
        return { done: true as const, value: undefined };
      },
      [Symbol.asyncIterator]: () => source,
    };
    const failing = () => Promise.reject(new Error("the answer failed"));
    const answers = mapEvents(source, failing, () => {
      ends += 1;
    });
    const loop = async (): Promise<void> => {
      for await (const answer of answers) expect.fail(`${answer} is not an answer`);
    };
    await expect(loop()).rejects.toThrow("the answer failed");

    expect(await answers.next()).toEqual({ done: true, value: undefined });
    expect([ends, closed]).toEqual([1, 1]);
  });

  test("closing after the last event does not call `onEnd` again", async () => {
    let ends = 0;
    const answers = mapEvents(events(1), double, () => {
      ends += 1;
    });
    await Array.fromAsync(answers);
    await answers.return(undefined);

    expect(ends).toBe(1);
  });

  test("a failure of the source calls `onEnd` once", async () => {
    let ends = 0;
    const failing = {
      next: () => Promise.reject(new Error("the source failed")),
      [Symbol.asyncIterator]: () => failing,
    };
    const answers = mapEvents(failing, double, () => {
      ends += 1;
    });

    await expect(answers.next()).rejects.toThrow("the source failed");
    expect(ends).toBe(1);
  });

  test("a failure of the source fails the answers", async () => {
    // biome-ignore lint/correctness/useYield: it fails before it could yield.
    async function* failing(): AsyncGenerator<number> {
      throw new Error("the source failed");
    }

    await expect(mapEvents(failing(), double).next()).rejects.toThrow("the source failed");
  });
});
