import type { PersonField } from "../../integration/fields/people-fields.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";

type RecordField = keyof PersonRecord;

/** Fields that a record stores under another name, or as more than one value. */
const KEPT_AS = {
  department: ["departmentPersonioId"],
  legalEntity: ["legalEntityPersonioId"],
  office: ["officePersonioId"],
  supervisor: ["supervisorPersonioId"],
  hireDate: ["hireDate", "originalHireDate", "continuesOn"],
  terminationDate: ["terminationDate", "endedOn"],
} as const satisfies Partial<Record<PersonField, readonly RecordField[]>>;

const isKeptOtherwise = (field: PersonField): field is keyof typeof KEPT_AS => field in KEPT_AS;

/**
 * The properties in which a record stores a field. A field without a property of its name or an entry does
 * not compile.
 */
export const recordFieldsOf = (field: PersonField): readonly RecordField[] =>
  isKeptOtherwise(field) ? KEPT_AS[field] : [field];

/** The record without the fields that an admin has hidden; required fields are never among them. Pure. */
export function hideFields(record: PersonRecord, hidden: readonly PersonField[]): PersonRecord {
  if (hidden.length === 0) return record;
  const emptied = hidden.flatMap(recordFieldsOf).map((field) => [field, null]);
  return { ...record, ...Object.fromEntries(emptied) };
}
