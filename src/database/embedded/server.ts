import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { open, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { platform } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { EXIT, StartError } from "../../errors.ts";
import { DatabaseClient } from "../database-client.ts";
import { isErrorCode } from "../database-errors.ts";
import { type ClusterHome, dataFolderOf, ENVIRONMENT, seenFromInside, superuserUrl } from "./cluster-home.ts";

const run = promisify(execFile);

/** Our child, or the orphan of a killed app. One that stops too slowly recovers at the next start. */
export type RunningServer = { readonly url: string; stop(withinMs: number): Promise<void> };

/** A server that belongs to this app while the connection with the lock lives. */
export type ClaimedServer = { readonly server: RunningServer; readonly lock: DatabaseClient };

export type ServerOptions = {
  readonly home: ClusterHome;
  readonly postgres: string;
  readonly port?: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly logFile: string;
};

const POLL_MS = 50;
/** Crash recovery replays the write-ahead log since the last checkpoint, at most five minutes of work. */
const READY_TIMEOUT_MS = 60_000;
/** Another program may take a free port, and sessions of a killed Postgres take a moment to end. */
const [STARTS_MAX, RETRY_DELAY_MS] = [3, 500];
const LOG_LINES_SHOWN = 5;
/** `57P03`: the database system is starting up, or shutting down. */
const STARTING_OR_STOPPING = ["ECONNREFUSED", "ECONNRESET", "57P03", "57P01"];

/** Finds or starts the server and takes its lock, which makes it ours, also if another app started it. */
export async function claimServer(options: ServerOptions, signal?: AbortSignal): Promise<ClaimedServer> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let child: ChildProcess | undefined;
  for (let failures = 0; Date.now() < deadline && !signal?.aborted; await sleep(POLL_MS)) {
    const server = await findRunningServer(options.home);
    const lock = server && (await takeLock(server.url));
    if (lock) return { server, lock };
    if (server || (child?.exitCode === null && child.signalCode === null)) continue;
    if (child && ++failures === STARTS_MAX) {
      const lines = (await readFile(options.logFile, "utf8")).trimEnd().split("\n");
      throw new Error(`The embedded Postgres did not start:\n${lines.slice(-LOG_LINES_SHOWN).join("\n")}`);
    }
    if (child) await sleep(RETRY_DELAY_MS);
    child = await spawnPostgres(options);
  }
  child?.kill("SIGINT");
  throw new Error("The Postgres on this data folder neither responds nor stops. Stop it, then start again.");
}

/** An advisory lock that the connection holds until it ends. Undefined while Postgres starts or stops. */
async function takeLock(url: string): Promise<DatabaseClient | undefined> {
  const client = new DatabaseClient({ connectionString: url, application_name: "people-subgraph lock" });
  try {
    await client.connect();
    const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock(1) as taken");
    if (rows[0]?.taken) return client;
    throw new StartError(
      "Another app is running on this data folder. Stop it, or choose another DATA_DIR for this one.",
      EXIT.config,
    );
  } catch (error) {
    await client.end().catch(() => undefined);
    if (isErrorCode(error, ...STARTING_OR_STOPPING)) return undefined;
    throw error;
  }
}

async function spawnPostgres(options: ServerOptions): Promise<ChildProcess> {
  const { home, postgres, settings, logFile, port = await findFreePort() } = options;
  // We open the log and Postgres inherits it: the user who runs Postgres may not enter the data folder.
  await using log = await open(logFile, "a", 0o600);
  const closed = { unix_socket_directories: "" };
  const fixed = { listen_addresses: "127.0.0.1", port: String(port) };
  const flags = Object.entries({ ...closed, ...settings, ...fixed }).map(
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

/** Finds the Postgres that runs on the cluster. A killed one leaves a file with its process id. */
export async function findRunningServer(home: ClusterHome): Promise<RunningServer | undefined> {
  const file = join(dataFolderOf(home.folder), "postmaster.pid");
  const [pid, , , port] = (await readFile(file, "utf8").catch(() => "")).split("\n").map(Number);
  // The file is incomplete while Postgres writes it.
  if (!pid || !port) return undefined;
  if (await worksOn(pid, home)) {
    return {
      url: await superuserUrl(home, port),
      async stop(withinMs) {
        // SIGINT is Postgres' fast shutdown: it ends all sessions and writes a checkpoint.
        for (const deadline = Date.now() + withinMs; await worksOn(pid, home); await sleep(POLL_MS))
          send(pid, Date.now() > deadline ? "SIGQUIT" : "SIGINT");
      },
    };
  }
  // Postgres replaces the file of a process that is gone. It would not start while another one has the id.
  if (send(pid, 0)) await rm(file, { force: true });
  return undefined;
}

/** False if the process is gone; with signal 0, which only checks, also if it is another user's. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (isErrorCode(error, "ESRCH") || signal === 0) return false;
    throw error;
  }
}

// Postgres enters its folder before it writes its file, and a zombie is in none. Its own user looks: in a
// container root may not look into processes of other users.
async function worksOn(pid: number, { folder, runAs }: ClusterHome): Promise<boolean> {
  const dataFolder = dataFolderOf(folder);
  const isLinux = platform() === "linux";
  const command = isLinux ? `stat -L -c %d:%i /proc/${pid}/cwd` : `ps -o command= -p ${pid}`;
  const [program = "", ...args] = command.split(" ");
  const { stdout } = await run(program, args, { ...runAs, cwd: "/" }).catch(() => ({ stdout: "" }));
  const ours = statSync(dataFolder, { bigint: true, throwIfNoEntry: false });
  return isLinux ? stdout.trim() === `${ours?.dev}:${ours?.ino}` : stdout.includes(dataFolder);
}
