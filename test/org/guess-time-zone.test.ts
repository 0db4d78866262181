import { expect, test } from "vitest";
import { guessTimeZone } from "../../src/org/guess-time-zone.ts";

const NOW = new Date("2026-06-15T12:00:00Z");

test.each([
  ["AT", "Europe/Vienna"],
  ["JP", "Asia/Tokyo"],
  // Büsingen has had a zone of its own since its clocks differed, decades ago.
  ["DE", "Europe/Berlin"],
  ["MY", "Asia/Kuala_Lumpur"],
])("a country whose clocks all show the same has a zone: %s", (country, zone) => {
  expect(guessTimeZone(country, NOW)).toBe(zone);
});

test.each(["US", "ES", "PT", "CN", "NZ"])("a country with several times has none: %s", (country) => {
  expect(guessTimeZone(country, NOW)).toBeNull();
});

test.each(["XX", "D", "DEU", "de", "", "u-tz-usnyc", "\u0000"])(
  "what is no country has none: %j",
  (country) => {
    expect(guessTimeZone(country, NOW)).toBeNull();
  },
);
