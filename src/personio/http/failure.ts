import { ActionableError, RETRY_AFTER_SECONDS } from "../../errors.ts";
import { FAILURE_KINDS, type FailureKind, fixRight } from "./failure-kinds.ts";

/** Errors of one status that must be told apart: by the type that version 2 names, by OAuth's word, by version 1's envelope. */
export type HttpError = "ENDPOINT_MISSING" | "RECORD_MISSING" | "REQUEST_REFUSED" | "TRY_LATER";

export type FailureDetails = {
  readonly kind: FailureKind;
  /** Made of status codes, types, sizes and error codes, never of what a header or a body says. */
  readonly found: string;
  /** What Personio says of it in its own words, fit to be shown (`errorMessageIn`). */
  readonly message?: string;
  /** Of an answer that was no success. */
  readonly status?: number;
  readonly httpError?: HttpError;
};

export type Failure = FailureDetails & {
  /** Method, path and numeric query of the request. */
  readonly asked: string;
  /** How long Personio asks us to stay away; `undefined` when it does not say. */
  readonly retryAfterMs: number | undefined;
  /** The access right that the request takes, in Personio's words, where it is not the one to employees. */
  readonly needs?: string | undefined;
};

/** A failure stays a value until somebody decides that it is final. */
export type Result<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure };

export const failed = (asked: string, details: FailureDetails, retryAfterMs?: number): Result<never> => ({
  ok: false,
  failure: { ...details, asked, retryAfterMs },
});

export const isRetryable = ({ kind }: Failure): boolean => FAILURE_KINDS[kind].retryable;

/** Personio knows the pair, and does not let it in here. Other parts of the API may be open to it. */
export const isRightMissing = ({ kind }: Failure): boolean =>
  FAILURE_KINDS[kind].code === "PERSONIO_ACCESS_MISSING";

/** Not let in, not known, or not there any more: this version of the API is of no use, and the other one may be. */
export const isVersionUnavailable = (failure: Failure): boolean =>
  isRightMissing(failure) ||
  failure.kind === "CREDENTIALS_REFUSED" ||
  failure.status === 404 ||
  failure.status === 410;

/** What was asked for, or the error that the final failure is. */
export function valueOrThrow<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw errorOf(result.failure);
}

/**
 * The error for the caller: what was asked, what came, what to do. It has no `cause`, for undici's errors carry sockets,
 * headers and pieces of the body.
 */
export function errorOf({
  asked,
  kind,
  found,
  message,
  needs,
  retryAfterMs,
}: Omit<Failure, "retryAfterMs"> & Partial<Pick<Failure, "retryAfterMs">>): ActionableError {
  const { code, help } = FAILURE_KINDS[kind];
  const mayTick = kind === "FORBIDDEN" || kind === "UNAUTHORIZED";
  return new ActionableError(
    code,
    `${asked}: ${found} (${kind}).${message === undefined ? "" : ` Personio's message: "${message}"`}`,
    needs && mayTick ? fixRight(needs) : help,
    retryAfterMs === undefined ? {} : { details: { [RETRY_AFTER_SECONDS]: inWholeSeconds(retryAfterMs) } },
  );
}

const inWholeSeconds = (ms: number): string => String(Math.ceil(ms / 1_000));
