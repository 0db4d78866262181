import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "../../src/database/embedded/embedded-postgres.ts";
import { findMigrations } from "../../src/database/find-migrations.ts";
import { migrate } from "../../src/database/migrate.ts";
import { createLogger } from "../../src/log.ts";
import { TEMPLATE } from "./migrations.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The one Postgres of the test run, as its superuser. */
    postgresUrl: string;
  }
}

/** No test database needs to survive a power cut. */
const FAST_AND_FORGETFUL = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "400",
};

/** Starts one Postgres for all test files and migrates the template that they copy. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using starting = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "people-subgraph-test-"));
  starting.defer(() => rm(folder, { recursive: true, force: true }));
  // Postgres does not run as root: its user must be able to enter the folder that root made.
  await chmod(folder, 0o711);
  endPostgresOnExit(folder);
  const postgres = starting.use(
    await startEmbeddedPostgres({
      dataDir: folder,
      log: createLogger("warn"),
      settings: FAST_AND_FORGETFUL,
      initdbFlags: ["--no-sync"],
    }),
  );
  await createTemplate(postgres.url);
  project.provide("postgresUrl", postgres.url);
  const started = starting.move();
  return () => started.disposeAsync();
}

async function createTemplate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  const template = new URL(url);
  template.pathname = TEMPLATE;
  await migrate(template.href, await findMigrations());
}

/** An interrupted test run has no teardown, and the database would run for ever. */
function endPostgresOnExit(folder: string): void {
  process.once("exit", () => {
    try {
      const [pid] = readFileSync(join(folder, "postgres", "data", "postmaster.pid"), "utf8").split("\n");
      process.kill(Number(pid), "SIGQUIT");
    } catch {
      // The teardown has already stopped it.
    }
  });
}
