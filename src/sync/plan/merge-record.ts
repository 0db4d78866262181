import type { PersonField } from "../../integration/fields/people-fields.ts";
import {
  type CustomAttributeValue,
  type PersonRecord,
  RECORD_COLUMNS,
} from "../../people/write/person-record.ts";
import type { TranslatedFields, TranslatedPerson } from "../read/translate.ts";
import { hideFields } from "./hide-fields.ts";

export type MergeRules = {
  /** The custom attributes that the mapping keeps; stored values of any other are dropped. */
  readonly customKeys: readonly string[];
  /** The fields that an admin has hidden: the plan empties their stored values. */
  readonly hidden: readonly PersonField[];
};

/**
 * The stored record, overlaid with what Personio sent. A field that was not sent stays, unless an admin has
 * hidden it.
 */
export function mergeRecord(
  stored: PersonRecord,
  staged: TranslatedPerson,
  rules: MergeRules,
  { keepsNext }: { readonly keepsNext: boolean } = { keepsNext: false },
): PersonRecord {
  const sent = sentValues(staged.fields);
  const { hireDate, terminationDate } = { ...stored, ...sent };
  const record: PersonRecord = {
    ...stored,
    ...sent,
    personioId: staged.personioId,
    originalHireDate: originalHireDateOf(stored, { hireDate, terminationDate }),
    nextPersonioId: keepsNext ? stored.nextPersonioId : null,
    continuesOn: keepsNext ? stored.continuesOn : continuesOnOf(stored, hireDate),
    endedOn: hasTakenBackEnd(stored, terminationDate) ? stored.terminationDate : stored.endedOn,
    customAttributes: mergeCustom(
      stored.customAttributes,
      staged.fields.customAttributes ?? {},
      rules.customKeys,
    ),
  };
  return hideFields(record, rules.hidden);
}

/**
 * What Personio sent, under the names of a record. A name is never null; an empty email or status counts as
 * not sent.
 */
function sentValues(fields: Partial<TranslatedFields>): Partial<PersonRecord> {
  const { customAttributes: _, department, legalEntity, office, supervisor, ...plain } = fields;
  const { workEmail, status, firstName, lastName, ...asSent } = plain;
  return {
    ...asSent,
    ...(workEmail && { workEmail }),
    ...(status && { status }),
    ...(firstName !== undefined && { firstName: firstName ?? "" }),
    ...(lastName !== undefined && { lastName: lastName ?? "" }),
    ...(supervisor !== undefined && { supervisorPersonioId: supervisor }),
    ...(department !== undefined && { departmentPersonioId: department?.personioId ?? null }),
    ...(legalEntity !== undefined && { legalEntityPersonioId: legalEntity?.personioId ?? null }),
    ...(office !== undefined && { officePersonioId: office?.personioId ?? null }),
  };
}

/**
 * With one employment so far, the first hire date follows the hire date, also when HR corrects it. A new hire
 * date after the last day of an employment that had begun is a rehire on the same record, not a correction.
 * One sync may read that last day and the new hire date together.
 */
function originalHireDateOf(
  stored: PersonRecord,
  { hireDate, terminationDate }: Pick<PersonRecord, "hireDate" | "terminationDate">,
): string | null {
  const { originalHireDate, hireDate: former } = stored;
  if (originalHireDate !== former) return originalHireDate;
  const lastDay = stored.terminationDate ?? stored.endedOn ?? terminationDate;
  const isRehire =
    former !== null && lastDay !== null && hireDate !== null && former <= lastDay && hireDate > lastDay;
  return isRehire ? originalHireDate : hireDate;
}

/** The first day of a move is a hire date, so a correction of the hire date moves both. */
const continuesOnOf = (stored: PersonRecord, hireDate: string | null): string | null =>
  stored.continuesOn !== null && stored.continuesOn === stored.hireDate ? hireDate : null;

const hasTakenBackEnd = (stored: PersonRecord, terminationDate: string | null): boolean =>
  stored.status === "INACTIVE" && stored.terminationDate !== null && terminationDate === null;

function mergeCustom(
  stored: PersonRecord["customAttributes"],
  sent: PersonRecord["customAttributes"],
  keys: readonly string[],
): Record<string, CustomAttributeValue> {
  const values: Record<string, CustomAttributeValue> = {};
  for (const key of keys) {
    const value = key in sent ? sent[key] : stored[key];
    // An empty attribute is not stored: the definition lists it, and a missing value means that it is empty.
    if (value !== undefined && value !== null) values[key] = value;
  }
  return values;
}

/** The record on which `mergeRecord` overlays a newcomer's fields. */
export const EMPTY_RECORD: PersonRecord = {
  ...(Object.fromEntries(RECORD_COLUMNS.map(({ field }) => [field, null])) as Omit<PersonRecord, NeverNull>),
  personioId: "",
  firstName: "",
  lastName: "",
  status: "ACTIVE",
  customAttributes: {},
};

type NeverNull = "displayName" | "personioId" | "firstName" | "lastName" | "status" | "customAttributes";
