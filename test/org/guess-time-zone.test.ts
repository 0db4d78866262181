import { expect, test } from "vitest";
import { guessTimeZone } from "../../src/org/guess-time-zone.ts";

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
