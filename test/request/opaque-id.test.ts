import { expect, test } from "vitest";
import { readOpaqueId, readOpaqueIds } from "../../src/request/opaque-id.ts";

const ID = "0197a3f0-9c1e-7b6a-8a55-0123456789ab";

test("readOpaqueId reads an id in either case and returns the stored form", () => {
  expect(readOpaqueId(ID)).toBe(ID);
  expect(readOpaqueId(ID.toUpperCase())).toBe(ID);
});

test.each([undefined, null, "", "12", 12, {}, [ID], `${ID}\n`, ` ${ID}`, ID.replaceAll("-", ""), `{${ID}}`])(
  "readOpaqueId returns null for %j",
  (value) => {
    expect(readOpaqueId(value)).toBeNull();
  },
);

test("readOpaqueIds leaves out values that are not ids", () => {
  expect(readOpaqueIds(["x", ID, null])).toEqual([ID]);
});
