import type { EditedAttributes } from "./company/attributes.ts";
import type { Fault } from "./control/faults.ts";
import type { NewWebhook } from "./webhooks/webhook.ts";

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
 * What the credential is allowed, each by itself: version 1 at all, and of version 2 the persons, their employments, and
 * the endpoints that name what these refer to. How an endpoint refuses is a setting.
 */
export type Right =
  | "v1"
  | "persons"
  | "employments"
  | "orgUnits"
  | "legalEntities"
  | "workplaces"
  | "costCenters"
  | "webhooks";

export type RightV2 = Exclude<Right, "v1">;

export type Rights = Readonly<Record<Right, boolean>>;

/** An event as a test may have it sent; `occurredAt` is the sandbox' now when left out. */
export type SentEvent = {
  readonly eventName: string;
  readonly personId: string;
  readonly employmentId?: string;
  readonly occurredAt?: string;
};

/** Deliveries as Personio should not make them: again, in the wrong order, or by somebody who is not Personio. */
export type SendWebhooksOptions = {
  readonly webhook: string;
  /** Left out: all that stands in the webhook's event log, oldest first. */
  readonly events?: readonly SentEvent[];
  /** How often each is sent; once when left out. */
  readonly copies?: number;
  readonly order?: "given" | "reversed";
  /** In place of the headers that the webhook authenticates itself with; `{}` sends none. */
  readonly headers?: Readonly<Record<string, string>>;
};

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
  /** Moves somebody to another legal entity: the record ends with the day before, and a new one begins. Gives the new id. */
  transfer(id: string, attributes: EditedAttributes & { hire_date: string }): Promise<string>;
  /** Deletes the record and makes it anew, with what it held unless the attributes say otherwise. Gives the new id. */
  recreate(id: string, attributes?: EditedAttributes): Promise<string>;
  /** Deletes the record, as if it had never been. */
  remove(id: string): Promise<void>;
  /** Gives the department, team, office or legal entity of this name another one; its id stays. */
  rename(unit: { readonly from: string; readonly to: string }): Promise<void>;
  /** Moves the clock forward and gives the new time. */
  advanceClock(by: { readonly days: number } | { readonly to: string }): Promise<string>;
  /** The attributes that the credential may read; null is all of them. */
  setGrants(attributeKeys: readonly string[] | null): Promise<void>;
  /** The scopes of the credential on version 1; without `employees:read` the employees answer 403. */
  setScopes(scopes: readonly string[]): Promise<void>;
  /** Gives and takes rights; those left out stay as they are. All are given at first. */
  setRights(rights: Partial<Rights>): Promise<void>;
  revokeCredentials(): Promise<void>;
  setCredentials(credentials: Credentials): Promise<void>;
  /** Replaces the faults in force. */
  setFaults(faults: readonly Fault[]): Promise<void>;
  clearFaults(): Promise<void>;
  /** Makes a webhook as if through `POST /v2/webhooks`, with the same body, and gives its id. */
  addWebhook(webhook: NewWebhook): Promise<string>;
  /** While it is off, events happen and are logged, and nothing is sent, then or later. */
  setWebhookDelivery(isOn: boolean): Promise<void>;
  /** Sends at once and without retries, one after the other; gives the receiver's statuses, null for no answer. */
  sendWebhooks(sending: SendWebhooksOptions): Promise<readonly (number | null)[]>;
  /** Resolves when no delivery is on its way. Retries that are due later are not waited for. */
  settleWebhooks(): Promise<void>;
  requests(): Promise<readonly RequestCount[]>;
  clearRequests(): Promise<void>;
  summary(): Promise<Summary>;
};
