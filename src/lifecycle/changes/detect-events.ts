import { isDeepStrictEqual } from "node:util";
import type { Person } from "../../people/person.ts";
import { STORED_COLUMNS } from "../../people/person-columns.ts";
import { type Continuation, type PersonRecord, shownNameOf } from "../../people/write/person-record.ts";
import type { ChangeKind } from "../event-kind.ts";
import type { NewEvent } from "../events/event-log.repository.ts";
import { contentOf } from "../events/fact-of.ts";

/** A person before and after the sync wrote the record. `before` is null for a new person. */
export type PersonChange = {
  readonly personId: string;
  readonly before: LinkedRecord | null;
  readonly after: LinkedRecord;
  /** Where the person works now. */
  readonly departmentId: string | null;
  readonly officeId: string | null;
  /**
   * How the employment continues under a record that is new for the person; null for a rehire and for the
   * same record.
   */
  readonly continuation: Continuation | null;
};

/**
 * A record with our id of the supervisor. Personio's id may change while the supervisor stays the same
 * person.
 */
export type LinkedRecord = { readonly record: PersonRecord; readonly supervisorId: string | null };

/**
 * A person whose own record stayed the same, while the supervisor was added to the directory or removed from
 * it.
 */
export type SupervisorLinkChange = ChangedPerson & { readonly supervisorId: string | null };

type ChangedPerson = {
  readonly personId: string;
  readonly personioId: string;
  readonly departmentId: string | null;
  readonly officeId: string | null;
};

/**
 * Returns the change events of a person, in the order in which the log gets them. Only fields that `Person`
 * serves count: a change that no client can see does not count. `occursOn` is today in the person's zone.
 * Pure.
 */
export function detectEvents(change: PersonChange, occursOn: string): NewEvent[] {
  const { before, after } = change;
  const subject = { ...change, personioId: after.record.personioId };
  if (!before) return [changeEvent("PERSON_ADDED", subject, { occursOn, content: contentOf() })];

  const events: NewEvent[] = [];
  const transition = statusTransition(before.record, after.record, change.continuation);
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

/** PERSON_LEFT and PERSON_RETURNED imply changes of these fields, so PERSON_CHANGED leaves them out. */
const TRANSITION_FIELDS = ["status", "isPreHire"];

/** The events of a person whose link to the supervisor is all that changed. Pure. */
export function detectLinkEvents(link: SupervisorLinkChange, occursOn: string): NewEvent[] {
  const changed = contentOf(["supervisor", link.supervisorId]);
  return [
    changeEvent("PERSON_CHANGED", link, { occursOn, content: changed, changedFields: ["supervisor"] }),
    changeEvent("SUPERVISOR_CHANGED", link, { occursOn, content: contentOf(link.supervisorId) }),
  ];
}

/**
 * A rehire under a new record returns, even if one sync reads the end of the old record and the new one
 * together. A person whose employment continues was never away.
 */
function statusTransition(
  before: PersonRecord,
  after: PersonRecord,
  continuation: Continuation | null,
): "PERSON_LEFT" | "PERSON_RETURNED" | null {
  if (after.status === "INACTIVE") return before.status === "INACTIVE" ? null : "PERSON_LEFT";
  const isBack =
    before.status === "INACTIVE" || (before.personioId !== after.personioId && continuation === null);
  return isBack ? "PERSON_RETURNED" : null;
}

type ServedField = readonly [field: string, read: (linked: LinkedRecord, today: string) => unknown];

/**
 * Columns that `Person` serves under another name, from another source or as two fields. Private columns have
 * an empty list.
 */
const SERVED_AS: Readonly<Partial<Record<keyof Person, readonly ServedField[]>>> = {
  id: [],
  preferredName: [],
  displayName: [["displayName", ({ record }) => shownNameOf(record)]],
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

/**
 * Each field of `Person` with its source, derived fields included. Clients see changed fields in this order.
 * `today` is in the person's zone.
 */
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
