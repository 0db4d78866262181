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
  test("are those of the window, both its days included, in the order in which they are told", () => {
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

  test("have the date, the years and the offset", () => {
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

  test("reach over the turn of a year by their offsets", () => {
    const person = aPersonWith({ dateOfBirth: "1990-01-03", hireDate: "2026-12-30" });
    const rules = rulesWith({ BIRTHDAY: { offsets: offsets(-180) }, HIRE_DATE: { offsets: offsets(180) } });
    expect(due(person, ["2026-07-07", "2026-07-07"], rules)).toEqual(["BIRTHDAY 2026-07-07"]);
    expect(due(person, ["2027-06-28", "2027-06-28"], rules)).toEqual(["HIRE_DATE 2027-06-28"]);
  });

  test("come with the leap-day rule of the company", () => {
    const person = aPersonWith({ hireDate: "2024-02-29" });
    const window = ["2027-02-27", "2027-03-02"] as const;
    expect(due(person, window)).toEqual(["WORK_ANNIVERSARY 2027-02-28"]);
    expect(due(person, window, rulesWith({}, { leapDayRule: "MARCH_1" }))).toEqual([
      "WORK_ANNIVERSARY 2027-03-01",
    ]);
  });

  test("are of no day that cannot be written", () => {
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

describe("a date is not told", () => {
  test.each<[string, Partial<PersonDates>, string[]]>([
    [
      "when probation ends after the last day",
      { probationEndDate: "2026-06-15", terminationDate: "2026-06-14" },
      ["PROBATION_END 2026-06-15 LEFT_BEFORE"],
    ],
    [
      "when probation ends on the last day",
      { probationEndDate: "2026-06-15", terminationDate: "2026-06-15" },
      ["PROBATION_END 2026-06-15 LEFT_BEFORE", "TERMINATION_DATE 2026-06-15"],
    ],
    [
      "but is when probation ends before the last day",
      { probationEndDate: "2026-06-15", terminationDate: "2026-06-16" },
      ["PROBATION_END 2026-06-15"],
    ],
    [
      "when the contract ends after the employment",
      { contractEndDate: "2026-06-15", terminationDate: "2026-06-14" },
      ["CONTRACT_END_DATE 2026-06-15 TERMINATED_BEFORE"],
    ],
    [
      "when the contract ends with the employment",
      { contractEndDate: "2026-06-15", terminationDate: "2026-06-15" },
      ["CONTRACT_END_DATE 2026-06-15 TERMINATED_BEFORE", "TERMINATION_DATE 2026-06-15"],
    ],
    [
      "but is when the contract ends before the employment",
      { contractEndDate: "2026-06-15", terminationDate: "2026-06-16" },
      ["CONTRACT_END_DATE 2026-06-15"],
    ],
    [
      "when it is an anniversary of somebody who left before",
      { hireDate: "2020-06-15", terminationDate: "2026-06-14" },
      ["WORK_ANNIVERSARY 2026-06-15 LEFT_BEFORE"],
    ],
    [
      "but is when it is an anniversary on the last day",
      { hireDate: "2020-06-15", terminationDate: "2026-06-15" },
      ["TERMINATION_DATE 2026-06-15", "WORK_ANNIVERSARY 2026-06-15"],
    ],
    [
      "when it is the birthday of somebody who left before",
      { dateOfBirth: "1990-06-15", terminationDate: "2026-06-14" },
      ["BIRTHDAY 2026-06-15 LEFT_BEFORE"],
    ],
    [
      "but is when it is a birthday on the last day",
      { dateOfBirth: "1990-06-15", terminationDate: "2026-06-15" },
      ["TERMINATION_DATE 2026-06-15", "BIRTHDAY 2026-06-15"],
    ],
    [
      "when it is of a leaver without a last day",
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
      "when somebody was to begin and never did",
      { hireDate: "2026-06-15", status: "INACTIVE" },
      ["HIRE_DATE 2026-06-15 NEVER_STARTED"],
    ],
    [
      "when somebody was to begin and was gone the day before",
      { hireDate: "2026-06-15", terminationDate: "2026-06-14", status: "INACTIVE" },
      ["HIRE_DATE 2026-06-15 NEVER_STARTED"],
    ],
    [
      "but is when somebody comes for a day",
      { hireDate: "2026-06-15", terminationDate: "2026-06-15" },
      ["HIRE_DATE 2026-06-15", "TERMINATION_DATE 2026-06-15"],
    ],
    [
      "after the person has left, also before a known last day, unless it is that",
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
      "when it is the first day of an offer that was withdrawn",
      {
        hireDate: "2026-06-15",
        originalHireDate: "2026-06-15",
        terminationDate: "2026-06-10",
        status: "ONBOARDING",
      },
      ["HIRE_DATE 2026-06-15 NEVER_STARTED"],
    ],
    [
      "but is when somebody is hired again on the record of an earlier employment",
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
      "but always is when it is the end of an employment",
      { hireDate: "2026-07-01", terminationDate: "2026-06-15", status: "INACTIVE" },
      ["TERMINATION_DATE 2026-06-15"],
    ],
  ])("%s", (_, dates, expected) => {
    expect(due(aPersonWith(dates), DAY)).toEqual(expected);
  });

  test("when its kind is off", () => {
    const rules = rulesWith({ HIRE_DATE: { enabled: false } });
    expect(due(aPersonWith({ hireDate: "2026-06-15" }), DAY, rules)).toEqual([
      "HIRE_DATE 2026-06-15 SWITCHED_OFF",
    ]);
  });

  test("of a withdrawn offer, but is where the last day lies before the first sync: that ended an earlier employment", () => {
    const rules = rulesWith({}, { baselinedAt: new Date("2026-06-11T12:00:00Z") });
    const hired = (terminationDate: string) =>
      aPersonWith({ hireDate: "2026-06-15", originalHireDate: "2026-06-15", terminationDate });
    expect(due(hired("2026-06-10"), DAY, rules)).toEqual(["HIRE_DATE 2026-06-15"]);
    expect(due(hired("2026-06-11"), DAY, rules)).toEqual(["HIRE_DATE 2026-06-15 NEVER_STARTED"]);
  });

  const WINDOW = ["2026-06-13", "2026-06-16"] as const;
  // In Berlin it is already the 15th.
  const instant = new Date("2026-06-14T22:30:00Z");

  test("before the local day of the first sync", () => {
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

  test("before the local day on which its kind was switched on", () => {
    const rules = rulesWith({ HIRE_DATE: { since: instant, offsets: offsets(1) } });
    expect(due(aPersonWith({ hireDate: "2026-06-14" }), WINDOW, rules)).toEqual([
      "HIRE_DATE 2026-06-14 BEFORE_SWITCHED_ON",
      "HIRE_DATE 2026-06-15",
    ]);
  });

  test("before the local day on which its offset was registered", () => {
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

  test("is the one of that kind, day and offset", () => {
    expect(dueDateOf({ ...person, offsetDays: -7, firesOn: "2026-06-08" }, rules)?.occursOn).toBe(
      "2026-06-15",
    );
  });

  test.each([
    [0, "2026-06-08"],
    [-7, "2026-06-15"],
    [-3, "2026-06-12"],
  ])("is none %i days from the date on %s", (offsetDays, firesOn) => {
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

  test("fires however long ago it was, also before the first sync, and at each offset that is over", () => {
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

  test("fires for no day before the first sync where it merely became readable", () => {
    const rules = rulesWith({}, { baselinedAt: new Date("2026-06-01T12:00:00Z") });
    const readable: DatedKind[] = ["TERMINATION_DATE"];
    const ended = (terminationDate: string) => ({ ...terminated, terminationDate });
    expect(overdue(ended("2026-05-31"), { today: "2026-06-30", rules, readable })).toEqual([]);
    expect(overdue(ended("2026-06-01"), { today: "2026-06-30", rules, readable })).toHaveLength(1);
  });

  test("does not fire before the day, nor where the kind is off", () => {
    const off = rulesWith({ TERMINATION_DATE: { enabled: false } });
    expect(overdue(terminated, { today: "2020-03-30" })).toEqual([]);
    expect(overdue(terminated, { today: "2020-03-31", rules: off })).toEqual([]);
    expect(overdue(aPersonWith(), { today: "2026-06-15" })).toEqual([]);
  });

  test.each(["2020-03-31", "2026-06-10"])(
    "fires also where the kind was switched on, or an offset registered, after the last day, %s",
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

  test("fires as long as the date itself is today or still to come", () => {
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

  test("fires also where its day lies before the first sync or the registration, unless the date merely became readable", () => {
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
