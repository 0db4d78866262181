import { describe, expect, test } from "vitest";
import { CHANGE_KINDS, DATED_KINDS } from "../../../src/lifecycle/event-kind.ts";
import { checkDatedKind, checkOffsets } from "../../../src/lifecycle/settings/lifecycle-settings.resolver.ts";

describe("offsets", () => {
  test.each([
    ["none", [], []],
    ["0, which needs no registering", [0, -0], []],
    ["some twice", [7, -7, 7, 0, -7], [-7, 7]],
    ["the furthest", [180, -180], [-180, 180]],
    ["numbers and not their digits", [10, 9, -10, -9], [-10, -9, 9, 10]],
    [
      "twenty, however often each",
      [...Array.from({ length: 20 }, (_, n) => n + 1), 0, 1, 2],
      Array.from({ length: 20 }, (_, n) => n + 1),
    ],
  ])("offsets may be %s", (_, given, expected) => {
    expect(checkOffsets(given)).toEqual(expected);
  });

  test.each([
    ["further than half a year before", [-7, -181]],
    ["further than half a year after", [181]],
    ["twenty-one", Array.from({ length: 21 }, (_, n) => n + 1)],
  ])("offsets may not be %s", (_, given) => {
    expect(() => checkOffsets(given)).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
  });

  test("offsets belong to kinds with a date only", () => {
    expect(DATED_KINDS.map(checkDatedKind)).toEqual(DATED_KINDS);
    for (const kind of CHANGE_KINDS) {
      expect(() => checkDatedKind(kind)).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
    }
  });
});
