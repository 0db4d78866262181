import { expect, test } from "vitest";
import { guessOfficeZones, guessTimeZone } from "../../src/org/guess-time-zone.ts";

const NOW = new Date("2026-06-15T12:00:00Z");

test.each([
  ["AT", "Europe/Vienna"],
  ["JP", "Asia/Tokyo"],
  // Büsingen has a separate zone, because its clocks differed decades ago.
  ["DE", "Europe/Berlin"],
  ["MY", "Asia/Kuala_Lumpur"],
])("the country %s has the time zone %s", (country, zone) => {
  expect(guessTimeZone(country, NOW)).toBe(zone);
});

test.each(["US", "ES", "PT", "CN", "NZ"])("the country %s has several times and so no zone", (country) => {
  expect(guessTimeZone(country, NOW)).toBeNull();
});

test.each(["XX", "D", "DEU", "de", "", "u-tz-usnyc", "\u0000"])(
  "%j is not a country and has no zone",
  (country) => {
    expect(guessTimeZone(country, NOW)).toBeNull();
  },
);

test("the runs of a day compare the clocks of a country once", () => {
  const offices = [{ officePersonioId: "1", countries: ["AR"] }];
  const cpuOf = (times: number): number => {
    const before = process.threadCpuUsage();
    for (let run = 0; run < times; run += 1)
      expect(guessOfficeZones(offices, NOW)).toEqual([
        { officePersonioId: "1", timeZone: "America/Argentina/La_Rioja" },
      ]);
    const { user, system } = process.threadCpuUsage(before);
    return user + system;
  };
  expect(cpuOf(1)).toBeGreaterThan(cpuOf(20));

  const later = new Date(NOW.getTime() + 86_400_000);
  expect(guessOfficeZones(offices, later)).toEqual([
    { officePersonioId: "1", timeZone: "America/Argentina/La_Rioja" },
  ]);
});
