import { expect, test } from "vitest";
import { applyOperations } from "../../src/scim/patch/apply-operations.ts";
import { readOperations } from "../../src/scim/requests/read-scim-request.ts";
import { USERS } from "../../src/scim/schema/user-schema.ts";

const WORK = { type: "work", value: "Kim@Example.com", primary: true };
const HOME = { type: "home", value: "kim@home.example" };
const KIM = { userName: "kim", emails: [WORK, HOME] };

/** The emails of Kim after an operation on them. */
const emailsAfter = (operation: object): unknown =>
  applyOperations(KIM, readOperations(USERS, { Operations: [operation] })).emails;

test.each<[name: string, value: unknown, left: object[] | undefined]>([
  ["an element as it is stored", [WORK], [HOME]],
  ["an element by one of its parts", [{ type: "home" }], [WORK]],
  ["an element with other case", [{ type: "Work", value: "KIM@example.com" }], [HOME]],
  ["an element that the user does not have", [{ value: "bo@example.com" }], [WORK, HOME]],
  ["an element of which only one part is the same", [{ ...HOME, type: "work" }], [WORK, HOME]],
  ["an empty list", [], [WORK, HOME]],
  ["an element without a known part", [{ x: "home" }], [WORK, HOME]],
  ["each element", [WORK, HOME], undefined],
  ["no list", undefined, undefined],
])("remove of emails with %s", (_name, value, left) => {
  expect(emailsAfter({ op: "remove", path: "emails", value })).toEqual(left);
});

test.each([
  ["zoë@example.com", "ZOE\u0308@example.com"],
  ["zoe\u0308@example.com", "Zoë@EXAMPLE.com"],
])("a filter finds an address however its accents are composed: %j by %j", (stored, compared) => {
  const [operation] = readOperations(USERS, {
    Operations: [{ op: "remove", path: `emails[value eq "${compared}"]` }],
  });
  const emails = [{ type: "work", value: stored }, HOME];
  expect(applyOperations({ ...KIM, emails }, [operation!]).emails).toEqual([HOME]);
});

test.each<[name: string, path: string | undefined, value: unknown]>([
  ["an empty list", "emails", []],
  ["null", "emails", null],
  ["an element without a known part", "emails", [{ x: "home" }]],
  ["an element without a known part, beside others", 'emails[type eq "home"]', { x: "home" }],
  ["an object with an empty list", undefined, { emails: [] }],
])("add with %s adds nothing, and takes nothing away", (_name, path, value) => {
  expect(emailsAfter({ op: "add", path, value })).toEqual([WORK, HOME]);
});

test("an operation that replaces values by an empty list leaves none", () => {
  expect(emailsAfter({ op: "replace", path: "emails", value: [] })).toBeUndefined();
});
