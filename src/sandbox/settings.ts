import type { RightV2 } from "./admin.ts";

/**
 * What Personio's documentation leaves open, and what differs between accounts. Each is a setting, so that a belief
 * about Personio is never built into a test by accident; the defaults are our best reading.
 */
export type Settings = {
  /** The zone in which dates stand at local midnight. */
  readonly companyZone: string;
  /** HTTP status for a wrong pair of credentials. VERIFY(personio): only the message is known. */
  readonly wrongCredentialsStatus: number;
  /** Credentials in the query string of `POST /v1/auth`: refused with 403 since December 2026. */
  readonly queryCredentials: "refused" | "accepted";
  /** HTTP status for a missing, unknown or expired token. VERIFY(personio): not documented for v1. */
  readonly unauthorizedStatus: number;
  /** What is added to `expires_in`, for clients that trust it to the second. */
  readonly expiresInSkewSeconds: number;
  /** A `limit` above 100. VERIFY(personio): an error before 2025, unknown since. */
  readonly limitAboveMaximum: "refused" | "capped";
  /** The zone in which `updated_since` is read. VERIFY(personio): not documented. */
  readonly updatedSinceZone: string;
  /** The order of the employees. VERIFY(personio): not documented; samples ascend by id. */
  readonly order: "ascending" | "descending";
  /** A pre-hire becomes active at midnight of the hire date in this zone. VERIFY(personio): hour not stated. */
  readonly hireDayZone: string;
  /** Date attributes of the customer: like the preset ones, or plain `YYYY-MM-DD`. Both have been seen. */
  readonly customDates: "midnight" | "plain";
  /** Employee ids around seven million, or above 2^53. */
  readonly employeeIds: "usual" | "huge";
  /** Where `_` and five characters stand in the address that an old record gives to a new one. VERIFY(personio): not documented. */
  readonly freedAddresses: "at the end" | "before the @";
  /** Seconds in `Retry-After` of the rate limit's 429; null sends none. VERIFY(personio): none was seen on v2. */
  readonly retryAfterSeconds: number | null;
  readonly v2: SettingsV2;
  readonly webhooks: WebhookSettings;
};

/** What is open about version 2. */
export type SettingsV2 = {
  /** HTTP status for a wrong pair at the token endpoint: 400 is documented, 401 has been mocked by one client. */
  readonly wrongCredentialsStatus: 400 | 401;
  /**
   * How an endpoint answers a credential that lacks its right. VERIFY(personio): 401 for persons was seen live and 412 is
   * documented; the others are our reading.
   */
  readonly refusals: Readonly<Record<RightV2, DeniedStatus>>;
  /** Org units, workplaces and cost centers answered 404 without the header `Beta: true` until they were released. */
  readonly betaHeader: "needed" | "needless";
  /** An empty value, a custom attribute's included, is `null` or left out. VERIFY(personio): both are possible. */
  readonly emptyValues: "null" | "absent";
  /** `global_id` of a custom attribute that Personio has no id of its own for. VERIFY(personio): not documented. */
  readonly globalIds: "own id" | "null";
  /** What moves a person's `updated_at`. VERIFY(personio): whether a change of the employment does is not known. */
  readonly personUpdatedAt: "person changes" | "every change";
  /**
   * Ids of legal entities: numbers of their own, or each of them one that version 1 has for another entity. VERIFY(personio): that the
   * numbers differ is documented, not that they never meet.
   */
  readonly legalEntityIds: "own" | "overlapping";
  /** Where `self` and `next` of employments lead: the examples name `/v2/employments`, which does not exist. */
  readonly employmentLinks: "/v2/employments" | "the person's";
};

/** A status by which version 2 says no. */
export type DeniedStatus = 401 | 403 | 404 | 412;

export type WebhookSettings = {
  /** Personio only takes HTTPS. The sandbox sends to loopback and nowhere else, so most tests want HTTP there. */
  readonly urls: "https" | "https or loopback";
  /** How long a receiver may take. */
  readonly timeoutMs: number;
  /** How many times sooner than in life a retry comes: 1 waits five minutes for the first and two days for the last. */
  readonly retriesFasterBy: number;
  /** The attributes of which a change fires `employment.updated`. VERIFY(personio): the list is not in our copies. */
  readonly employmentAttributes: readonly string[];
  /** `{ person: { id } }` or `{ person_id }`. VERIFY(personio): the fields inside `payload` are not documented. */
  readonly payload: "nested" | "flat";
};

export const DEFAULT_SETTINGS: Settings = {
  companyZone: "Europe/Berlin",
  wrongCredentialsStatus: 403,
  queryCredentials: "refused",
  unauthorizedStatus: 401,
  expiresInSkewSeconds: 0,
  limitAboveMaximum: "refused",
  updatedSinceZone: "UTC",
  order: "ascending",
  hireDayZone: "Europe/Berlin",
  customDates: "midnight",
  employeeIds: "usual",
  freedAddresses: "at the end",
  retryAfterSeconds: null,
  v2: {
    wrongCredentialsStatus: 400,
    refusals: {
      persons: 401,
      employments: 403,
      orgUnits: 403,
      legalEntities: 412,
      workplaces: 403,
      costCenters: 403,
      webhooks: 403,
    },
    betaHeader: "needless",
    emptyValues: "null",
    globalIds: "own id",
    personUpdatedAt: "person changes",
    legalEntityIds: "own",
    employmentLinks: "/v2/employments",
  },
  webhooks: {
    urls: "https",
    timeoutMs: 3_000,
    retriesFasterBy: 1,
    // The position is not among them: a changed job fires nothing.
    employmentAttributes: [
      "status",
      "supervisor",
      "employment_type",
      "weekly_working_hours",
      "hire_date",
      "contract_end_date",
      "termination_date",
      "termination_type",
      "termination_reason",
      "probation_period_end",
      "last_working_day",
      "subcompany",
      "office",
      "department",
      "team",
    ],
    payload: "nested",
  },
};

/** Settings as a caller gives them: what is left out stays at its default. */
export type PartialSettings = Partial<Omit<Settings, "v2" | "webhooks">> & {
  readonly v2?: Partial<SettingsV2>;
  readonly webhooks?: Partial<WebhookSettings>;
};

export const completeSettings = (given: PartialSettings = {}): Settings => ({
  ...DEFAULT_SETTINGS,
  ...given,
  v2: { ...DEFAULT_SETTINGS.v2, ...given.v2 },
  webhooks: { ...DEFAULT_SETTINGS.webhooks, ...given.webhooks },
});
