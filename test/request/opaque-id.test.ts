import { expect, test } from "vitest";
import { readOpaqueId, readOpaqueIds } from "../../src/request/opaque-id.ts";

const ID = "0197a3f0-9c1e-7b6a-8a55-0123456789ab";

test("an id is read in either case, as it is stored", () => {
  expect(readOpaqueId(ID)).toBe(ID);
  expect(readOpaqueId(ID.toUpperCase())).toBe(ID);
});

test.each([undefined, null, "", "12", 12, {}, [ID], `${ID}\n`, ` ${ID}`, ID.replaceAll("-", ""), `{${ID}}`])(
  "%j is no id",
  (value) => {
    expect(readOpaqueId(value)).toBeNull();
  },
);

test("what is no id is left out of many", () => {
  expect(readOpaqueIds(["x", ID, null])).toEqual([ID]);
});
