import type { ActionableError } from "../errors.ts";
import type { WebhookEvent } from "./webhooks/read-webhook-event.ts";

/**
 * Personio's record of one person, in Personio's words: parsed, but not interpreted.
 *
 * An attribute that the credential may not read is missing from `attributes`; an empty one has the value
 * `null`. The two are never the same.
 */
export type Employee = {
  /** Personio's record id, as text: ids above 2^53 occur. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** Of the bytes that Personio sent; only if the caller asked with `findKnown`. */
  readonly digest?: string;
};

/** A record before it is parsed: by the digest of its bytes, and its id, if that is easy to see. */
export type RawRecord = { readonly id: string | null; readonly digest: string };

/** The records that need no parsing: Personio's id of each, by its digest. */
export type FindKnown = (records: readonly RawRecord[]) => Promise<ReadonlyMap<string, string>>;

/**
 * Personio writes an empty value as `null`, `""`, `[]` or `{}`; here it is always `null`. Dates keep
 * Personio's spelling, and numbers that a double cannot hold are texts. Postgres can store every text.
 *
 * Objects keep Personio's nesting, with ids as text and inner attributes without their labels. A department
 * is `{ type: "Department", attributes: { id: "330127", name: "Engineering" } }`, and a supervisor `{ type:
 * "Employee", attributes: { id: "7311204", first_name: "Mara", … } }`.
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
  /** `standard | date | integer | decimal | list | link | tags | multiline`, or an unknown type. */
  readonly type: string;
  /** Equals `key` for preset attributes; for custom ones `null` or a known id such as `date_of_birth`. */
  readonly universalId: string | null;
  readonly options: readonly string[];
};

/**
 * The employees of one page, with the total that Personio announced with it.
 *
 * Version 2 announces no total, and `total` is null. Then the list is complete if the pages ended without an
 * error and no id came twice.
 */
export type EmployeePage = {
  readonly total: number | null;
  readonly employees: readonly Employee[];
  /**
   * Why the list may be incomplete although its pages ended well. Then no missing person counts as a leaver.
   */
  readonly doubt?: string;
  /** People in the list whose record could not be read: they keep their stored values until the next run. */
  readonly unread?: readonly UnreadEmployee[];
  /** The ids of the records that `findKnown` knew. They are not among the employees. */
  readonly known?: readonly string[];
};

export type UnreadEmployee = { readonly id: string; readonly reason: ActionableError };

export type Credentials = { readonly clientId: string; readonly clientSecret: string };

/**
 * The version of Personio's API that employees are read with. Both yield the same records, in version 1's
 * words, except for the legal entity. Version 1 has it under `subcompany`, version 2 under `legal_entity`,
 * and version 2 has no subcompany. The ids of legal entities differ between the versions; those of
 * departments, teams and offices are not known to agree.
 */
export type ApiVersion = "V1" | "V2";

export type CallOptions = { readonly signal?: AbortSignal };

export type ReadEmployeesOptions = CallOptions & {
  /** Requests the next pages while the consumer works on this one (the default). At most two pages ahead. */
  readonly prefetch?: boolean;
  /** Keeps only these attributes, by key; all if left out. Dropping unused attributes saves memory. */
  readonly attributes?: ReadonlySet<string>;
  /**
   * Only people who changed after this time, as far as Personio notices: version 1 looks at granted
   * attributes, and version 2 perhaps not at employments. Leave an overlap, because Personio's clock differs
   * from ours. A person who is not in the list is neither unchanged nor gone.
   */
  readonly updatedSince?: Date;
  /** Asked for each page, to skip known records. Version 2 needs a request per person, so it never asks. */
  readonly findKnown?: FindKnown | undefined;
};

/**
 * One Personio account, opened with one credential: the interface that hides the API versions. Every method
 * throws only `ActionableError`s with a `PERSONIO_…` code, and the reason of `signal` once that is aborted.
 */
export type PersonioAccount = PersonioWebhooks & {
  readonly version: ApiVersion;
  /** Checks the credential: resolves when Personio issues a token for it. */
  authenticate(options?: CallOptions): Promise<void>;
  /**
   * The attributes that the credential may read, with this version. Version 2 has no such list, so it
   * requests version 1's. If Personio refuses that too, it lists the attributes of some employees, without
   * options and, for custom attributes, mostly without labels.
   *
   * @throws PERSONIO_SNAPSHOT_EMPTY when only employees could show the attributes, and there are none.
   */
  readAttributes(options?: CallOptions): Promise<readonly Attribute[]>;
  /** The lists that this version keeps apart from people and that the credential may not read. */
  readMissingRights(options?: CallOptions): Promise<readonly MissingRight[]>;
  /** The lists apart from people that the credential may read, and that are unreadable now. */
  readUnreadLists(options?: CallOptions): Promise<readonly UnreadList[]>;
  /**
   * Every employee, page by page, in Personio's order. If the company changes meanwhile, ids repeat and some
   * may be missing: the caller compares the number of ids with the last `total`.
   */
  readEmployees(options?: ReadEmployeesOptions): AsyncIterable<EmployeePage>;
  /** One employee; null when Personio answers that there is no such record. */
  readEmployee(id: string, options?: CallOptions): Promise<Employee | null>;
};

export type NewWebhook = {
  /** An https address that Personio can reach. */
  readonly url: string;
  /** Shown to the person who finds the webhook in Personio. */
  readonly description: string;
  /**
   * Sent with each delivery, at most three. Only they prove that a delivery is Personio's: deliveries are not
   * signed.
   */
  readonly headers: Readonly<Record<string, string>>;
  readonly events: readonly string[];
};

/** Webhooks belong to version 2, whichever version reads the employees. */
export type PersonioWebhooks = {
  /**
   * Creates the webhook, enabled. The request is not retried: after an error the webhook may or may not
   * exist.
   */
  createWebhook(webhook: NewWebhook, options?: CallOptions): Promise<{ readonly id: string }>;
  /**
   * The webhook's events since then, delivered or not. Personio keeps them for thirty days, in unknown order.
   * Skips entries that cannot be read.
   */
  listWebhookEvents(
    webhookId: string,
    options: CallOptions & { readonly since: Date },
  ): AsyncIterable<WebhookEvent>;
  /** Also resolves when there is no such webhook. */
  deleteWebhook(webhookId: string, options?: CallOptions): Promise<void>;
};

export type AccountOptions = {
  /** `V1` if left out. `probe` finds the version that a credential may use. */
  readonly version?: ApiVersion;
  /** A person waits for the answer: give up after seconds instead of minutes. */
  readonly interactive?: boolean;
};

export type ProbeOptions = CallOptions & {
  /** Checks only this version. */
  readonly version?: ApiVersion;
};

/** The version that a credential may use, and the rights it lacks. */
export type Probe = { readonly version: ApiVersion; readonly missingRights: readonly MissingRight[] };

export type MissingRight = {
  /** `GET /v2/workplaces`. */
  readonly asked: string;
  /** The keys of the attributes that are lost without it. */
  readonly attributes: readonly string[];
  readonly reason: ActionableError;
};

/** A list apart from people that could not be read: people keep their stored values of its attributes. */
export type UnreadList = {
  /** The keys of the attributes that get their names from it. */
  readonly attributes: readonly string[];
  readonly reason: ActionableError;
};

export type Personio = {
  /**
   * Sends no request yet. Accounts with the same client id share its rate limiters; those with the same pair,
   * its token.
   */
  openAccount(credentials: Credentials, options?: AccountOptions): PersonioAccount;
  /**
   * Finds the version that this credential may use, with one request per endpoint. Prefers version 1, because
   * each of its pages has a hundred people with all names. Waits only seconds.
   *
   * @throws PERSONIO_ACCESS_MISSING when neither is allowed, PERSONIO_CREDENTIALS_INVALID, and any other
   * failure of a request.
   */
  probe(credentials: Credentials, options?: ProbeOptions): Promise<Probe>;
};
