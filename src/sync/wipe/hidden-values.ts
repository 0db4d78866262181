import type { MappedAttributes } from "../../integration/fields/field-mapping.ts";
import type { PersonField } from "../../integration/fields/people-fields.ts";
import { DATE_FIELD } from "../../lifecycle/due/person-dates.ts";
import { DATED_KINDS, type DatedKind } from "../../lifecycle/event-kind.ts";
import { type PersonRecord, RECORD_COLUMNS } from "../../people/write/person-record.ts";
import { hideFields, recordFieldsOf } from "../plan/hide-fields.ts";

/** What a company does not want in the directory: hidden fields, and all custom attributes but these. */
export type Unwanted = Pick<MappedAttributes, "hidden" | "customKeys">;

/** The record without unwanted values. Pure. */
export function withoutUnwanted(record: PersonRecord, { hidden, customKeys }: Unwanted): PersonRecord {
  const customAttributes = Object.fromEntries(
    Object.entries(record.customAttributes).filter(([key]) => customKeys.includes(key)),
  );
  return { ...hideFields(record, hidden), customAttributes };
}

/** The columns of `people` that hold values of these fields, as a sync wrote them. Pure. */
export function columnsOf(fields: readonly PersonField[]): string[] {
  const stored = fields.flatMap((field): readonly string[] => recordFieldsOf(field));
  return RECORD_COLUMNS.filter(({ field }) => stored.includes(field)).map(({ column }) => column);
}

/** The kinds of dates whose day is the value of a hidden field. Pure. */
export const kindsOf = (fields: readonly PersonField[]): DatedKind[] =>
  DATED_KINDS.filter((kind) => fields.includes(DATE_FIELD[kind]));
