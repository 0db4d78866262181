import { HOLIDAY_CALENDAR_KEY } from "../../integration/fields/people-fields.ts";
import type { OfficeCountries } from "../../org/guess-time-zone.ts";
import type { AttributeValue, Employee } from "../../personio/employee.ts";
import { attributesOf } from "./field-readers.ts";
import type { TranslatedPerson } from "./translate.ts";

/** The office of one person, and the country whose holidays apply to them. */
export type OfficeCountry = { readonly officePersonioId: string; readonly country: string };

/**
 * Null without a readable calendar: the credential may lack the right, or the API version has none. Leavers
 * do not count. Pure.
 */
export function officeCountryOf(
  { attributes }: Employee,
  { fields }: TranslatedPerson,
): OfficeCountry | null {
  const country = readHolidayCountry(attributes[HOLIDAY_CALENDAR_KEY] ?? null);
  if (!country || !fields.office || fields.status === "INACTIVE") return null;
  return { officePersonioId: fields.office.personioId, country };
}

/** Collects the countries of each office while people are read. An office without any is not listed. */
export function createOfficeCountries() {
  const countriesOf = new Map<string, Set<string>>();
  return {
    note(found: OfficeCountry | null): void {
      if (!found) return;
      const { officePersonioId, country } = found;
      countriesOf.set(officePersonioId, (countriesOf.get(officePersonioId) ?? new Set()).add(country));
    },
    list: (): OfficeCountries[] =>
      Array.from(countriesOf, ([officePersonioId, countries]) => ({
        officePersonioId,
        countries: [...countries],
      })),
  };
}

/**
 * `{ type: "HolidayCalendar", attributes: { country: "DE", … } }`: the two letters, or null if there are
 * none.
 */
// VERIFY(personio): that a country is always its ISO code; any other text guesses nothing.
function readHolidayCountry(value: AttributeValue): string | null {
  const country = attributesOf(value)?.country;
  return typeof country === "string" && country !== "" ? country.toUpperCase() : null;
}
