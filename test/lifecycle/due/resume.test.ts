import { describe, expect, test } from "vitest";
import { correctDates } from "../../../src/lifecycle/changes/correct-dates.ts";
import type { DateRules } from "../../../src/lifecycle/due/date-rules.ts";
import type { PersonDates } from "../../../src/lifecycle/due/person-dates.ts";
import { resumedDates } from "../../../src/lifecycle/due/resume.ts";
import type { PersonRecord } from "../../../src/people/write/person-record.ts";
import { EMPTY_RECORD } from "../../../src/sync/plan/merge-record.ts";
import { aPersonWith, offsets, rulesWith } from "./dated-people.ts";

const TODAY = "2026-06-15";
const announced = { offsets: offsets(-14, -7, 7) };
const RULES = rulesWith({
  HIRE_DATE: announced,
  PROBATION_END: announced,
  CONTRACT_END_DATE: announced,
  TERMINATION_DATE: announced,
});

const resumed = (before: PersonDates, now: Partial<PersonDates>, rules: DateRules = RULES) =>
  resumedDates(before, { ...before, ...now }, { today: TODAY, rules }).map(
    ({ kind, occursOn, offsetDays }) => `${kind} ${occursOn} ${offsetDays}`,
  );

describe("offsets whose day is over when their date applies again", () => {
  const away = aPersonWith({ status: "INACTIVE", contractEndDate: "2026-06-20" });

  test("a person who is back has the offsets of dates that are still to come", () => {
    expect(resumed(away, { status: "ACTIVE" })).toEqual([
      "CONTRACT_END_DATE 2026-06-20 -14",
      "CONTRACT_END_DATE 2026-06-20 -7",
    ]);
    expect(resumed({ ...away, contractEndDate: "2026-06-14" }, { status: "ACTIVE" })).toEqual([]);
    expect(resumed({ ...away, contractEndDate: "2026-07-15" }, { status: "ACTIVE" })).toEqual([]);
  });

  test("a person who is back after the record was deleted before the last day has them, too", () => {
    const deleted = { ...away, terminationDate: "2026-07-31" };
    expect(resumed(deleted, { status: "ACTIVE" })).toContain("CONTRACT_END_DATE 2026-06-20 -7");
  });

  test("a date of today has its offset 0 too", () => {
    expect(resumed({ ...away, contractEndDate: TODAY }, { status: "LEAVE" })).toEqual([
      "CONTRACT_END_DATE 2026-06-15 -14",
      "CONTRACT_END_DATE 2026-06-15 -7",
      "CONTRACT_END_DATE 2026-06-15 0",
    ]);
  });

  test("an offer that HR renews, a later last day and a cancelled move restore what they had stopped", () => {
    const offer = aPersonWith({ hireDate: "2026-06-25", terminationDate: "2026-06-16" });
    expect(resumed(offer, { terminationDate: null })).toEqual(["HIRE_DATE 2026-06-25 -14"]);
    const leaving = aPersonWith({ terminationDate: "2026-06-18", probationEndDate: "2026-06-18" });
    expect(resumed(leaving, { terminationDate: "2026-09-30" })).toEqual([
      "PROBATION_END 2026-06-18 -14",
      "PROBATION_END 2026-06-18 -7",
    ]);
    const moving = aPersonWith({ terminationDate: "2026-06-24", movesOn: true });
    expect(resumed(moving, { movesOn: false })).toEqual(["TERMINATION_DATE 2026-06-24 -14"]);
  });

  test("a date that nothing had stopped, or that something still stops, has none", () => {
    const working = aPersonWith({ contractEndDate: "2026-06-20", probationEndDate: "2026-06-18" });
    expect(resumed(working, { status: "LEAVE" })).toEqual([]);
    expect(resumed(away, { status: "ACTIVE", terminationDate: "2026-06-18" })).toEqual([]);
    const since = new Date("2026-06-14T12:00:00Z");
    const late = rulesWith({
      CONTRACT_END_DATE: {
        offsets: [
          { days: 0, since: null },
          { days: -7, since },
        ],
      },
    });
    expect(resumed(away, { status: "ACTIVE" }, late)).toEqual([]);
    expect(resumed(away, { status: "ACTIVE" }, { ...RULES, baselinedAt: since })).toEqual([]);
  });
});

test("hiding the last day restores no date", () => {
  const before: PersonRecord = {
    ...EMPTY_RECORD,
    personioId: "1",
    hireDate: "2020-01-01",
    contractEndDate: "2026-06-20",
    terminationDate: "2026-06-18",
  };
  const after = { ...before, hireDate: "2020-02-01", terminationDate: null };
  const linked = (record: PersonRecord) => ({ record, supervisorId: null });
  const change = { personId: "1", departmentId: null, officeId: null, continuation: null };
  const events = (hidden: readonly string[]) =>
    correctDates({ ...change, before: linked(before), after: linked(after) }, [], {
      rules: RULES,
      today: TODAY,
      timeZone: "Europe/Berlin",
      newlyReadable: new Set(),
      hidden,
    }).map(({ kind, offsetDays, late }) => `${kind} ${offsetDays}${late ? " late" : ""}`);
  expect(events(["terminationDate"])).toEqual([]);
  expect(events([])).toEqual(["CONTRACT_END_DATE -14 late", "CONTRACT_END_DATE -7 late"]);
});
