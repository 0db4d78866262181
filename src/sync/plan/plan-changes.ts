import type { PersonStatus } from "../../access/person-status.ts";
import { PEOPLE_FIELDS, type PersonField } from "../../integration/fields/people-fields.ts";
import type { CustomAttributeValue, PersonRecord } from "../../people/changes/person-record.ts";
import type { TranslatedFields, TranslatedPerson } from "../read/translate.ts";
import {
  ambiguousRehire,
  duplicateWorkEmail,
  missingWorkEmail,
  type PlannedSkip,
  requiredNotSent,
  statusExcluded,
  subjectOf,
  unreadableField,
  unreadableRecord,
  workEmailRemoved,
} from "./explain-skip.ts";
import { hideFields } from "./hide-fields.ts";
import { isAlteredEmail } from "./settle-rehires.ts";

/** Somebody as Personio says and as we hold them, side by side. One of the two may be missing, never both. */
export type SideBySide = {
  readonly staged: TranslatedPerson | null;
  readonly stored: PersonRecord | null;
  /** The Personio id of whoever has the wanted work email instead (`settleEmails`); null when it can be had. */
  readonly emailRival: string | null;
  /** Whether the last complete run did not find this person either. */
  readonly absentBefore: boolean;
  /** For a newcomer: the record of the person who is back under this new one. */
  readonly rehireOf: PersonRecord | null;
  /** For a newcomer: the Personio id of a leaver whose address it is, where nothing tells whether it is the same person. */
  readonly ambiguousRehire: string | null;
  /** Whether this is the record of an employment that ended before a rehire. */
  readonly former: boolean;
};

export type PlanRules = {
  readonly syncedStatuses: ReadonlySet<PersonStatus>;
  /** Whether everybody was read: only then does missing mean anything. */
  readonly complete: boolean;
  /** The custom attributes that the mapping keeps; stored values of any other are dropped. */
  readonly customKeys: readonly string[];
  /** The fields that an admin has hidden: whatever is stored of them is emptied. */
  readonly hidden: readonly PersonField[];
};

/**
 * What a run intends with one person.
 *
 * - `SKIP`: they stay outside, and `skips` says why.
 * - `ABSENT`: a complete run missed them for the first time. Nothing happens, unless an admin approves the plan.
 * - `NOT_CURRENT`: a leaver, or an old employment, of whom there is nothing new.
 */
export type Decision = {
  readonly change: "ADD" | "CHANGE" | "LEAVE" | "ABSENT" | "UNCHANGED" | "SKIP" | "NOT_CURRENT";
  /** The record as it will be; null for somebody who is not in the directory, or whom the read did not mention. */
  readonly after: PersonRecord | null;
  readonly skips: readonly PlannedSkip[];
};

/** Pure, one person at a time, so that planning needs no more memory for a large company than for a small one. */
export function planChange(person: SideBySide, rules: PlanRules): Decision {
  const { staged, stored } = person;
  const old = person.former && (!staged || staged.fields.status === "INACTIVE");
  if (old) return { change: "NOT_CURRENT", after: null, skips: [] };
  if (staged && stored) return planKnown(staged, stored, person.emailRival, rules);
  if (staged) return planNewcomer(staged, person, rules);
  if (stored) return planAbsent(stored, person.absentBefore, rules);
  throw new Error("A person that neither side knows cannot be planned.");
}

function planNewcomer(staged: TranslatedPerson, person: SideBySide, rules: PlanRules): Decision {
  const subject = subjectOf(staged);
  const skip = (reason: PlannedSkip): Decision => ({ change: "SKIP", after: null, skips: [reason] });
  const { workEmail, status } = staged.fields;

  const unreadable = staged.unreadable.find(({ field }) => field === "status" || field === "workEmail");
  if (unreadable) return skip(unreadableRecord(subject, unreadable.field, unreadable.found));
  if (status === null) return skip(unreadableRecord(subject, "status", "it is empty"));
  if (status && (status === "INACTIVE" || !rules.syncedStatuses.has(status)))
    return skip(statusExcluded(subject, status));
  const notSent = PEOPLE_FIELDS.filter(({ required, field }) => required && isNotSent(staged, field));
  // Of somebody who is back, what was not sent is known.
  if (notSent.length > 0 && !person.rehireOf) return skip(requiredNotSent(subject, notSent));
  if (!workEmail) return skip(missingWorkEmail(subject));
  if (person.emailRival) return skip(duplicateWorkEmail(subject, person.emailRival, ""));

  const skips = unreadableSkips(staged, subject);
  if (person.rehireOf) return { change: "CHANGE", after: rehire(person.rehireOf, staged, rules), skips };
  if (person.ambiguousRehire) skips.push(ambiguousRehire(subject, person.ambiguousRehire));
  return { change: "ADD", after: merge(NOBODY, staged, rules), skips };
}

const isNotSent = ({ fields, unreadable }: TranslatedPerson, field: keyof TranslatedFields): boolean =>
  fields[field] === undefined && !unreadable.some((value) => value.field === field);

/** The person who is back: what belonged to the old employment ends with it, and the first hire date stays. */
function rehire(leaver: PersonRecord, staged: TranslatedPerson, rules: PlanRules): PersonRecord {
  const before = { ...leaver, probationEndDate: null, contractEndDate: null, terminationDate: null };
  return { ...merge(before, staged, rules), originalHireDate: leaver.originalHireDate ?? leaver.hireDate };
}

function planKnown(
  staged: TranslatedPerson,
  stored: PersonRecord,
  emailRival: string | null,
  rules: PlanRules,
): Decision {
  const subject = subjectOf(staged);
  const skips = unreadableSkips(staged, subject);
  const fields = { ...staged.fields };
  // Personio alters a leaver's address to free it for a rehire; the person is still who they were.
  const altered = fields.status === "INACTIVE" && isAlteredEmail(fields.workEmail ?? "", stored.workEmail);
  if (altered) delete fields.workEmail;
  if (fields.workEmail === null) skips.push(workEmailRemoved(subject));
  if (emailRival) skips.push(duplicateWorkEmail(subject, emailRival, "workEmail"));
  if (fields.workEmail === null || emailRival) delete fields.workEmail;

  const after = merge(stored, { ...staged, fields }, rules);
  if (emailRival && stored.status === "INACTIVE" && after.status !== "INACTIVE") {
    // Somebody else got the leaver's address meanwhile: coming back with it would be a second holder.
    return { change: "SKIP", after: null, skips: [duplicateWorkEmail(subject, emailRival, "")] };
  }
  if (after.status === "INACTIVE" && stored.status !== "INACTIVE") return { change: "LEAVE", after, skips };
  return { change: sameRecord(stored, after) ? "UNCHANGED" : "CHANGE", after, skips };
}

/**
 * Somebody whom Personio no longer mentions. While pages are read, an insert or a removal can shift one record past us, so only a
 * second complete run in a row without them makes a leaver.
 */
function planAbsent(stored: PersonRecord, absentBefore: boolean, rules: PlanRules): Decision {
  const kept = hideFields(stored, rules.hidden);
  // What is hidden is not kept of a leaver either, and Personio may not mention them ever again.
  if (stored.status === "INACTIVE" && !sameRecord(stored, kept))
    return { change: "CHANGE", after: kept, skips: [] };
  if (stored.status === "INACTIVE") return { change: "NOT_CURRENT", after: null, skips: [] };
  if (!rules.complete) return { change: "UNCHANGED", after: null, skips: [] };
  const after: PersonRecord = { ...kept, status: "INACTIVE" };
  return { change: absentBefore ? "LEAVE" : "ABSENT", after, skips: [] };
}

/** What is stored, overlaid with what Personio sent. A field that it did not send stays, unless an admin has hidden it. */
function merge(stored: PersonRecord, staged: TranslatedPerson, rules: PlanRules): PersonRecord {
  const { fields } = staged;
  const sent = <Field extends keyof TranslatedFields, Kept>(field: Field, kept: Kept) =>
    field in fields ? (fields[field] as Exclude<TranslatedFields[Field], undefined>) : kept;
  const org = (field: "department" | "office" | "legalEntity", kept: string | null): string | null => {
    const reference = fields[field];
    return reference === undefined ? kept : (reference?.personioId ?? null);
  };
  const hireDate = sent("hireDate", stored.hireDate);
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
    // One employment so far: the first hire date is this one's, also when HR corrects it.
    originalHireDate: stored.originalHireDate === stored.hireDate ? hireDate : stored.originalHireDate,
    probationEndDate: sent("probationEndDate", stored.probationEndDate),
    contractEndDate: sent("contractEndDate", stored.contractEndDate),
    terminationDate: sent("terminationDate", stored.terminationDate),
    dateOfBirth: sent("dateOfBirth", stored.dateOfBirth),
    supervisorPersonioId: sent("supervisor", stored.supervisorPersonioId),
    customAttributes: mergeCustom(stored.customAttributes, fields.customAttributes ?? {}, rules.customKeys),
  };
  return hideFields(record, rules.hidden);
}

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

const unreadableSkips = (staged: TranslatedPerson, subject: ReturnType<typeof subjectOf>): PlannedSkip[] =>
  staged.unreadable.map(({ field, found }) => unreadableField(subject, field, found));

function sameRecord(one: PersonRecord, other: PersonRecord): boolean {
  const { customAttributes: oneCustom, ...oneFields } = one;
  const { customAttributes: otherCustom, ...otherFields } = other;
  return sameValues(oneFields, otherFields) && sameValues(oneCustom, otherCustom);
}

function sameValues(
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => sameValue(one[key], other[key]));
}

function sameValue(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

/** What a newcomer's fields are overlaid on. */
const NOBODY: PersonRecord = {
  personioId: "",
  workEmail: "",
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
  probationEndDate: null,
  contractEndDate: null,
  terminationDate: null,
  dateOfBirth: null,
  supervisorPersonioId: null,
  customAttributes: {},
};
