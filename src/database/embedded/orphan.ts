import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { platform } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Logger } from "../../log.ts";
import { isErrorCode } from "../database-errors.ts";
import type { ClusterHome } from "./cluster-home.ts";
import { takeClusterLock } from "./cluster-lock.ts";
import { urlOf } from "./postgres-server.ts";

const run = promisify(execFile);

/** Crash recovery and a shutdown with much to write take seconds, seldom more. */
const TIMEOUT_MS = 60_000;
const POLL_MS = 50;

/** The lines of `postmaster.pid` that we read, counted from 0. */
const PID_LINE = 0;
const PORT_LINE = 3;

/**
 * Ends a Postgres that is running on our cluster although its app was killed. Rejects when its app is alive: the lock inside
 * the cluster tells one from the other.
 */
export async function endOrphan(home: ClusterHome, log: Logger): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  let asked = false;
  for (let found = await findPostmaster(home); found; found = await findPostmaster(home)) {
    if (Date.now() > deadline) {
      throw new Error(
        `A Postgres of an earlier start (process ${found.pid}) neither answers nor ends. Stop it first.`,
      );
    }
    const lock = asked ? undefined : await takeClusterLock(await urlOf(home, found.port));
    if (lock) {
      log.warn({ pid: found.pid }, "ending the embedded Postgres of an app that was killed");
      process.kill(found.pid, "SIGINT");
      asked = true;
    }
    await sleep(POLL_MS);
  }
}

/**
 * The Postgres that is running on the cluster, if any. A file left by one that was killed names a process id that may since
 * have gone to somebody else; Postgres would then refuse to start for ever, so such a file is removed.
 */
async function findPostmaster({
  dataFolder,
}: ClusterHome): Promise<{ pid: number; port: number } | undefined> {
  const file = join(dataFolder, "postmaster.pid");
  const lines = await readLines(file);
  const pid = Number(lines[PID_LINE]);
  const command = pid ? await readCommand(pid) : undefined;
  if (command === undefined) return undefined;
  if (command.includes(dataFolder)) return { pid, port: Number(lines[PORT_LINE]) };
  await rm(file, { force: true });
  return undefined;
}

async function readLines(file: string): Promise<string[]> {
  try {
    return (await readFile(file, "utf8")).split("\n");
  } catch (error) {
    if (isErrorCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** The command line of a living process; nothing when it is gone, or dead and not yet buried by its parent. */
async function readCommand(pid: number): Promise<string | undefined> {
  try {
    if (platform() === "linux") return (await readFile(`/proc/${pid}/cmdline`, "utf8")) || undefined;
    return (await run("ps", ["-o", "command=", "-p", String(pid)])).stdout;
  } catch {
    return undefined;
  }
}
