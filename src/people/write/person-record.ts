import type { Person } from "../person.ts";
import { STORED_COLUMNS } from "../person-columns.ts";

/**
 * Columns with our id of a department, office or legal entity: a record has Personio's id, under this name.
 */
const REFERENCES = {
  departmentId: "departmentPersonioId",
  legalEntityId: "legalEntityPersonioId",
  officeId: "officePersonioId",
} as const satisfies Partial<Record<keyof Person, string>>;

type References = typeof REFERENCES;

/** Columns that the service adds to the data of the HR system. */
const OURS = [
  "id",
  "displayName",
  "supervisorId",
  "searchWords",
  "sourceHash",
  "sortedPosition",
  "storedAt",
] as const satisfies readonly (keyof Person)[];

/**
 * What a sync knows about one person, in our terms: every stored field that comes from the HR system. It
 * lacks what the service adds (our id, links resolved to our ids, search words). Calendar days are
 * `YYYY-MM-DD`.
 */
export type PersonRecord = Readonly<
  Omit<Person, "tenantId" | "customAttributes" | (typeof OURS)[number] | keyof References> &
    Record<References[keyof References], string | null> & {
      customAttributes: Readonly<Record<string, CustomAttributeValue>>;
      /** The name to show, if a source other than the record's names gives it (`shownNameOf`). */
      displayName?: string;
    }
>;

/** One column of a record: its field, or the field with Personio's id in place of ours. */
type RecordColumn = { readonly column: string; readonly field: keyof PersonRecord };

/** Every column of a record, in the order of `Person`. */
export const RECORD_COLUMNS: readonly RecordColumn[] = STORED_COLUMNS.filter(
  ({ field }) => !OURS.some((ours) => ours === field),
).map(({ field, column }) => ({
  column,
  field:
    (REFERENCES as Partial<Record<keyof Person, keyof PersonRecord>>)[field] ?? (field as keyof PersonRecord),
}));

/**
 * How an employment continues under another record of Personio. `ANEW`: HR deleted the record and created it
 * again, so it is the same employment. `MOVE`: an employment in another legal entity follows without a gap. A
 * rehire is neither. The table `sync_plan_items` stores these values, so `ANEW` keeps its older name.
 */
export type Continuation = "ANEW" | "MOVE";

/** Text, a number, a day as `YYYY-MM-DD`, or the tags of a TAGS attribute; empty is null. */
export type CustomAttributeValue = string | number | boolean | readonly string[] | null;

const CUSTOM = "customAttributes.";

/** The name of a custom attribute beside the fields of a record. */
export const customAttributeField = (key: string): string => CUSTOM + key;

/** The key of a custom attribute by that name; null for other fields. */
export const customKeyOf = (field: string): string | null =>
  field.startsWith(CUSTOM) ? field.slice(CUSTOM.length) : null;

/** The name that the directory shows. */
export const shownNameOf = (person: PersonRecord): string => person.displayName ?? displayNameOf(person);

/**
 * The name to show: the preferred one, else first and last name, else the address, else the id of the record.
 */
export const displayNameOf = (
  person: Pick<PersonRecord, "personioId" | "preferredName" | "firstName" | "lastName" | "workEmail">,
): string =>
  person.preferredName ??
  (`${person.firstName} ${person.lastName}`.trim() || (person.workEmail ?? person.personioId));
