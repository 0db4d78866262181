import type { Person } from "../person.ts";
import { STORED_COLUMNS } from "../person-columns.ts";

/** Columns that hold our id of a department or the like: a record holds Personio's id, under this name. */
const REFERENCES = {
  departmentId: "departmentPersonioId",
  legalEntityId: "legalEntityPersonioId",
  officeId: "officePersonioId",
} as const satisfies Partial<Record<keyof Person, string>>;

type References = typeof REFERENCES;

/** Columns that we add to what the HR system sends. */
const OURS = [
  "id",
  "displayName",
  "supervisorId",
  "searchWords",
  "sourceHash",
] as const satisfies readonly (keyof Person)[];

/**
 * What a sync says about one person, in our words: every stored field that comes from the HR system, nothing that
 * we add ourselves (our id, links resolved to our ids, search words). Calendar days are `YYYY-MM-DD`.
 */
export type PersonRecord = Readonly<
  Omit<Person, "tenantId" | "customAttributes" | (typeof OURS)[number] | keyof References> &
    Record<References[keyof References], string | null> & {
      customAttributes: Readonly<Record<string, CustomAttributeValue>>;
    }
>;

/** What a record holds of a column: its field, or the field with Personio's id in place of ours. */
type RecordColumn = { readonly column: string; readonly field: keyof PersonRecord };

/** Every column that a record holds, in the order in which `Person` declares them. */
export const RECORD_COLUMNS: readonly RecordColumn[] = STORED_COLUMNS.filter(
  ({ field }) => !OURS.some((ours) => ours === field),
).map(({ field, column }) => ({
  column,
  field:
    (REFERENCES as Partial<Record<keyof Person, keyof PersonRecord>>)[field] ?? (field as keyof PersonRecord),
}));

/**
 * How a person goes on under another record of Personio. `ANEW`: HR deleted the record and made it anew, so it is the same employment.
 * `MOVE`: an employment in another legal entity follows without a gap. A rehire is neither.
 */
export type GoesOn = "ANEW" | "MOVE";

/** Text, a number, a day as `YYYY-MM-DD`, or the tags of a TAGS attribute; empty is null. */
export type CustomAttributeValue = string | number | boolean | readonly string[] | null;

const CUSTOM = "customAttributes.";

/** How a custom attribute is named beside the fields of a record. */
export const customAttributeField = (key: string): string => CUSTOM + key;

/** Its key, where the name is one of a custom attribute. */
export const customKeyOf = (field: string): string | null =>
  field.startsWith(CUSTOM) ? field.slice(CUSTOM.length) : null;

/** The name somebody goes by: the preferred one where there is one, else first and last, else the address, else the record's id. */
export const displayNameOf = (
  person: Pick<PersonRecord, "personioId" | "preferredName" | "firstName" | "lastName" | "workEmail">,
): string =>
  person.preferredName ??
  (`${person.firstName} ${person.lastName}`.trim() || (person.workEmail ?? person.personioId));
