import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { startEmbeddedPostgres } from "../../src/database/embedded/embedded-postgres.ts";
import { createLogger } from "../../src/log.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { killRuns } from "./kill-campaign.ts";

/**
 * `npm run test:kill -- --kills 1000 --seed 7`: kills the built service that often while it syncs, on a Postgres of its own,
 * and compares it with one that nobody disturbed. The seed decides HR's edits and the moments; without one, chance does.
 */
const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "20" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e6)) },
    people: { type: "string", default: "300" },
  },
});
const [kills, seed, people] = [Number(values.kills), Number(values.seed), Number(values.people)];
console.info(`${kills} kills among ${people} people, --seed ${seed}`);

const folder = await mkdtemp(join(tmpdir(), "people-kill-"));
// Postgres does not run as root: its user must be able to enter the folder that root made.
await chmod(folder, 0o711);
const startedAt = performance.now();
try {
  await using postgres = await startEmbeddedPostgres({
    dataDir: folder,
    log: createLogger("warn"),
    initdbFlags: ["--no-sync"],
  });
  await using sandbox = await startSandbox({ people, seed, requestsPerMinute: null });
  const databases = {
    killed: await createDatabase(postgres.url, "killed"),
    undisturbed: await createDatabase(postgres.url, "undisturbed"),
  };
  const report = await killRuns({
    kills,
    seed,
    sandbox,
    databases,
    onRound: ({ kills: done, appliedBeforeKill, ms }) =>
      console.info(
        `${done} kills · ${appliedBeforeKill ? "after" : "before"} the commit · ${Math.round(ms)} ms`,
      ),
  });
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  console.info({ ...report, seed, seconds }, "the same directory and history as without a kill");
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function createDatabase(server: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`create database ${name}`).finally(() => client.end());
  const url = new URL(server);
  url.pathname = name;
  return url.href;
}
