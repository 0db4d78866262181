import { LRUCache } from "lru-cache";
import { type Logger as PinoLogger, pino } from "pino";

export type Logger = PinoLogger;

/** Keys whose values the log never contains, in whatever object they are. */
const REDACTED_PATHS = [
  "clientSecret",
  "client_secret",
  "token",
  "authorization",
  "password",
  "secret",
].flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/**
 * Creates the log of the process: one line of JSON per entry. Callers log ids, codes and counts, never a
 * person's name, an address, a secret or an object from outside. An error is logged as `err`.
 */
export const createLogger = (level: string): Logger =>
  pino({
    level,
    redact: { paths: REDACTED_PATHS, censor: "[redacted]" },
    serializers: { err: describeError },
    base: null,
  });

/** A client repeats what is refused. One line a minute shows that, and thousands would hide the rest. */
const ONCE_IN_MS = 60_000;

/** Some megabytes. A line that is evicted is logged again. */
const LINES_MAX = 10_000;

/** Logs at `info`, and leaves out a line that it logged within that time. */
export function createLogOnce(
  log: Logger,
  onceInMs = ONCE_IN_MS,
  elapsedMs = (): number => performance.now(),
): (line: object, message: string) => void {
  const aging = { ttl: onceInMs, ttlResolution: 0, perf: { now: elapsedMs } };
  const logged = new LRUCache<string, true>({ max: LINES_MAX, ...aging });
  return (line, message) => {
    const key = JSON.stringify([line, message]);
    if (logged.has(key)) return;
    logged.set(key, true);
    log.info(line, message);
  };
}

/**
 * An error in a form that may be logged. A database error contains people's data in its parameters, its
 * detail and even its message (`invalid input syntax for type date: "…"`). So the log gets only the parts
 * that name the place. The same holds for an error of `JSON.parse`.
 */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const place = error.stack?.slice(error.stack.indexOf("\n    at "));
  // The message quotes what could not be parsed.
  if (error instanceof SyntaxError) return { type: error.name, stack: place };
  if (!("driverError" in error)) return { type: error.name, message: error.message, stack: place };
  const { code, constraint, table, column } = error.driverError as Record<string, unknown>;
  return {
    type: error.name,
    sqlState: code,
    constraint,
    table,
    column,
    query: queryName(error),
    stack: place,
  };
}

/** Our statements begin with their name: `/* people.findByIds *\/`. */
function queryName(error: Error): string | undefined {
  const query = "query" in error && typeof error.query === "string" ? error.query : "";
  return /^\s*\/\* ([\w.]+) \*\//.exec(query)?.[1];
}
