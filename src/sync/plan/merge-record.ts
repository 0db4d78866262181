import type { PersonField } from "../../integration/fields/people-fields.ts";
import { OFFSET_DAYS_MAX } from "../../lifecycle/due/date-rules.ts";
import { addDays } from "../../lifecycle/due/zone-days.ts";
import type { CustomAttributeValue, PersonRecord } from "../../people/write/person-record.ts";
import type { TranslatedFields, TranslatedPerson } from "../read/translate.ts";
import { hideFields } from "./hide-fields.ts";
import { type JoinedRecord, lastDayOf } from "./settle-records.ts";

export type MergeRules = {
  /** The custom attributes that the mapping keeps; stored values of any other are dropped. */
  readonly customKeys: readonly string[];
  /** The fields that an admin has hidden: whatever is stored of them is emptied. */
  readonly hidden: readonly PersonField[];
};

/** The person who is back: what belonged to the old employment ends with it, and the first hire date stays. */
export function rehire(joined: JoinedRecord, rules: MergeRules): PersonRecord {
  const { stored, staged } = joined;
  const after = mergeRecord(withoutEmployment(stored), staged, rules);
  const lastDay = lastDayOf(joined);
  const wasAnOffer = stored.hireDate !== null && lastDay !== null && lastDay < stored.hireDate;
  const isFirst = wasAnOffer && stored.originalHireDate === stored.hireDate;
  const originalHireDate = isFirst ? after.hireDate : firstHireDate(stored, after);
  return hideFields({ ...after, originalHireDate, continuesOn: null, endedOn: null }, rules.hidden);
}

/** The person who goes on under the record. With a move another employment begins; a record made anew is the same one. */
export function goOn({ stored, staged, isMove }: JoinedRecord, rules: MergeRules): PersonRecord {
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
export function willMove({ stored, staged, current, today }: JoinedRecord, rules: MergeRules): PersonRecord {
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
  const { fields } = staged;
  const sent = <Field extends keyof TranslatedFields, Kept>(field: Field, kept: Kept) =>
    field in fields ? (fields[field] as Exclude<TranslatedFields[Field], undefined>) : kept;
  const org = (field: "department" | "office" | "legalEntity", kept: string | null): string | null => {
    const reference = fields[field];
    return reference === undefined ? kept : (reference?.personioId ?? null);
  };
  const hireDate = sent("hireDate", stored.hireDate);
  const terminationDate = sent("terminationDate", stored.terminationDate);
  const record: PersonRecord = {
    personioId: staged.personioId,
    workEmail: fields.workEmail ?? stored.workEmail,
    employeeId: sent("employeeId", stored.employeeId),
    firstName: sent("firstName", stored.firstName) ?? "",
    lastName: sent("lastName", stored.lastName) ?? "",
    preferredName: sent("preferredName", stored.preferredName),
    position: sent("position", stored.position),
    departmentPersonioId: org("department", stored.departmentPersonioId),
    subCompany: sent("subCompany", stored.subCompany),
    legalEntityPersonioId: org("legalEntity", stored.legalEntityPersonioId),
    officePersonioId: org("office", stored.officePersonioId),
    status: fields.status ?? stored.status,
    employmentType: sent("employmentType", stored.employmentType),
    hireDate,
    originalHireDate: originalHireDateOf(stored, hireDate),
    nextPersonioId: keepsNext ? stored.nextPersonioId : null,
    continuesOn: keepsNext ? stored.continuesOn : continuesOnOf(stored, hireDate),
    endedOn: hasTakenBackEnd(stored, terminationDate) ? stored.terminationDate : stored.endedOn,
    probationEndDate: sent("probationEndDate", stored.probationEndDate),
    contractEndDate: sent("contractEndDate", stored.contractEndDate),
    terminationDate,
    dateOfBirth: sent("dateOfBirth", stored.dateOfBirth),
    supervisorPersonioId: sent("supervisor", stored.supervisorPersonioId),
    customAttributes: mergeCustom(stored.customAttributes, fields.customAttributes ?? {}, rules.customKeys),
  };
  return hideFields(record, rules.hidden);
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
export const NOBODY: PersonRecord = {
  personioId: "",
  workEmail: null,
  employeeId: null,
  firstName: "",
  lastName: "",
  preferredName: null,
  position: null,
  departmentPersonioId: null,
  subCompany: null,
  legalEntityPersonioId: null,
  officePersonioId: null,
  status: "ACTIVE",
  employmentType: null,
  hireDate: null,
  originalHireDate: null,
  nextPersonioId: null,
  continuesOn: null,
  endedOn: null,
  probationEndDate: null,
  contractEndDate: null,
  terminationDate: null,
  dateOfBirth: null,
  supervisorPersonioId: null,
  customAttributes: {},
};
