import type { MappedAttributes } from "../../integration/fields/field-mapping.ts";
import { peopleFields } from "../../integration/fields/people-fields.ts";
import { createOrgNames } from "../../org/org-names.ts";
import type { Employee, EmployeePage, UnreadEmployee } from "../../personio/employee.ts";
import { markExcluded } from "./exclude.ts";
import { createOfficeCountries, officeCountryOf } from "./office-countries.ts";
import type { ReadRules } from "./snapshot.ts";
import { type ReadRecord, translationOf } from "./stage-records.ts";
import type { StagedPerson } from "./staging.repository.ts";
import {
  type CustomAttributeTypes,
  customAttributeType,
  type TranslatedPerson,
  translate,
} from "./translate.ts";

/** What the pages of a read contain together. */
export type PagesRead = {
  employeesRead: number;
  /** The number of records that Personio announced; null if it announced none. */
  announced: number | null;
  /** Why the pages may be incomplete although they ended well. */
  doubt: string | null;
  readonly unreadRecords: UnreadEmployee[];
};

/** Translates pages one by one, and notes what they contain together. */
export function createPageTranslator(rules: ReadRules) {
  const customTypes = customAttributeTypes(rules);
  const lacking = new Map(requiredKeys(rules.mapping));
  const required = [...lacking.keys()];
  const officeCountries = createOfficeCountries();
  const orgNames = createOrgNames();
  const read: PagesRead = { employeesRead: 0, announced: null, doubt: null, unreadRecords: [] };

  const recordOf = (employee: Employee): ReadRecord => {
    forgetPresent(lacking, employee);
    const person = translateBy(rules, customTypes, employee);
    const officeCountry = officeCountryOf(employee, person);
    officeCountries.note(officeCountry);
    orgNames.note(person.fields);
    const staged = stagedPerson(person, rules);
    return { ...staged, translation: translationOf(employee, staged, { ...rules, required, officeCountry }) };
  };

  return {
    read: read as Readonly<PagesRead>,
    officeCountries,
    orgNames,
    translate({ total, doubt, unread = [], employees, known = [] }: EmployeePage): ReadRecord[] {
      read.announced = total;
      read.doubt ??= doubt ?? null;
      read.unreadRecords.push(...unread);
      read.employeesRead += employees.length + known.length;
      // Only records with every required attribute become known.
      if (known.length > 0) lacking.clear();
      return [...known.map((personioId) => ({ personioId })), ...employees.map(recordOf)];
    },
    /** Personio's names of required attributes that no record had. */
    listLacking: (): string[] => [...lacking.values()],
  };
}

export type PageTranslator = ReturnType<typeof createPageTranslator>;

export function translateBy(
  { mapping, exclusions }: ReadRules,
  customTypes: CustomAttributeTypes,
  employee: Employee,
): TranslatedPerson {
  const person = translate(employee, mapping, customTypes);
  return exclusions ? markExcluded(person, exclusions) : person;
}

/**
 * Serializes the record at once: as objects, a batch would live long enough for the garbage collector's old
 * space.
 */
export function stagedPerson(person: TranslatedPerson, { hashSource }: ReadRules): StagedPerson {
  const { workEmail, status } = person.fields;
  const sourceHash = hashSource?.(person) ?? null;
  return { personioId: person.personioId, workEmail, status, sourceHash, record: JSON.stringify(person) };
}

/** The custom attributes that the mapping keeps and the credential grants, with how to read each. */
export const customAttributeTypes = ({ mapping, rights }: ReadRules): CustomAttributeTypes =>
  new Map(
    rights.attributes
      .filter((attribute) => mapping.customKeys.includes(attribute.key))
      .map((attribute) => [attribute.key, customAttributeType(attribute.type)]),
  );

function* requiredKeys(mapping: MappedAttributes): Generator<[string, string]> {
  for (const entry of peopleFields) {
    const key = mapping.keyOf[entry.field as keyof MappedAttributes["keyOf"]];
    if (entry.required && key !== undefined) yield [key, entry.personioName];
  }
}

function forgetPresent(lacking: Map<string, string>, employee: Employee): void {
  for (const key of lacking.keys()) if (key in employee.attributes) lacking.delete(key);
}
