import { registerEnumType } from "type-graphql";

/** Kinds that fire on a date, at the start of that calendar day in the person's zone. */
export const DATED_KINDS = [
  "HIRE_DATE",
  "PROBATION_END",
  "CONTRACT_END_DATE",
  "TERMINATION_DATE",
  "WORK_ANNIVERSARY",
  "BIRTHDAY",
] as const;
export type DatedKind = (typeof DATED_KINDS)[number];

/** Kinds that the sync emits when it finds the change. */
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
    "What a lifecycle event is about. HIRE_DATE, PROBATION_END, CONTRACT_END_DATE, TERMINATION_DATE, " +
    "WORK_ANNIVERSARY and BIRTHDAY are dates: they fire at the start of their day, where the person works. " +
    "The others are changes: the sync that finds them emits them.",
  valuesConfig: {
    HIRE_DATE: {
      description:
        "First day of an employment: Day 1. Does not fire for a person who left before it, or whose offer " +
        "was withdrawn.",
    },
    PROBATION_END: {
      description: "The probation period ends. Does not fire for a person who left on or before it.",
    },
    CONTRACT_END_DATE: {
      description:
        "A fixed-term contract ends. The event only informs: the employment does not end by itself on this " +
        "day. Does not fire for a person whose employment ends on or before it.",
    },
    TERMINATION_DATE: {
      description:
        "Last day of the employment, itself included. Offboarding depends on it, so it fires however late " +
        "it becomes known.",
    },
    WORK_ANNIVERSARY: {
      description:
        "One or more years since the hire date; `years` is the number. Does not fire after a person has " +
        "left.",
    },
    BIRTHDAY: {
      description: "A birthday: the day only, never year or age. Does not fire after a person has left.",
    },
    PERSON_ADDED: { description: "A person is new in the directory. The first sync does not fire it." },
    PERSON_CHANGED: {
      description:
        "Fields of a person have changed; `changedFields` names every one, derived fields included.",
    },
    SUPERVISOR_CHANGED: {
      description: "A person has a new supervisor, or none any more. PERSON_CHANGED is emitted as well.",
    },
    PERSON_LEFT: {
      description:
        "A person has become a leaver: in Personio, or because the company's settings exclude them. An " +
        "exclusion does not end the employment. Of their dates, only TERMINATION_DATE still fires, until " +
        "PERSON_RETURNED.",
    },
    PERSON_RETURNED: {
      description: "A leaver has returned, or the company's settings include the person again.",
    },
  },
});

export const LifecycleEventChange = { RESCHEDULED: "RESCHEDULED", CANCELLED: "CANCELLED" } as const;
export type LifecycleEventChange = keyof typeof LifecycleEventChange;

registerEnumType(LifecycleEventChange, {
  name: "LifecycleEventChange",
  description: "What happened to a date after its event was emitted.",
  valuesConfig: {
    RESCHEDULED: {
      description:
        "The date has moved: `occursOn` is the new date, `supersedes` the event of the old one. The new " +
        "date fires an event of its own, even on a day that fired before. A work anniversary emitted with " +
        "a wrong number of `years` moves to its own day; no other event follows then.",
    },
    CANCELLED: {
      description:
        "The date was removed: `occursOn` is the emitted date, `supersedes` its event. If the date is " +
        "entered again, it fires again.",
    },
  },
});

export const isDatedKind = (kind: LifecycleEventKind): kind is DatedKind =>
  (DATED_KINDS as readonly string[]).includes(kind);
