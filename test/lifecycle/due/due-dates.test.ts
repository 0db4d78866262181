import { describe, expect, test } from "vitest";
import type { DateRules } from "../../../src/lifecycle/due/date-rules.ts";
import { dueDateOf, dueDates, overdueDates } from "../../../src/lifecycle/due/due-dates.ts";
import type { PersonDates } from "../../../src/lifecycle/due/person-dates.ts";
import { DATED_KINDS, type DatedKind } from "../../../src/lifecycle/event-kind.ts";
import { aPersonWith, offsets, rulesWith } from "./dated-people.ts";

/** Kind, day and, for suppressed dates, the reason. */
const due = (person: PersonDates, [from, to]: readonly [string, string], rules: DateRules = rulesWith()) =>
  dueDates(person, { from, to }, rules).map(({ kind, firesOn, suppressedBecause }) =>
    [kind, firesOn, suppressedBecause].filter(Boolean).join(" "),
  );

const DAY = ["2026-06-15", "2026-06-15"] as const;

describe("dueDates", () => {
  test("the dates of a window include both its days, in the order of firing", () => {
    const person = aPersonWith({
      hireDate: "2025-06-16",
      probationEndDate: "2026-06-15",
      contractEndDate: "2026-06-17",
      terminationDate: "2026-06-18",
      dateOfBirth: "1990-06-16",
    });
    expect(due(person, ["2026-06-15", "2026-06-17"])).toEqual([
      "PROBATION_END 2026-06-15",
      "WORK_ANNIVERSARY 2026-06-16",
      "BIRTHDAY 2026-06-16",
      "CONTRACT_END_DATE 2026-06-17",
    ]);
    expect(due(person, ["2026-06-18", "2027-06-14"])).toEqual(["TERMINATION_DATE 2026-06-18"]);
  });

  test("a due date has its date, its years and its offset", () => {
    const person = aPersonWith({ hireDate: "2020-06-20" });
    const rules = rulesWith({ WORK_ANNIVERSARY: { offsets: offsets(-5, 30) } });
    expect(dueDates(person, { from: "2026-06-15", to: "2026-07-20" }, rules)).toEqual([
      {
        kind: "WORK_ANNIVERSARY",
        occursOn: "2026-06-20",
        offsetDays: -5,
        firesOn: "2026-06-15",
        years: 6,
        suppressedBecause: null,
      },
      {
        kind: "WORK_ANNIVERSARY",
        occursOn: "2026-06-20",
        offsetDays: 0,
        firesOn: "2026-06-20",
        years: 6,
        suppressedBecause: null,
      },
      {
        kind: "WORK_ANNIVERSARY",
        occursOn: "2026-06-20",
        offsetDays: 30,
        firesOn: "2026-07-20",
        years: 6,
        suppressedBecause: null,
      },
    ]);
  });

  test("an offset crosses the end of a year", () => {
    const person = aPersonWith({ dateOfBirth: "1990-01-03", hireDate: "2026-12-30" });
    const rules = rulesWith({ BIRTHDAY: { offsets: offsets(-180) }, HIRE_DATE: { offsets: offsets(180) } });
    expect(due(person, ["2026-07-07", "2026-07-07"], rules)).toEqual(["BIRTHDAY 2026-07-07"]);
    expect(due(person, ["2027-06-28", "2027-06-28"], rules)).toEqual(["HIRE_DATE 2027-06-28"]);
  });

  test("a leap day follows the rule of the company", () => {
    const person = aPersonWith({ hireDate: "2024-02-29" });
    const window = ["2027-02-27", "2027-03-02"] as const;
    expect(due(person, window)).toEqual(["WORK_ANNIVERSARY 2027-02-28"]);
    expect(due(person, window, rulesWith({}, { leapDayRule: "MARCH_1" }))).toEqual([
      "WORK_ANNIVERSARY 2027-03-01",
    ]);
  });

  test("no date fires on a day outside the years 1 to 9999", () => {
    const person = aPersonWith({ hireDate: "0001-01-01", contractEndDate: "9999-12-31" });
    const rules = rulesWith({
      HIRE_DATE: { offsets: offsets(-180, 180) },
      CONTRACT_END_DATE: { offsets: offsets(-180, 180) },
      WORK_ANNIVERSARY: { enabled: false },
    });
    const emitted = dueDates(person, { from: "0001-01-01", to: "9999-12-31" }, rules)
      .filter(({ suppressedBecause }) => suppressedBecause === null)
      .map(({ kind, firesOn }) => `${kind} ${firesOn}`);
    expect(emitted).toEqual([
      "HIRE_DATE 0001-01-01",
      "HIRE_DATE 0001-06-30",
      "CONTRACT_END_DATE 9999-07-04",
      "CONTRACT_END_DATE 9999-12-31",
    ]);
  });
});

describe("whether a date fires", () => {
  test.each<[string, Partial<PersonDates>, string[]]>([
    [
      "a probation that ends after the last day does not fire",
      { probationEndDate: "2026-06-15", terminationDate: "2026-06-14" },
      ["PROBATION_END 2026-06-15 LEFT_BEFORE"],
    ],
    [
      "a probation that ends on the last day does not fire",
      { probationEndDate: "2026-06-15", terminationDate: "2026-06-15" },
      ["PROBATION_END 2026-06-15 LEFT_BEFORE", "TERMINATION_DATE 2026-06-15"],
    ],
    [
      "a probation that ends before the last day fires",
      { probationEndDate: "2026-06-15", terminationDate: "2026-06-16" },
      ["PROBATION_END 2026-06-15"],
    ],
    [
      "a contract that ends after the employment does not fire",
      { contractEndDate: "2026-06-15", terminationDate: "2026-06-14" },
      ["CONTRACT_END_DATE 2026-06-15 TERMINATED_BEFORE"],
    ],
    [
      "a contract that ends with the employment does not fire",
      { contractEndDate: "2026-06-15", terminationDate: "2026-06-15" },
      ["CONTRACT_END_DATE 2026-06-15 TERMINATED_BEFORE", "TERMINATION_DATE 2026-06-15"],
    ],
    [
      "a contract that ends before the employment fires",
      { contractEndDate: "2026-06-15", terminationDate: "2026-06-16" },
      ["CONTRACT_END_DATE 2026-06-15"],
    ],
    [
      "an anniversary after the last day does not fire",
      { hireDate: "2020-06-15", terminationDate: "2026-06-14" },
      ["WORK_ANNIVERSARY 2026-06-15 LEFT_BEFORE"],
    ],
    [
      "an anniversary on the last day fires",
      { hireDate: "2020-06-15", terminationDate: "2026-06-15" },
      ["TERMINATION_DATE 2026-06-15", "WORK_ANNIVERSARY 2026-06-15"],
    ],
    [
      "a birthday after the last day does not fire",
      { dateOfBirth: "1990-06-15", terminationDate: "2026-06-14" },
      ["BIRTHDAY 2026-06-15 LEFT_BEFORE"],
    ],
    [
      "a birthday on the last day fires",
      { dateOfBirth: "1990-06-15", terminationDate: "2026-06-15" },
      ["TERMINATION_DATE 2026-06-15", "BIRTHDAY 2026-06-15"],
    ],
    [
      "no date of a leaver without a last day fires",
      {
        dateOfBirth: "1990-06-15",
        probationEndDate: "2026-06-15",
        contractEndDate: "2026-06-15",
        status: "INACTIVE",
      },
      [
        "PROBATION_END 2026-06-15 LEFT_BEFORE",
        "CONTRACT_END_DATE 2026-06-15 TERMINATED_BEFORE",
        "BIRTHDAY 2026-06-15 LEFT_BEFORE",
      ],
    ],
    [
      "the first day of a person who never started does not fire",
      { hireDate: "2026-06-15", status: "INACTIVE" },
      ["HIRE_DATE 2026-06-15 NEVER_STARTED"],
    ],
    [
      "the first day of a person who left the day before does not fire",
      { hireDate: "2026-06-15", terminationDate: "2026-06-14", status: "INACTIVE" },
      ["HIRE_DATE 2026-06-15 NEVER_STARTED"],
    ],
    [
      "the first day and the last day of a person who works for one day fire",
      { hireDate: "2026-06-15", terminationDate: "2026-06-15" },
      ["HIRE_DATE 2026-06-15", "TERMINATION_DATE 2026-06-15"],
    ],
    [
      "no date but the last day fires after the person has left",
      {
        hireDate: "2020-06-15",
        probationEndDate: "2026-06-15",
        contractEndDate: "2026-06-15",
        terminationDate: "2026-06-30",
        dateOfBirth: "1990-06-15",
        status: "INACTIVE",
      },
      [
        "PROBATION_END 2026-06-15 LEFT",
        "CONTRACT_END_DATE 2026-06-15 LEFT",
        "WORK_ANNIVERSARY 2026-06-15 LEFT",
        "BIRTHDAY 2026-06-15 LEFT",
      ],
    ],
    [
      "the first day of a withdrawn offer does not fire",
      {
        hireDate: "2026-06-15",
        originalHireDate: "2026-06-15",
        terminationDate: "2026-06-10",
        status: "ONBOARDING",
      },
      ["HIRE_DATE 2026-06-15 NEVER_STARTED"],
    ],
    [
      "the first day of a rehire on the record of an earlier employment fires",
      {
        hireDate: "2026-06-15",
        originalHireDate: "2020-01-01",
        probationEndDate: "2026-06-15",
        terminationDate: "2025-12-31",
        status: "ONBOARDING",
      },
      ["HIRE_DATE 2026-06-15", "PROBATION_END 2026-06-15"],
    ],
    [
      "the end of an employment always fires",
      { hireDate: "2026-07-01", terminationDate: "2026-06-15", status: "INACTIVE" },
      ["TERMINATION_DATE 2026-06-15"],
    ],
  ])("%s", (_, dates, expected) => {
    expect(due(aPersonWith(dates), DAY)).toEqual(expected);
  });

  test("a date whose kind is off does not fire", () => {
    const rules = rulesWith({ HIRE_DATE: { enabled: false } });
    expect(due(aPersonWith({ hireDate: "2026-06-15" }), DAY, rules)).toEqual([
      "HIRE_DATE 2026-06-15 SWITCHED_OFF",
    ]);
  });

  test("a first day after a last day fires only if that day is before the first sync: it ended an earlier employment", () => {
    const rules = rulesWith({}, { baselinedAt: new Date("2026-06-11T12:00:00Z") });
    const hired = (terminationDate: string) =>
      aPersonWith({ hireDate: "2026-06-15", originalHireDate: "2026-06-15", terminationDate });
    expect(due(hired("2026-06-10"), DAY, rules)).toEqual(["HIRE_DATE 2026-06-15"]);
    expect(due(hired("2026-06-11"), DAY, rules)).toEqual(["HIRE_DATE 2026-06-15 NEVER_STARTED"]);

    // In Berlin it is already the 12th.
    const late = rulesWith({}, { baselinedAt: new Date("2026-06-11T22:30:00Z") });
    expect(due(hired("2026-06-11"), DAY, late)).toEqual(["HIRE_DATE 2026-06-15"]);
  });

  test("a first day after an earlier employment of one day fires", () => {
    const person = aPersonWith({
      hireDate: "2026-06-15",
      originalHireDate: "2026-06-12",
      terminationDate: "2026-06-12",
    });
    const rules = rulesWith({}, { baselinedAt: new Date("2026-06-01T12:00:00Z") });
    expect(due(person, DAY, rules)).toEqual(["HIRE_DATE 2026-06-15"]);
  });

  const WINDOW = ["2026-06-13", "2026-06-16"] as const;
  // In Berlin it is already the 15th.
  const instant = new Date("2026-06-14T22:30:00Z");

  test("a date before the local day of the first sync does not fire", () => {
    const rules = rulesWith({ HIRE_DATE: { offsets: offsets(1) } }, { baselinedAt: instant });
    expect(due(aPersonWith({ hireDate: "2026-06-14" }), WINDOW, rules)).toEqual([
      "HIRE_DATE 2026-06-14 BEFORE_BASELINE",
      "HIRE_DATE 2026-06-15",
    ]);
    expect(due(aPersonWith({ hireDate: "2026-06-14", timeZone: "UTC" }), WINDOW, rules)).toEqual([
      "HIRE_DATE 2026-06-14",
      "HIRE_DATE 2026-06-15",
    ]);
  });

  test("a date before the local day on which its kind was switched on does not fire", () => {
    const rules = rulesWith({ HIRE_DATE: { since: instant, offsets: offsets(1) } });
    expect(due(aPersonWith({ hireDate: "2026-06-14" }), WINDOW, rules)).toEqual([
      "HIRE_DATE 2026-06-14 BEFORE_SWITCHED_ON",
      "HIRE_DATE 2026-06-15",
    ]);
  });

  test("a date before the local day on which its offset was registered does not fire", () => {
    const rules = rulesWith({
      HIRE_DATE: {
        offsets: [
          { days: 0, since: null },
          { days: -1, since: instant },
        ],
      },
    });
    expect(due(aPersonWith({ hireDate: "2026-06-15" }), WINDOW, rules)).toEqual([
      "HIRE_DATE 2026-06-14 BEFORE_REGISTERED",
      "HIRE_DATE 2026-06-15",
    ]);
    expect(due(aPersonWith({ hireDate: "2026-06-16" }), WINDOW, rules)).toEqual([
      "HIRE_DATE 2026-06-15",
      "HIRE_DATE 2026-06-16",
    ]);
  });
});

describe("dueDateOf", () => {
  const rules = rulesWith({ HIRE_DATE: { offsets: offsets(-7) } });
  const person = { ...aPersonWith({ hireDate: "2026-06-15" }), kind: "HIRE_DATE" as const };

  test("dueDateOf returns the date of that kind, day and offset", () => {
    expect(dueDateOf({ ...person, offsetDays: -7, firesOn: "2026-06-08" }, rules)?.occursOn).toBe(
      "2026-06-15",
    );
  });

  test.each([
    [0, "2026-06-08"],
    [-7, "2026-06-15"],
    [-3, "2026-06-12"],
  ])("dueDateOf returns null %i days from the date on %s", (offsetDays, firesOn) => {
    expect(dueDateOf({ ...person, offsetDays, firesOn }, rules)).toBeNull();
  });
});

/** The dates that fire at once when they become known, as kind, day of firing and offset. */
const overdue = (
  person: PersonDates,
  { today, rules = rulesWith(), readable = [] }: { today: string; rules?: DateRules; readable?: DatedKind[] },
) =>
  overdueDates(person, { kinds: DATED_KINDS, readable: new Set(readable) }, { today, rules }).map(
    ({ kind, firesOn, offsetDays }) => `${kind} ${firesOn} ${offsetDays}`,
  );

describe("the end of an employment that has just become known", () => {
  const terminated = aPersonWith({
    terminationDate: "2020-03-31",
    dateOfBirth: "1990-03-31",
    status: "INACTIVE",
  });

  test("a last day fires however long ago it was, even before the first sync, and at each offset that is over", () => {
    const rules = rulesWith(
      { TERMINATION_DATE: { offsets: offsets(-14, 30) } },
      { baselinedAt: new Date("2026-06-01T12:00:00Z") },
    );
    expect(overdue(terminated, { today: "2020-04-15", rules })).toEqual([
      "TERMINATION_DATE 2020-03-17 -14",
      "TERMINATION_DATE 2020-03-31 0",
    ]);
    expect(overdue(terminated, { today: "2026-06-15", rules })).toHaveLength(3);
  });

  test("a last day of an earlier employment does not fire if the later hire date is as new, except for a leaver", () => {
    const rehired = aPersonWith({
      originalHireDate: "2015-01-01",
      hireDate: "2026-06-20",
      terminationDate: "2026-05-31",
    });
    const dates = { today: "2026-06-15" };
    expect(overdue({ ...rehired, status: "ONBOARDING" }, dates)).toEqual([]);
    expect(overdue({ ...rehired, status: "INACTIVE" }, dates)).toEqual(["TERMINATION_DATE 2026-05-31 0"]);
    const [known, rules] = [
      { kinds: ["TERMINATION_DATE"], readable: new Set<DatedKind>() } as const,
      rulesWith(),
    ];
    expect(overdueDates(rehired, known, { ...dates, rules })).toHaveLength(1);
  });

  test("no offset of a last day fires on or after the first day of a later employment on the record", () => {
    const rehired = aPersonWith({
      originalHireDate: "2015-01-01",
      hireDate: "2026-06-20",
      terminationDate: "2026-06-10",
    });
    const rules = rulesWith({ TERMINATION_DATE: { offsets: offsets(9, 10, 11) } });
    const window = ["2026-06-10", "2026-07-01"] as const;
    const ends = (person: PersonDates) =>
      due(person, window, rules).filter((date) => date.startsWith("TERMINATION_DATE"));
    expect(ends(rehired)).toEqual([
      "TERMINATION_DATE 2026-06-10",
      "TERMINATION_DATE 2026-06-19",
      "TERMINATION_DATE 2026-06-20 GOES_ON",
      "TERMINATION_DATE 2026-06-21 GOES_ON",
    ]);
    expect(ends({ ...rehired, status: "INACTIVE" }).filter((date) => date.endsWith("GOES_ON"))).toEqual([]);
  });

  test("a last day that merely became readable does not fire for a day before the first sync", () => {
    const rules = rulesWith({}, { baselinedAt: new Date("2026-06-01T12:00:00Z") });
    const readable: DatedKind[] = ["TERMINATION_DATE"];
    const ended = (terminationDate: string) => ({ ...terminated, terminationDate });
    expect(overdue(ended("2026-05-31"), { today: "2026-06-30", rules, readable })).toEqual([]);
    expect(overdue(ended("2026-06-01"), { today: "2026-06-30", rules, readable })).toHaveLength(1);
  });

  test("a last day does not fire before its day, nor while its kind is off", () => {
    const off = rulesWith({ TERMINATION_DATE: { enabled: false } });
    expect(overdue(terminated, { today: "2020-03-30" })).toEqual([]);
    expect(overdue(terminated, { today: "2020-03-31", rules: off })).toEqual([]);
    expect(overdue(aPersonWith(), { today: "2026-06-15" })).toEqual([]);
  });

  test.each(["2020-03-31", "2026-06-10"])(
    "a last day, %s, fires even if its kind was switched on, or an offset registered, after it",
    (terminationDate) => {
      const since = new Date("2026-06-12T12:00:00Z");
      const rules = rulesWith(
        { TERMINATION_DATE: { since, offsets: [...offsets(), { days: 1, since }] } },
        { baselinedAt: new Date("2026-06-01T12:00:00Z") },
      );
      expect(overdue({ ...terminated, terminationDate }, { today: "2026-06-15", rules })).toHaveLength(2);
    },
  );
});

describe("an offset whose day is over when the date is entered", () => {
  const rules = rulesWith({
    HIRE_DATE: { offsets: offsets(-30, -7, 3) },
    BIRTHDAY: { offsets: offsets(-60) },
  });

  test("an offset fires while the date itself is today or in the future", () => {
    const person = aPersonWith({ hireDate: "2026-06-20", dateOfBirth: "1990-07-01" });
    expect(overdue(person, { today: "2026-06-15", rules })).toEqual([
      "BIRTHDAY 2026-05-02 -60",
      "HIRE_DATE 2026-05-21 -30",
      "HIRE_DATE 2026-06-13 -7",
    ]);
    const hired = aPersonWith({ hireDate: "2026-06-20" });
    expect(overdue(hired, { today: "2026-06-20", rules })).toHaveLength(3);
    expect(overdue(hired, { today: "2026-06-21", rules })).toEqual([]);
  });

  test("an offset fires even for a day before the first sync or its registration, unless the date merely became readable", () => {
    const since = new Date("2026-06-14T12:00:00Z");
    const late = rulesWith(
      { HIRE_DATE: { offsets: [...offsets(), { days: -7, since }] } },
      { baselinedAt: since },
    );
    const hired = aPersonWith({ hireDate: "2026-06-20" });
    expect(overdue(hired, { today: "2026-06-15", rules: late })).toEqual(["HIRE_DATE 2026-06-13 -7"]);
    expect(overdue(hired, { today: "2026-06-15", rules: late, readable: ["HIRE_DATE"] })).toEqual([]);
  });
});
