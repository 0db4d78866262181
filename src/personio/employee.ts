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
 * them, integers beyond 2^53 as their digits in a text.
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

/** The employees of one page, with the number of all employees as Personio announced it together with them. */
export type EmployeePage = {
  readonly total: number;
  readonly employees: readonly Employee[];
};

export type Credentials = { readonly clientId: string; readonly clientSecret: string };

export type CallOptions = { readonly signal?: AbortSignal };

export type ReadEmployeesOptions = CallOptions & {
  /** Ask for the next page while this one is being worked on (the default). Never more than one page ahead. */
  readonly prefetch?: boolean;
};

/**
 * One Personio account, opened with one pair of credentials: the seam behind which API versions may differ.
 * Every method throws only `ActionableError`s with a `PERSONIO_…` code, and the reason of `signal` once that is aborted.
 */
export type PersonioAccount = {
  /** Checks the pair: resolves when Personio gives a token for it. */
  authenticate(options?: CallOptions): Promise<void>;
  /** The attributes that the credential may read. */
  readAttributes(options?: CallOptions): Promise<readonly Attribute[]>;
  /**
   * Every employee, a page at a time, in Personio's order. Ids repeat, and some may be missing, when the company changes
   * meanwhile: whether the number of ids agrees with the last `total` is for the caller to judge.
   */
  readEmployees(options?: ReadEmployeesOptions): AsyncIterable<EmployeePage>;
};

export type AccountOptions = {
  /** Somebody is waiting for the answer: give up after seconds instead of minutes. */
  readonly interactive?: boolean;
};

export type Personio = {
  /** Asks nothing yet. Accounts that share a client id share its rate budget; those that share the pair, its token. */
  openAccount(credentials: Credentials, options?: AccountOptions): PersonioAccount;
};
