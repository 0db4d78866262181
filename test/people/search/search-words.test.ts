import { describe, expect, test } from "vitest";
import { searchWords, wordsToFind } from "../../../src/people/search/search-words.ts";

describe("searchWords", () => {
  test.each([
    ["Anna Müller", ["anna", "muller"]],
    ["Mu\u0308ller", ["muller"]],
    ["Groß GROẞ", ["gross"]],
    ["Łukasz Ørsted Æbelø Dvořák", ["lukasz", "orsted", "aebelo", "dvorak"]],
    ["İbrahim Yıldız", ["ibrahim", "yildiz"]],
    ["Anna-Lena O'Brien", ["anna", "lena", "o", "brien"]],
    ["Ｗｉｄｅ ﬁsh", ["wide", "fish"]],
    ["李小龙 Владимир", ["李小龙", "владимир"]],
    ["Level 3 C++", ["level", "3", "c"]],
    ["anna.müller@firma.de", ["anna", "muller", "firma", "de", "anna.muller@firma.de"]],
    ["<anna@firma.de>,", ["anna", "firma", "de", "anna@firma.de"]],
    ["soft\u00ADhyphen zero\u200Dwidth", ["softhyphen", "zerowidth"]],
    ["nul\u0000byte lone\uD800surrogate", ["nul", "byte", "lone", "surrogate"]],
    ["  --- @ !!! ", []],
    ["", []],
  ])("searchWords of %j are %j", (text, words) => {
    expect(searchWords(text)).toEqual(words);
  });

  test("searchWords contains the words of every text, each once", () => {
    expect(searchWords("Anna", "Anna Berg", null, "anna@berg.de")).toEqual([
      "anna",
      "berg",
      "de",
      "anna@berg.de",
    ]);
  });

  test("searchWords limits the length and the number of words", () => {
    const words = searchWords(
      "x".repeat(5_000),
      ...Array.from({ length: 500 }, (_, index) => `word${index}`),
    );
    expect(words.length).toBe(100);
    expect(words[0]).toBe("x".repeat(100));
  });

  test("searchWords never cuts a character in two", () => {
    const [word] = searchWords("\u{20000}".repeat(150));
    expect(word).toBe("\u{20000}".repeat(100));
  });
});

describe("wordsToFind", () => {
  test.each([
    ["ann MÜL", ["ann", "mul"]],
    ["anna.m@fir", ["anna.m@fir"]],
    ["anna@", ["anna"]],
    ["@firma.de", ["firma", "de"]],
    ["a a a", ["a"]],
    ["!?", []],
    ["\u0000\uDC00", []],
  ])("wordsToFind of %j are %j", (text, words) => {
    expect(wordsToFind(text)).toEqual(words);
  });

  test("wordsToFind returns at most six words", () => {
    expect(wordsToFind("a b c d e f g h")).toEqual(["a", "b", "c", "d", "e", "f"]);
  });

  test("wordsToFind cuts a long word in the same way as searchWords", () => {
    const long = "ab".repeat(500);
    expect(searchWords(long)).toEqual(wordsToFind(long));
  });
});
