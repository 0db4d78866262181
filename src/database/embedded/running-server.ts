import { execFile } from "node:child_process";
import { readFile, rm, stat } from "node:fs/promises";
import { platform } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { isErrorCode } from "../database-errors.ts";
import { type ClusterHome, SUPERUSER } from "./cluster-home.ts";
import type { RunAs } from "./postgres-user.ts";

const run = promisify(execFile);

/** A Postgres that runs on the cluster: our child, or the orphan of a killed app. */
export type RunningServer = {
  readonly url: string;
  /** Stops it and resolves when it is gone. One that takes longer starts with a recovery next time. */
  stop(withinMs: number): Promise<void>;
};

/** The lines of `postmaster.pid` that we read, counted from 0. */
const PID_LINE = 0;
const PORT_LINE = 3;

const STOP_POLL_MS = 20;

/**
 * Finds the Postgres that runs on the cluster. The file of a killed Postgres names a process id that another
 * process may have by now. Postgres would refuse to start while that process lives, so we remove the file.
 */
export async function findRunningServer({
  dataFolder,
  passwordFile,
  runAs,
}: ClusterHome): Promise<RunningServer | undefined> {
  const file = join(dataFolder, "postmaster.pid");
  const lines = await readLines(file);
  const [pid, port] = [Number(lines[PID_LINE]), Number(lines[PORT_LINE])];
  // The file is incomplete while Postgres writes it.
  if (!pid || !port) return undefined;
  const works = () => worksOn(pid, dataFolder, runAs);
  if (await works()) {
    const password = (await readFile(passwordFile, "utf8")).trim();
    return {
      url: `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`,
      stop: (withinMs) => stop(pid, works, withinMs),
    };
  }
  // Postgres itself replaces the file of a process that is gone.
  if (send(pid, 0)) await rm(file, { force: true });
  return undefined;
}

async function stop(pid: number, works: () => Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (await works()) {
    // SIGINT is Postgres' fast shutdown: it ends all sessions and writes a checkpoint.
    send(pid, Date.now() > deadline ? "SIGQUIT" : "SIGINT");
    await sleep(STOP_POLL_MS);
  }
}

/** Signal 0 only checks. @returns whether the process exists. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (isErrorCode(error, "ESRCH")) return false;
    if (signal === 0) return true;
    throw error;
  }
}

/** Postgres enters its folder before it writes its file. A zombie process has an id but no folder. */
async function worksOn(pid: number, folder: string, runAs: RunAs): Promise<boolean> {
  try {
    if (platform() !== "linux")
      return (await run("ps", ["-o", "command=", "-p", String(pid)])).stdout.includes(folder);
    const [entered, ours] = await Promise.all([workingFolder(pid, runAs), identityOf(folder)]);
    return entered === ours;
  } catch {
    return false;
  }
}

/**
 * In a container root may not look into processes of other users (no CAP_SYS_PTRACE). Each user may look into
 * their own.
 */
async function workingFolder(pid: number, runAs: RunAs): Promise<string> {
  const path = `/proc/${pid}/cwd`;
  try {
    return await identityOf(path);
  } catch (error) {
    if (runAs.uid === undefined || !isErrorCode(error, "EACCES", "EPERM")) throw error;
    const { stdout } = await run("stat", ["-L", "-c", "%d:%i", path], { ...runAs, cwd: "/" });
    return stdout.trim();
  }
}

async function identityOf(path: string): Promise<string> {
  const { dev, ino } = await stat(path, { bigint: true });
  return `${dev}:${ino}`;
}

async function readLines(file: string): Promise<string[]> {
  try {
    return (await readFile(file, "utf8")).split("\n");
  } catch (error) {
    if (isErrorCode(error, "ENOENT")) return [];
    throw error;
  }
}
