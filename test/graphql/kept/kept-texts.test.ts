import { describe, expect, test } from "vitest";
import { createAnswerText } from "../../../src/graphql/operation/answer-text.ts";
import { createKeptTexts } from "../../../src/graphql/operation/kept-texts.ts";

const BYTES_MAX = 100_000;
/** An answer that takes some 3 KB. */
const answer = createAnswerText(Buffer.alloc(2_500, "x"));
const kept = { version: "v1", answer };

describe("kept answers", () => {
  test("kept answers never take more memory than they may, and the oldest go first", () => {
    const texts = createKeptTexts(BYTES_MAX);
    for (let number = 0; number < 500; number += 1) {
      texts.set("acme", `key ${number}`, kept);
      expect(texts.bytes).toBeLessThanOrEqual(BYTES_MAX);
    }
    expect(texts.bytes).toBeGreaterThan(BYTES_MAX * 0.9);
    expect(texts.get("acme", "key 0")).toBeUndefined();
    expect(texts.get("acme", "key 499")).toEqual(kept);
  });

  test("a company that asks much takes nothing from one that asks little", () => {
    const texts = createKeptTexts(BYTES_MAX);
    texts.set("small", "page", kept);
    for (let number = 0; number < 500; number += 1) texts.set("large", `key ${number}`, kept);

    expect(texts.get("small", "page")).toEqual(kept);
    expect(texts.get("large", "page")).toBeUndefined();
  });

  test("an answer that would push out many others is not kept", () => {
    const texts = createKeptTexts(BYTES_MAX);
    texts.set("acme", "large", { version: "v1", answer: createAnswerText(Buffer.alloc(10_000, "x")) });
    expect(texts.get("acme", "large")).toBeUndefined();
    expect(texts.bytes).toBe(0);
  });

  test("the first answer of a new version frees all older ones of the company, and of no other", () => {
    const texts = createKeptTexts(BYTES_MAX);
    for (const tenant of ["acme", "globex"]) for (const key of ["a", "b"]) texts.set(tenant, key, kept);
    const before = texts.bytes;
    texts.set("acme", "c", { ...kept, version: "v2" });

    expect(["a", "b", "c"].map((key) => texts.get("acme", key)?.version)).toEqual([
      undefined,
      undefined,
      "v2",
    ]);
    expect(texts.get("globex", "a")).toEqual(kept);
    expect(texts.bytes).toBeLessThan(before);
  });

  test("with no memory, no answer is kept", () => {
    const texts = createKeptTexts(0);
    texts.set("acme", "key", kept);
    expect(texts.get("acme", "key")).toBeUndefined();
  });
});
