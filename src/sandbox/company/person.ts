import type { CUSTOM_ATTRIBUTE } from "./attributes.ts";
import type { Office, Unit } from "./places.ts";

/** `YYYY-MM-DD`. */
export type Day = string;

/**
 * Somebody's record as Personio holds it, under Personio's attribute keys. What follows from the clock (the status) or
 * from other records (the supervisor's name) is worked out when it is asked for.
 */
export type Person = {
  readonly id: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly preferred_name: string;
  /** Both empty forms occur. */
  readonly email: string | null;
  readonly gender: string;
  /** Set by hand; null leaves it to the dates. */
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
  /** When notice was given. Version 1 does not show it. */
  readonly terminated_at: Day | null;
  readonly leave: { readonly from: Day; readonly until: Day } | null;
  readonly subcompany: Unit | null;
  readonly office: Office | Unit | null;
  readonly department: Unit | null;
  readonly team: Unit | null;
  readonly costCenters: readonly CostCenter[];
  /** Gross, a month, in euros. */
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
  /** The attribute that was touched last, before anybody edited the record here. */
  readonly lastModifiedAttribute: string;
};

export type Status = "onboarding" | "active" | "leave" | "inactive";

export type CostCenter = Unit & { readonly percentage: number };
