import type { ActionableError } from "../errors.ts";
import type { WebhookEvent } from "./webhooks/read-webhook-event.ts";

/**
 * What a reader yields: Personio's record of one person, in Personio's words, parsed but not interpreted.
 *
 * An attribute that the credential may not read is missing from `attributes`; one that is empty has the value `null`.
 * The two are never the same thing.
 */
export type Employee = {
  /** Personio's record id, as text: ids above 2^53 occur. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
};

/**
 * `null`, `""`, `[]` and `{}` in Personio's answer all mean empty and arrive as `null`. Dates arrive as Personio wrote
 * them, numbers that a double cannot hold as a text. Every text is one that Postgres can keep.
 *
 * Objects keep Personio's nesting, with ids as text and inner attributes without their labels: a department is
 * `{ type: "Department", attributes: { id: "330127", name: "Engineering" } }`, and a supervisor
 * `{ type: "Employee", attributes: { id: "7311204", first_name: "Mara", … } }`.
 */
export type AttributeValue =
  | null
  | string
  | number
  | boolean
  | readonly unknown[]
  | { readonly [key: string]: unknown };

/** One attribute that the credential may read (`GET /v1/company/employees/attributes`). */
export type Attribute = {
  readonly key: string;
  readonly label: string;
  /** `standard | date | integer | decimal | list | link | tags | multiline`, or a type we have not met yet. */
  readonly type: string;
  /** Equals `key` for preset attributes; for custom ones `null` or a known id such as `date_of_birth`. */
  readonly universalId: string | null;
  readonly options: readonly string[];
};

/**
 * The employees of one page, with the number of all employees as Personio announced it together with them.
 *
 * Version 2 announces none, and `total` is null: then everybody was read when the pages ended without an error and no id
 * came twice.
 */
export type EmployeePage = {
  readonly total: number | null;
  readonly employees: readonly Employee[];
  /** Why the list may lack somebody although its pages ended well. Nobody may be taken for gone then. */
  readonly doubt?: string;
  /** People who are in the list, and whose record could not be read: they are as they were, until the next run. */
  readonly unread?: readonly UnreadEmployee[];
};

export type UnreadEmployee = { readonly id: string; readonly reason: ActionableError };

export type Credentials = { readonly clientId: string; readonly clientSecret: string };

/**
 * Which version of Personio's API the employees are read with. The records are the same, in version 1's words, but for
 * the legal entity: version 1 has it under `subcompany`, version 2 under `legal_entity`, and there is no subcompany. Ids
 * of legal entities are another number in each; those of departments, teams and offices are not known to agree.
 */
export type ApiVersion = "V1" | "V2";

export type CallOptions = { readonly signal?: AbortSignal };

export type ReadEmployeesOptions = CallOptions & {
  /** Ask for the next pages while this one is being worked on (the default). Never more than two pages ahead. */
  readonly prefetch?: boolean;
  /** Only these attributes are kept, by key; all that come when left out. What nobody has a use for is not carried on. */
  readonly attributes?: ReadonlySet<string>;
  /**
   * Only those who changed after this moment, as far as Personio notices: it looks at granted attributes in version 1, and
   * perhaps not at employments in version 2, and its clock is not ours, so leave an overlap. Who does not come is neither
   * unchanged nor gone.
   */
  readonly updatedSince?: Date;
};

/**
 * One Personio account, opened with one pair of credentials: the seam behind which API versions differ.
 * Every method throws only `ActionableError`s with a `PERSONIO_…` code, and the reason of `signal` once that is aborted.
 */
export type PersonioAccount = PersonioWebhooks & {
  readonly version: ApiVersion;
  /** Checks the pair: resolves when Personio gives a token for it. */
  authenticate(options?: CallOptions): Promise<void>;
  /**
   * The attributes that the credential may read, by this version. Version 2 cannot say, so version 1's list is asked for;
   * where that is refused too, the attributes that some employees came with are listed, without options and, for the
   * company's own, mostly without labels.
   *
   * @throws PERSONIO_SNAPSHOT_EMPTY where they can only be told by employees, and there are none.
   */
  readAttributes(options?: CallOptions): Promise<readonly Attribute[]>;
  /** What this version keeps apart from people and does not let the credential read, of which attributes are lost. */
  readMissingRights(options?: CallOptions): Promise<readonly MissingRight[]>;
  /**
   * Every employee, a page at a time, in Personio's order. Ids repeat, and some may be missing, when the company changes
   * meanwhile: whether the number of ids agrees with the last `total` is for the caller to judge.
   */
  readEmployees(options?: ReadEmployeesOptions): AsyncIterable<EmployeePage>;
  /** One employee; null when Personio says that there is no such record. */
  readEmployee(id: string, options?: CallOptions): Promise<Employee | null>;
};

export type NewWebhook = {
  /** An https address that Personio can reach. */
  readonly url: string;
  /** What somebody reads who finds it in Personio. */
  readonly description: string;
  /** Sent with each delivery, three at most. Nothing else shows that it comes from Personio: deliveries are not signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly events: readonly string[];
};

/** Webhooks belong to version 2, whichever version the employees are read with. */
export type PersonioWebhooks = {
  /** Creates it enabled. It is asked for once: whether it exists after an error is not known. */
  createWebhook(webhook: NewWebhook, options?: CallOptions): Promise<{ readonly id: string }>;
  /**
   * What the webhook could have heard of since then, delivered or not. Personio keeps it for thirty days, and its order is
   * not known. Entries that cannot be read are left out.
   */
  listWebhookEvents(
    webhookId: string,
    options: CallOptions & { readonly since: Date },
  ): AsyncIterable<WebhookEvent>;
  /** Resolves as well when there is no such webhook. */
  deleteWebhook(webhookId: string, options?: CallOptions): Promise<void>;
};

export type AccountOptions = {
  /** `V1` when left out. `probe` tells which of them a credential may use. */
  readonly version?: ApiVersion;
  /** Somebody is waiting for the answer: give up after seconds instead of minutes. */
  readonly interactive?: boolean;
};

export type ProbeOptions = CallOptions & {
  /** Asks whether this version can be used, and of no other. */
  readonly version?: ApiVersion;
};

/** Which version a credential may use, and what it may not. */
export type Probe = { readonly version: ApiVersion; readonly missingRights: readonly MissingRight[] };

export type MissingRight = {
  /** `GET /v2/workplaces`. */
  readonly asked: string;
  /** The attributes that cannot be read without it, by key. */
  readonly attributes: readonly string[];
  readonly reason: ActionableError;
};

export type Personio = {
  /** Asks nothing yet. Accounts that share a client id share its rate limiter; those that share the pair, its token. */
  openAccount(credentials: Credentials, options?: AccountOptions): PersonioAccount;
  /**
   * Asks Personio, with a call for each endpoint, which version this pair may be used with: version 1 when it is allowed,
   * for one page of it brings a hundred people with all names, else version 2. For somebody who waits.
   *
   * @throws PERSONIO_ACCESS_MISSING when neither is allowed, PERSONIO_CREDENTIALS_INVALID, and what else a call may come to.
   */
  probe(credentials: Credentials, options?: ProbeOptions): Promise<Probe>;
};
