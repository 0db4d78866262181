import { HOLIDAY_CALENDAR_KEY } from "../../integration/fields/people-fields.ts";
import type { OfficeCountries } from "../../org/guess-time-zone.ts";
import type { AttributeValue, Employee } from "../../personio/employee.ts";
import { attributesOf } from "./read-values.ts";
import type { TranslatedPerson } from "./translate.ts";

/**
 * Collects the countries of each office's holiday calendars while people are read. An office without a
 * readable calendar is not listed: the credential may lack the right, or the API version has none. Leavers do
 * not count.
 */
export function createOfficeCountries() {
  const countriesOf = new Map<string, Set<string>>();
  return {
    note({ attributes }: Employee, { fields }: TranslatedPerson): void {
      const country = readHolidayCountry(attributes[HOLIDAY_CALENDAR_KEY] ?? null);
      if (!country || !fields.office || fields.status === "INACTIVE") return;
      const { personioId } = fields.office;
      countriesOf.set(personioId, (countriesOf.get(personioId) ?? new Set()).add(country));
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
