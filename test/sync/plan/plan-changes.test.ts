import { describe, expect, test } from "vitest";
import type { PersonRecord } from "../../../src/people/write/person-record.ts";
import type { Comparison, PlanRules } from "../../../src/sync/plan/comparison.ts";
import type { MatchedRecord, MatchKind } from "../../../src/sync/plan/join-record.ts";
import { planChange } from "../../../src/sync/plan/plan-changes.ts";
import type { TranslatedFields, TranslatedPerson } from "../../../src/sync/read/translate.ts";
import { ADA as stored } from "../../support/ada.ts";

/** The same person as Personio sends them without a change. */
const same: TranslatedFields = {
  workEmail: stored.workEmail,
  firstName: "Ada",
  lastName: "Lind",
  preferredName: null,
  employeeId: "NR-7",
  position: "Engineer",
  department: { personioId: "d1", name: "R&D" },
  subCompany: "Nordlicht GmbH",
  costCenter: "CC-410 R&D",
  team: "Motion Control",
  legalEntity: { personioId: "l1", name: "Nordlicht GmbH" },
  office: { personioId: "o1", name: "Hamburg" },
  supervisor: "1",
  status: "ACTIVE",
  employmentType: "INTERNAL",
  hireDate: "2021-03-01",
  probationEndDate: "2021-08-31",
  contractEndDate: null,
  terminationDate: null,
  dateOfBirth: "1990-06-14",
  customAttributes: { dynamic_1: "L", dynamic_2: ["German", "English"] },
};

const rules: PlanRules = {
  syncedStatuses: new Set(["ONBOARDING", "ACTIVE", "LEAVE"]),
  complete: true,
  partial: false,
  customKeys: ["dynamic_1", "dynamic_2"],
  hidden: [],
};

const staged = (
  changes: Partial<TranslatedFields> = {},
  unreadable: TranslatedPerson["unreadable"] = [],
): TranslatedPerson => ({ personioId: "7", fields: { ...same, ...changes }, unreadable });

const without = (...fields: (keyof TranslatedFields)[]): TranslatedPerson => ({
  personioId: "7",
  fields: Object.fromEntries(
    Object.entries(same).filter(([field]) => !fields.some((name) => name === field)),
  ),
  unreadable: [],
});

const plan = (person: Partial<Comparison>, changed: Partial<PlanRules> = {}) =>
  planChange(
    {
      staged: null,
      stored: null,
      emailRival: null,
      absentBefore: false,
      match: null,
      ambiguousRehire: null,
      move: null,
      former: false,
      awaited: null,
      keepsNext: false,
      ...person,
    },
    { ...rules, ...changed },
  );

/** A move of two records. */
const ALONE = { formers: [], later: [], today: "2026-06-15" };

/** A new record of a known person. */
const joined = (
  record: TranslatedPerson,
  person: PersonRecord,
  kind: MatchKind,
  read: Partial<MatchedRecord> = {},
): MatchedRecord => ({
  staged: record,
  personId: "our-7",
  stored: person,
  current: { wasRead: false, staged: null },
  known: null,
  today: "2026-06-15",
  kind,
  isMove: kind === "MOVES" || kind === "WILL_MOVE",
  keepsNext: false,
  formers: [],
  coming: null,
  later: [],
  unaltered: null,
  ...read,
});

describe("an excluded person", () => {
  const EXTERNAL = { by: "EMPLOYMENT_TYPE", employmentType: "EXTERNAL" } as const;
  const UNKNOWN = { by: "UNKNOWN", field: "employmentType" } as const;
  const out = { ...staged({ employmentType: "EXTERNAL", status: "INACTIVE" }), excluded: EXTERNAL };
  const unknown = { ...without("employmentType"), excluded: UNKNOWN };
  const leaver: PersonRecord = { ...stored, status: "INACTIVE" };
  const ROW = { reason: "EXCLUDED", field: "", help: expect.stringContaining("syncedEmploymentTypes") };

  test.each([
    ["is excluded", out],
    ["may be excluded", unknown],
  ])("a newcomer who %s stays outside, with the setting to change", (_, person) => {
    expect(plan({ staged: person })).toMatchObject({ change: "SKIP", after: null, skips: [ROW] });
  });

  test("an excluded person of the directory leaves it, keeps the other fields up to date, and has a ledger row", () => {
    expect(plan({ staged: out, stored })).toMatchObject({
      change: "LEAVE",
      after: { ...stored, employmentType: "EXTERNAL", status: "INACTIVE" },
      skips: [ROW],
    });
  });

  test("a person of the directory stays if the read lacks the deciding field", () => {
    expect(plan({ staged: unknown, stored })).toEqual({ change: "UNCHANGED", after: stored, skips: [] });
  });

  test("an excluded leaver keeps the ledger row, and does not return if the read lacks the deciding field", () => {
    const before = { ...leaver, employmentType: "EXTERNAL" } as const;
    expect(plan({ staged: out, stored: before })).toMatchObject({ change: "UNCHANGED", skips: [ROW] });
    expect(plan({ staged: unknown, stored: before })).toMatchObject({ change: "UNCHANGED", skips: [ROW] });
  });

  test("a leaver does not return under a new record that may be excluded", () => {
    const match = joined(unknown, { ...leaver, personioId: "3" }, "RETURNS");
    expect(plan({ staged: unknown, match })).toMatchObject({ change: "SKIP", skips: [ROW] });
  });

  test("a person who is included again returns with all fields", () => {
    expect(plan({ staged: staged(), stored: leaver })).toMatchObject({
      change: "CHANGE",
      after: stored,
      skips: [],
    });
  });
});

describe("a newcomer", () => {
  test("a newcomer is added with everything that Personio sent", () => {
    expect(plan({ staged: staged() })).toEqual({ change: "ADD", after: stored, skips: [] });
  });

  test.each([
    ["without a work email", staged({ workEmail: null }), "MISSING_WORK_EMAIL"],
    ["whose work email was not sent", without("workEmail"), "MISSING_WORK_EMAIL"],
    ["who is inactive", staged({ status: "INACTIVE" }), "STATUS_EXCLUDED"],
    ["without a status", staged({ status: null }), "INVALID_RECORD"],
    [
      "with an unreadable email",
      { ...without("workEmail"), unreadable: [{ field: "workEmail", found: "no address" }] },
      "INVALID_RECORD",
    ],
  ])("a newcomer %s stays outside, and the ledger has the reason", (_case, person, reason) => {
    const decision = plan({ staged: person });
    expect(decision).toMatchObject({
      change: "SKIP",
      after: null,
      skips: [{ reason, field: "", name: "Ada Lind" }],
    });
    expect(decision.skips[0]?.help).not.toBe("");
  });

  test.each([
    ["workEmail", "Email", "MISSING_WORK_EMAIL"],
    ["firstName", "First name", "INVALID_RECORD"],
    ["lastName", "Last name", "INVALID_RECORD"],
    ["status", "Status", "INVALID_RECORD"],
  ] as const)(
    "a newcomer whose %s is not sent stays outside, and the entry names the missing right",
    (field, personioName, reason) => {
      const decision = plan({ staged: without(field) });
      expect(decision).toMatchObject({ change: "SKIP", after: null, skips: [{ reason, field: "" }] });
      const [{ message, help } = { message: "", help: "" }] = decision.skips;
      expect(message).toContain(`did not send ${personioName}`);
      expect(message).not.toContain("empty");
      expect(help).toContain(`tick ${personioName}`);
      expect(help).not.toContain("Fill in");
    },
  );

  test("one entry names all required fields that are not sent", () => {
    const { skips } = plan({ staged: without("workEmail", "firstName", "lastName") });
    expect(skips).toHaveLength(1);
    expect(skips[0]).toMatchObject({ reason: "MISSING_WORK_EMAIL", name: null });
    expect(skips[0]?.help).toContain("tick Email, First name, Last name");
  });

  test.each([
    ["are empty are added without them", staged({ firstName: null, lastName: null }), []],
    [
      "cannot be read are added without them, with an entry",
      { ...without("firstName"), unreadable: [{ field: "firstName", found: "a list" }] },
      [{ reason: "INVALID_RECORD", field: "firstName" }],
    ],
  ])("newcomers whose names %s", (_case, person, skips) => {
    expect(plan({ staged: person })).toMatchObject({ change: "ADD", after: { firstName: "" }, skips });
  });

  test("a newcomer who is moving enters with the coming record, and without its first day if that is hidden", () => {
    const next = { ...staged({ hireDate: "2026-04-01" }), personioId: "8" };
    const moving = { staged: staged(), move: { ...ALONE, former: staged(), next } };
    const entered = { ...stored, nextPersonioId: "8", continuesOn: "2026-04-01" };
    expect(plan(moving)).toEqual({ change: "ADD", after: entered, skips: [] });
    expect(plan(moving, { hidden: ["hireDate"] }).after).toMatchObject({
      nextPersonioId: "8",
      originalHireDate: null,
      continuesOn: null,
    });
  });

  test("a newcomer who has moved enters with the first hire date, and goes on from the first day of the move", () => {
    const former = { ...staged({ hireDate: "2015-01-01", status: "INACTIVE" }), personioId: "6" };
    const { hireDate } = stored;
    expect(plan({ staged: staged(), move: { ...ALONE, former, next: staged() } })).toEqual({
      change: "ADD",
      after: { ...stored, originalHireDate: "2015-01-01", nextPersonioId: null, continuesOn: hireDate },
      skips: [],
    });
  });

  test("a newcomer who has left already is skipped for that, whatever else is not sent", () => {
    const inactive = { ...without("workEmail", "firstName"), fields: { status: "INACTIVE" } } as const;
    expect(plan({ staged: inactive }).skips).toMatchObject([{ reason: "STATUS_EXCLUDED" }]);
  });

  test("a person who is back keeps the name that Personio does not send", () => {
    const leaver: PersonRecord = { ...stored, personioId: "3", status: "INACTIVE" };
    const record = without("firstName");
    expect(plan({ staged: record, match: joined(record, leaver, "RETURNS") })).toMatchObject({
      change: "CHANGE",
      after: { firstName: "Ada" },
    });
  });

  test("a newcomer whose status the tenant does not sync stays outside", () => {
    const decision = plan({ staged: staged({ status: "LEAVE" }) }, { syncedStatuses: new Set(["ACTIVE"]) });
    expect(decision.skips[0]?.reason).toBe("STATUS_EXCLUDED");
    expect(decision.skips[0]?.help).toContain("peopleSettings.syncedStatuses");
  });

  test("the entry of a newcomer who has left already names no setting", () => {
    const decision = plan({ staged: staged({ status: "INACTIVE" }) });
    expect(decision.skips[0]?.reason).toBe("STATUS_EXCLUDED");
    expect(decision.skips[0]?.help).not.toContain("syncedStatuses");
  });

  test("a newcomer whose email another person has stays outside, and the entry names both records", () => {
    const [line] = plan({ staged: staged(), emailRival: "3" }).skips;
    expect(line).toMatchObject({ reason: "DUPLICATE_WORK_EMAIL", field: "" });
    expect(line?.message).toContain("7 and 3");
  });

  test("a newcomer with an unreadable date is added without it", () => {
    const decision = plan({
      staged: { ...without("hireDate"), unreadable: [{ field: "hireDate", found: "0000-00-00" }] },
    });
    expect(decision.change).toBe("ADD");
    expect(decision.after?.hireDate).toBeNull();
    expect(decision.skips).toMatchObject([{ reason: "INVALID_RECORD", field: "hireDate" }]);
  });
});

describe("a person in the directory", () => {
  test("an unchanged person is not touched", () => {
    expect(plan({ staged: staged(), stored }).change).toBe("UNCHANGED");
  });

  test.each(Object.keys(same) as (keyof TranslatedFields)[])(
    "a person keeps %s if Personio does not send it: absent is not empty",
    (field) => {
      expect(plan({ staged: without(field), stored })).toMatchObject({
        change: "UNCHANGED",
        after: stored,
        skips: [],
      });
    },
  );

  const clearable = [
    ["preferredName", { ...stored, preferredName: "Addie" }],
    ["employeeId", stored],
    ["position", stored],
    ["subCompany", stored],
    ["costCenter", stored],
    ["team", stored],
    ["employmentType", stored],
    ["hireDate", stored],
    ["probationEndDate", stored],
    ["contractEndDate", { ...stored, contractEndDate: "2027-01-31" }],
    ["terminationDate", { ...stored, terminationDate: "2027-01-31" }],
    ["dateOfBirth", stored],
  ] as const;
  test.each(clearable)("a person loses %s if Personio sends it empty", (field, before) => {
    const decision = plan({ staged: staged({ [field]: null }), stored: before });
    expect(decision.change).toBe("CHANGE");
    expect(decision.after?.[field]).toBeNull();
  });

  test.each([
    ["department", "departmentPersonioId"],
    ["office", "officePersonioId"],
    ["legalEntity", "legalEntityPersonioId"],
    ["supervisor", "supervisorPersonioId"],
  ] as const)("a person loses the link %s if Personio sends it empty", (sent, kept) => {
    expect(plan({ staged: staged({ [sent]: null }), stored }).after?.[kept]).toBeNull();
  });

  test("a person keeps the work email that HR removed, and the ledger has an entry", () => {
    const decision = plan({ staged: staged({ workEmail: null }), stored });
    expect(decision.after?.workEmail).toBe(stored.workEmail);
    expect(decision.skips).toMatchObject([{ reason: "MISSING_WORK_EMAIL", field: "workEmail" }]);
  });

  test("a person keeps the old work email while another person has the new one", () => {
    const decision = plan({
      staged: staged({ workEmail: "new@nordlicht.example" }),
      stored,
      emailRival: "3",
    });
    expect(decision.after?.workEmail).toBe(stored.workEmail);
    expect(decision.skips).toMatchObject([{ reason: "DUPLICATE_WORK_EMAIL", field: "workEmail" }]);
  });

  test("a person who becomes inactive leaves, with the last day", () => {
    const decision = plan({ staged: staged({ status: "INACTIVE", terminationDate: "2026-11-20" }), stored });
    expect(decision.change).toBe("LEAVE");
    expect(decision.after).toEqual({ ...stored, status: "INACTIVE", terminationDate: "2026-11-20" });
  });

  test("a person is absent when a complete run misses them, and has left when the next one misses them, too", () => {
    expect(plan({ stored }).change).toBe("ABSENT");
    const decision = plan({ stored, absentBefore: true });
    expect(decision.change).toBe("LEAVE");
    expect(decision.after).toEqual({ ...stored, status: "INACTIVE" });
  });

  test("a person is unchanged when an incomplete run misses them", () => {
    expect(plan({ stored, absentBefore: true }, { complete: false }).change).toBe("UNCHANGED");
  });

  test("a correction of the hire date moves the original hire date, too", () => {
    const decision = plan({ staged: staged({ hireDate: "2021-04-01" }), stored });
    expect(decision.after).toMatchObject({ hireDate: "2021-04-01", originalHireDate: "2021-04-01" });
  });

  test("a person who was rehired before keeps the original hire date", () => {
    const decision = plan({
      staged: staged({ hireDate: "2021-04-01" }),
      stored: { ...stored, originalHireDate: "2015-01-01" },
    });
    expect(decision.after).toMatchObject({ hireDate: "2021-04-01", originalHireDate: "2015-01-01" });
  });

  test("a person whose last day and later hire date one sync reads keeps the original hire date", () => {
    const rehired = { hireDate: "2021-06-01", terminationDate: "2021-04-30" };
    const decision = plan({ staged: staged(rehired), stored });
    expect(decision.after).toMatchObject({ hireDate: "2021-06-01", originalHireDate: stored.hireDate });
  });

  test("a last day before the stored hire date withdraws an offer, so a corrected hire date moves both", () => {
    const withdrawn = { hireDate: "2021-04-01", terminationDate: "2021-02-28" };
    const decision = plan({ staged: staged(withdrawn), stored });
    expect(decision.after).toMatchObject({ hireDate: "2021-04-01", originalHireDate: "2021-04-01" });
  });

  test("a person loses the custom attributes that the mapping no longer contains", () => {
    const decision = plan({ staged: staged(), stored }, { customKeys: ["dynamic_1"] });
    expect(decision.change).toBe("CHANGE");
    expect(decision.after?.customAttributes).toEqual({ dynamic_1: "L" });
  });

  test("a person changes when one tag changes", () => {
    const customAttributes = { dynamic_1: "L", dynamic_2: ["German"] };
    expect(plan({ staged: staged({ customAttributes }), stored }).change).toBe("CHANGE");
  });
});

describe("a leaver", () => {
  const leaver: PersonRecord = { ...stored, status: "INACTIVE" };

  test("a leaver is unchanged while Personio still lists them as inactive", () => {
    expect(plan({ staged: staged({ status: "INACTIVE" }), stored: leaver }).change).toBe("UNCHANGED");
  });

  test("a leaver stays when Personio no longer lists them", () => {
    expect(plan({ stored: leaver, absentBefore: true }).change).toBe("NOT_CURRENT");
  });

  test("a leaver who is active again is back under the same record", () => {
    expect(plan({ staged: staged(), stored: leaver })).toMatchObject({ change: "CHANGE", after: stored });
  });

  test("a leaver cannot return with an address that another person has now", () => {
    expect(plan({ staged: staged(), stored: leaver, emailRival: "3" })).toMatchObject({
      change: "SKIP",
      skips: [{ reason: "DUPLICATE_WORK_EMAIL", field: "" }],
    });
  });
});

describe("a person with a coming move", () => {
  const moving: PersonRecord = { ...stored, nextPersonioId: "10", continuesOn: "2026-07-01" };
  const recreated: TranslatedPerson = { ...staged(), personioId: "9" };
  const MOVE = { nextPersonioId: "10", continuesOn: "2026-07-01" };
  const NO_MOVE = { nextPersonioId: null, continuesOn: null };

  test.each([
    ["keeps the move if the coming record is only not read", true, MOVE],
    ["loses the move if the coming record is gone", false, NO_MOVE],
  ])("a person whose current record HR recreates %s", (_what, keepsNext, move) => {
    const match = joined(recreated, moving, "RECREATED", { keepsNext });
    expect(plan({ staged: recreated, match }).after).toMatchObject({ personioId: "9", ...move });
    expect(plan({ staged: staged(), stored: moving, keepsNext }).after).toMatchObject({
      personioId: "7",
      ...move,
    });
  });
});
