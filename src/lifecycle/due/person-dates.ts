import type { PersonStatus } from "../../tenant/person-status.ts";
import type { DatedKind } from "../event-kind.ts";

/** Everything that decides when a person's dates fire. Days are `YYYY-MM-DD`. */
export type PersonDates = {
  readonly personId: string;
  /** Personio's id of the current employment. */
  readonly personioId: string;
  readonly status: PersonStatus;
  /** Of the current employment. */
  readonly hireDate: string | null;
  /** Of the first employment: before `hireDate` if there was an earlier employment. */
  readonly originalHireDate: string | null;
  readonly probationEndDate: string | null;
  readonly contractEndDate: string | null;
  readonly terminationDate: string | null;
  readonly dateOfBirth: string | null;
  /** Whether the person continues in another legal entity after the last day. */
  readonly movesOn: boolean;
  /** The first day of a record under which the employment continues or continued: it is not a hire. */
  readonly continuesOn: string | null;
  readonly departmentId: string | null;
  readonly officeId: string | null;
  /** IANA name of the zone in which the person's days begin: the office's, else the company's. */
  readonly timeZone: string;
};

export type DateField = (typeof DATE_FIELD)[DatedKind];

/** The field that contains the date of a kind. */
export const DATE_FIELD = {
  HIRE_DATE: "hireDate",
  PROBATION_END: "probationEndDate",
  CONTRACT_END_DATE: "contractEndDate",
  TERMINATION_DATE: "terminationDate",
  WORK_ANNIVERSARY: "hireDate",
  BIRTHDAY: "dateOfBirth",
} as const satisfies Record<DatedKind, keyof PersonDates>;

/** Kinds whose date occurs each year. */
export const isYearly = (kind: DatedKind): boolean => kind === "WORK_ANNIVERSARY" || kind === "BIRTHDAY";
