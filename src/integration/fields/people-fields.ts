import type { ApiVersion } from "../../personio/employee.ts";

/**
 * Each Person field, its Personio attribute, and what the directory lacks without it. The proposal for the
 * admin, the check of the reviewed mapping, and the warnings about missing rights all use this table.
 */
export type PersonField = (typeof PEOPLE_FIELDS)[number]["field"];

/** The shapes of a value, with the type that lists show. `sync/read/field-readers.ts` reads each. */
export const FIELD_SHAPES = {
  EMAIL: "TEXT",
  /** A text that an index contains, so its length is limited. */
  NAME: "TEXT",
  TEXT: "TEXT",
  DAY: "DATE",
  STATUS: "LIST",
  EMPLOYMENT_TYPE: "LIST",
  /** Has an id and a name in Personio; a record references it. */
  ORG_UNIT: "LIST",
  /** The same, but a record stores only the name; a plain text is a name too. */
  ORG_NAME: "LIST",
  /** A list with shares in percent: a record stores the name of the largest. */
  COST_CENTERS: "LIST",
  EMPLOYEE: "TEXT",
} as const;

export type FieldShape = keyof typeof FIELD_SHAPES;

type PeopleField = {
  readonly field: string;
  readonly shape: FieldShape;
  /** The key of Personio's preset attribute, if there is one; the API versions may name it differently. */
  readonly presetKeys?: readonly [string, ...string[]];
  /** The known id of a custom attribute, if Personio has assigned one. */
  readonly universalId?: string;
  /** The usual labels, in lower case, of the custom attribute that companies use for it. */
  readonly labels?: readonly string[];
  /** Without a required field there is no directory: the setup cannot finish, and a run changes nothing. */
  readonly required: boolean;
  /** The attribute's name in Personio's own list of readable attributes. */
  readonly personioName: string;
  readonly costWhenMissing: string;
  /** Set if the preview of an import shows the text: its description there. */
  readonly preview?: string;
  /** Personio's webhook event for a change of the attribute, if it has an event of its own. */
  readonly webhookEvent?: string;
  /** Set if the other version of Personio's API lacks the attribute. */
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
    preview: "Job title.",
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
    preview: "Name of the cost center with the largest share; null if Personio gives none.",
    webhookEvent: "employment.updated.cost-centers",
  },
  {
    field: "team",
    shape: "ORG_NAME",
    presetKeys: ["team"],
    required: false,
    personioName: "Team",
    costWhenMissing: "team stays empty.",
    preview: "Name of the team; null if Personio gives none.",
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

/**
 * Not a field of a person: the public holidays of its people suggest an office's time zone. Only version 1
 * has it.
 */
export const HOLIDAY_CALENDAR_KEY = "holiday_calendar";

/** The field of all rows about custom attributes. Each attribute has a row. */
export const CUSTOM_ATTRIBUTES_FIELD = "customAttributes";

export const peopleFields: readonly PeopleField[] = PEOPLE_FIELDS;

type PreviewField = Extract<(typeof PEOPLE_FIELDS)[number], { readonly preview: string }>;

/** The texts that the preview of an import shows of each person. */
export const previewFields = PEOPLE_FIELDS.filter((field): field is PreviewField => "preview" in field);

export type PreviewTexts = Readonly<Record<PreviewField["field"], string | null>>;
