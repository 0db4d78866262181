import type { Neighbour, Sandbox } from "../sandbox/sandbox.ts";

/** Another account of the sandbox, which no company is connected to: for the setup in the console. */
export const SECOND_ACCOUNT: Neighbour = {
  people: 60,
  seed: 3,
  credentials: { clientId: "initech", clientSecret: "initech-secret" },
};

/** All that the directory can use but Position, so that the setup shows the cost of a missing attribute. */
const GRANTS: readonly string[] = [
  "first_name",
  "last_name",
  "email",
  "status",
  "department",
  "team",
  "office",
  "subcompany",
  "supervisor",
  "employment_type",
  "hire_date",
  "contract_end_date",
  "termination_date",
];

export const prepareSecondAccount = (sandbox: Sandbox): Promise<void> =>
  sandbox.adminOf(SECOND_ACCOUNT.credentials).setGrants(GRANTS);
