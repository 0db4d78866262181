import { isDeepStrictEqual } from "node:util";
import type { Person } from "../../people/person.ts";
import { STORED_COLUMNS } from "../../people/person-columns.ts";
import { displayNameOf, type GoesOn, type PersonRecord } from "../../people/write/person-record.ts";
import type { ChangeKind } from "../event-kind.ts";
import type { NewEvent } from "../events/event-log.repository.ts";
import { contentOf } from "../events/fact-of.ts";

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
export type SupervisorLinkChange = ChangedPerson & { readonly supervisorId: string | null };

type ChangedPerson = {
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
  if (!before) return [changeEvent("PERSON_ADDED", subject, { occursOn, content: contentOf() })];

  const events: NewEvent[] = [];
  const transition = statusTransition(before.record, after.record, change.goesOn);
  if (transition) {
    const content = contentOf(before.record.personioId, after.record.personioId);
    events.push(changeEvent(transition, subject, { occursOn, content }));
  }
  const changed = changedFields(before, after, occursOn).filter(
    ({ field }) => !(transition && TRANSITION_FIELDS.includes(field)),
  );
  if (changed.length > 0) {
    const fields = changed.map(({ field }) => field);
    const content = contentOf(...changed.map(({ field, after: now }) => [field, now]));
    events.push(changeEvent("PERSON_CHANGED", subject, { occursOn, content, changedFields: fields }));
  }
  const supervisor = changed.find(({ field }) => field === "supervisor");
  if (supervisor) {
    const content = contentOf(supervisor.after);
    events.push(changeEvent("SUPERVISOR_CHANGED", subject, { occursOn, content }));
  }
  return events;
}

/** The fields that PERSON_LEFT and PERSON_RETURNED change by what they are. */
const TRANSITION_FIELDS = ["status", "isPreHire"];

/** The same of a person of whom only the supervisor's link changed. Pure. */
export function detectLinkEvents(link: SupervisorLinkChange, occursOn: string): NewEvent[] {
  const changed = contentOf(["supervisor", link.supervisorId]);
  return [
    changeEvent("PERSON_CHANGED", link, { occursOn, content: changed, changedFields: ["supervisor"] }),
    changeEvent("SUPERVISOR_CHANGED", link, { occursOn, content: contentOf(link.supervisorId) }),
  ];
}

/** Under a new record somebody is back, even where the old one's end and the new one were read together; who goes on was never away. */
function statusTransition(
  before: PersonRecord,
  after: PersonRecord,
  goesOn: GoesOn | null,
): "PERSON_LEFT" | "PERSON_RETURNED" | null {
  if (after.status === "INACTIVE") return before.status === "INACTIVE" ? null : "PERSON_LEFT";
  const isBack = before.status === "INACTIVE" || (before.personioId !== after.personioId && goesOn === null);
  return isBack ? "PERSON_RETURNED" : null;
}

type ServedField = readonly [field: string, read: (linked: LinkedRecord, today: string) => unknown];

/** Columns that `Person` serves under another name, from another source or as two fields; none for a private one. */
const SERVED_AS: Readonly<Partial<Record<keyof Person, readonly ServedField[]>>> = {
  id: [],
  preferredName: [],
  displayName: [["displayName", ({ record }) => displayNameOf(record)]],
  departmentId: [["department", ({ record }) => record.departmentPersonioId]],
  legalEntityId: [["legalEntity", ({ record }) => record.legalEntityPersonioId]],
  officeId: [["office", ({ record }) => record.officePersonioId]],
  supervisorId: [["supervisor", ({ supervisorId }) => supervisorId]],
  supervisorPersonioId: [],
  status: [
    ["status", ({ record }) => record.status],
    ["isPreHire", ({ record }, today) => isPreHire(record, today)],
  ],
  nextPersonioId: [],
  continuesOn: [],
  endedOn: [],
  dateOfBirth: [
    ["dateOfBirth", ({ record }) => record.dateOfBirth],
    ["birthday", ({ record }) => record.dateOfBirth?.slice("YYYY-".length) ?? null],
  ],
  searchWords: [],
  sourceHash: [],
};

/** What each field of `Person` comes from, derived ones too, in the order in which changes are named. `today` is the person's. */
const SERVED: readonly ServedField[] = STORED_COLUMNS.flatMap(
  ({ field }) => SERVED_AS[field] ?? [[field, ({ record }) => record[field as keyof PersonRecord]] as const],
);

const isPreHire = ({ status, hireDate }: PersonRecord, today: string): boolean =>
  status === "ONBOARDING" || (status !== "INACTIVE" && hireDate !== null && hireDate > today);

type ChangedField = { readonly field: string; readonly before: unknown; readonly after: unknown };

const changedFields = (before: LinkedRecord, after: LinkedRecord, today: string): ChangedField[] =>
  SERVED.map(([field, read]) => ({ field, before: read(before, today), after: read(after, today) })).filter(
    (value) => !isDeepStrictEqual(value.before, value.after),
  );

const changeEvent = (
  kind: ChangeKind,
  { personId, personioId, departmentId, officeId }: ChangedPerson,
  details: {
    readonly occursOn: string;
    readonly content: string;
    readonly changedFields?: readonly string[];
  },
): NewEvent => ({
  kind,
  personId,
  personioId,
  departmentId,
  officeId,
  occursOn: details.occursOn,
  changedFields: details.changedFields ?? null,
  content: details.content,
  offsetDays: 0,
  change: null,
  supersedes: null,
  years: null,
  late: false,
});
