import { describe, expect, test } from "vitest";
import {
  addDays,
  daysBetween,
  isCalendarDay,
  localDay,
  startOfDay,
} from "../../../src/lifecycle/due/zone-days.ts";

describe("localDay", () => {
  test.each([
    ["2026-06-14T21:59:59.999Z", "Europe/Berlin", "2026-06-14"],
    ["2026-06-14T22:00:00Z", "Europe/Berlin", "2026-06-15"],
    ["2026-12-31T11:00:00Z", "Pacific/Kiritimati", "2027-01-01"],
    ["2027-01-01T10:59:59Z", "Pacific/Pago_Pago", "2026-12-31"],
    ["2026-06-14T18:14:59Z", "Asia/Kathmandu", "2026-06-14"],
    ["2026-06-14T18:15:00Z", "Asia/Kathmandu", "2026-06-15"],
    ["2026-10-25T00:30:00Z", "Europe/Berlin", "2026-10-25"],
    ["2026-10-25T01:30:00Z", "Europe/Berlin", "2026-10-25"],
    ["2026-06-15T00:00:00Z", "UTC", "2026-06-15"],
  ])("the local day at %s in %s is %s", (instant, timeZone, day) => {
    expect(localDay(new Date(instant), timeZone)).toBe(day);
  });
});

describe("startOfDay", () => {
  test.each([
    ["2026-06-15", "Europe/Berlin", "2026-06-14T22:00:00.000Z"],
    ["2027-03-28", "Europe/Berlin", "2027-03-27T23:00:00.000Z"],
    ["2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00.000Z"],
    // Clocks skip from midnight to one.
    ["2026-04-24", "Africa/Cairo", "2026-04-23T22:00:00.000Z"],
    ["2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z"],
    // Clocks go back from midnight to eleven: the day begins once.
    ["2018-02-18", "America/Sao_Paulo", "2018-02-18T03:00:00.000Z"],
  ])("the start of %s in %s is %s", (day, timeZone, instant) => {
    expect(startOfDay(day, timeZone).toISOString()).toBe(instant);
  });

  test("the start of a day is the first instant with that local day", () => {
    for (const timeZone of ["Europe/Berlin", "America/Sao_Paulo", "Pacific/Kiritimati", "Asia/Beirut"]) {
      for (let day = "2017-12-25"; day < "2019-01-07"; day = addDays(day, 1)) {
        const start = startOfDay(day, timeZone);
        expect(localDay(start, timeZone)).toBe(day);
        expect(localDay(new Date(start.getTime() - 1), timeZone)).toBe(addDays(day, -1));
      }
    }
  });
});

describe("addDays", () => {
  test.each([
    ["2026-12-31", 1, "2027-01-01"],
    ["2027-03-01", -1, "2027-02-28"],
    ["2028-03-01", -1, "2028-02-29"],
    ["2100-03-01", -1, "2100-02-28"],
    ["2027-03-28", 180, "2027-09-24"],
    ["0001-01-01", 180, "0001-06-30"],
    ["9999-12-31", -180, "9999-07-04"],
  ])("%s plus %i days is %s", (day, days, sum) => {
    expect(addDays(day, days)).toBe(sum);
    expect(daysBetween(day, sum)).toBe(days);
  });

  test.each([
    ["9999-12-31", 1],
    ["0001-01-01", -1],
  ])("%s plus %i days is not a calendar day", (day, days) => {
    expect(isCalendarDay(addDays(day, days))).toBe(false);
    expect(isCalendarDay(day)).toBe(true);
  });
});
