import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayInYear, monthDaysOn, occurrencesOf } from "../../../src/lifecycle/due/occurrences.ts";
import { addDays } from "../../../src/lifecycle/due/zone-days.ts";
import { aPersonWith } from "./dated-people.ts";

const between = (fromYear: number, toYear: number) => ({
  fromYear,
  toYear,
  leapDayRule: "FEBRUARY_28" as const,
});

describe("occurrencesOf", () => {
  test("a date without repetition occurs once, within the years", () => {
    const person = aPersonWith({ probationEndDate: "2026-06-15" });
    expect(occurrencesOf(person, "PROBATION_END", between(2026, 2026))).toEqual([
      { occursOn: "2026-06-15", years: null },
    ]);
    expect(occurrencesOf(person, "PROBATION_END", between(2027, 2030))).toEqual([]);
    expect(occurrencesOf(person, "PROBATION_END", between(2020, 2025))).toEqual([]);
  });

  test("a person without the date has no occurrence", () => {
    expect(occurrencesOf(aPersonWith(), "BIRTHDAY", between(2026, 2030))).toEqual([]);
  });

  test("an anniversary occurs each year after the hire date, with the number of years", () => {
    const person = aPersonWith({ hireDate: "2025-09-01" });
    expect(occurrencesOf(person, "WORK_ANNIVERSARY", between(2024, 2027))).toEqual([
      { occursOn: "2026-09-01", years: 1 },
      { occursOn: "2027-09-01", years: 2 },
    ]);
  });

  test("a birthday occurs each year, without an age", () => {
    const person = aPersonWith({ dateOfBirth: "1990-09-01" });
    expect(occurrencesOf(person, "BIRTHDAY", between(2026, 2027))).toEqual([
      { occursOn: "2026-09-01", years: null },
      { occursOn: "2027-09-01", years: null },
    ]);
  });

  test("the occurrences end with the year 9999", () => {
    const person = aPersonWith({ hireDate: "0001-01-01", dateOfBirth: "9999-12-31" });
    expect(occurrencesOf(person, "WORK_ANNIVERSARY", between(9998, 10_000))).toEqual([
      { occursOn: "9998-01-01", years: 9997 },
      { occursOn: "9999-01-01", years: 9998 },
    ]);
    expect(occurrencesOf(person, "BIRTHDAY", between(-1, 1))).toEqual([
      { occursOn: "0001-12-31", years: null },
    ]);
  });
});

describe("29 February", () => {
  test.each([
    [2024, "2024-02-29", "2024-02-29"],
    [2025, "2025-02-28", "2025-03-01"],
    [2027, "2027-02-28", "2027-03-01"],
    [2028, "2028-02-29", "2028-02-29"],
    [2000, "2000-02-29", "2000-02-29"],
    [2100, "2100-02-28", "2100-03-01"],
  ])("the leap day of %i is %s, or %s if the company chose 1 March", (year, february, march) => {
    expect(dayInYear("1992-02-29", year, "FEBRUARY_28")).toBe(february);
    expect(dayInYear("1992-02-29", year, "MARCH_1")).toBe(march);
  });

  test("the leap-day rule moves no other day", () => {
    expect(dayInYear("1992-02-28", 2027, "FEBRUARY_28")).toBe("2027-02-28");
    expect(dayInYear("1992-03-01", 2027, "MARCH_1")).toBe("2027-03-01");
  });
});

test("monthDaysOn returns exactly the dates that occur on a day, and each date occurs on exactly one day a year", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9998 }),
      fc.constantFrom("FEBRUARY_28" as const, "MARCH_1" as const),
      (year, rule) => {
        const days = Array.from({ length: 366 }, (_, index) => addDays("2024-01-01", index).slice(5));
        const comesOn = new Map(
          days.map((monthDay) => [monthDay, dayInYear(`2024-${monthDay}`, year, rule)]),
        );
        const named = [...new Set(comesOn.values())].flatMap((day) =>
          monthDaysOn(day, rule).map((monthDay) => [monthDay, day] as const),
        );
        expect(new Map(named)).toEqual(comesOn);
        expect(named).toHaveLength(366);
      },
    ),
    { numRuns: 60 },
  );
});
