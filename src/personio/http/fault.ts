import { ActionableError, type ErrorCode, RETRY_AFTER_SECONDS } from "../../errors.ts";

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

const fixRight = (right: string): string =>
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

/** `passing` faults are retried within the minute; the others do not heal by themselves. */
type FaultRule = {
  readonly meaning: string;
  readonly code: ErrorCode;
  readonly passing: boolean;
  readonly help: string;
};

/**
 * Every way in which a call to Personio can fail, with the error that a final failure becomes. Messages and logs contain
 * the kind, so that a search for it ends here. `schema/errors.md` is generated from it.
 */
export const FAULTS = {
  CREDENTIALS_REFUSED: {
    meaning: "Personio does not issue a token for the credential.",
    code: "PERSONIO_CREDENTIALS_INVALID",
    passing: false,
    help: FIX_CREDENTIALS,
  },
  UNAUTHORIZED: {
    meaning: "The credential is valid, but may not read this.",
    code: "PERSONIO_ACCESS_MISSING",
    passing: false,
    help: FIX_ACCESS,
  },
  FORBIDDEN: {
    meaning: "The credential is valid, but may not read this.",
    code: "PERSONIO_ACCESS_MISSING",
    passing: false,
    help: FIX_ACCESS,
  },
  ENDPOINT_MISSING: {
    meaning: "The account does not have this part of the API.",
    code: "PERSONIO_ACCESS_MISSING",
    passing: false,
    help: ASK_PERSONIO,
  },
  FEATURE_MISSING: {
    meaning: "The account does not have this feature of the API.",
    code: "PERSONIO_ACCESS_MISSING",
    passing: false,
    help: ASK_PERSONIO,
  },
  RATE_LIMITED: {
    meaning: "429, for more than a minute.",
    code: "PERSONIO_RATE_LIMITED",
    passing: true,
    help: SHARE_LESS,
  },
  UPSTREAM_ERROR: {
    meaning: "5xx, or a refusal without a reason.",
    code: "PERSONIO_UNAVAILABLE",
    passing: true,
    help: WAIT,
  },
  UPSTREAM_TIMEOUT: {
    meaning: "No complete answer in time.",
    code: "PERSONIO_UNAVAILABLE",
    passing: true,
    help: WAIT,
  },
  UPSTREAM_BAD_BODY: {
    meaning: "The answer broke off.",
    code: "PERSONIO_UNAVAILABLE",
    passing: true,
    help: WAIT,
  },
  UPSTREAM_UNREACHABLE: {
    meaning: "No connection, or no answer.",
    code: "PERSONIO_UNAVAILABLE",
    passing: true,
    help: CHECK_ADDRESS,
  },
  UPSTREAM_REFUSED: {
    meaning: "Another 4xx.",
    code: "PERSONIO_UNAVAILABLE",
    passing: false,
    help: CHECK_ADDRESS,
  },
  UPSTREAM_BAD_CONTENT_TYPE: {
    meaning: "The answer is not JSON.",
    code: "PERSONIO_UNAVAILABLE",
    passing: false,
    help: CHECK_ADDRESS,
  },
  UPSTREAM_BAD_ENCODING: {
    meaning: "The answer has a content-encoding that the service does not accept.",
    code: "PERSONIO_UNAVAILABLE",
    passing: false,
    help: CHECK_ADDRESS,
  },
  UPSTREAM_BAD_ANSWER: {
    meaning: "The answer does not have the documented form.",
    code: "PERSONIO_UNAVAILABLE",
    passing: false,
    help: REPORT,
  },
  UPSTREAM_TOO_LARGE: {
    meaning: "The answer is larger than 32 MiB.",
    code: "PERSONIO_UNAVAILABLE",
    passing: false,
    help: REPORT,
  },
  PAGINATION_LOOP: {
    meaning: "The pages do not end.",
    code: "PERSONIO_UNAVAILABLE",
    passing: false,
    help: REPORT,
  },
  REDIRECT_REFUSED: {
    meaning: "A redirect, or a next page, on another host.",
    code: "PERSONIO_UNAVAILABLE",
    passing: false,
    help: CHECK_ADDRESS,
  },
  TLS_ERROR: {
    meaning: "The certificate is not trusted.",
    code: "PERSONIO_UNAVAILABLE",
    passing: false,
    help: CHECK_ADDRESS,
  },
  WEBHOOK_REFUSED: {
    meaning: "Personio rejects the webhook's address.",
    code: "PERSONIO_UNAVAILABLE",
    passing: false,
    help: CHECK_WEBHOOK,
  },
  WEBHOOK_MISSING: {
    meaning: "A person deleted the webhook in Personio.",
    code: "PERSONIO_UNAVAILABLE",
    passing: false,
    help: CREATE_WEBHOOK,
  },
} as const satisfies Record<string, FaultRule>;

export type FaultKind = keyof typeof FAULTS;

/** Errors of one status that must be told apart: by the type that version 2 names, by OAuth's word, by version 1's envelope. */
export type Problem = "ENDPOINT_MISSING" | "RECORD_MISSING" | "REQUEST_REFUSED" | "TRY_LATER";

export type Finding = {
  readonly kind: FaultKind;
  /** Made of status codes, types, sizes and error codes, never of what a header or a body says. */
  readonly found: string;
  /** What Personio says of it in its own words, fit to be shown (`sentenceIn`). */
  readonly said?: string;
  /** Of an answer that was no success. */
  readonly status?: number;
  readonly problem?: Problem;
};

export type Fault = Finding & {
  /** Method, path and numeric query of the request. */
  readonly asked: string;
  /** How long Personio asks us to stay away; `undefined` when it does not say. */
  readonly retryAfterMs: number | undefined;
  /** The access right that the request takes, in Personio's words, where it is not the one to employees. */
  readonly needs?: string | undefined;
};

/** A fault stays a value until somebody decides that it is final. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fault: Fault };

export const failed = (asked: string, finding: Finding, retryAfterMs?: number): Outcome<never> => ({
  ok: false,
  fault: { ...finding, asked, retryAfterMs },
});

export const isPassing = ({ kind }: Fault): boolean => FAULTS[kind].passing;

/** Personio knows the pair, and does not let it in here. Other parts of the API may be open to it. */
export const isRightMissing = ({ kind }: Fault): boolean => FAULTS[kind].code === "PERSONIO_ACCESS_MISSING";

/** Not let in, not known, or not there any more: this version of the API is of no use, and the other one may be. */
export const isClosed = (fault: Fault): boolean =>
  isRightMissing(fault) ||
  fault.kind === "CREDENTIALS_REFUSED" ||
  fault.status === 404 ||
  fault.status === 410;

/** What was asked for, or the error that the final fault is. */
export function valueOrThrow<Value>(outcome: Outcome<Value>): Value {
  if (outcome.ok) return outcome.value;
  throw errorOf(outcome.fault);
}

/**
 * The error for the caller: what was asked, what came, what to do. It has no `cause`, for undici's errors carry sockets,
 * headers and pieces of the body.
 */
export function errorOf({
  asked,
  kind,
  found,
  said,
  needs,
  retryAfterMs,
}: Omit<Fault, "retryAfterMs"> & Partial<Pick<Fault, "retryAfterMs">>): ActionableError {
  const { code, help } = FAULTS[kind];
  const mayTick = kind === "FORBIDDEN" || kind === "UNAUTHORIZED";
  return new ActionableError(
    code,
    `${asked}: ${found} (${kind}).${said === undefined ? "" : ` Personio's message: "${said}"`}`,
    needs && mayTick ? fixRight(needs) : help,
    retryAfterMs === undefined ? {} : { details: { [RETRY_AFTER_SECONDS]: inWholeSeconds(retryAfterMs) } },
  );
}

const inWholeSeconds = (ms: number): string => String(Math.ceil(ms / 1_000));
