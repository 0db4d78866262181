import { isDeepStrictEqual } from "node:util";
import { displayNameOf, type GoesOn, type PersonRecord } from "../../people/changes/person-record.ts";
import type { ChangeKind } from "../event-kind.ts";
import type { NewEvent } from "../events/event-log.repository.ts";

/** Somebody before and after a sync has written them. `before` is null for somebody new. */
export type PersonChange = {
  readonly personId: string;
  readonly before: LinkedRecord | null;
  readonly after: LinkedRecord;
  /** Where they work now. */
  readonly departmentId: string | null;
  readonly officeId: string | null;
  /** How the person goes on under a record that is new to them; null for a rehire, and where it is the same record. */
  readonly goesOn: GoesOn | null;
};

/** A record with our id of the supervisor: what Personio calls them may change while they stay the same person. */
export type LinkedRecord = { readonly record: PersonRecord; readonly supervisorId: string | null };

/** Somebody whose supervisor came into the directory, or went out of it, while their own record stayed. */
export type SupervisorLinkChange = {
  readonly personId: string;
  readonly personioId: string;
  readonly departmentId: string | null;
  readonly officeId: string | null;
};

/**
 * What has happened to somebody, as change kinds in the order in which they are told. Fields are those that `Person` serves: what
 * nobody can see did not change. `occursOn` is the person's today. Pure.
 */
export function detectEvents(change: PersonChange, occursOn: string): NewEvent[] {
  const { before, after } = change;
  const subject = { ...change, personioId: after.record.personioId };
  if (!before) return [changeEvent("PERSON_ADDED", subject, { occursOn })];

  const events: NewEvent[] = [];
  const turning = turningPoint(before.record, after.record, change.goesOn);
  if (turning) events.push(changeEvent(turning, subject, { occursOn }));
  const fields = changedPersonFields(before, after).filter((field) => !(turning && field === "status"));
  if (fields.length > 0)
    events.push(changeEvent("PERSON_CHANGED", subject, { occursOn, changedFields: fields }));
  if (fields.includes("supervisor")) events.push(changeEvent("SUPERVISOR_CHANGED", subject, { occursOn }));
  return events;
}

/** The same of somebody of whom only the supervisor's link changed. Pure. */
export const detectLinkEvents = (link: SupervisorLinkChange, occursOn: string): NewEvent[] => [
  changeEvent("PERSON_CHANGED", link, { occursOn, changedFields: ["supervisor"] }),
  changeEvent("SUPERVISOR_CHANGED", link, { occursOn }),
];

/** Under a new record somebody is back, even where the old one's end and the new one were read together; who goes on was never away. */
function turningPoint(
  before: PersonRecord,
  after: PersonRecord,
  goesOn: GoesOn | null,
): "PERSON_LEFT" | "PERSON_RETURNED" | null {
  if (after.status === "INACTIVE") return before.status === "INACTIVE" ? null : "PERSON_LEFT";
  const isBack = before.status === "INACTIVE" || (before.personioId !== after.personioId && goesOn === null);
  return isBack ? "PERSON_RETURNED" : null;
}

/** What each field of `Person` comes from, in the order in which changes are named. */
const SERVED: Readonly<Record<string, (linked: LinkedRecord) => unknown>> = {
  personioId: ({ record }) => record.personioId,
  workEmail: ({ record }) => record.workEmail,
  employeeId: ({ record }) => record.employeeId,
  firstName: ({ record }) => record.firstName,
  lastName: ({ record }) => record.lastName,
  displayName: ({ record }) => displayNameOf(record),
  position: ({ record }) => record.position,
  department: ({ record }) => record.departmentPersonioId,
  subCompany: ({ record }) => record.subCompany,
  legalEntity: ({ record }) => record.legalEntityPersonioId,
  office: ({ record }) => record.officePersonioId,
  supervisor: ({ supervisorId }) => supervisorId,
  status: ({ record }) => record.status,
  employmentType: ({ record }) => record.employmentType,
  hireDate: ({ record }) => record.hireDate,
  originalHireDate: ({ record }) => record.originalHireDate,
  probationEndDate: ({ record }) => record.probationEndDate,
  contractEndDate: ({ record }) => record.contractEndDate,
  terminationDate: ({ record }) => record.terminationDate,
  dateOfBirth: ({ record }) => record.dateOfBirth,
  customAttributes: ({ record }) => record.customAttributes,
};

const changedPersonFields = (before: LinkedRecord, after: LinkedRecord): string[] =>
  Object.entries(SERVED)
    .filter(([, read]) => !isDeepStrictEqual(read(before), read(after)))
    .map(([field]) => field);

const changeEvent = (
  kind: ChangeKind,
  { personId, personioId, departmentId, officeId }: SupervisorLinkChange,
  told: { readonly occursOn: string; readonly changedFields?: readonly string[] },
): NewEvent => ({
  kind,
  personId,
  personioId,
  departmentId,
  officeId,
  occursOn: told.occursOn,
  changedFields: told.changedFields ?? null,
  offsetDays: 0,
  change: null,
  supersedes: null,
  years: null,
  late: false,
});
