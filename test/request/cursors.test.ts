import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCursors } from "../../src/request/cursors.ts";

const key = (text: string) => Buffer.alloc(32, text);
const cursors = createCursors({ keys: [key("first")], tenantId: "acme" });
const BAD_CURSOR = expect.objectContaining({ code: "BAD_CURSOR" });

test("decoding a cursor returns its position", () => {
  const position = ["Müller", null, 7, "\u{1F600}"];
  expect(cursors.decode("people", cursors.encode("people", position))).toEqual(position);
});

test("a cursor needs no escaping in a URL", () => {
  expect(cursors.encode("people", ["?/+ü"])).toMatch(/^[\w-]+$/);
});

test("neither a cursor nor its decoded bytes reveal the position", () => {
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

test("similar positions have cursors without a common part", () => {
  const [one, other] = [cursors.encode("people", ["Ada", 7]), cursors.encode("people", ["Ada", 8])];
  expect(Array.from(one, (letter, index) => letter === other[index]).filter(Boolean).length).toBeLessThan(12);
  expect(cursors.encode("people", ["Ada", 7])).not.toBe(cursors.encode("offices", ["Ada", 7]));
});

test("every position can be encoded and decoded", () => {
  const value = fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.constant(null));
  fc.assert(
    fc.property(fc.array(value), (position) => {
      expect(cursors.decode("people", cursors.encode("people", position))).toEqual(position);
    }),
  );
});

describe("decoding refuses a cursor", () => {
  const cursor = cursors.encode("people/NAME/ASC", ["Ada", "1"]);

  test.each([
    [
      "of another tenant",
      createCursors({ keys: [key("first")], tenantId: "other" }),
      "people/NAME/ASC",
      cursor,
    ],
    ["of another list", cursors, "department_id", cursor],
    ["of another order", cursors, "people/NAME/DESC", cursor],
    [
      "of a key that is not in the ring",
      createCursors({ keys: [key("second")], tenantId: "acme" }),
      "people/NAME/ASC",
      cursor,
    ],
    ["that is empty", cursors, "people/NAME/ASC", ""],
    ["that is other text", cursors, "people/NAME/ASC", "hello world, this is not a cursor at all"],
    ["that is cut short", cursors, "people/NAME/ASC", cursor.slice(0, -2)],
    ["that is extended", cursors, "people/NAME/ASC", `${cursor}AAAA`],
    ["with foreign characters", cursors, "people/NAME/ASC", `${cursor.slice(0, 8)} ${cursor.slice(8)}`],
    ["with padding", cursors, "people/NAME/ASC", `${cursor}=`],
  ])("decoding refuses a cursor %s", (_, reader, list, given) => {
    expect(() => reader.decode(list, given)).toThrow(BAD_CURSOR);
  });

  test("decoding refuses a cursor with any one changed character", () => {
    for (let index = 0; index < cursor.length; index++) {
      const changed = cursor[index] === "A" ? "B" : "A";
      const tampered = cursor.slice(0, index) + changed + cursor.slice(index + 1);
      expect(() => cursors.decode("people/NAME/ASC", tampered)).toThrow(BAD_CURSOR);
    }
  });
});

test("a cursor from before a key rotation still works, and new ones are sealed with the new key", () => {
  const rotated = createCursors({ keys: [key("second"), key("first")], tenantId: "acme" });
  const onlyNew = createCursors({ keys: [key("second")], tenantId: "acme" });
  expect(rotated.decode("people", cursors.encode("people", ["Ada"]))).toEqual(["Ada"]);
  expect(onlyNew.decode("people", rotated.encode("people", ["Ada"]))).toEqual(["Ada"]);
});

describe("cursors of the release that only signed them", () => {
  const signed = (list: string, position: readonly unknown[]): string => {
    const payload = Buffer.from(JSON.stringify(position));
    const hmac = createHmac("sha256", key("first")).update(`cursor\0acme\0${list}\0`).update(payload);
    return Buffer.concat([hmac.digest().subarray(0, 16), payload]).toString("base64url");
  };

  test("a signed cursor still works, because consumers of events store cursors for weeks", () => {
    expect(cursors.decode("lifecycleEvents", signed("lifecycleEvents", [4711]))).toEqual([4711]);
  });

  test("a signed cursor of another list or another tenant is refused", () => {
    const other = createCursors({ keys: [key("first")], tenantId: "other" });
    expect(() => cursors.decode("people", signed("lifecycleEvents", [1]))).toThrow(BAD_CURSOR);
    expect(() => other.decode("lifecycleEvents", signed("lifecycleEvents", [1]))).toThrow(BAD_CURSOR);
  });
});
