import { ActionableError, RETRY_AFTER_DETAIL } from "../../errors.ts";
import { FAILURE_KINDS, type FailureKind, fixRight } from "./failure-kinds.ts";

/**
 * Errors that the status does not identify. The type of version 2, OAuth's error or version 1's
 * envelope does.
 */
export type HttpError = "ENDPOINT_MISSING" | "RECORD_MISSING" | "REQUEST_REFUSED" | "TRY_LATER";

export type FailureDetails = {
  readonly kind: FailureKind;
  /** Made of status codes, types, sizes and error codes, never of the content of a header or a body. */
  readonly found: string;
  /** Personio's own message, fit to be shown (`errorMessageIn`). */
  readonly message?: string;
  /** The status of an error response. */
  readonly status?: number;
  readonly httpError?: HttpError;
};

export type Failure = FailureDetails & {
  /** Method, path and numeric query of the request. */
  readonly asked: string;
  /** How long Personio asks us to wait; `undefined` if it does not. */
  readonly retryAfterMs: number | undefined;
  /** The access right that the request needs, in Personio's words, if it is not the one to employees. */
  readonly needs?: string | undefined;
};

/** A failure stays a value until the caller decides that it is final. */
export type Result<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure };

export const failed = (asked: string, details: FailureDetails, retryAfterMs?: number): Result<never> => ({
  ok: false,
  failure: { ...details, asked, retryAfterMs },
});

export const isRetryable = ({ kind }: Failure): boolean => FAILURE_KINDS[kind].retryable;

/** Personio accepts the credential but refuses this part of the API. Other parts may work. */
export const isRightMissing = ({ kind }: Failure): boolean =>
  FAILURE_KINDS[kind].code === "PERSONIO_ACCESS_MISSING";

/** Refused, unknown or gone: this version of the API does not work, but the other one may. */
export const isVersionUnavailable = (failure: Failure): boolean =>
  isRightMissing(failure) ||
  failure.kind === "CREDENTIALS_REFUSED" ||
  failure.status === 404 ||
  failure.status === 410;

/** The value, or the error for a final failure. */
export function valueOrThrow<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw errorOf(result.failure);
}

/**
 * The error for the caller: the request, what happened, what to do. It has no `cause`, because undici's
 * errors carry sockets, headers and pieces of the body.
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
  const right = kind === "FORBIDDEN" || kind === "UNAUTHORIZED" ? needs : undefined;
  return new ActionableError(
    code,
    `${asked}: ${found} (${kind}).${message === undefined ? "" : ` Personio's message: "${message}"`}`,
    right ? fixRight(right) : help,
    {
      details: {
        kind,
        ...(right && { right }),
        ...(retryAfterMs !== undefined && { [RETRY_AFTER_DETAIL]: inWholeSeconds(retryAfterMs) }),
      },
    },
  );
}

const inWholeSeconds = (ms: number): string => String(Math.ceil(ms / 1_000));
