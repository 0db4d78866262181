import type { ERROR_CODES } from "./error-codes.ts";

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * An error that the caller can act on. `message` contains what was expected and what was found, `help` what
 * to do. Neither ever contains a secret, a request or personal data: both travel to callers and to logs.
 */
export class ActionableError extends Error {
  override readonly name = "ActionableError";
  /** Data for programs, such as the cursor to continue from; part of `extensions` beside the code. */
  readonly details: ErrorDetails;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly help: string,
    options: ErrorOptions & { details?: ErrorDetails } = {},
  ) {
    super(message, options);
    this.details = options.details ?? {};
  }

  /** The numbers and names of the message, for the same sentence in another language; null without any. */
  get parameters(): ErrorDetails | null {
    return Object.keys(this.details).length > 0 ? this.details : null;
  }
}

/** Numbers, names of fields and of attributes: like the message, without secrets and personal data. */
export type ErrorDetails = Readonly<Record<string, string | number | readonly string[]>>;

/** In the details of an error of Personio: the pause that Personio requires. */
export const RETRY_AFTER_DETAIL = "retryAfterSeconds";

/** What is wrong with an input that a form can send, for its sentence in another language. */
export const INPUT_REASONS = [
  "ATTRIBUTE_MAPPED_TWICE",
  "ATTRIBUTE_NOT_GRANTED",
  "CREDENTIAL_EMPTY",
  "FIELD_DECIDES_WHO_COMES_IN",
  "FIELD_IS_HIDDEN",
  "LEGAL_ENTITY_UNKNOWN",
  "PERSON_HAS_LEFT",
  "PUBLIC_URL_MISSING",
  "RECORD_ID_INVALID",
  "SENSITIVITY_FIXED",
  "SENSITIVITY_TOO_LOW",
  "TIME_ZONE_UNKNOWN",
  "TOKEN_NAME_TAKEN",
] as const;
export type InputReason = (typeof INPUT_REASONS)[number];

/** An argument of the caller is invalid. */
export const badUserInput = (message: string, help: string, reason?: InputReason): ActionableError =>
  new ActionableError("BAD_USER_INPUT", message, help, reason && { details: { reason } });

/** The viewer lacks the scopes that something needs; `what` names it, such as a field. */
export const forbidden = (what: string, scopes: readonly string[]): ActionableError => {
  const listed = scopes.map((scope) => `\`${scope}\``).join(" and ");
  const names = `${scopes.length > 1 ? "scopes" : "scope"} ${listed}`;
  return new ActionableError(
    "FORBIDDEN",
    `${what} needs the ${names}.`,
    `Request a token with the ${names}, or leave this out. No scope includes another.`,
    { details: { scopes } },
  );
};

/**
 * Codes of sysexits.h. 78: a restart with the same configuration is pointless. 69: something is unavailable,
 * and a later start may work. 70: an internal error.
 */
export const EXIT = { unavailable: 69, software: 70, config: 78 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Why the process cannot start, in words for an operator. Contains no secret. */
export class StartError extends Error {
  override readonly name = "StartError";

  constructor(
    message: string,
    readonly exitCode: ExitCode,
    options: ErrorOptions = {},
  ) {
    super(message, options);
  }
}
