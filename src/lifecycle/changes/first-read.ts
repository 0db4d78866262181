import { customAttributeField, customKeyOf, type PersonRecord } from "../../people/write/person-record.ts";
import type { LinkedRecord, PersonChange } from "./detect-events.ts";

/**
 * The fields that this run reads and no run before it has read. Null is the log of a version that did not note
 * what it read: it may have read all fields that it knew, and none that came later. Pure.
 */
export const newlyReadableFields = (
  readBefore: readonly string[] | null,
  readable: readonly string[],
): ReadonlySet<string> => {
  const wasRead = (field: string): boolean =>
    readBefore ? readBefore.includes(field) : customKeyOf(field) !== null || KNOWN_WITHOUT_NOTES.has(field);
  return new Set(readable.filter((field) => !wasRead(field)));
};

/** The fields of the last version that did not note what it read. The list is history: never add a field. */
const KNOWN_WITHOUT_NOTES: ReadonlySet<string> = new Set<keyof PersonRecord>([
  "workEmail",
  "firstName",
  "lastName",
  "status",
  "preferredName",
  "employeeId",
  "position",
  "departmentPersonioId",
  "subCompany",
  "legalEntityPersonioId",
  "officePersonioId",
  "supervisorPersonioId",
  "employmentType",
  "hireDate",
  "originalHireDate",
  "continuesOn",
  "probationEndDate",
  "contractEndDate",
  "terminationDate",
  "endedOn",
  "dateOfBirth",
]);

/**
 * The change without what is only read for the first time: nothing changed in Personio. A value that a run of some people has read meanwhile
 * stays, so that a change of it is one. Pure.
 */
export function withoutFirstReads(change: PersonChange, newly: ReadonlySet<string>): PersonChange {
  const { before, after } = change;
  if (!before || newly.size === 0) return change;
  return { ...change, before: asReadBefore(before, after, newly) };
}

function asReadBefore(before: LinkedRecord, after: LinkedRecord, newly: ReadonlySet<string>): LinkedRecord {
  const isFirst = (field: string, value: unknown): boolean => newly.has(field) && (value ?? null) === null;
  const entries = Object.entries(before.record).map(([field, value]) => [
    field,
    isFirst(field, value) ? after.record[field as keyof PersonRecord] : value,
  ]);
  const customBefore = before.record.customAttributes;
  const customFirst = Object.entries(after.record.customAttributes).filter(([key]) =>
    isFirst(customAttributeField(key), customBefore[key]),
  );
  const customAttributes = { ...customBefore, ...Object.fromEntries(customFirst) };
  const isLinkFirst = isFirst("supervisorPersonioId", before.record.supervisorPersonioId);
  return {
    record: { ...before.record, ...Object.fromEntries(entries), customAttributes },
    supervisorId: isLinkFirst ? after.supervisorId : before.supervisorId,
  };
}
