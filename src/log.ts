import { write, writeSync } from "node:fs";
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
  pino(
    {
      level,
      redact: { paths: REDACTED_PATHS, censor: "[redacted]" },
      serializers: { err: describeError },
      base: null,
    },
    openOutput(),
  );

const STANDARD_OUTPUT = 1;
let output: LogOutput | undefined;

/** One for all logs of the process. */
function openOutput(): LogOutput {
  if (output) return output;
  const opened = openLogOutput(STANDARD_OUTPUT);
  process.once("exit", () => opened.flushSync());
  output = opened;
  return opened;
}

/** Where a log writes its entries. */
type LogOutput = {
  write(entry: string): void;
  /** Writes what waits before the process exits. */
  flushSync(): void;
};

/**
 * For entries that the output has not accepted, those in an unfinished write included. More are dropped, and
 * the log reports how many.
 */
const HELD_BYTES_MAX = 1_048_576;

const RETRY_MS = 100;

/**
 * The output of a log. While it accepts nothing, because a disk is full or a reader stands still, entries
 * wait. It then neither ends the process nor blocks it (C9). The output of pino does: an error has no
 * listener, and `flushSync` repeats a refused write for ever.
 */
function openLogOutput(fd: number): LogOutput {
  let waiting: Buffer[] = [];
  let heldBytes = 0;
  let droppedCount = 0;
  let isWriting = false;

  const take = (): Buffer => {
    const bytes = Buffer.concat(waiting);
    waiting = [];
    return bytes;
  };
  const wait = (bytes: Buffer): void => {
    waiting.push(bytes);
    heldBytes += bytes.length;
  };
  const writeNext = (): void => {
    const bytes = take();
    isWriting = bytes.length > 0;
    if (!isWriting) return;
    write(fd, bytes, (error, count) => {
      const written = error ? 0 : count;
      heldBytes -= written;
      if (written < bytes.length) waiting.unshift(bytes.subarray(written));
      if (error) return void setTimeout(writeNext, RETRY_MS).unref();
      if (droppedCount > 0) wait(entryOfLoss(droppedCount));
      droppedCount = 0;
      writeNext();
    });
  };

  return {
    write(entry) {
      const bytes = Buffer.from(entry);
      if (heldBytes + bytes.length > HELD_BYTES_MAX) {
        droppedCount += 1;
        return;
      }
      wait(bytes);
      if (!isWriting) writeNext();
    },
    flushSync() {
      let bytes = take();
      try {
        while (bytes.length > 0) {
          const written = writeSync(fd, bytes);
          heldBytes -= written;
          bytes = bytes.subarray(written);
        }
      } catch {
        waiting.unshift(bytes);
      }
    },
  };
}

/** As pino writes it, which is above this output. */
const entryOfLoss = (count: number): Buffer =>
  Buffer.from(
    `${JSON.stringify({ level: pino.levels.values.warn, time: Date.now(), count, msg: "log entries dropped" })}\n`,
  );

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
