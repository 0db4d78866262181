import type { ApiVersion } from "../../personio/employee.ts";

/**
 * Which Person field comes from which Personio attribute, and what a directory lacks without it. One row per field: the proposal
 * an admin reviews, the check of what they send back, and the scope warnings all read this table.
 */
export type PersonField = (typeof PEOPLE_FIELDS)[number]["field"];

/** What an attribute holds. Each shape has its reader in `sync/read/translate.ts`. */
export type FieldShape =
  | "EMAIL"
  /** Text that stands in an index. */
  | "NAME"
  | "TEXT"
  | "DAY"
  | "STATUS"
  | "EMPLOYMENT_TYPE"
  /** What has an id and a name in Personio; a record refers to it. */
  | "ORG_UNIT"
  /** The same, where a record holds the name alone; a text is a name too. */
  | "ORG_NAME"
  /** Several of them, each with its share in percent: a record holds the name of the largest. */
  | "COST_CENTERS"
  | "EMPLOYEE";

type PeopleField = {
  readonly field: string;
  readonly shape: FieldShape;
  /** The key of Personio's preset attribute, where there is one; the versions of its API may call it otherwise. */
  readonly presetKeys?: readonly [string, ...string[]];
  /** A known id of a custom attribute, where Personio has given it one. */
  readonly universalId?: string;
  /** Usual labels, in lower case, of a custom attribute that companies keep it in. */
  readonly labels?: readonly string[];
  /** Without a required field there is no directory: setup cannot be finished, and a run changes nothing. */
  readonly required: boolean;
  /** The attribute's name in Personio's own list of readable attributes. */
  readonly personioName: string;
  readonly costWhenMissing: string;
  /** Where the other version of Personio's API has nothing of the kind. */
  readonly onlyVersion?: ApiVersion;
};

export const PEOPLE_FIELDS = [
  {
    field: "workEmail",
    shape: "EMAIL",
    presetKeys: ["email"],
    required: true,
    personioName: "Email",
    costWhenMissing: "No person can be imported: the work email identifies a person in every system.",
  },
  {
    field: "firstName",
    shape: "NAME",
    presetKeys: ["first_name"],
    required: true,
    personioName: "First name",
    costWhenMissing: "No person can be imported: a person needs a first name.",
  },
  {
    field: "lastName",
    shape: "NAME",
    presetKeys: ["last_name"],
    required: true,
    personioName: "Last name",
    costWhenMissing: "No person can be imported: a person needs a last name.",
  },
  {
    field: "status",
    shape: "STATUS",
    presetKeys: ["status"],
    required: true,
    personioName: "Status",
    costWhenMissing:
      "No person can be imported: without a status, the sync cannot distinguish leavers from people who " +
      "work here.",
  },
  {
    field: "preferredName",
    shape: "NAME",
    presetKeys: ["preferred_name"],
    required: false,
    personioName: "Name (preferred)",
    costWhenMissing: "People appear under their first and last name instead of their preferred name.",
  },
  {
    field: "employeeId",
    shape: "TEXT",
    labels: ["employee id", "employee number", "personnel number", "personalnummer", "mitarbeiternummer"],
    required: false,
    personioName: "Employee ID",
    costWhenMissing: "employeeId stays empty, so people cannot be matched with payroll by personnel number.",
  },
  {
    field: "position",
    shape: "TEXT",
    presetKeys: ["position"],
    required: false,
    personioName: "Position",
    costWhenMissing: "position stays empty, and people cannot be found by job title.",
  },
  {
    field: "department",
    shape: "ORG_UNIT",
    presetKeys: ["department"],
    required: false,
    personioName: "Department",
    costWhenMissing: "There are no departments: no filter, no headcount, and no department of a person.",
  },
  {
    field: "subCompany",
    shape: "ORG_NAME",
    presetKeys: ["subcompany"],
    required: false,
    personioName: "Subcompany",
    costWhenMissing: "subCompany stays empty.",
    onlyVersion: "V1",
  },
  {
    field: "costCenter",
    shape: "COST_CENTERS",
    presetKeys: ["cost_centers"],
    required: false,
    personioName: "Cost center",
    costWhenMissing: "costCenter stays empty.",
  },
  {
    field: "team",
    shape: "ORG_NAME",
    presetKeys: ["team"],
    required: false,
    personioName: "Team",
    costWhenMissing: "team stays empty.",
  },
  {
    field: "legalEntity",
    shape: "ORG_UNIT",
    presetKeys: ["subcompany", "legal_entity"],
    required: false,
    personioName: "Subcompany",
    costWhenMissing: "There are no legal entities: no filter, and no legal entity of a person.",
  },
  {
    field: "office",
    shape: "ORG_UNIT",
    presetKeys: ["office"],
    required: false,
    personioName: "Office",
    costWhenMissing: "There are no offices: no filter, no headcount, and no office of a person.",
  },
  {
    field: "supervisor",
    shape: "EMPLOYEE",
    presetKeys: ["supervisor"],
    required: false,
    personioName: "Supervisor",
    costWhenMissing: "Every supervisor is empty: no reporting lines, no direct reports, and no approvers.",
  },
  {
    field: "employmentType",
    shape: "EMPLOYMENT_TYPE",
    presetKeys: ["employment_type"],
    required: false,
    personioName: "Employment type",
    costWhenMissing: "employmentType stays empty: external and internal people look alike.",
  },
  {
    field: "hireDate",
    shape: "DAY",
    presetKeys: ["hire_date"],
    required: false,
    personioName: "Hire date",
    costWhenMissing: "hireDate stays empty: no pre-hires, no onboarding on day 1, no work anniversaries.",
  },
  {
    field: "probationEndDate",
    shape: "DAY",
    presetKeys: ["probation_period_end"],
    required: false,
    personioName: "Probation period end",
    costWhenMissing: "probationEndDate stays empty: no probation reviews.",
  },
  {
    field: "contractEndDate",
    shape: "DAY",
    presetKeys: ["contract_end_date"],
    required: false,
    personioName: "Contract ends",
    costWhenMissing: "contractEndDate stays empty: no event announces the end of a contract.",
  },
  {
    field: "terminationDate",
    shape: "DAY",
    presetKeys: ["termination_date"],
    required: false,
    personioName: "Termination date",
    costWhenMissing: "terminationDate stays empty: offboarding starts only when the status turns inactive.",
  },
  {
    field: "dateOfBirth",
    shape: "DAY",
    universalId: "date_of_birth",
    required: false,
    personioName: "Birthday",
    costWhenMissing: "dateOfBirth and birthday stay empty.",
  },
] as const satisfies readonly PeopleField[];

/** No field of a person: the zone of the office is guessed from whose public holidays its people have. Only version 1 has it. */
export const HOLIDAY_CALENDAR_KEY = "holiday_calendar";

/** The mapping row that stores one custom attribute; it may stand once per attribute. */
export const CUSTOM_ATTRIBUTES_FIELD = "customAttributes";

export const peopleFields: readonly PeopleField[] = PEOPLE_FIELDS;
