import { describe, expect, test } from "vitest";
import {
  detectEvents,
  detectLinkEvents,
  type LinkedRecord,
} from "../../../src/lifecycle/changes/detect-events.ts";
import type { Continuation, PersonRecord } from "../../../src/people/write/person-record.ts";
import { ADA as record } from "../../support/ada.ts";

const linked = (changes: Partial<PersonRecord> = {}, supervisorId: string | null = "boss"): LinkedRecord => ({
  record: { ...record, ...changes },
  supervisorId,
});

const detect = (before: LinkedRecord | null, after: LinkedRecord, continuation: Continuation | null = null) =>
  detectEvents(
    { personId: "ada", before, after, departmentId: "our-d1", officeId: "our-o1", continuation },
    "2026-06-15",
  );

/** The events in their order, as kind and changed fields. */
const emitted = (
  before: LinkedRecord | null,
  after: LinkedRecord,
  continuation: Continuation | null = null,
) =>
  detect(before, after, continuation).map(({ kind, changedFields }) =>
    changedFields ? [kind, ...changedFields] : [kind],
  );

/** Clients see changed fields in this order; a new field gets the position that `Person` gives it. */
const PUBLIC_ORDER =
  `personioId workEmail employeeId firstName lastName displayName position department subCompany costCenter team
  legalEntity office supervisor status isPreHire employmentType hireDate originalHireDate probationEndDate contractEndDate terminationDate dateOfBirth birthday
  customAttributes`.split(/\s+/);

describe("detectEvents", () => {
  test("a new person is one PERSON_ADDED without fields", () => {
    expect(detect(null, linked())).toEqual([
      {
        kind: "PERSON_ADDED",
        personId: "ada",
        personioId: "7",
        occursOn: "2026-06-15",
        offsetDays: 0,
        change: null,
        supersedes: null,
        years: null,
        changedFields: null,
        late: false,
        departmentId: "our-d1",
        officeId: "our-o1",
        content: expect.any(String),
      },
    ]);
  });

  test("a person with equal values has no event", () => {
    const sameTags = { dynamic_2: ["German", "English"], dynamic_1: "L" };
    expect(emitted(linked(), linked({ customAttributes: sameTags }))).toEqual([]);
  });

  const inactive = linked({ status: "INACTIVE", terminationDate: "2026-05-31" });
  test.each<[string, LinkedRecord, LinkedRecord, string[][]]>([
    ["a new position", linked(), linked({ position: "Lead" }), [["PERSON_CHANGED", "position"]]],
    [
      "a new department and office, by the names of the fields that serve them",
      linked(),
      linked({ departmentPersonioId: "d2", officePersonioId: "o2", legalEntityPersonioId: null }),
      [["PERSON_CHANGED", "department", "legalEntity", "office"]],
    ],
    [
      "a marriage: the address, the last name, and the name that is shown",
      linked(),
      linked({ workEmail: "ada.sund@nordlicht.example", lastName: "Sund" }),
      [["PERSON_CHANGED", "workEmail", "lastName", "displayName"]],
    ],
    [
      "a preferred name, as the name that is shown",
      linked(),
      linked({ preferredName: "Addie" }),
      [["PERSON_CHANGED", "displayName"]],
    ],
    ["a preferred name that shows nothing new", linked(), linked({ preferredName: "Ada Lind" }), []],
    [
      "a date of birth, by the fields' names only, the derived one too",
      linked(),
      linked({ dateOfBirth: "1990-06-15" }),
      [["PERSON_CHANGED", "dateOfBirth", "birthday"]],
    ],
    [
      "a year of birth, which changes no birthday",
      linked(),
      linked({ dateOfBirth: "1991-06-14" }),
      [["PERSON_CHANGED", "dateOfBirth"]],
    ],
    [
      "a first day that moves from the past to the future, and makes a pre-hire",
      linked(),
      linked({ hireDate: "2026-06-16", originalHireDate: "2026-06-16" }),
      [["PERSON_CHANGED", "isPreHire", "hireDate", "originalHireDate"]],
    ],
    [
      "a first day that moves from today to the future, and makes a pre-hire",
      linked({ hireDate: "2026-06-15", originalHireDate: "2020-01-01" }),
      linked({ hireDate: "2026-06-16", originalHireDate: "2020-01-01" }),
      [["PERSON_CHANGED", "isPreHire", "hireDate"]],
    ],
    [
      "a first day that moves in the future",
      linked({ hireDate: "2026-07-01" }),
      linked({ hireDate: "2026-08-01" }),
      [["PERSON_CHANGED", "hireDate"]],
    ],
    [
      "a custom attribute",
      linked(),
      linked({ customAttributes: { dynamic_1: "M" } }),
      [["PERSON_CHANGED", "customAttributes"]],
    ],
    [
      "another supervisor, as PERSON_CHANGED and as SUPERVISOR_CHANGED",
      linked(),
      linked({ supervisorPersonioId: "2" }, "other-boss"),
      [["PERSON_CHANGED", "supervisor"], ["SUPERVISOR_CHANGED"]],
    ],
    ["the same supervisor under another record", linked(), linked({ supervisorPersonioId: "99" }), []],
    [
      "a supervisor who is not in the directory instead of another one who is not",
      linked({}, null),
      linked({ supervisorPersonioId: "99" }, null),
      [],
    ],
    ["parental leave", linked(), linked({ status: "LEAVE" }), [["PERSON_CHANGED", "status"]]],
    [
      "a first day that has come",
      linked({ status: "ONBOARDING" }),
      linked(),
      [["PERSON_CHANGED", "status", "isPreHire"]],
    ],
    ["a person who is missing from the list", linked(), linked({ status: "INACTIVE" }), [["PERSON_LEFT"]]],
    [
      "a leaver, with the last day if that became known with it",
      linked(),
      inactive,
      [["PERSON_LEFT"], ["PERSON_CHANGED", "terminationDate"]],
    ],
    [
      "a leaver whose last day is corrected",
      inactive,
      linked({ status: "INACTIVE", terminationDate: "2026-06-30" }),
      [["PERSON_CHANGED", "terminationDate"]],
    ],
    [
      "a leaver who returns under the same record",
      inactive,
      linked(),
      [["PERSON_RETURNED"], ["PERSON_CHANGED", "terminationDate"]],
    ],
    [
      "a rehire under a new record, with another supervisor",
      inactive,
      linked({ personioId: "8", hireDate: "2026-06-15", status: "ONBOARDING" }, "other-boss"),
      [
        ["PERSON_RETURNED"],
        ["PERSON_CHANGED", "personioId", "supervisor", "hireDate", "terminationDate"],
        ["SUPERVISOR_CHANGED"],
      ],
    ],
    [
      "a rehire whose old record ended since the last sync",
      linked(),
      linked({ personioId: "8", hireDate: "2026-06-15" }),
      [["PERSON_RETURNED"], ["PERSON_CHANGED", "personioId", "hireDate"]],
    ],
  ])("detectEvents returns the events of %s", (_, before, after, events) => {
    expect(emitted(before, after)).toEqual(events);
  });

  test("changed fields have one order, whichever field a sync reads first", () => {
    const other = Object.fromEntries(Object.keys(record).map((field) => [field, null]));
    const before = { record: { ...record, ...other, customAttributes: {} }, supervisorId: null };
    const ends = { contractEndDate: "2027-12-31", terminationDate: "2027-12-31" };
    const [changed] = emitted(before, linked({ status: "ONBOARDING", ...ends }), "ANEW");
    expect(changed?.slice(1)).toEqual(PUBLIC_ORDER);
  });

  test("the events belong to the current employment", () => {
    const events = detect(inactive, linked({ personioId: "8" }));
    expect(new Set(events.map(({ personioId }) => personioId))).toEqual(new Set(["8"]));
  });
});

describe("the content of a change", () => {
  const contents = (before: LinkedRecord, after: LinkedRecord) =>
    detect(before, after).map(({ content }) => content);

  test("the content is equal for the same change, on any day and from any earlier value, and differs for another change", () => {
    const [lead] = contents(linked(), linked({ position: "Lead" }));
    expect(contents(linked({ position: "Trainee" }), linked({ position: "Lead" }))).toEqual([lead]);
    expect(contents(linked(), linked({ position: "Head" }))).not.toEqual([lead]);
    expect(contents(linked(), linked({ employeeId: "Lead" }))).not.toEqual([lead]);
  });

  test("the content does not depend on the order of custom attributes", () => {
    const [one, other] = [
      { a: "1", b: "2" },
      { b: "2", a: "1" },
    ].map((customAttributes) => contents(linked(), linked({ customAttributes })));
    expect(one).toEqual(other);
  });
});

test("detectLinkEvents returns the same events for a repaired link as for another supervisor", () => {
  const link = {
    personId: "ada",
    personioId: "7",
    departmentId: null,
    officeId: "our-o1",
    supervisorId: "boss",
  };
  const changed = detect(linked({}, null), linked()).map((event) => ({ ...event, departmentId: null }));
  expect(detectLinkEvents(link, "2026-06-15")).toEqual(changed);
});
