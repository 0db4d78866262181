import { expect, test } from "vitest";
import { guessOfficeZones } from "../../../src/org/guess-time-zone.ts";
import type { AttributeValue } from "../../../src/personio/employee.ts";
import { createOfficeCountries, officeCountryOf } from "../../../src/sync/read/office-countries.ts";
import type { TranslatedFields } from "../../../src/sync/read/translate.ts";

const NOW = new Date("2026-06-15T12:00:00Z");

const holidays = (country: unknown): AttributeValue => ({
  type: "HolidayCalendar",
  attributes: { id: "7", name: "Feiertage", country, state: null },
});

/** `undefined`: the credential may not read holidays. */
type Someone = readonly [
  office: string | null,
  calendar: AttributeValue | undefined,
  status?: TranslatedFields["status"],
];

function guess(...people: readonly Someone[]) {
  const countries = createOfficeCountries();
  for (const [officeId, calendar, status = "ACTIVE"] of people) {
    const attributes = calendar === undefined ? {} : { holiday_calendar: calendar };
    const office = officeId === null ? null : { personioId: officeId, name: officeId };
    countries.note(
      officeCountryOf(
        { id: "1", attributes },
        { personioId: "1", fields: { office, status }, unreadable: [] },
      ),
    );
  }
  return guessOfficeZones(countries.list(), NOW);
}

test("an office whose people all have one country's holidays is in the time zone of that country", () => {
  expect(guess(["hamburg", holidays("DE")], ["wien", holidays("AT")], ["hamburg", holidays("de")])).toEqual([
    { officePersonioId: "hamburg", timeZone: "Europe/Berlin" },
    { officePersonioId: "wien", timeZone: "Europe/Vienna" },
  ]);
});

test("an office with holidays of two countries, or of a country with several time zones, gets no guess", () => {
  expect(
    guess(["bodensee", holidays("DE")], ["bodensee", holidays("AT")], ["boston", holidays("US")]),
  ).toEqual([
    { officePersonioId: "bodensee", timeZone: null },
    { officePersonioId: "boston", timeZone: null },
  ]);
});

test("people without holidays or without an office, and leavers, do not count", () => {
  expect(
    guess(
      ["wien", holidays("AT")],
      ["wien", null],
      [null, holidays("DE")],
      ["wien", holidays("DE"), "INACTIVE"],
    ),
  ).toEqual([{ officePersonioId: "wien", timeZone: "Europe/Vienna" }]);
});

test.each([undefined, null, "AT", holidays(null), holidays(43), { type: "HolidayCalendar" }])(
  "an office without readable holidays is not listed, so an earlier guess stays: %j",
  (calendar) => {
    expect(guess(["wien", calendar])).toEqual([]);
  },
);
