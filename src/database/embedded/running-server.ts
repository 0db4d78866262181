import { execFile } from "node:child_process";
import { readFile, rm, stat } from "node:fs/promises";
import { platform } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { isErrorCode } from "../database-errors.ts";
import { type ClusterHome, SUPERUSER } from "./cluster-home.ts";

const run = promisify(execFile);

/** A Postgres that runs on the cluster, whether we started it or an app that was killed since. */
export type RunningServer = {
  readonly url: string;
  /** Resolves when it is gone, whoever ended it, or when `signal` aborts. Does not keep our process alive. */
  untilEnded(signal: AbortSignal): Promise<void>;
  /** Ends it and resolves when it is gone. One that takes longer begins with a recovery next time. */
  stop(withinMs: number): Promise<void>;
};

/** The lines of `postmaster.pid` that we read, counted from 0. */
const PID_LINE = 0;
const PORT_LINE = 3;

const STOP_POLL_MS = 20;
const WATCH_POLL_MS = 250;

/**
 * Finds the Postgres that runs on the cluster. A file left by one that was killed names a process id that may since have
 * gone to somebody else; Postgres would then refuse to start for ever, so such a file is removed.
 */
export async function findRunningServer(
  home: Pick<ClusterHome, "dataFolder" | "passwordFile">,
): Promise<RunningServer | undefined> {
  const file = join(home.dataFolder, "postmaster.pid");
  const lines = await readLines(file);
  const [pid, port] = [Number(lines[PID_LINE]), Number(lines[PORT_LINE])];
  // While it is being written the file says less.
  if (!pid || !port || !(await isAlive(pid))) return undefined;
  if (await worksOn(pid, home.dataFolder)) {
    return {
      url: await urlOf(home, port),
      untilEnded: (signal) => untilEnded(pid, signal),
      stop: (withinMs) => stop(pid, withinMs),
    };
  }
  await rm(file, { force: true });
  return undefined;
}

export async function urlOf(
  { passwordFile }: Pick<ClusterHome, "passwordFile">,
  port: number,
): Promise<string> {
  const password = await readFile(passwordFile, "utf8");
  return `postgres://${SUPERUSER}:${password.trim()}@127.0.0.1:${port}/postgres`;
}

async function untilEnded(pid: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await isAlive(pid))) {
    await sleep(WATCH_POLL_MS, undefined, { ref: false, signal }).catch(() => undefined);
  }
}

async function stop(pid: number, withinMs: number): Promise<void> {
  // SIGINT is Postgres' fast shutdown: it ends all sessions and writes a checkpoint.
  send(pid, "SIGINT");
  const deadline = Date.now() + withinMs;
  while (await isAlive(pid)) {
    if (Date.now() > deadline) send(pid, "SIGQUIT");
    await sleep(STOP_POLL_MS);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isErrorCode(error, "ESRCH")) throw error;
  }
}

async function readLines(file: string): Promise<string[]> {
  try {
    return (await readFile(file, "utf8")).split("\n");
  } catch (error) {
    if (isErrorCode(error, "ENOENT")) return [];
    throw error;
  }
}

async function isAlive(pid: number): Promise<boolean> {
  // A dead process that its parent has not buried yet, as happens in containers, still has an id but no command line.
  if (platform() === "linux") return (await readCommand(pid)) !== "";
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !isErrorCode(error, "ESRCH");
  }
}

/** True when the process was started on this folder, or has gone into it as Postgres does: the folder may have two names. */
async function worksOn(pid: number, folder: string): Promise<boolean> {
  if ((await readCommand(pid)).includes(folder)) return true;
  try {
    const [entered, ours] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(folder)]);
    return entered.dev === ours.dev && entered.ino === ours.ino;
  } catch {
    return false;
  }
}

/** The command line of a process, empty when there is none. */
async function readCommand(pid: number): Promise<string> {
  try {
    if (platform() === "linux") return await readFile(`/proc/${pid}/cmdline`, "utf8");
    return (await run("ps", ["-o", "command=", "-p", String(pid)])).stdout;
  } catch {
    return "";
  }
}
