import type { ErrorCode } from "../../errors.ts";

const WHERE_CREDENTIALS_LIVE =
  "Settings > Integrations > API credentials (in newer accounts Marketplace > Connected integrations)";

const FIX_CREDENTIALS =
  `In Personio, open ${WHERE_CREDENTIALS_LIVE}. Check that the credential exists and is enabled, copy ` +
  "its client id and client secret again, and enter both here. If the secret is lost, generate a new " +
  "credential.";

const FIX_ACCESS =
  `In Personio, open ${WHERE_CREDENTIALS_LIVE}, edit this credential, tick "Employees: Read" and every ` +
  'required attribute under "Readable employee attributes", and save. Client id and client secret stay ' +
  "the same.";

export const fixRight = (right: string): string =>
  `In Personio, open ${WHERE_CREDENTIALS_LIVE}, edit this credential, tick "${right}", and save. ` +
  "Client id and client secret stay the same. If you cannot tick it, the company's plan does not " +
  "include it.";

const ASK_PERSONIO =
  "Personio does not offer this part of its API to the account: the company's plan does not include " +
  "it, or it is not enabled. Ask the person who manages the contract with Personio.";

const SHARE_LESS =
  "Personio's rate limit covers every program that uses this credential: give each program its own " +
  "credential, or lower PERSONIO_REQUESTS_PER_MINUTE. Then sync again, or wait for the timetable.";

const WAIT =
  "Sync again later, or wait for the timetable. If the problem persists, check Personio's status page.";

const CHECK_ADDRESS =
  "Check that PERSONIO_API_URL is right (https://api.personio.de) and that no proxy or firewall " +
  "answers instead.";

const CHECK_WEBHOOK =
  "Personio sends webhooks to https addresses that it can reach from the internet: check that PUBLIC_URL is one, and " +
  "that Personio does not have a webhook for this address already.";

const CREATE_WEBHOOK = "The webhook was deleted in Personio. Create it again.";

const REPORT =
  "Personio sent a response that this version does not support. If the problem persists, report this " +
  "message.";

/** The client retries `retryable` failures for a minute; the others do not pass by themselves. */
type FailureRule = {
  readonly meaning: string;
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly help: string;
};

/**
 * Every way in which a call to Personio can fail, with the error for a final failure. Messages and logs
 * contain the kind, so a search for it leads here. `schema/errors.md` is generated from it.
 */
export const FAILURE_KINDS = {
  CREDENTIALS_REFUSED: {
    meaning: "Personio does not issue a token for the credential.",
    code: "PERSONIO_CREDENTIALS_INVALID",
    retryable: false,
    help: FIX_CREDENTIALS,
  },
  UNAUTHORIZED: {
    meaning: "The credential is valid, but may not read this.",
    code: "PERSONIO_ACCESS_MISSING",
    retryable: false,
    help: FIX_ACCESS,
  },
  FORBIDDEN: {
    meaning: "The credential is valid, but may not read this.",
    code: "PERSONIO_ACCESS_MISSING",
    retryable: false,
    help: FIX_ACCESS,
  },
  ENDPOINT_MISSING: {
    meaning: "The account does not have this part of the API.",
    code: "PERSONIO_ACCESS_MISSING",
    retryable: false,
    help: ASK_PERSONIO,
  },
  FEATURE_MISSING: {
    meaning: "The account does not have this feature of the API.",
    code: "PERSONIO_ACCESS_MISSING",
    retryable: false,
    help: ASK_PERSONIO,
  },
  RATE_LIMITED: {
    meaning: "429, for more than a minute.",
    code: "PERSONIO_RATE_LIMITED",
    retryable: true,
    help: SHARE_LESS,
  },
  UPSTREAM_ERROR: {
    meaning: "5xx, or a refusal without a reason.",
    code: "PERSONIO_UNAVAILABLE",
    retryable: true,
    help: WAIT,
  },
  UPSTREAM_TIMEOUT: {
    meaning: "No complete answer in time.",
    code: "PERSONIO_UNAVAILABLE",
    retryable: true,
    help: WAIT,
  },
  UPSTREAM_BAD_BODY: {
    meaning: "The answer broke off.",
    code: "PERSONIO_UNAVAILABLE",
    retryable: true,
    help: WAIT,
  },
  UPSTREAM_UNREACHABLE: {
    meaning: "No connection, or no answer.",
    code: "PERSONIO_UNAVAILABLE",
    retryable: true,
    help: CHECK_ADDRESS,
  },
  UPSTREAM_REFUSED: {
    meaning: "Another 4xx.",
    code: "PERSONIO_UNAVAILABLE",
    retryable: false,
    help: CHECK_ADDRESS,
  },
  UPSTREAM_BAD_CONTENT_TYPE: {
    meaning: "The answer is not JSON.",
    code: "PERSONIO_UNAVAILABLE",
    retryable: false,
    help: CHECK_ADDRESS,
  },
  UPSTREAM_BAD_ENCODING: {
    meaning: "The answer has a content-encoding that the service does not accept.",
    code: "PERSONIO_UNAVAILABLE",
    retryable: false,
    help: CHECK_ADDRESS,
  },
  UPSTREAM_BAD_ANSWER: {
    meaning: "The answer does not have the documented form.",
    code: "PERSONIO_UNAVAILABLE",
    retryable: false,
    help: REPORT,
  },
  UPSTREAM_TOO_LARGE: {
    meaning: "The answer is larger than 32 MiB.",
    code: "PERSONIO_UNAVAILABLE",
    retryable: false,
    help: REPORT,
  },
  PAGINATION_LOOP: {
    meaning: "The pages do not end.",
    code: "PERSONIO_UNAVAILABLE",
    retryable: false,
    help: REPORT,
  },
  REDIRECT_REFUSED: {
    meaning: "A redirect, or a next page, on another host.",
    code: "PERSONIO_UNAVAILABLE",
    retryable: false,
    help: CHECK_ADDRESS,
  },
  TLS_ERROR: {
    meaning: "The certificate is not trusted.",
    code: "PERSONIO_UNAVAILABLE",
    retryable: false,
    help: CHECK_ADDRESS,
  },
  WEBHOOK_REFUSED: {
    meaning: "Personio rejects the webhook's address.",
    code: "PERSONIO_UNAVAILABLE",
    retryable: false,
    help: CHECK_WEBHOOK,
  },
  WEBHOOK_MISSING: {
    meaning: "A person deleted the webhook in Personio.",
    code: "PERSONIO_UNAVAILABLE",
    retryable: false,
    help: CREATE_WEBHOOK,
  },
} as const satisfies Record<string, FailureRule>;

export type FailureKind = keyof typeof FAILURE_KINDS;
