import type { Fault } from "./api/faults.ts";
import type { EditedAttributes } from "./company/attributes.ts";
import type { IdpVendor } from "./idp/idp-settings.ts";
import type { GroupEdit, IdpUser, NewGroup, NewUser, UserAttributes } from "./idp/idp-user.ts";
import type { NewWebhook } from "./webhooks/webhook.ts";

export type Credentials = { readonly clientId: string; readonly clientSecret: string };

/** The company's numbers at the sandbox's current time. */
export type Summary = {
  readonly people: number;
  readonly now: string;
  readonly byStatus: Readonly<Record<"onboarding" | "active" | "leave" | "inactive", number>>;
  readonly withoutEmail: number;
  /** People with an email who have not left: the expected content of a directory. */
  readonly present: number;
  /** The people who supervise each other, until an edit moves them. */
  readonly supervisorCycle: readonly string[];
};

/** How often a client requested a path. Queries and headers are not kept. */
export type RequestCount = { readonly method: string; readonly path: string; readonly count: number };

/**
 * The rights of the credential, each separate. Version 1 has one right. Version 2 has one for persons, one
 * for employments, and one for each endpoint that names what these refer to. How an endpoint denies access is
 * a setting.
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

/** An event that a test sends; `occurredAt` defaults to the sandbox's now. */
export type SentEvent = {
  readonly eventName: string;
  readonly personId: string;
  readonly employmentId?: string;
  readonly occurredAt?: string;
};

/** Deliveries that Personio should not make: repeated, in the wrong order, or forged. */
export type SendWebhooksOptions = {
  readonly webhook: string;
  /** Default: the whole event log of the webhook, oldest first. */
  readonly events?: readonly SentEvent[];
  /** How often each event is sent; default 1. */
  readonly copies?: number;
  readonly order?: "given" | "reversed";
  /** Replaces the headers that authenticate the webhook; `{}` sends none. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** An account, and its id at the service; null while it is not there. */
export type ListedUser = Omit<IdpUser, "deletedAt"> & { readonly scimId: string | null };

export type ListedGroup = {
  readonly id: string;
  readonly name: string;
  readonly members: readonly string[];
  readonly isDeleted: boolean;
};

export type IdpStatus = {
  readonly vendor: IdpVendor;
  /** The base URL of the service; null while it is not connected. */
  readonly target: string | null;
  readonly users: number;
  readonly provisionedUsers: number;
  readonly failures: readonly {
    readonly kind: "user" | "group";
    readonly id: string;
    readonly reason: string;
    readonly status: number | null;
    readonly times: number;
  }[];
  /** Of Entra ID, which works in cycles; null for Okta, which sends each change at once. */
  readonly nextCycleAt: string | null;
  readonly quarantine: "disabled" | { readonly reason: string; readonly since: string } | null;
};

/** What the IT department does at the identity provider. Ids are the provider's own. */
export type IdpAdmin = {
  /** Tests the connection and starts provisioning. The token comes from the service. */
  connect(target: { readonly url: string; readonly token: string }): Promise<void>;
  disconnect(): Promise<void>;
  /** Provisions all users and groups again, and ends a quarantine. */
  restart(): Promise<void>;
  provisionOnDemand(userId: string): Promise<void>;
  /** Resolves when nothing is under way. It does not wait for a later cycle. */
  settle(): Promise<void>;
  status(): Promise<IdpStatus>;
  /** The requests to the service, oldest first. */
  requests(): Promise<
    readonly { readonly method: string; readonly path: string; readonly status: number | null }[]
  >;
  users(): Promise<readonly ListedUser[]>;
  createUser(user: NewUser): Promise<string>;
  /** Also renames: a new name, address or user name. Null empties an attribute. */
  changeUser(id: string, attributes: UserAttributes): Promise<void>;
  deactivateUser(id: string): Promise<void>;
  activateUser(id: string): Promise<void>;
  /** Takes the app away; the account stays. */
  unassignUser(id: string): Promise<void>;
  /** Into the recycle bin, or permanently. */
  deleteUser(id: string, how?: { readonly forGood: boolean }): Promise<void>;
  groups(): Promise<readonly ListedGroup[]>;
  createGroup(group: NewGroup): Promise<string>;
  changeGroup(id: string, edit: GroupEdit): Promise<void>;
  deleteGroup(id: string): Promise<void>;
};

/**
 * Edits by HR, the clock and faults: a thin client of the sandbox's own API under `/sandbox/`. Ids are
 * employee ids as text; days are `YYYY-MM-DD`. Each method rejects with the reason when the sandbox refuses.
 */
export type SandboxAdmin = {
  /** Hires a person, by default today and with a random name. @returns the new id. */
  hire(attributes?: EditedAttributes): Promise<string>;
  change(id: string, attributes: EditedAttributes): Promise<void>;
  move(
    id: string,
    to: Pick<EditedAttributes, "department" | "team" | "supervisor" | "office">,
  ): Promise<void>;
  /** The status is `leave` from the first to the last day, both included. */
  putOnLeave(id: string, period: { readonly from: string; readonly until: string }): Promise<void>;
  terminate(id: string, lastDay: string): Promise<void>;
  /** Hires a leaver again; the old record's email gets `_` and five characters. @returns the new id. */
  rehire(id: string, attributes: EditedAttributes & { hire_date: string }): Promise<string>;
  /**
   * Moves a person to another legal entity: the old record ends the day before the new one begins. @returns
   * the new id.
   */
  transfer(id: string, attributes: EditedAttributes & { hire_date: string }): Promise<string>;
  /**
   * Deletes the record and creates it again, with the same values unless `attributes` override them. @returns
   * the new id.
   */
  recreate(id: string, attributes?: EditedAttributes): Promise<string>;
  /** Deletes the record without a trace. */
  remove(id: string): Promise<void>;
  /** Renames the department, team, office or legal entity; its id stays. */
  rename(unit: { readonly from: string; readonly to: string }): Promise<void>;
  /** Moves the clock forward. @returns the new time. */
  advanceClock(by: { readonly days: number } | { readonly to: string }): Promise<string>;
  /** Sets the attributes that the credential may read; null means all. */
  setGrants(attributeKeys: readonly string[] | null): Promise<void>;
  /** Sets the scopes of the credential on version 1; without `employees:read` the employees answer 403. */
  setScopes(scopes: readonly string[]): Promise<void>;
  /** Grants and revokes rights; omitted ones stay. At first all are granted. */
  setRights(rights: Partial<Rights>): Promise<void>;
  revokeCredentials(): Promise<void>;
  setCredentials(credentials: Credentials): Promise<void>;
  /** Replaces the active faults. */
  setFaults(faults: readonly Fault[]): Promise<void>;
  clearFaults(): Promise<void>;
  /** Creates a webhook like `POST /v2/webhooks`, with the same body. @returns its id. */
  addWebhook(webhook: NewWebhook): Promise<string>;
  /** While it is off, events are logged and not sent, then or later. */
  setWebhookDelivery(isOn: boolean): Promise<void>;
  /**
   * Sends at once and without retries, one after the other. @returns the receiver's statuses; null for no
   * answer.
   */
  sendWebhooks(sending: SendWebhooksOptions): Promise<readonly (number | null)[]>;
  /** Resolves when no delivery is in flight. It does not wait for retries that are due later. */
  settleWebhooks(): Promise<void>;
  requests(): Promise<readonly RequestCount[]>;
  clearRequests(): Promise<void>;
  summary(): Promise<Summary>;
  readonly idp: IdpAdmin;
};
