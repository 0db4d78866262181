import { ActionableError, type ErrorCode } from "../../errors.ts";

const WHERE_CREDENTIALS_LIVE =
  "Settings > Integrations > API credentials (in newer accounts Marketplace > Connected integrations)";

const FIX_CREDENTIALS =
  `In Personio, open ${WHERE_CREDENTIALS_LIVE}. Check that the credential is there and enabled, copy its client id ` +
  "and client secret again (generate a new credential if the secret is lost), and enter both here.";

const FIX_ACCESS =
  `In Personio, open ${WHERE_CREDENTIALS_LIVE}, edit this credential, tick "Employees: Read" and every attribute that ` +
  'is wanted under "Readable employee attributes", and save. Client id and client secret stay the same.';

const fixRight = (right: string): string =>
  `In Personio, open ${WHERE_CREDENTIALS_LIVE}, edit this credential, tick "${right}", and save. Client id and client ` +
  "secret stay the same. Where it cannot be ticked, the company's plan does not include it.";

const ASK_PERSONIO =
  "Personio does not offer this part of its API to the account: the company's plan does not include it, or it is not " +
  "enabled. Whoever looks after the contract with Personio can say.";

const SHARE_LESS =
  "Personio counts every program that uses this credential: give each its own, or lower PERSONIO_REQUESTS_PER_MINUTE. " +
  "Then sync again, or wait for the timetable.";

const WAIT = "Sync again later, or wait for the timetable. If it lasts, look at Personio's status page.";

const CHECK_ADDRESS =
  "Check that PERSONIO_API_URL is right (https://api.personio.de) and that no proxy or firewall answers in its place.";

const CHECK_WEBHOOK =
  "Personio sends webhooks to https addresses that it can reach from the internet: check that PUBLIC_URL is one, and " +
  "that Personio does not have a webhook for this address already.";

const CREATE_WEBHOOK = "Somebody has deleted the webhook in Personio. Create it again.";

const REPORT =
  "Personio answered in a way that this version does not know. If it stays, report this message.";

/** `passing` faults are worth another try within the minute; the others do not heal by themselves. */
type FaultRule = { readonly code: ErrorCode; readonly passing: boolean; readonly help: string };

/**
 * Everything that a call to Personio can come to, and the error that it is when it is final. The kind is printed in
 * message and log, so that a search for it ends here.
 */
const FAULTS = {
  CREDENTIALS_REFUSED: { code: "PERSONIO_CREDENTIALS_INVALID", passing: false, help: FIX_CREDENTIALS },
  UNAUTHORIZED: { code: "PERSONIO_ACCESS_MISSING", passing: false, help: FIX_ACCESS },
  FORBIDDEN: { code: "PERSONIO_ACCESS_MISSING", passing: false, help: FIX_ACCESS },
  ENDPOINT_MISSING: { code: "PERSONIO_ACCESS_MISSING", passing: false, help: ASK_PERSONIO },
  FEATURE_MISSING: { code: "PERSONIO_ACCESS_MISSING", passing: false, help: ASK_PERSONIO },
  RATE_LIMITED: { code: "PERSONIO_RATE_LIMITED", passing: true, help: SHARE_LESS },
  UPSTREAM_ERROR: { code: "PERSONIO_UNAVAILABLE", passing: true, help: WAIT },
  UPSTREAM_TIMEOUT: { code: "PERSONIO_UNAVAILABLE", passing: true, help: WAIT },
  UPSTREAM_BAD_BODY: { code: "PERSONIO_UNAVAILABLE", passing: true, help: WAIT },
  UPSTREAM_UNREACHABLE: { code: "PERSONIO_UNAVAILABLE", passing: true, help: CHECK_ADDRESS },
  UPSTREAM_REFUSED: { code: "PERSONIO_UNAVAILABLE", passing: false, help: CHECK_ADDRESS },
  UPSTREAM_BAD_CONTENT_TYPE: { code: "PERSONIO_UNAVAILABLE", passing: false, help: CHECK_ADDRESS },
  UPSTREAM_BAD_ANSWER: { code: "PERSONIO_UNAVAILABLE", passing: false, help: REPORT },
  UPSTREAM_TOO_LARGE: { code: "PERSONIO_UNAVAILABLE", passing: false, help: REPORT },
  PAGINATION_LOOP: { code: "PERSONIO_UNAVAILABLE", passing: false, help: REPORT },
  REDIRECT_REFUSED: { code: "PERSONIO_UNAVAILABLE", passing: false, help: CHECK_ADDRESS },
  TLS_ERROR: { code: "PERSONIO_UNAVAILABLE", passing: false, help: CHECK_ADDRESS },
  WEBHOOK_REFUSED: { code: "PERSONIO_UNAVAILABLE", passing: false, help: CHECK_WEBHOOK },
  WEBHOOK_MISSING: { code: "PERSONIO_UNAVAILABLE", passing: false, help: CREATE_WEBHOOK },
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
export const isRefusal = ({ kind }: Fault): boolean => FAULTS[kind].code === "PERSONIO_ACCESS_MISSING";

/** Not let in, not known, or not there any more: this version of the API is of no use, and the other one may be. */
export const isClosed = (fault: Fault): boolean =>
  isRefusal(fault) || fault.kind === "CREDENTIALS_REFUSED" || fault.status === 404 || fault.status === 410;

/** What was asked for, or the error that the final fault is. */
export function valueOrThrow<Value>(outcome: Outcome<Value>): Value {
  if (outcome.ok) return outcome.value;
  throw errorOf(outcome.fault);
}

/**
 * The error for the caller: what was asked, what came, what to do. It has no `cause`, for undici's errors carry sockets,
 * headers and pieces of the body.
 */
export function errorOf({ asked, kind, found, said, needs }: Omit<Fault, "retryAfterMs">): ActionableError {
  const { code, help } = FAULTS[kind];
  const mayTick = kind === "FORBIDDEN" || kind === "UNAUTHORIZED";
  return new ActionableError(
    code,
    `${asked}: ${found} (${kind}).${said === undefined ? "" : ` Personio says: "${said}"`}`,
    needs && mayTick ? fixRight(needs) : help,
  );
}
