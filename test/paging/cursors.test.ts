import { describe, expect, test } from "vitest";
import { createCursors } from "../../src/paging/cursors.ts";

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
  ])("%s", (_, reader, list, given) => {
    expect(() => reader.decode(list, given)).toThrow(BAD_CURSOR);
  });

  test("when any one character was changed", () => {
    for (let index = 0; index < cursor.length - 1; index++) {
      const changed = cursor[index] === "A" ? "B" : "A";
      const tampered = cursor.slice(0, index) + changed + cursor.slice(index + 1);
      expect(() => cursors.decode("people/NAME/ASC", tampered)).toThrow(BAD_CURSOR);
    }
  });
});

test("a cursor of before a rotation still works, and new ones are signed with the new key", () => {
  const rotated = createCursors({ keys: [key("second"), key("first")], tenantId: "acme" });
  const onlyNew = createCursors({ keys: [key("second")], tenantId: "acme" });
  expect(rotated.decode("people", cursors.encode("people", ["Ada"]))).toEqual(["Ada"]);
  expect(onlyNew.decode("people", rotated.encode("people", ["Ada"]))).toEqual(["Ada"]);
});
