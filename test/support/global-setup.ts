import { readFileSync, rmSync, statfsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "../../src/database/embedded/embedded-postgres.ts";
import { findMigrations, migrate } from "../../src/database/migrate.ts";
import { JOBS } from "../../src/job-definitions.ts";
import { migrateQueue } from "../../src/jobs/migrate-queue.ts";
import { openQueue } from "../../src/jobs/queue.ts";
import { createLogger } from "../../src/log.ts";
import { TEMPLATE } from "./migrations.ts";
import { needsPostgres } from "./needs-postgres.ts";
import { bundlePrograms } from "./programs.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The one Postgres of the test run, as its superuser. */
    postgresUrl: string;
    /** The same as the login that serves: it owns nothing, and row-level security binds it. */
    servingUrl: string;
    /** A temporary folder on disk; the default temporary folder is in memory if there is room. */
    diskFolder: string;
    /** Each project reads the same stories with one version of Personio's API. */
    storyVersion: "V1" | "V2";
  }
}

/** No test database needs to survive a power cut. */
const FAST_AND_FORGETFUL = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  // Autovacuum visits databases at random, which changes plans from run to run.
  autovacuum: "off",
  // Nothing is ever restored from this log, so it stays small, also in memory.
  max_wal_size: "256MB",
  max_connections: "400",
  // The passwords are random, and clients compute these each time they connect.
  scram_iterations: "1",
};

/**
 * Linux keeps this folder in memory. Each test file copies a database of 400 files, which takes ten times as
 * long on a disk.
 */
const MEMORY_FOLDER = "/dev/shm";
/** The databases of all concurrent tests take a third of it. */
const MEMORY_BYTES_MIN = 2 * 1024 ** 3;

/** In memory if there is room: containers often have 64 MB of it. */
function parentFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
    return bavail * bsize >= MEMORY_BYTES_MIN ? MEMORY_FOLDER : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** Bundles the programs while the one Postgres of all test files starts, if one of them may need it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [stop] = await Promise.all([
    needsPostgres(project) ? startPostgres(project) : NOTHING,
    bundlePrograms(),
  ]);
  return stop;
}

const NOTHING = async (): Promise<void> => undefined;

/** Also migrates the template that the test files copy. */
async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  await using starting = new AsyncDisposableStack();
  project.provide("diskFolder", tmpdir());
  const folder = await mkdtemp(join(parentFolder(), "people-subgraph-test-"));
  // Also for databases and folders that tests create; they are deleted with it.
  process.env.TMPDIR = folder;
  starting.defer(() => rm(folder, { recursive: true, force: true }));
  // Postgres does not run as root: its user must be able to enter the folder that root made.
  await chmod(folder, 0o711);
  endPostgresOnExit(folder);
  const sockets = await makeSocketFolder(folder);
  const postgres = starting.use(
    await startEmbeddedPostgres({
      dataDir: folder,
      log: createLogger("warn"),
      settings: { ...FAST_AND_FORGETFUL, unix_socket_directories: sockets },
      initdbFlags: ["--no-sync", `--set=scram_iterations=${FAST_AND_FORGETFUL.scram_iterations}`],
    }),
  );
  await createTemplate(postgres);
  project.provide("postgresUrl", throughSocket(postgres.url, sockets));
  project.provide("servingUrl", throughSocket(postgres.servingUrl, sockets));
  const started = starting.move();
  return () => started.disposeAsync();
}

/** The name is short, because the path of a socket may have only a hundred characters. */
async function makeSocketFolder(parent: string): Promise<string> {
  const folder = join(parent, "s");
  await mkdir(folder);
  // Postgres makes its socket there as its own user.
  await chmod(folder, 0o777);
  return folder;
}

/**
 * A round trip over a socket file takes each side a third less CPU time than over TCP. `overTcp` switches
 * back to TCP.
 */
const throughSocket = (url: string, folder: string): string => `${url}?host=${encodeURIComponent(folder)}`;

async function createTemplate(postgres: EmbeddedPostgres): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  const [owned, served] = [new URL(postgres.url), new URL(postgres.servingUrl)];
  for (const template of [owned, served]) template.pathname = TEMPLATE;
  await migrate(owned.href, await findMigrations());
  const log = createLogger("warn");
  // Creates the tables and the queues of the jobs once, instead of in each app of each test.
  await migrateQueue(owned.href, log);
  await using _ = await openQueue({ url: served.href, jobs: JOBS, log });
}

/** An interrupted test run has no teardown, and the database would run for ever. */
function endPostgresOnExit(folder: string): void {
  process.once("exit", () => {
    try {
      const [pid] = readFileSync(join(folder, "postgres", "data", "postmaster.pid"), "utf8").split("\n");
      process.kill(Number(pid), "SIGQUIT");
      // Postgres may still write for a moment.
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    } catch {
      // The teardown has already stopped it.
    }
  });
}
