import type { PersonField } from "../../integration/fields/people-fields.ts";
import { OFFSET_DAYS_MAX } from "../../lifecycle/due/date-rules.ts";
import { addDays } from "../../lifecycle/due/zone-days.ts";
import {
  type CustomAttributeValue,
  type PersonRecord,
  RECORD_COLUMNS,
} from "../../people/write/person-record.ts";
import type { TranslatedFields, TranslatedPerson } from "../read/translate.ts";
import { hideFields } from "./hide-fields.ts";
import { lastDayOf, type MatchedRecord } from "./match-records.ts";

export type MergeRules = {
  /** The custom attributes that the mapping keeps; stored values of any other are dropped. */
  readonly customKeys: readonly string[];
  /** The fields that an admin has hidden: whatever is stored of them is emptied. */
  readonly hidden: readonly PersonField[];
};

/** The person who is back: what belonged to the old employment ends with it, and the first hire date stays. */
export function rehire(joined: MatchedRecord, rules: MergeRules): PersonRecord {
  const { stored, staged } = joined;
  const after = mergeRecord(withoutEmployment(stored), staged, rules);
  const lastDay = lastDayOf(joined);
  const wasAnOffer = stored.hireDate !== null && lastDay !== null && lastDay < stored.hireDate;
  const isFirst = wasAnOffer && stored.originalHireDate === stored.hireDate;
  const originalHireDate = isFirst ? after.hireDate : firstHireDate(stored, after);
  return hideFields({ ...after, originalHireDate, continuesOn: null, endedOn: null }, rules.hidden);
}

/** The person who goes on under the record. With a move another employment begins; a record made anew is the same one. */
export function goOn({ stored, staged, isMove }: MatchedRecord, rules: MergeRules): PersonRecord {
  const fields = { ...staged.fields };
  // HR's status may lag some hours behind the day; who moves does not begin.
  if (isMove && fields.status === "ONBOARDING") delete fields.status;
  const after = mergeRecord(isMove ? withoutEmployment(stored) : stored, { ...staged, fields }, rules);
  const originalHireDate = firstHireDate(stored, after);
  const continuesOn = isMove ? after.hireDate : after.continuesOn;
  return hideFields({ ...after, originalHireDate, continuesOn }, rules.hidden);
}

/** For so long after a first day it may still be told: at the largest offset, and as late data. */
const FIRST_DAY_TOLD_DAYS = OFFSET_DAYS_MAX + 3;

/**
 * The person under the current record, and the record with which they go on. Somebody who moved here a short while ago, and moves again, keeps
 * the first day of the first move: it may still be told, and the day to come is no more than forecast.
 */
export function willMove({ stored, staged, current, today }: MatchedRecord, rules: MergeRules): PersonRecord {
  const fields = { ...current.staged?.fields };
  // Personio's old record ends before the new one begins where the person works.
  if (fields.status === "INACTIVE") delete fields.status;
  const read = { personioId: stored.personioId, fields, unreadable: current.staged?.unreadable ?? [] };
  const nextPersonioId = staged.personioId;
  const isRecent = stored.hireDate !== null && addDays(stored.hireDate, FIRST_DAY_TOLD_DAYS) >= today;
  const hasMoved = isRecent && stored.continuesOn === stored.hireDate;
  const continuesOn = hasMoved ? stored.continuesOn : (staged.fields.hireDate ?? null);
  return hideFields({ ...mergeRecord(stored, read, rules), nextPersonioId, continuesOn }, rules.hidden);
}

const withoutEmployment = (stored: PersonRecord): PersonRecord => ({
  ...stored,
  probationEndDate: null,
  contractEndDate: null,
  terminationDate: null,
});

/** Of a person with another record: the earlier of what is known and of what that record says. */
function firstHireDate(stored: PersonRecord, { hireDate }: PersonRecord): string | null {
  const known = stored.originalHireDate ?? stored.hireDate;
  if (known === null || hireDate === null) return known ?? hireDate;
  return known < hireDate ? known : hireDate;
}

/** What is stored, overlaid with what Personio sent. A field that it did not send stays, unless an admin has hidden it. */
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
    originalHireDate: originalHireDateOf(stored, hireDate),
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

/** What Personio sent, under the names of a record. A name is never null; an empty email or status is not sent. */
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
 * One employment so far: the first hire date is this one's, also when HR corrects it. A new one after the last day of an employment that
 * had begun is one of a rehire on the same record, and no correction.
 */
function originalHireDateOf(stored: PersonRecord, hireDate: string | null): string | null {
  const { originalHireDate, hireDate: former } = stored;
  if (originalHireDate !== former) return originalHireDate;
  const lastDay = stored.terminationDate ?? stored.endedOn;
  const isRehire =
    former !== null && lastDay !== null && hireDate !== null && former <= lastDay && hireDate > lastDay;
  return isRehire ? originalHireDate : hireDate;
}

/** The first day after a move is corrected with the hire date that it is. */
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
    // An empty attribute is not kept: the definition says that it exists, the missing value that it is empty.
    if (value !== undefined && value !== null) values[key] = value;
  }
  return values;
}

/** What a newcomer's fields are overlaid on. */
export const EMPTY_RECORD: PersonRecord = {
  ...(Object.fromEntries(RECORD_COLUMNS.map(({ field }) => [field, null])) as Omit<PersonRecord, NeverNull>),
  personioId: "",
  firstName: "",
  lastName: "",
  status: "ACTIVE",
  customAttributes: {},
};

type NeverNull = "personioId" | "firstName" | "lastName" | "status" | "customAttributes";
