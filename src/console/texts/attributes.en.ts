import { fields } from "./fields.en.ts";

const costs: Readonly<Record<string, string>> = {
  workEmail: "No person can be imported: the work email identifies a person in every system.",
  firstName: "No person can be imported: a person needs a first name.",
  lastName: "No person can be imported: a person needs a last name.",
  status: "No person can be imported: without a status, leavers look like people who work here.",
  preferredName: "People appear under their first and last name instead of their preferred name.",
  employeeId: "The personnel number stays empty, so payroll cannot match people by it.",
  position: "The position stays empty, and people cannot be found by job title.",
  department: "There are no departments: no filter, no headcount, and no department of a person.",
  legalEntity: "There are no legal entities: no filter, and no legal entity of a person.",
  office: "There are no offices: no filter, no headcount, and no office of a person.",
  supervisor: "Every supervisor is empty: no reporting lines, no direct reports, and no approvers.",
  employmentType: "The employment type stays empty: external and internal people look alike.",
  hireDate:
    "The first day stays empty: no people who start later, no onboarding on day 1, no work anniversaries.",
  probationEndDate: "The end of probation stays empty: no probation reviews.",
  contractEndDate: "The end of the contract stays empty: no event announces it.",
  terminationDate: "The last day stays empty: offboarding starts only when the status turns inactive.",
  dateOfBirth: "Date of birth and birthday stay empty.",
};

/** What the directory lacks without the attribute of a field; undefined for a field without a name here. */
const costOf = (field: string): string | undefined =>
  costs[field] ?? (field in fields ? `${fields[field as keyof typeof fields]} stays empty.` : undefined);

/** How to grant an attribute. */
const grant = {
  NOT_TICKED: (label) =>
    `To change that, tick “${label}” among the readable attributes of this credential in Personio.`,
  RIGHT_MISSING: (_label, right) =>
    right === null
      ? "Personio refuses this list. Perhaps the contract of the account does not include it."
      : `To change that, give the credential the right “${right}” in Personio.`,
  OTHER_API_VERSION: () => "Only the other version of Personio's API has this attribute.",
} satisfies Record<string, (label: string, right: string | null) => string>;

/** How to create a webhook by hand. */
const webhookSteps = (header: string) => [
  "Open Settings > Integrations > Webhooks (in newer accounts: Marketplace > Webhooks), and create a webhook with the address below.",
  `Choose a custom header for authentication, name it ${header}, and paste the secret as its value.`,
  "Tick the events below, and enable the webhook.",
  "Or give the credential the right “Webhooks: Read and Write”, and make a new webhook here.",
];

export const attributes = { costOf, grant, webhookSteps };
