import { describe, expect, test } from "vitest";
import { errorMessageIn, limitInMessage } from "../../../src/personio/http/error-message.ts";

describe("the limit in a message", () => {
  test.each([
    ["The limit must be between 1 and 50.", 100, 50],
    ["limit must be at most 50, found 100", 100, 50],
    ["Das Limit muss zwischen 1 und 20 liegen.", 50, 20],
    ["Accounts migrated to the new API: limit must be between 1 and 50.", 100, 50],
    ["Provided value for limit is not valid", 100, 50],
    ["Provided value for limit is not valid", 20, 10],
  ])("the message allows a limit: %s", (sentence, asked, limit) => {
    expect(limitInMessage(sentence, asked)).toBe(limit);
  });

  test.each([
    ["The offset must be at least 0.", 100],
    ["Rate limit of 60 exceeded", 100],
    ["Provided value for limit is not valid", 19],
    ["The limit must be between 1 and 200.", 1],
  ])("the message allows no limit: %s, with %i requested", (sentence, asked) => {
    expect(limitInMessage(sentence, asked)).toBeNull();
  });
});

describe("Personio's message", () => {
  const v1 = (message: unknown) => ({ success: false, error: { code: 0, message } });

  test("the message is found in each of Personio's envelopes", () => {
    expect(errorMessageIn(v1("Wrong credentials "), [])).toBe("Wrong credentials");
    expect(errorMessageIn({ errors: [{ title: "Not Found", detail: "No such person." }] }, [])).toBe(
      "No such person.",
    );
    expect(errorMessageIn({ errors: [{ title: "Not Found", detail: "" }] }, [])).toBe("Not Found");
    expect(errorMessageIn({ error: "invalid_client", error_description: "Failed." }, [])).toBe("Failed.");
  });

  test.each(["!", "é", "x", "@", "!@", "x@x", "x "])(
    "a message of 60,000 times %j is read in a moment",
    (part) => {
      const before = process.threadCpuUsage();
      expect([...(errorMessageIn(v1(part.repeat(60_000)), []) ?? "")].length).toBeLessThanOrEqual(241);
      expect(process.threadCpuUsage(before).user / 1_000).toBeLessThan(500);
    },
  );

  test.each([
    ["kim@x.example left", "… left"],
    ["<kim@x.example>, bo@x", "… …"],
    ["a @team, or team@ here", "a @team, or team@ here"],
    [`key ${"k".repeat(20)}. (${"t".repeat(30)})`, "key …. (…)"],
  ])("addresses and long words are left out: %j", (message, shown) => {
    expect(errorMessageIn(v1(message), [])).toBe(shown);
  });

  test.each([
    undefined,
    null,
    "x",
    {},
    v1(7),
    v1(""),
    v1(" \u0000\u200b "),
    { errors: [] },
    { errors: ["x"] },
  ])("there is no message in %j", (body) => {
    expect(errorMessageIn(body, [])).toBeUndefined();
  });

  test("the message is one line, cut, without secret or private parts", () => {
    const message = `No\nscope\u202e for s3cret, papi-0123456789abcdef0123 or ann@x.example: ${"x y ".repeat(500)}`;
    const sentence = errorMessageIn(v1(message), ["s3cret", ""]) ?? "";
    expect(sentence).toMatch(/^No scope for …, … or … x y x y/);
    expect([...sentence]).toHaveLength(241);
  });
});
