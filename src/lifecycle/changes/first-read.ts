import { customAttributeField, customKeyOf, type PersonRecord } from "../../people/write/person-record.ts";
import type { LinkedRecord, PersonChange } from "./detect-events.ts";

/**
 * The fields that this run reads for the first time. Null: a version without this list wrote the log. That
 * version may have read every field that it knew, so only newer fields are first reads. Pure.
 */
export const newlyReadableFields = (
  readBefore: readonly string[] | null,
  readable: readonly string[],
): ReadonlySet<string> => {
  const wasRead = (field: string): boolean =>
    readBefore ? readBefore.includes(field) : customKeyOf(field) !== null || KNOWN_WITHOUT_NOTES.has(field);
  return new Set(readable.filter((field) => !wasRead(field)));
};

/** The fields of the last version without this list. The list is history: never add a field. */
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
 * The change without values that the service reads for the first time: nothing changed in Personio. If a sync
 * of some people has read an earlier value, that value stays, and a difference is a change. Pure.
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
