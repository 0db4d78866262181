import { registerEnumType } from "type-graphql";

/** Kinds that a date fires, at the start of that calendar day in the person's zone. */
export const DATED_KINDS = [
  "HIRE_DATE",
  "PROBATION_END",
  "CONTRACT_END_DATE",
  "TERMINATION_DATE",
  "WORK_ANNIVERSARY",
  "BIRTHDAY",
] as const;
export type DatedKind = (typeof DATED_KINDS)[number];

/** Kinds that the sync fires which saw the change. */
export const CHANGE_KINDS = [
  "PERSON_ADDED",
  "PERSON_CHANGED",
  "SUPERVISOR_CHANGED",
  "PERSON_LEFT",
  "PERSON_RETURNED",
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

export type LifecycleEventKind = DatedKind | ChangeKind;

export const LifecycleEventKind = {
  HIRE_DATE: "HIRE_DATE",
  PROBATION_END: "PROBATION_END",
  CONTRACT_END_DATE: "CONTRACT_END_DATE",
  TERMINATION_DATE: "TERMINATION_DATE",
  WORK_ANNIVERSARY: "WORK_ANNIVERSARY",
  BIRTHDAY: "BIRTHDAY",
  PERSON_ADDED: "PERSON_ADDED",
  PERSON_CHANGED: "PERSON_CHANGED",
  SUPERVISOR_CHANGED: "SUPERVISOR_CHANGED",
  PERSON_LEFT: "PERSON_LEFT",
  PERSON_RETURNED: "PERSON_RETURNED",
} as const satisfies Record<LifecycleEventKind, LifecycleEventKind>;

registerEnumType(LifecycleEventKind, {
  name: "LifecycleEventKind",
  description:
    "What a lifecycle event is about. HIRE_DATE, PROBATION_END, CONTRACT_END_DATE, TERMINATION_DATE, WORK_ANNIVERSARY and " +
    "BIRTHDAY are dates that have come, at the start of that day where the person works. The others are changes, emitted by the " +
    "sync that found them.",
  valuesConfig: {
    HIRE_DATE: {
      description:
        "First day of an employment: Day 1. Does not fire for a person who left before it, or whose offer was withdrawn.",
    },
    PROBATION_END: {
      description: "The probation period ends. Not fired for somebody who left on or before it.",
    },
    CONTRACT_END_DATE: {
      description:
        "The contract is limited to this day. It informs: HR ends no employment on it by itself. Not fired for somebody whose " +
        "employment ends on or before it.",
    },
    TERMINATION_DATE: {
      description:
        "Last day of the employment, which is still one of employment. Offboarding hangs on it; it is fired however late it " +
        "becomes known.",
    },
    WORK_ANNIVERSARY: {
      description:
        "A year, or several, since the hire date; `years` says how many. Not fired after somebody has left.",
    },
    BIRTHDAY: { description: "The day only, never year or age. Not fired after somebody has left." },
    PERSON_ADDED: { description: "Somebody has come into the directory. Not fired by the first sync." },
    PERSON_CHANGED: {
      description:
        "Something is different about a person; `changedFields` names every field, derived ones too.",
    },
    SUPERVISOR_CHANGED: {
      description: "Somebody reports to somebody else, or to nobody. Comes beside PERSON_CHANGED.",
    },
    PERSON_LEFT: {
      description:
        "A person has become a leaver. Of their dates only TERMINATION_DATE still fires, until PERSON_RETURNED.",
    },
    PERSON_RETURNED: { description: "A leaver is back." },
  },
});

export const LifecycleEventChange = { RESCHEDULED: "RESCHEDULED", CANCELLED: "CANCELLED" } as const;
export type LifecycleEventChange = keyof typeof LifecycleEventChange;

registerEnumType(LifecycleEventChange, {
  name: "LifecycleEventChange",
  description: "What became of a date after its event was told.",
  valuesConfig: {
    RESCHEDULED: {
      description:
        "The date has moved: `occursOn` is the new one, `supersedes` the event that told the old one. The new date has an event of " +
        "its own when it comes, also where it is a day that fired before. A work anniversary that was told with a wrong number of `years` is moved to its own day: there is no " +
        "other event then.",
    },
    CANCELLED: {
      description:
        "The date is gone: `occursOn` is the one that was told, `supersedes` the event that told it. When it is entered again, it fires again.",
    },
  },
});

export const isDatedKind = (kind: LifecycleEventKind): kind is DatedKind =>
  (DATED_KINDS as readonly string[]).includes(kind);
