import { expect, test } from "vitest";
import type { Scope } from "../../../src/access/viewer.ts";
import { NOTHING_RAISED } from "../../../src/fields/raised-fields.ts";
import { redactFields } from "../../../src/sync/review/redact-plan.ts";

const change = {
  before: { position: "Engineer", dateOfBirth: "1990-07-31", terminationDate: null },
  after: { position: "Manager", dateOfBirth: "1990-07-13", terminationDate: "2027-01-31" },
};
const seenWith = (item: Parameters<typeof redactFields>[0], ...scopes: Scope[]) =>
  redactFields(item, {
    viewer: { scopes: new Set<Scope>(["people:admin", ...scopes]) },
    raised: NOTHING_RAISED,
  });

test("an administrator without the scopes sees in a plan that a guarded date changes, but not its values", () => {
  expect(seenWith(change)).toEqual({
    before: { position: "Engineer", dateOfBirth: "(hidden)", terminationDate: "(hidden)" },
    after: { position: "Manager", dateOfBirth: "(hidden)", terminationDate: "(hidden)" },
  });
});

test("an ADD leaves out guarded dates", () => {
  expect(seenWith({ ...change, before: null })).toEqual({ before: null, after: { position: "Manager" } });
});

test("each scope shows its fields", () => {
  expect(seenWith(change, "people:hr")).toMatchObject({
    before: { dateOfBirth: "(hidden)", terminationDate: null },
    after: { dateOfBirth: "(hidden)", terminationDate: "2027-01-31" },
  });
  expect(seenWith(change, "people:hr", "people:sensitive")).toEqual(change);
});
