import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeInPieces, stringifyInPieces } from "../../../src/graphql/transports/stringify-in-pieces.ts";

describe("the text of an answer", () => {
  test("the text of an answer is that of JSON.stringify", async () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.constantFrom(null, undefined, true, 1.5, -0, "", 'ä\u2028😀\ud800"\\'),
        fc.array(tie("value"), { maxLength: 5 }),
        fc.dictionary(fc.string(), tie("value"), { maxKeys: 5, noNullPrototype: false }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(value, async (data) => {
        expect(await stringifyInPieces({ data }, nextTurn)).toBe(JSON.stringify({ data }));
      }),
      { numRuns: 500 },
    );
  });

  test("the text of long lists of objects is that of JSON.stringify, and other work runs meanwhile", async () => {
    const teams = Array.from({ length: 30 }, (_, team) => ({
      team,
      people: Array.from({ length: 101 }, (_, id) => ({ id, name: "x".repeat(40), boss: { id } })),
    }));
    const turns: string[] = [];
    const isDone = stringifyInPieces({ data: { teams } }, nextTurn).finally(() => turns.push("done"));
    setImmediate(() => turns.push("other"));

    expect(await isDone).toBe(JSON.stringify({ data: { teams } }));
    expect(turns).toEqual(["other", "done"]);
  });

  test("the text of an ordinary answer is made at once", async () => {
    const turns: string[] = [];
    const people = Array.from({ length: 100 }, (_, id) => ({ id, name: "x".repeat(40), boss: { id } }));
    setImmediate(() => turns.push("other"));
    await stringifyInPieces({ data: { people } }, nextTurn);

    expect(turns).toEqual([]);
  });
});

describe("D20: the text of an answer with long texts", () => {
  const LONG = "x".repeat(250_000);
  const people = (count: number) => Array.from({ length: count }, () => ({ one: LONG, two: LONG }));

  test("is that of JSON.stringify, and other work runs after each object", async () => {
    let rests = 0;
    const rest = async () => {
      rests += 1;
    };

    expect(await stringifyInPieces({ people: people(20) }, rest)).toBe(
      JSON.stringify({ people: people(20) }),
    );
    expect(rests).toBeGreaterThanOrEqual(20);
  });

  test("is refused above 64 MiB, before the rest of it is made", async () => {
    const all = people(1_000);
    let read = 0;
    const toJSON = () => {
      read += 1;
      return { one: LONG, two: LONG };
    };
    for (const person of all) Object.defineProperty(person, "toJSON", { value: toJSON });

    await expect(stringifyInPieces({ people: all }, nextTurn)).rejects.toMatchObject({ code: "LIMIT_COST" });
    expect(read).toBeLessThan(200);
  });
});

describe("the bytes of an answer", () => {
  test("the bytes of an answer are those of UTF-8, wherever a piece of a large text ends, and other work runs meanwhile", async () => {
    for (const start of ["", "x"]) {
      const text = start + "😀ä€".repeat(50_000);
      const turns: string[] = [];
      setImmediate(() => turns.push("other"));
      const encoded = await encodeInPieces(text, nextTurn);

      expect(Buffer.from(text).equals(Buffer.from(encoded))).toBe(true);
      expect(turns).toEqual(["other"]);
    }
  });

  test("the bytes of an answer are made at once if the answer is ordinary", async () => {
    expect(await encodeInPieces("x".repeat(60_000), nextTurn)).toBe("x".repeat(60_000));
  });
});
