import type { Fault } from "./control/faults.ts";
import type { EditedAttributes } from "./staff/attributes.ts";

export type Credentials = { readonly clientId: string; readonly clientSecret: string };

/** How the company stands on the sandbox' clock. */
export type Summary = {
  readonly people: number;
  readonly now: string;
  readonly byStatus: Readonly<Record<"onboarding" | "active" | "leave" | "inactive", number>>;
  readonly withoutEmail: number;
  /** Those with an email who have not left: who should land in a directory. */
  readonly present: number;
  /** The people who, for as long as nobody moves them, are each other's supervisor. */
  readonly supervisorCycle: readonly string[];
};

/** How often a path was asked for. Queries and headers are not kept. */
export type RequestCount = { readonly method: string; readonly path: string; readonly count: number };

/**
 * What HR, the calendar and bad luck do to the company: a thin client of the sandbox' own API under `/sandbox/`. Ids
 * are employee ids as text; days are `YYYY-MM-DD`. Whatever the sandbox refuses rejects with the reason.
 */
export type SandboxAdmin = {
  /** Hires somebody, by default today and named by chance, and gives the new id. */
  hire(attributes?: EditedAttributes): Promise<string>;
  change(id: string, attributes: EditedAttributes): Promise<void>;
  move(
    id: string,
    to: Pick<EditedAttributes, "department" | "team" | "supervisor" | "office">,
  ): Promise<void>;
  /** From the first to the last day, both included, the status is `leave`. */
  putOnLeave(id: string, period: { readonly from: string; readonly until: string }): Promise<void>;
  terminate(id: string, lastDay: string): Promise<void>;
  /** Hires a leaver again and gives the new id; the old record's email gets `_` and five characters. */
  rehire(id: string, attributes: EditedAttributes & { hire_date: string }): Promise<string>;
  /** Deletes the record, as if it had never been. */
  remove(id: string): Promise<void>;
  /** Gives the department, team, office or legal entity of this name another one; its id stays. */
  rename(unit: { readonly from: string; readonly to: string }): Promise<void>;
  /** Moves the clock forward and gives the new time. */
  advanceClock(by: { readonly days: number } | { readonly to: string }): Promise<string>;
  /** The attributes that the credential may read; null is all of them. */
  setGrants(attributeKeys: readonly string[] | null): Promise<void>;
  /** The scopes of the credential; without `employees:read` the employees answer 403. */
  setScopes(scopes: readonly string[]): Promise<void>;
  revokeCredentials(): Promise<void>;
  setCredentials(credentials: Credentials): Promise<void>;
  /** Replaces the faults in force. */
  setFaults(faults: readonly Fault[]): Promise<void>;
  clearFaults(): Promise<void>;
  requests(): Promise<readonly RequestCount[]>;
  clearRequests(): Promise<void>;
  summary(): Promise<Summary>;
};
