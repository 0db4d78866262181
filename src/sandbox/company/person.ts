import type { CUSTOM_ATTRIBUTE } from "./attributes.ts";
import type { Office, Unit } from "./places.ts";

/** `YYYY-MM-DD`. */
export type Day = string;

/**
 * A person's record in Personio, under Personio's attribute keys. Values that follow from the clock (the
 * status) or from other records (the supervisor's name) are computed on read.
 */
export type Person = {
  readonly id: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly preferred_name: string;
  /** Both empty forms occur. */
  readonly email: string | null;
  readonly gender: string;
  /** A manual status; null means the status follows from the dates. */
  readonly status: Status | null;
  readonly position: string;
  /** An employee id. */
  readonly supervisor: string | null;
  readonly employment_type: "internal" | "external";
  readonly weekly_working_hours: string;
  readonly hire_date: Day | null;
  readonly contract_end_date: Day | null;
  readonly termination_date: Day | null;
  readonly termination_type: string;
  readonly termination_reason: string;
  readonly probation_period_end: Day | null;
  readonly last_working_day: Day | null;
  /** The day of the notice. Version 1 does not show it. */
  readonly terminated_at: Day | null;
  readonly leave: { readonly from: Day; readonly until: Day } | null;
  readonly subcompany: Unit | null;
  readonly office: Office | Unit | null;
  readonly department: Unit | null;
  readonly team: Unit | null;
  readonly costCenters: readonly CostCenter[];
  /** Gross per month, in euros. */
  readonly fix_salary: number;
  readonly [CUSTOM_ATTRIBUTE.birthday]: Day | null;
  readonly [CUSTOM_ATTRIBUTE.employeeId]: string;
  readonly [CUSTOM_ATTRIBUTE.tShirtSize]: string;
  readonly [CUSTOM_ATTRIBUTE.languages]: readonly string[];
  readonly [CUSTOM_ATTRIBUTE.linkedIn]: string;
  readonly [CUSTOM_ATTRIBUTE.yearsOfExperience]: number | null;
  readonly [CUSTOM_ATTRIBUTE.about]: string;
  /** Instants, in milliseconds. */
  readonly createdAt: number;
  readonly lastModifiedAt: number;
  /** The attribute of the last change before any edit in the sandbox. */
  readonly lastModifiedAttribute: string;
};

export type Status = "onboarding" | "active" | "leave" | "inactive";

export type CostCenter = Unit & { readonly percentage: number };
