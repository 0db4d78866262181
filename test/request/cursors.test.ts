import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCursors } from "../../src/request/cursors.ts";

const key = (text: string) => Buffer.alloc(32, text);
const cursors = createCursors({ keys: [key("first")], tenantId: "acme" });
const BAD_CURSOR = expect.objectContaining({ code: "BAD_CURSOR" });

test("a cursor gives back the position it was made of", () => {
  const position = ["Müller", null, 7, "\u{1F600}"];
  expect(cursors.decode("people", cursors.encode("people", position))).toEqual(position);
});

test("a cursor is text that needs no escaping in a URL", () => {
  expect(cursors.encode("people", ["?/+ü"])).toMatch(/^[\w-]+$/);
});

test("a cursor shows nothing of the position, neither as it is nor decoded", () => {
  const cursor = cursors.encode("people/NAME/ASC", ["Miller", "Ada", "b1946ac9-24d5-4b6f-9d4f-000000000001"]);
  const shown = [cursor, Buffer.from(cursor, "base64url").toString("latin1")];
  for (const part of ["Miller", "Ada", "b1946ac9", "people"])
    expect(shown.filter((text) => text.includes(part))).toEqual([]);
});

test("the length of a cursor does not show the length of a name", () => {
  const lengths = ["Li", "Ann", "Ada Maria"].map((name) => cursors.encode("people", [name, "Xu", 1]).length);
  expect(new Set(lengths).size).toBe(1);
});

test("equal positions have equal cursors, on every replica", () => {
  const replica = createCursors({ keys: [key("first")], tenantId: "acme" });
  expect(replica.encode("people", ["Ada", 7])).toBe(cursors.encode("people", ["Ada", 7]));
});

test("positions that differ a little have cursors without a common part", () => {
  const [one, other] = [cursors.encode("people", ["Ada", 7]), cursors.encode("people", ["Ada", 8])];
  expect(Array.from(one, (letter, index) => letter === other[index]).filter(Boolean).length).toBeLessThan(12);
  expect(cursors.encode("people", ["Ada", 7])).not.toBe(cursors.encode("offices", ["Ada", 7]));
});

test("any position survives", () => {
  const value = fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.constant(null));
  fc.assert(
    fc.property(fc.array(value), (position) => {
      expect(cursors.decode("people", cursors.encode("people", position))).toEqual(position);
    }),
  );
});

describe("a cursor is refused", () => {
  const cursor = cursors.encode("people/NAME/ASC", ["Ada", "1"]);

  test.each([
    [
      "by another tenant",
      createCursors({ keys: [key("first")], tenantId: "other" }),
      "people/NAME/ASC",
      cursor,
    ],
    ["by another list", cursors, "department_id", cursor],
    ["in another order", cursors, "people/NAME/DESC", cursor],
    [
      "under a key that was withdrawn",
      createCursors({ keys: [key("second")], tenantId: "acme" }),
      "people/NAME/ASC",
      cursor,
    ],
    ["when it is empty", cursors, "people/NAME/ASC", ""],
    ["when it is not ours", cursors, "people/NAME/ASC", "hello world, this is no cursor at all"],
    ["when it was cut short", cursors, "people/NAME/ASC", cursor.slice(0, -2)],
    ["when it was made longer", cursors, "people/NAME/ASC", `${cursor}AAAA`],
    [
      "with characters that are no part of it",
      cursors,
      "people/NAME/ASC",
      `${cursor.slice(0, 8)} ${cursor.slice(8)}`,
    ],
    ["with padding", cursors, "people/NAME/ASC", `${cursor}=`],
  ])("%s", (_, reader, list, given) => {
    expect(() => reader.decode(list, given)).toThrow(BAD_CURSOR);
  });

  test("when any one character was changed", () => {
    for (let index = 0; index < cursor.length; index++) {
      const changed = cursor[index] === "A" ? "B" : "A";
      const tampered = cursor.slice(0, index) + changed + cursor.slice(index + 1);
      expect(() => cursors.decode("people/NAME/ASC", tampered)).toThrow(BAD_CURSOR);
    }
  });
});

test("a cursor of before a rotation still works, and new ones are sealed with the new key", () => {
  const rotated = createCursors({ keys: [key("second"), key("first")], tenantId: "acme" });
  const onlyNew = createCursors({ keys: [key("second")], tenantId: "acme" });
  expect(rotated.decode("people", cursors.encode("people", ["Ada"]))).toEqual(["Ada"]);
  expect(onlyNew.decode("people", rotated.encode("people", ["Ada"]))).toEqual(["Ada"]);
});

describe("a cursor of the release that only signed them", () => {
  const signed = (list: string, position: readonly unknown[]): string => {
    const payload = Buffer.from(JSON.stringify(position));
    const hmac = createHmac("sha256", key("first")).update(`cursor\0acme\0${list}\0`).update(payload);
    return Buffer.concat([hmac.digest().subarray(0, 16), payload]).toString("base64url");
  };

  test("still works: consumers of events keep theirs for weeks", () => {
    expect(cursors.decode("lifecycleEvents", signed("lifecycleEvents", [4711]))).toEqual([4711]);
  });

  test("is refused by another list and by another tenant", () => {
    const other = createCursors({ keys: [key("first")], tenantId: "other" });
    expect(() => cursors.decode("people", signed("lifecycleEvents", [1]))).toThrow(BAD_CURSOR);
    expect(() => other.decode("lifecycleEvents", signed("lifecycleEvents", [1]))).toThrow(BAD_CURSOR);
  });
});
