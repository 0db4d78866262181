import type { AccountOptions, Employee, PersonioAccount } from "../../src/personio/employee.ts";
import { createPersonio, type PersonioOptions } from "../../src/personio/personio.ts";
import type { SandboxAdmin } from "../../src/sandbox/admin.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { captureLog } from "./captured-log.ts";
import { createSkippingTime } from "./skipping-time.ts";

/** The client as the app creates it, but with skipped waits. */
export function openSandbox({ url, credentials }: Sandbox, options: Partial<PersonioOptions> = {}) {
  const time = createSkippingTime();
  const { log, lines } = captureLog();
  const personio = createPersonio({ apiUrl: url, requestsPerMinute: null, log, time, ...options });
  const open = (accountOptions: AccountOptions = { version: "V2" }): PersonioAccount =>
    personio.openAccount(credentials, accountOptions);
  return { personio, open, account: open(), time, lines };
}

export async function readAll(
  account: PersonioAccount,
  options: Parameters<PersonioAccount["readEmployees"]>[0] = {},
): Promise<Employee[]> {
  const employees: Employee[] = [];
  for await (const page of account.readEmployees(options)) employees.push(...page.employees);
  return employees;
}

export const idsOf = (employees: readonly Employee[]): Set<string> => new Set(employees.map(({ id }) => id));

/** Requests per endpoint, with the ids in paths replaced. */
export async function askedFor(admin: SandboxAdmin): Promise<Record<string, number>> {
  const asked: Record<string, number> = {};
  for (const { path, count } of await admin.requests()) {
    const endpoint = path.replaceAll(/\/(?=[^/]*\d)(?!v\d)[^/]+/g, "/{id}");
    asked[endpoint] = (asked[endpoint] ?? 0) + count;
  }
  return asked;
}

/** The sandbox refuses every request to version 1. */
export const WITHOUT_V1 = { v1: false } as const;

export const ALL_RIGHTS = {
  v1: true,
  persons: true,
  employments: true,
  orgUnits: true,
  legalEntities: true,
  workplaces: true,
  costCenters: true,
  webhooks: true,
} as const;
