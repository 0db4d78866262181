/**
 * The codes of the errors that a caller can act on. Each is listed in the README with its message and its help;
 * clients switch on the code, so a code is never renamed.
 */
export type ErrorCode =
  | "BAD_USER_INPUT"
  | "BAD_CURSOR"
  | "CURSOR_EXPIRED"
  | "BAD_REPRESENTATION"
  | "FORBIDDEN"
  | "UNAUTHENTICATED"
  | "UNAVAILABLE"
  | "LIMIT_TOKENS"
  | "LIMIT_DEPTH"
  | "LIMIT_ALIASES"
  | "LIMIT_DIRECTIVES"
  | "LIMIT_COST"
  | "LIMIT_ENTITIES"
  | "TOO_MANY_SUBSCRIPTIONS"
  | "LAGGED"
  | "PERSONIO_CREDENTIALS_INVALID"
  | "PERSONIO_ACCESS_MISSING"
  | "PERSONIO_UNAVAILABLE"
  | "PERSONIO_RATE_LIMITED"
  | "PERSONIO_NOT_CONNECTED"
  | "PERSONIO_SNAPSHOT_EMPTY"
  | "PERSONIO_SNAPSHOT_INCOMPLETE"
  | "PERSONIO_RECORD_UNREADABLE"
  | "LEAVER_GUARD"
  | "FIELD_GUARD"
  | "SYNC_PLAN_OUTDATED"
  | "SYNC_PLANNED_ONLY"
  | "SYNC_RUN_NOT_HELD"
  | "SYNC_RUN_UNDER_WAY"
  | "SYNC_INTERRUPTED"
  | "STALE_LEASE"
  | "SYNC_FAILED";

/**
 * An error that its receiver can do something about. `message` says what was expected and what was found, `help` what
 * to do. Neither ever holds a secret, a request or personal data: both travel to callers and to logs.
 */
export class ActionableError extends Error {
  override readonly name = "ActionableError";
  /** What a program needs to act on it, such as the cursor to go on from; stands beside the code in `extensions`. */
  readonly details: Readonly<Record<string, string>>;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly help: string,
    options: ErrorOptions & { details?: Readonly<Record<string, string>> } = {},
  ) {
    super(message, options);
    this.details = options.details ?? {};
  }
}

/** The caller's arguments cannot be used as they are. */
export const badUserInput = (message: string, help: string): ActionableError =>
  new ActionableError("BAD_USER_INPUT", message, help);
