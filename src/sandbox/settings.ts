import type { RightV2 } from "./admin.ts";
import {
  completeIdpSettings,
  DEFAULT_IDP_SETTINGS,
  type IdpSettings,
  type PartialIdpSettings,
} from "./idp/idp-settings.ts";

/**
 * Points that Personio's documentation leaves open, and differences between accounts. Each is a setting, so
 * that no test builds in an assumption about Personio by accident; the defaults are our best reading.
 */
export type Settings = {
  /** The time zone in which dates are at local midnight. */
  readonly companyZone: string;
  /** HTTP status for a wrong pair of credentials. VERIFY(personio): only the message is known. */
  readonly wrongCredentialsStatus: number;
  /** Credentials in the query string of `POST /v1/auth`: refused with 403 since December 2026. */
  readonly queryCredentials: "refused" | "accepted";
  /** HTTP status for a missing, unknown or expired token. VERIFY(personio): not documented for v1. */
  readonly unauthorizedStatus: number;
  /** Added to `expires_in`, for clients that trust it to the second. */
  readonly expiresInSkewSeconds: number;
  /** A `limit` above 100. VERIFY(personio): an error before 2025, unknown since. */
  readonly limitAboveMaximum: "refused" | "capped";
  /** The time zone of `updated_since`. VERIFY(personio): not documented. */
  readonly updatedSinceZone: string;
  /** The order of the employees. VERIFY(personio): not documented; samples ascend by id. */
  readonly order: "ascending" | "descending";
  /**
   * A pre-hire becomes active at midnight of the hire date in this zone. VERIFY(personio): hour not stated.
   */
  readonly hireDayZone: string;
  /** Format of custom date attributes: like the preset ones, or plain `YYYY-MM-DD`. Both have been seen. */
  readonly customDates: "midnight" | "plain";
  /** Employee ids around seven million, or above 2^53. */
  readonly employeeIds: "usual" | "huge";
  /**
   * Where the old record's email gets `_` and five characters, when a new record takes the address.
   * VERIFY(personio): not documented.
   */
  readonly freedAddresses: "at the end" | "before the @";
  /**
   * Seconds in `Retry-After` of the rate limit's 429; null sends none. VERIFY(personio): none was seen on v2.
   */
  readonly retryAfterSeconds: number | null;
  readonly v2: SettingsV2;
  readonly webhooks: WebhookSettings;
  readonly idp: IdpSettings;
};

/** Open points of version 2. */
export type SettingsV2 = {
  /** HTTP status for a wrong pair at the token endpoint: 400 is documented, one client mocks 401. */
  readonly wrongCredentialsStatus: 400 | 401;
  /**
   * How an endpoint denies a credential that lacks its right. VERIFY(personio): 401 for persons was seen live
   * and 412 is documented; the others are our reading.
   */
  readonly refusals: Readonly<Record<RightV2, DeniedStatus>>;
  /**
   * Org units, workplaces and cost centers answered 404 without the header `Beta: true` until they were
   * released.
   */
  readonly betaHeader: "needed" | "needless";
  /** An empty value, also of a custom attribute, is `null` or absent. VERIFY(personio): both are possible. */
  readonly emptyValues: "null" | "absent";
  /** `global_id` of a custom attribute without an id of Personio's own. VERIFY(personio): not documented. */
  readonly globalIds: "own id" | "null";
  /**
   * Changes that move a person's `updated_at`. VERIFY(personio): whether a change of the employment does is
   * not known.
   */
  readonly personUpdatedAt: "person changes" | "every change";
  /**
   * Ids of legal entities: own numbers, or for each the number that version 1 has for another entity.
   * VERIFY(personio): that the numbers differ is documented, not that they never overlap.
   */
  readonly legalEntityIds: "own" | "overlapping";
  /**
   * The target of `self` and `next` of employments: the examples name `/v2/employments`, which does not
   * exist.
   */
  readonly employmentLinks: "/v2/employments" | "the person's";
};

/** A status with which version 2 denies access. */
export type DeniedStatus = 401 | 403 | 404 | 412;

export type WebhookSettings = {
  /** Personio accepts only HTTPS. The sandbox sends to loopback only, so most tests want HTTP. */
  readonly urls: "https" | "https or loopback";
  /** The receiver's time to answer. */
  readonly timeoutMs: number;
  /** Divides the retry delays: 1 waits five minutes for the first retry and two days for the last. */
  readonly retriesFasterBy: number;
  /** Attributes whose change fires `employment.updated`. VERIFY(personio): the list is not in our copies. */
  readonly employmentAttributes: readonly string[];
  /**
   * `{ person: { id } }` or `{ person_id }`. VERIFY(personio): the fields inside `payload` are not
   * documented.
   */
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
    // The position is not among them: a changed job fires no event.
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
  idp: DEFAULT_IDP_SETTINGS,
};

/** Settings of a caller: omitted ones keep their default. */
export type PartialSettings = Partial<Omit<Settings, "v2" | "webhooks" | "idp">> & {
  readonly v2?: Partial<SettingsV2>;
  readonly webhooks?: Partial<WebhookSettings>;
  readonly idp?: PartialIdpSettings;
};

export const completeSettings = (given: PartialSettings = {}): Settings => ({
  ...DEFAULT_SETTINGS,
  ...given,
  v2: { ...DEFAULT_SETTINGS.v2, ...given.v2 },
  webhooks: { ...DEFAULT_SETTINGS.webhooks, ...given.webhooks },
  idp: completeIdpSettings(given.idp),
});
