import { type Config, ConfigError } from "./config.ts";
import { isErrorCode, isOutage } from "./database/database-errors.ts";
import { EXIT, type ExitCode, StartError } from "./errors.ts";
import { exitAfterTimeout, waitForStopSignal } from "./stop-signal.ts";

/** What an operator sees of a failed start: lines without a stack, and the exit code. */
export type StartFailure = { readonly lines: readonly string[]; readonly exitCode: ExitCode };

type Addresses = { readonly reach: Config["reach"]; readonly metrics: Config["metrics"] };

/** Errors of a data folder that is not writable, is full, or contains something else. */
const FOLDER_CODES = [
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOTDIR",
  "EISDIR",
  "EEXIST",
  "ENOENT",
  "ELOOP",
  "ENAMETOOLONG",
  "ENOSPC",
  "EDQUOT",
];

const NAME_UNKNOWN = ["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL"];

/** The cause of a failed start, as its one line on stderr. `config` is missing until it has been read. */
export function explainStart(error: unknown, config?: Addresses): StartFailure {
  if (error instanceof ConfigError) return { lines: error.problems, exitCode: EXIT.config };
  const { line, exitCode } = explain(originOf(error), config);
  return { lines: [line.replace(/\s*\n\s*/g, " | ")], exitCode };
}

/**
 * Runs a program beside the service, such as `keys:reset`. It fails like a start: lines without a stack, and
 * an exit code. On a signal it finishes, because it is short and must not leave a database running.
 */
export async function runProgram(program: () => Promise<void>): Promise<void> {
  void waitForStopSignal().then(() =>
    exitAfterTimeout(() => console.error("Stopping took too long; the program exits.")),
  );
  try {
    await program();
  } catch (error) {
    const { lines, exitCode } = explainStart(error);
    for (const line of lines) console.error(line);
    process.exitCode = exitCode;
  }
}

/** Ends the process once its embedded Postgres has stopped by itself. The next start recovers the data. */
export function exitWhenLost(database: AbortSignal, onLost: () => void): void {
  const exit = (): never => {
    onLost();
    process.exit(EXIT.unavailable);
  };
  if (database.aborted) exit();
  database.addEventListener("abort", exit);
}

type Explained = { readonly line: string; readonly exitCode: ExitCode };

function explain(error: unknown, config: Addresses | undefined): Explained {
  if (error instanceof StartError) return { line: error.message, exitCode: error.exitCode };
  const listening = config && explainListening(error, config);
  if (listening) return { line: listening, exitCode: EXIT.config };
  if (error instanceof Error && "path" in error && isErrorCode(error, ...FOLDER_CODES)) {
    const { code, path } = error as NodeJS.ErrnoException;
    return { line: `DATA_DIR: ${path} cannot be used (${code}).`, exitCode: EXIT.config };
  }
  if (isOutage(error)) {
    return {
      line: `DATABASE_URL: the database became unavailable during the start (${messageOf(error)}).`,
      exitCode: EXIT.unavailable,
    };
  }
  return { line: `The program ended with an internal error: ${messageOf(error)}`, exitCode: EXIT.software };
}

/** The variable of an address on which the service cannot listen, and the reason. */
function explainListening(error: unknown, { reach, metrics }: Addresses): string | undefined {
  if (!(error instanceof Error) || !("syscall" in error)) return undefined;
  const { code, syscall, port } = error as NodeJS.ErrnoException & { readonly port?: number };
  if (syscall === "getaddrinfo" && isErrorCode(error, ...NAME_UNKNOWN))
    return `HOST: ${reach.host} is not an address of this machine (${code}).`;
  if (syscall !== "listen" && syscall !== "bind") return undefined;
  const name =
    metrics.port !== undefined && metrics.port !== 0 && port === metrics.port ? "METRICS_PORT" : "PORT";
  const at = `${reach.host}:${port}`;
  if (code === "EADDRINUSE") return `${name}: ${at} is used by another program.`;
  if (code === "EACCES")
    return `${name}: this user may not listen on ${at}; ports below 1024 need more rights.`;
  if (code === "EADDRNOTAVAIL") return `HOST: ${reach.host} is not an address of this machine (${code}).`;
  return `${name}: cannot listen on ${at} (${code}).`;
}

/** If closing resources failed as well, the first error is the one to report. */
const originOf = (error: unknown): unknown =>
  error instanceof SuppressedError ? originOf(error.suppressed) : error;

const messageOf = (error: unknown): string =>
  error instanceof AggregateError
    ? error.errors.map(messageOf).join(", ")
    : error instanceof Error
      ? error.message
      : String(error);
