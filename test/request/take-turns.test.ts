import { describe, expect, test } from "vitest";
import { databaseUnavailable } from "../../src/database/database-errors.ts";
import { takeTurns, takeTurnsByKey } from "../../src/request/take-turns.ts";

/** Starts works that the test ends. */
function startWorks(count: number, limits: Parameters<typeof takeTurns>[0]) {
  const inTurn = takeTurns(limits);
  const started: PromiseWithResolvers<number>[] = [];
  const results = Array.from({ length: count }, () =>
    inTurn(() => {
      const work = Promise.withResolvers<number>();
      started.push(work);
      return work.promise;
    }).catch((error: Error) => error.message),
  );
  return { started, results, inTurn };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("work begins in order, up to the limit at a time, and a failed one frees its place", async () => {
  const { started, results } = startWorks(4, { atOnce: 2 });
  await settled();
  expect(started).toHaveLength(2);
  started[1]?.reject(new Error("failed"));
  await settled();
  expect(started).toHaveLength(3);
  started[0]?.resolve(0);
  await settled();
  started[2]?.resolve(2);
  started[3]?.resolve(3);
  expect(await Promise.all(results)).toEqual([0, "failed", 2, 3]);
});

test("work beyond the queue fails at once, and the places are free afterwards", async () => {
  const { started, results, inTurn } = startWorks(4, {
    atOnce: 1,
    queue: { max: 2, fullError: () => new Error("full") },
  });
  expect(await results[3]).toBe("full");
  for (const place of [0, 1, 2]) {
    await settled();
    started[place]?.resolve(place);
  }
  expect(await Promise.all(results)).toEqual([0, 1, 2, "full"]);
  expect(await inTurn(async () => "free")).toBe("free");
});

describe("works that wait", () => {
  const turns = (kind: "by key" | "for all") => {
    let elapsedMs = 0;
    const limits = { atOnce: 1, elapsedMs: () => elapsedMs };
    const byKey = takeTurnsByKey({ ...limits, perKey: 1 });
    const inTurn = takeTurns(limits);
    return {
      pass: (ms: number) => {
        elapsedMs += ms;
      },
      begin: <Result>(work: () => Promise<Result>) =>
        (kind === "by key" ? byKey("acme", work) : inTurn(work)).catch((error: Error) => error.message),
    };
  };
  const TOO_LATE = "The database did not answer in time.";

  test.each(["by key", "for all"] as const)(
    "work that waits does not begin behind one that the database failed after two seconds, and the next one begins: %s",
    async (kind) => {
      const { begin, pass } = turns(kind);
      const [first, begun] = [Promise.withResolvers<void>(), [] as string[]];
      const work = (name: string) => begin(async () => void begun.push(name));
      const results = [begin(() => first.promise), work("second"), work("third")];
      await settled();
      pass(1_900);
      results.push(work("fourth"));
      await settled();
      pass(200);
      first.reject(databaseUnavailable());

      expect(await Promise.all(results)).toEqual([TOO_LATE, TOO_LATE, TOO_LATE, undefined]);
      expect(begun).toEqual(["fourth"]);
    },
  );

  test.each(["by key", "for all"] as const)(
    "begin behind one that took long and was answered or refused: %s",
    async (kind) => {
      const { begin, pass } = turns(kind);
      const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
      const results = [begin(() => first.promise), begin(() => second.promise), begin(async () => "third")];
      await settled();
      pass(60_000);
      first.resolve("first");
      second.reject(new Error("unknown token"));

      expect(await Promise.all(results)).toEqual(["first", "unknown token", "third"]);
    },
  );
});

/** Starts works of several keys, which the test ends. */
function startByKey(limits: Parameters<typeof takeTurnsByKey>[0]) {
  const inTurn = takeTurnsByKey(limits);
  const begun: { readonly key: string; end(): void }[] = [];
  const start = (key: string) =>
    inTurn(key, () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      begun.push({ key, end: resolve });
      return promise;
    });
  return { begun, start };
}

test("works of one key leave turns to other keys, which wait for few of them", async () => {
  const { begun, start } = startByKey({ atOnce: 2, perKey: 2 });
  const all = [...Array.from({ length: 5 }, () => start("loud")), start("quiet")];
  await settled();
  expect(begun.map(({ key }) => key)).toEqual(["loud", "loud"]);
  for (let ended = 0; ended < all.length; ended += 1) {
    begun[ended]?.end();
    await settled();
  }
  await Promise.all(all);
  expect(begun.map(({ key }) => key)).toEqual(["loud", "loud", "quiet", "loud", "loud", "loud"]);
});

test("a work of a key that comes while others run waits for one of them, although one has ended", async () => {
  const { begun, start } = startByKey({ atOnce: 9, perKey: 2 });
  const all = [start("loud"), start("loud"), start("loud")];
  await settled();
  begun[0]?.end();
  await settled();
  all.push(start("loud"));
  await settled();
  expect(begun).toHaveLength(3);
  begun[1]?.end();
  await settled();
  expect(begun).toHaveLength(4);
  for (const { end } of begun) end();
  await Promise.all(all);
});
