import { type Logger as PinoLogger, pino } from "pino";

export type Logger = PinoLogger;

/** What must never be printed, wherever an object that holds it is logged. */
const REDACTED_PATHS = ["clientSecret", "client_secret", "token", "authorization", "password", "secret"].flatMap(
  (key) => [key, `*.${key}`, `*.*.${key}`],
);

/**
 * One line of JSON per boundary crossing, with run id and counts. Never a name, an address or a secret: log ids and
 * codes, not objects that came from outside.
 */
export const createLogger = (level: string): Logger =>
  pino({ level, redact: { paths: REDACTED_PATHS, censor: "[redacted]" }, base: null });
