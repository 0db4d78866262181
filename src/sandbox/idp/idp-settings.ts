/** Whose requests the identity provider sends. */
export type IdpVendor = "okta" | "entra";

/**
 * Points that Okta's and Microsoft's documentation leave open, and differences between their customers'
 * settings. The defaults are our best reading.
 */
export type IdpSettings = {
  readonly vendor: IdpVendor;
  /** Whether groups are provisioned too. */
  readonly groups: boolean;
  /** VERIFY(idp): neither vendor documents how many requests it has under way. */
  readonly parallelRequests: number;
  /** VERIFY(idp): neither vendor documents how long it waits for an answer. */
  readonly timeoutMs: number;
  readonly retries: RetrySettings;
  readonly okta: OktaSettings;
  readonly entra: EntraSettings;
};

export type RetrySettings = {
  /**
   * How often the provider sends a request that gets 429, 5xx or no answer. Both vendors wait as
   * `Retry-After` asks. VERIFY(idp): the number, and the delays without that header, are not documented.
   */
  readonly attempts: number;
  readonly firstDelayMs: number;
  /** Divides all delays between attempts. */
  readonly fasterBy: number;
};

export type OktaSettings = {
  /**
   * How the app was made. An app of the App Integration Wizard sends each change as PUT. An app of the
   * catalog sends PUT for profiles, and PATCH for the activation of users and for groups.
   */
  readonly app: "wizard" | "catalog";
  /**
   * The value of `manager.value`. Okta maps a text of its profile, and does not look for a SCIM id.
   * VERIFY(idp): what a company keeps in `managerId` differs.
   */
  readonly managers: "userName" | "scim id" | "absent";
  /** How a PUT contains an attribute that was emptied. VERIFY(idp): not documented. */
  readonly clearedValues: "empty" | "null" | "absent";
};

export type EntraSettings = {
  /** Minutes between two cycles. */
  readonly cycleMinutes: number;
  /** The matching attribute of users. Microsoft's default is `userName`. */
  readonly matching: "userName" | "externalId";
  /** An emptied attribute is skipped, as documented, or sent as in older jobs. */
  readonly clearedValues: "kept" | "removed" | "empty";
  /** The values of `active` and of the manager. Older jobs sent lists of one, as the tutorial does. */
  readonly singleValues: "plain" | "list";
  readonly quarantine: QuarantineSettings;
};

export type QuarantineSettings = {
  /** Fewer failures in a cycle cause no quarantine. */
  readonly failuresMin: number;
  /** The share of failures in a cycle from which on it is a reason. */
  readonly share: number;
};

export const DEFAULT_IDP_SETTINGS: IdpSettings = {
  vendor: "okta",
  groups: true,
  parallelRequests: 4,
  timeoutMs: 30_000,
  retries: { attempts: 4, firstDelayMs: 1_000, fasterBy: 1 },
  okta: { app: "wizard", managers: "userName", clearedValues: "empty" },
  entra: {
    cycleMinutes: 40,
    matching: "userName",
    clearedValues: "kept",
    singleValues: "plain",
    quarantine: { failuresMin: 5_000, share: 0.4 },
  },
};

/** Settings of a caller: omitted ones keep their default. */
export type PartialIdpSettings = Partial<Omit<IdpSettings, "retries" | "okta" | "entra">> & {
  readonly retries?: Partial<RetrySettings>;
  readonly okta?: Partial<OktaSettings>;
  readonly entra?: Partial<EntraSettings>;
};

export const completeIdpSettings = (given: PartialIdpSettings = {}): IdpSettings => ({
  ...DEFAULT_IDP_SETTINGS,
  ...given,
  retries: { ...DEFAULT_IDP_SETTINGS.retries, ...given.retries },
  okta: { ...DEFAULT_IDP_SETTINGS.okta, ...given.okta },
  entra: { ...DEFAULT_IDP_SETTINGS.entra, ...given.entra },
});
