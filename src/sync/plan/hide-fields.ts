import type { PersonField } from "../../integration/fields/people-fields.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";

type RecordField = keyof PersonRecord;

/** Where a record keeps a field under another name, or more than one value that comes of it. */
const KEPT_AS: Readonly<Partial<Record<PersonField, readonly RecordField[]>>> = {
  department: ["departmentPersonioId"],
  legalEntity: ["legalEntityPersonioId"],
  office: ["officePersonioId"],
  supervisor: ["supervisorPersonioId"],
  hireDate: ["hireDate", "originalHireDate", "continuesOn"],
  terminationDate: ["terminationDate", "endedOn"],
};

/** What a record keeps of a field. */
export const recordFieldsOf = (field: PersonField): readonly RecordField[] =>
  KEPT_AS[field] ?? [field as Exclude<PersonField, keyof typeof KEPT_AS> & RecordField];

/** The record without what an admin has hidden, which is never a required field. Pure. */
export function hideFields(record: PersonRecord, hidden: readonly PersonField[]): PersonRecord {
  if (hidden.length === 0) return record;
  const emptied = hidden.flatMap(recordFieldsOf).map((field) => [field, null]);
  return { ...record, ...Object.fromEntries(emptied) };
}
