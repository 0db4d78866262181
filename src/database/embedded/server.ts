import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { open, readFile, readlink, realpath, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { platform } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { EXIT, StartError } from "../../errors.ts";
import { isErrorCode } from "../database-errors.ts";
import {
  type ClusterHome,
  dataFolderOf,
  ENVIRONMENT,
  pidFileOf,
  seenFromInside,
  superuserUrl,
} from "./cluster-home.ts";

const run = promisify(execFile);

/** A Postgres that this app has started. */
export type Server = {
  readonly url: string;
  /** Aborted when the server stops by itself. */
  readonly lost: AbortSignal;
  /** A server that stops too slowly recovers at the next start. */
  stop(withinMs: number): Promise<void>;
};

export type ServerOptions = {
  readonly home: ClusterHome;
  readonly postgres: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly logFile: string;
};

const POLL_MS = 50;
/** Crash recovery replays the write-ahead log since the last checkpoint, at most five minutes of work. */
const READY_TIMEOUT_MS = 60_000;
/** Another program may take a free port, and sessions of a killed Postgres take a moment to end. */
const [STARTS_MAX, RETRY_DELAY_MS] = [3, 500];
const LOG_LINES_SHOWN = 5;

/**
 * Starts Postgres, after the one of a killed app has stopped. Postgres itself refuses a second server on its
 * cluster, so of two apps that start at the same moment one finds the other's.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  let child: ChildProcess | undefined;
  let starts = 0;
  for (
    const deadline = performance.now() + READY_TIMEOUT_MS;
    performance.now() < deadline;
    await sleep(POLL_MS)
  ) {
    const found = await findPostmaster(options.home);
    if (child && found && found.pid === child.pid) {
      if (found.isReady) return serverOf(child, await superuserUrl(options.home, found.port));
    } else if (found?.owner === "an app") {
      const message =
        "Another app is running on this data folder. Stop it, or choose another DATA_DIR for this one.";
      throw new StartError(message, EXIT.config);
    } else if (found?.owner === "unknown") {
      throw new StartError(
        `DATA_DIR: a Postgres that this version did not start (process ${found.pid}) is running on ${options.home.folder}. ` +
          `Stop the app of an older version that started it. If that is gone, run \`kill -INT ${found.pid}\`. Then start again.`,
        EXIT.config,
      );
    } else if (found) {
      signal(found.pid, "SIGINT");
    } else if (!child || !isRunning(child)) {
      if (starts === STARTS_MAX) throw new StartError(await explainLog(options.logFile), EXIT.config);
      if (child) await sleep(RETRY_DELAY_MS);
      child = await spawnPostgres(options);
      starts += 1;
    }
  }
  child?.kill("SIGINT");
  const message = "The Postgres on this data folder neither responds nor stops. Stop it, then start again.";
  throw new StartError(message, EXIT.unavailable);
}

function serverOf(child: ChildProcess, url: string): Server {
  const lost = new AbortController();
  const onExit = () => lost.abort();
  child.once("exit", onExit);
  return {
    url,
    lost: lost.signal,
    async stop(withinMs) {
      child.off("exit", onExit);
      // SIGINT is Postgres' fast shutdown: it ends all sessions and writes a checkpoint.
      for (const deadline = performance.now() + withinMs; isRunning(child); await sleep(POLL_MS))
        child.kill(performance.now() > deadline ? "SIGQUIT" : "SIGINT");
    },
  };
}

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode === null && signalCode === null;

async function explainLog(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, "utf8")).trimEnd().split("\n");
  return `DATA_DIR: the embedded Postgres did not start:\n${lines.slice(-LOG_LINES_SHOWN).join("\n")}`;
}

async function spawnPostgres({ home, postgres, settings, logFile }: ServerOptions): Promise<ChildProcess> {
  // We open the log and Postgres inherits it: the user who runs Postgres may not enter the data folder.
  await using log = await open(logFile, "a", 0o600);
  // A socket file only where the settings name a folder for it.
  const reached = { listen_addresses: "127.0.0.1", port: await findFreePort(), unix_socket_directories: "" };
  const marks = { [CLUSTER]: identify(home), [APP]: process.pid };
  const flags = Object.entries({ ...reached, ...settings, ...marks }).map(
    ([name, value]) => `--${name}=${value}`,
  );
  const cwd = dataFolderOf(home.folder);
  const child = spawn(postgres, ["-D", seenFromInside(cwd), ...flags], {
    ...home.runAs,
    cwd,
    env: ENVIRONMENT,
    stdio: ["ignore", log.fd, log.fd],
    // Ctrl-C in the terminal is for us, and we still need the database while we drain.
    detached: true,
  });
  await once(child, "spawn");
  // A signal that cannot be sent emits `error`, and without a listener that ends the process.
  child.on("error", () => undefined);
  child.unref();
  return child;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

/** The file has another word for a standby, which serves reads. */
const READY: ReadonlySet<string | undefined> = new Set(["ready", "standby"]);

/** Settings that mark a Postgres: its cluster, wherever that has been moved, and the app that started it. */
const [CLUSTER, APP] = ["people.cluster", "people.app"];

function identify({ folder }: ClusterHome): string {
  const { dev, ino } = statSync(folder, { bigint: true });
  return `${dev}:${ino}`;
}

/** The Postgres that runs on the cluster, and what started it: nothing any more, if that app is gone. */
async function findPostmaster(home: ClusterHome) {
  const file = pidFileOf(home.folder);
  const [id, , , port, , , , status] = (await readFile(file, "utf8").catch(() => "")).split("\n");
  // The file is incomplete while Postgres writes it.
  if (!id || !port) return undefined;
  const pid = Number(id);
  const { parent, folder, words } = await lookAt(pid);
  const found = { pid, port: Number(port), isReady: READY.has(status?.trim()) };
  if (words.includes(`--${CLUSTER}=${identify(home)}`)) {
    // A process gets another parent when its own ends, so no later process with the same id is the owner.
    return { ...found, owner: words.includes(`--${APP}=${parent}`) ? "an app" : "nothing" } as const;
  }
  // A Postgres without marks is of an older version, or was started by hand. Without its file, it would stop
  // within a minute.
  const dataFolder = dataFolderOf(home.folder);
  if (words[0]?.endsWith("postgres") && [folder, ...words].includes(await realpath(dataFolder)))
    return { ...found, owner: "unknown" } as const;
  // Postgres replaces the file of a process that is gone. It would not start while another one has the id.
  if (signal(pid, 0)) await rm(file, { force: true });
  return undefined;
}

type Process = { readonly parent?: string; readonly folder?: string; readonly words: readonly string[] };

/**
 * The parent and the command of a process, which all users may read; empty if it is gone. On Linux also its
 * working folder, if we may read that.
 */
async function lookAt(pid: number): Promise<Process> {
  if (platform() !== "linux") {
    const ps = run("ps", ["-wwo", "ppid=,command=", "-p", `${pid}`]).catch(() => ({ stdout: "" }));
    const [parent = "", ...words] = (await ps).stdout.trim().split(" ");
    return { parent, words };
  }
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
  const [status, command, folder] = await Promise.all([
    read("status"),
    read("cmdline"),
    readlink(`/proc/${pid}/cwd`).catch(() => ""),
  ]);
  return { parent: /^PPid:\s*(\d+)/m.exec(status)?.[1] ?? "", folder, words: command.split("\0") };
}

/** False if the process is gone; with signal 0, which only checks, also if it is another user's. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (isErrorCode(error, "ESRCH") || name === 0) return false;
    throw error;
  }
}
