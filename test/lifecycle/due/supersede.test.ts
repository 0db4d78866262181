import { describe, expect, test } from "vitest";
import type { DateRules } from "../../../src/lifecycle/due/date-rules.ts";
import type { DateField, PersonDates } from "../../../src/lifecycle/due/person-dates.ts";
import { reopenedDates } from "../../../src/lifecycle/due/reopen.ts";
import { supersede } from "../../../src/lifecycle/due/supersede.ts";
import type { EmittedDate } from "../../../src/lifecycle/due/threads.ts";
import { aPersonWith, offsets, rulesWith } from "./dated-people.ts";

const TODAY = "2026-06-15";

let made = 0;
const emitted = (
  kind: EmittedDate["kind"],
  occursOn: string,
  fields: Partial<EmittedDate> = {},
): EmittedDate => ({
  id: `event-${++made}`,
  kind,
  personioId: "1",
  occursOn,
  offsetDays: 0,
  change: null,
  supersedes: null,
  years: null,
  ...fields,
});

/** The corrections for a person with these dates, of which HR has just changed `moved`. */
const corrections = (
  log: readonly EmittedDate[],
  dates: Partial<PersonDates>,
  rules: DateRules = rulesWith(),
  moved: readonly DateField[] = [],
  today = TODAY,
) => supersede(log, aPersonWith(dates), { rules, today, moved: new Set(moved), hidden: [] });

/** The dates that fire again, as kind, day and offset. */
const reopened = (
  log: readonly EmittedDate[],
  dates: Partial<PersonDates>,
  rules: DateRules = rulesWith(),
  moved: readonly DateField[] = [],
) =>
  reopenedDates(log, aPersonWith(dates), { rules, today: TODAY, moved: new Set(moved), hidden: [] }).map(
    ({ kind, occursOn, offsetDays }) => `${kind} ${occursOn} ${offsetDays}`,
  );

describe("a date that fired", () => {
  test("a date that is unchanged needs no correction", () => {
    expect(corrections([emitted("PROBATION_END", "2026-06-01")], { probationEndDate: "2026-06-01" })).toEqual(
      [],
    );
  });

  test("a date that has moved is RESCHEDULED to its new day", () => {
    const event = emitted("PROBATION_END", "2026-06-01");
    expect(
      corrections([event], { probationEndDate: "2026-09-01", departmentId: "d", officeId: "o" }),
    ).toEqual([
      {
        kind: "PROBATION_END",
        personId: aPersonWith().personId,
        personioId: "1",
        occursOn: "2026-09-01",
        offsetDays: 0,
        change: "RESCHEDULED",
        supersedes: event.id,
        years: null,
        changedFields: null,
        late: false,
        departmentId: "d",
        officeId: "o",
        content: null,
      },
    ]);
  });

  test("a date that is gone is CANCELLED on the day that fired", () => {
    const event = emitted("PROBATION_END", "2026-06-01");
    expect(corrections([event], {})).toMatchObject([
      { change: "CANCELLED", occursOn: "2026-06-01", supersedes: event.id },
    ]);
  });

  test("a date that moves again supersedes the last correction", () => {
    const log = [
      emitted("PROBATION_END", "2026-06-01"),
      emitted("PROBATION_END", "2026-09-01", { change: "RESCHEDULED" }),
    ];
    expect(corrections(log, { probationEndDate: "2026-09-01" })).toEqual([]);
    expect(corrections(log, { probationEndDate: "2026-10-01" })).toMatchObject([
      { change: "RESCHEDULED", occursOn: "2026-10-01", supersedes: log[1]?.id },
    ]);
    expect(corrections(log, { probationEndDate: null })).toMatchObject([
      { change: "CANCELLED", occursOn: "2026-09-01", supersedes: log[1]?.id },
    ]);
  });

  test("F8: a date that moves back to the day that fired is RESCHEDULED to it, and fires again", () => {
    const log = [
      emitted("PROBATION_END", "2026-06-01"),
      emitted("PROBATION_END", "2026-09-01", { change: "RESCHEDULED" }),
    ];
    expect(corrections(log, { probationEndDate: "2026-06-01" })).toMatchObject([
      { change: "RESCHEDULED", occursOn: "2026-06-01", supersedes: log[1]?.id },
    ]);
    expect(reopened(log, { probationEndDate: "2026-06-01" })).toEqual(["PROBATION_END 2026-06-01 0"]);
    expect(reopened(log, { probationEndDate: "2026-09-01" })).toEqual([]);
  });

  test("a CANCELLED date that is back on another day needs no correction: it fires there", () => {
    const log = [
      emitted("PROBATION_END", "2026-06-01"),
      emitted("PROBATION_END", "2026-06-01", { change: "CANCELLED" }),
    ];
    expect(corrections(log, { probationEndDate: null })).toEqual([]);
    expect(corrections(log, { probationEndDate: "2026-09-01" })).toEqual([]);
  });

  test("F8: a CANCELLED date that is back on its day fires again and needs no correction", () => {
    const log = [
      emitted("PROBATION_END", "2026-06-01"),
      emitted("PROBATION_END", "2026-06-01", { change: "CANCELLED" }),
    ];
    const back = { probationEndDate: "2026-06-01" };
    expect(corrections(log, back)).toEqual([]);
    expect(reopened(log, back)).toEqual(["PROBATION_END 2026-06-01 0"]);
    const refired = [...log, emitted("PROBATION_END", "2026-06-01")];
    expect([corrections(refired, back), reopened(refired, back)]).toEqual([[], []]);
    expect(corrections(refired, {})).toMatchObject([{ change: "CANCELLED", supersedes: refired[2]?.id }]);
  });

  test("F8: a date that is back fires again at each offset that is over, and at the others on their day", () => {
    const rules = rulesWith({ HIRE_DATE: { offsets: offsets(-14, -3) } });
    const log = [-14, -3].flatMap((offsetDays) => {
      const first = emitted("HIRE_DATE", "2026-06-20", { offsetDays });
      return [
        first,
        emitted("HIRE_DATE", "2026-06-20", { offsetDays, change: "CANCELLED", supersedes: first.id }),
      ];
    });
    expect(reopened(log, { hireDate: "2026-06-20" }, rules)).toEqual(["HIRE_DATE 2026-06-20 -14"]);
  });

  test("F8: a date of a leaver that is back does not fire again, unless it is the last day", () => {
    const log = (["PROBATION_END", "TERMINATION_DATE"] as const).flatMap((kind) => [
      emitted(kind, "2026-06-01"),
      emitted(kind, "2026-06-01", { change: "CANCELLED" }),
    ]);
    const back = { probationEndDate: "2026-06-01", terminationDate: "2026-06-01" };
    expect(reopened(log, { ...back, status: "INACTIVE" })).toEqual(["TERMINATION_DATE 2026-06-01 0"]);
  });

  test("a date is corrected at each offset at which it fired, and at no other", () => {
    const log = [
      emitted("HIRE_DATE", "2026-06-20", { offsetDays: -14 }),
      emitted("HIRE_DATE", "2026-06-20", { offsetDays: -7 }),
    ];
    const rules = rulesWith({ HIRE_DATE: { offsets: offsets(-14, -7, -3) } });
    expect(corrections(log, { hireDate: "2026-07-01" }, rules)).toMatchObject([
      { offsetDays: -14, change: "RESCHEDULED", occursOn: "2026-07-01", supersedes: log[0]?.id },
      { offsetDays: -7, change: "RESCHEDULED", occursOn: "2026-07-01", supersedes: log[1]?.id },
    ]);
  });

  test("a date is not corrected while its kind is off", () => {
    const rules = rulesWith({ PROBATION_END: { enabled: false } });
    expect(corrections([emitted("PROBATION_END", "2026-06-01")], { probationEndDate: null }, rules)).toEqual(
      [],
    );
  });

  test("a date is not corrected at an offset that is no longer registered", () => {
    expect(
      corrections([emitted("HIRE_DATE", "2026-06-20", { offsetDays: -7 })], { hireDate: "2026-07-01" }),
    ).toEqual([]);
  });

  test("an announced date that was cancelled fires again when a new record has it", () => {
    const log = [
      emitted("HIRE_DATE", "2026-06-20", { personioId: "former", offsetDays: -7 }),
      emitted("HIRE_DATE", "2026-06-20", { personioId: "former", offsetDays: -7, change: "CANCELLED" }),
    ];
    const rules = rulesWith({ HIRE_DATE: { offsets: offsets(-7) } });
    const rehired = { personioId: "1", hireDate: "2026-06-20" };
    expect(corrections(log, rehired, rules)).toEqual([]);
    expect(reopened(log, rehired, rules)).toEqual(["HIRE_DATE 2026-06-20 -7"]);
    expect(reopened(log, { personioId: "1", hireDate: "2026-07-01" }, rules)).toEqual([]);
  });

  test("a date of a former employment is not corrected", () => {
    const log = [emitted("CONTRACT_END_DATE", "2026-06-01", { personioId: "0" })];
    expect(corrections(log, { contractEndDate: "2027-06-01" })).toEqual([]);
  });

  test("a birthday under a former record is corrected: it belongs to the person; an anniversary is not", () => {
    const birthday = emitted("BIRTHDAY", "2026-06-10", { personioId: "0" });
    expect(corrections([birthday], { personioId: "1", dateOfBirth: "1990-06-20" })).toMatchObject([
      { kind: "BIRTHDAY", change: "RESCHEDULED", occursOn: "2026-06-20", supersedes: birthday.id },
    ]);
    expect(corrections([birthday], { personioId: "1", dateOfBirth: "1990-06-10" })).toEqual([]);
    const anniversary = emitted("WORK_ANNIVERSARY", "2026-06-10", { personioId: "0", years: 3 });
    expect(corrections([anniversary], { personioId: "1", hireDate: "2026-06-12" })).toEqual([]);
  });
});

describe("a departure", () => {
  test("a departure cancels dates after the last day", () => {
    const log = [
      emitted("BIRTHDAY", "2026-06-14"),
      emitted("PROBATION_END", "2026-06-13"),
      emitted("HIRE_DATE", "2026-01-01"),
    ];
    const dates = { hireDate: "2026-01-01", probationEndDate: "2026-06-13", dateOfBirth: "1990-06-14" };
    expect(corrections(log, { ...dates, terminationDate: "2026-06-13", status: "INACTIVE" })).toMatchObject([
      { kind: "BIRTHDAY", change: "CANCELLED", occursOn: "2026-06-14" },
      { kind: "PROBATION_END", change: "CANCELLED", occursOn: "2026-06-13" },
    ]);
    expect(corrections(log, { ...dates, terminationDate: "2026-06-30" })).toEqual([]);
  });

  test("a departure without a last day leaves dates up to today, and cancels announced ones", () => {
    const rules = rulesWith({
      HIRE_DATE: { offsets: offsets(-7) },
      CONTRACT_END_DATE: { offsets: offsets(-30) },
    });
    const log = [
      emitted("BIRTHDAY", TODAY),
      emitted("PROBATION_END", "2026-06-10"),
      emitted("CONTRACT_END_DATE", "2026-06-30", { offsetDays: -30 }),
    ];
    const dates = {
      dateOfBirth: "1990-06-15",
      probationEndDate: "2026-06-10",
      contractEndDate: "2026-06-30",
      status: "INACTIVE" as const,
    };
    expect(corrections(log, dates, rules)).toMatchObject([
      { kind: "CONTRACT_END_DATE", change: "CANCELLED", occursOn: "2026-06-30", offsetDays: -30 },
    ]);
  });

  test("a departure before a known last day cancels announced dates, except the last day itself", () => {
    const rules = rulesWith({
      BIRTHDAY: { offsets: offsets(-7) },
      TERMINATION_DATE: { offsets: offsets(-30) },
    });
    const log = [
      emitted("BIRTHDAY", "2026-06-20", { offsetDays: -7 }),
      emitted("TERMINATION_DATE", "2026-06-30", { offsetDays: -30 }),
    ];
    const deleted = {
      dateOfBirth: "1990-06-20",
      terminationDate: "2026-06-30",
      status: "INACTIVE" as const,
    };
    expect(corrections(log, deleted, rules)).toMatchObject([{ kind: "BIRTHDAY", change: "CANCELLED" }]);
  });

  test("a withdrawn offer cancels the hire that fired", () => {
    const log = [emitted("HIRE_DATE", "2026-06-10")];
    const withdrawn = {
      hireDate: "2026-06-10",
      originalHireDate: "2026-06-10",
      terminationDate: "2026-06-09",
    };
    expect(corrections(log, withdrawn)).toMatchObject([{ kind: "HIRE_DATE", change: "CANCELLED" }]);
    expect(corrections(log, { ...withdrawn, originalHireDate: "2020-01-01" })).toEqual([]);
  });

  test("a departure before the first day cancels the announced hire", () => {
    const rules = rulesWith({ HIRE_DATE: { offsets: offsets(-7) } });
    const log = [emitted("HIRE_DATE", "2026-06-20", { offsetDays: -7 })];
    expect(corrections(log, { hireDate: "2026-06-20", status: "INACTIVE" }, rules)).toMatchObject([
      { kind: "HIRE_DATE", change: "CANCELLED", occursOn: "2026-06-20", offsetDays: -7 },
    ]);
    expect(corrections(log, { hireDate: "2026-06-20", status: "ONBOARDING" }, rules)).toEqual([]);
  });
});

describe("a yearly date", () => {
  test("a yearly date is corrected in each year in which it fired", () => {
    const log = [emitted("BIRTHDAY", "2025-12-30"), emitted("BIRTHDAY", "2026-12-30")];
    expect(corrections(log, { dateOfBirth: "1990-12-28" })).toMatchObject([
      { change: "RESCHEDULED", occursOn: "2025-12-28", supersedes: log[0]?.id },
      { change: "RESCHEDULED", occursOn: "2026-12-28", supersedes: log[1]?.id },
    ]);
  });

  test("a yearly date is CANCELLED for a year in which it no longer occurs", () => {
    const log = [emitted("WORK_ANNIVERSARY", "2026-06-01", { years: 3 })];
    expect(corrections(log, { hireDate: "2026-02-01" })).toMatchObject([
      { change: "CANCELLED", occursOn: "2026-06-01", years: null },
    ]);
    expect(corrections(log, { hireDate: "2020-02-01" })).toMatchObject([
      { change: "RESCHEDULED", occursOn: "2026-02-01", years: 6 },
    ]);
  });

  test("a birthday on 29 February stays on the day that fired, even if the company changes its rule", () => {
    const log = [emitted("BIRTHDAY", "2026-02-28")];
    expect(corrections(log, { dateOfBirth: "1992-02-29" })).toEqual([]);
    expect(
      corrections(log, { dateOfBirth: "1992-02-29" }, rulesWith({}, { leapDayRule: "MARCH_1" })),
    ).toEqual([]);
  });

  test("a birthday that moves from 28 to 29 February is RESCHEDULED if the company's rule makes that 1 March", () => {
    const log = [emitted("BIRTHDAY", "2026-02-28")];
    const corrected = { dateOfBirth: "1992-02-29" };
    expect(
      corrections(log, corrected, rulesWith({}, { leapDayRule: "MARCH_1" }), ["dateOfBirth"]),
    ).toMatchObject([{ change: "RESCHEDULED", occursOn: "2026-03-01" }]);
    expect(corrections(log, corrected, rulesWith(), ["dateOfBirth"])).toEqual([]);
  });

  test("a birthday that moves to 29 February is RESCHEDULED to the day of the company's rule", () => {
    const log = [emitted("BIRTHDAY", "2026-02-11")];
    expect(corrections(log, { dateOfBirth: "1992-02-29" })).toMatchObject([{ occursOn: "2026-02-28" }]);
    expect(
      corrections(log, { dateOfBirth: "1992-02-29" }, rulesWith({}, { leapDayRule: "MARCH_1" })),
    ).toMatchObject([{ change: "RESCHEDULED", occursOn: "2026-03-01" }]);
  });
});

describe("an anniversary that fired with a wrong number of years", () => {
  const event = emitted("WORK_ANNIVERSARY", "2026-06-01", { years: 5 });

  test("a wrong number of years is RESCHEDULED to the same day with the right one, and needs no further correction", () => {
    const hired = { hireDate: "2019-06-01" };
    const [correction, ...more] = corrections([event], hired);
    expect([correction, more]).toMatchObject([
      { change: "RESCHEDULED", occursOn: "2026-06-01", years: 7, supersedes: event.id },
      [],
    ]);
    const corrected = emitted("WORK_ANNIVERSARY", "2026-06-01", { change: "RESCHEDULED", years: 7 });
    expect(corrections([event, corrected], hired)).toEqual([]);
    expect(corrections([event, corrected], { hireDate: "2021-06-01" })).toMatchObject([
      { change: "RESCHEDULED", years: 5, supersedes: corrected.id },
    ]);
  });

  test("an anniversary is CANCELLED if it is less than a year", () => {
    expect(corrections([event], { hireDate: "2026-06-01" })).toMatchObject([
      { change: "CANCELLED", occursOn: "2026-06-01", years: null, supersedes: event.id },
    ]);
  });

  test("a wrong number of years is corrected at every offset that fired", () => {
    const rules = rulesWith({ WORK_ANNIVERSARY: { offsets: offsets(-7) } });
    const ahead = emitted("WORK_ANNIVERSARY", "2026-06-20", { years: 5, offsetDays: -7 });
    expect(corrections([ahead], { hireDate: "2020-06-20" }, rules)).toMatchObject([
      { change: "RESCHEDULED", occursOn: "2026-06-20", offsetDays: -7, years: 6, supersedes: ahead.id },
    ]);
  });
});

describe("a yearly date that crosses New Year", () => {
  test.each([
    ["2026-12-31", "1990-01-01", "2027-01-01"],
    ["2026-12-01", "1990-01-12", "2027-01-12"],
    ["2026-12-03", "1990-03-12", "2027-03-12"],
    // Both stay in this year: for a day in its first half, that day is nearer than the next one.
    ["2026-06-15", "1990-02-01", "2026-02-01"],
    ["2026-06-15", "1990-12-25", "2026-12-25"],
    // It is still to come this year; last year's day does not count.
    ["2027-01-02", "1990-12-30", "2027-12-30"],
  ])("a birthday that fired on %s is, for a birth on %s, RESCHEDULED to %s", (on, dateOfBirth, occursOn) => {
    const rules = rulesWith();
    expect(corrections([emitted("BIRTHDAY", on)], { dateOfBirth }, rules, [], on)).toMatchObject([
      { change: "RESCHEDULED", occursOn },
    ]);
  });

  test.each([
    ["2026-12-27", "2026-12-30"],
    ["2026-12-30", "2026-12-30"],
    // That day is over, so the next one counts.
    ["2026-12-31", "2027-12-30"],
  ])(
    "a birthday announced 7 days before 2 January and corrected on %s to 30 December is RESCHEDULED to %s",
    (today, occursOn) => {
      const rules = rulesWith({ BIRTHDAY: { offsets: offsets(-7) } });
      const ahead = emitted("BIRTHDAY", "2027-01-02", { offsetDays: -7 });
      const corrected = corrections([ahead], { dateOfBirth: "1990-12-30" }, rules, ["dateOfBirth"], today);
      expect(corrected).toMatchObject([{ change: "RESCHEDULED", occursOn, offsetDays: -7 }]);
      const moved = emitted("BIRTHDAY", occursOn, {
        offsetDays: -7,
        change: "RESCHEDULED",
        supersedes: ahead.id,
      });
      // The correction stays true after that day.
      expect(corrections([ahead, moved], { dateOfBirth: "1990-12-30" }, rules, [], "2027-01-05")).toEqual([]);
    },
  );

  const first = emitted("BIRTHDAY", "2026-12-31");
  const moved = emitted("BIRTHDAY", "2027-01-01", { change: "RESCHEDULED", supersedes: first.id });
  const itself = emitted("BIRTHDAY", "2027-01-01");

  test("a corrected birthday needs no further correction, before and after its new day fires", () => {
    expect(corrections([first, moved], { dateOfBirth: "1990-01-01" })).toEqual([]);
    expect(corrections([first, moved, itself], { dateOfBirth: "1990-01-01" })).toEqual([]);
  });

  test("a birthday that moves back to its first day supersedes the last event", () => {
    expect(corrections([first, moved, itself], { dateOfBirth: "1990-12-31" })).toMatchObject([
      { change: "RESCHEDULED", occursOn: "2026-12-31", supersedes: itself.id },
    ]);
  });

  test("a removed birthday is cancelled once, in however many years it fired", () => {
    expect(corrections([first, moved, itself], {})).toMatchObject([
      { change: "CANCELLED", occursOn: "2027-01-01", supersedes: itself.id },
    ]);
  });

  test("the birthdays of two years are corrected separately", () => {
    const next = emitted("BIRTHDAY", "2028-01-01");
    expect(corrections([first, moved, itself, next], { dateOfBirth: "1990-01-03" })).toMatchObject([
      { occursOn: "2027-01-03", supersedes: itself.id },
      { occursOn: "2028-01-03", supersedes: next.id },
    ]);
  });

  test("an anniversary that crosses New Year has the years of its new day", () => {
    const anniversary = emitted("WORK_ANNIVERSARY", "2026-12-31", { years: 5 });
    expect(corrections([anniversary], { hireDate: "2022-01-01" })).toMatchObject([
      { change: "RESCHEDULED", occursOn: "2027-01-01", years: 5 },
    ]);
    expect(corrections([anniversary], { hireDate: "2026-01-01" })).toMatchObject([
      { change: "RESCHEDULED", occursOn: "2027-01-01", years: 1 },
    ]);
    expect(corrections([anniversary], { hireDate: "2027-01-01" })).toMatchObject([{ change: "CANCELLED" }]);
  });

  test("a birthday is CANCELLED if the person has left by its new day", () => {
    const leaver = { dateOfBirth: "1990-01-01", terminationDate: "2026-12-31" };
    expect(corrections([first], leaver)).toMatchObject([{ change: "CANCELLED", occursOn: "2026-12-31" }]);
  });
});
