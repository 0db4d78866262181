import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { type ServiceProcess, spawnService, startService } from "../support/start-service.ts";
import { createDice } from "./dice.ts";
import { type DirectoryContent, findDifferences, readDirectoryContent } from "./directory-content.ts";
import { editAtRandom } from "./edit-at-random.ts";
import { connectPersonio, type EndedRun, requestSync, untilNewestEnded } from "./graph-client.ts";

// This needs a killed service and an undisturbed one, each on a database of its own, because the test
// compares them.

export type CampaignOptions = {
  readonly kills: number;
  readonly seed: number;
  readonly sandbox: Sandbox;
  /** Two empty databases: of the killed service, and of the undisturbed one. */
  readonly databases: { readonly killed: string; readonly undisturbed: string };
  readonly onRound?: (round: RoundReport) => void;
  /** Ends the campaign before the next round. */
  readonly signal?: AbortSignal;
};

export type RoundReport = {
  /** Kills only in this round. */
  readonly kills: number;
  readonly appliedBeforeKill: boolean;
  readonly ms: number;
};
export type CampaignReport = {
  readonly kills: number;
  readonly rounds: number;
  /** Counts of the last comparison. */
  readonly people: number;
  readonly events: number;
};

/** Probability of a second kill while the service starts or claims the run. */
const AGAIN_CHANCE = 0.25;
/** The approximate time to start and to detect the dead worker. */
const RECOVERY_MS = 5_000;
/** Kills are spread over a little more than a run, so that some hit its very end. */
const SPREAD = 1.15;

/** How many lines of a service's log an error shows, when its run did not succeed. */
const LINES_SHOWN = 10;
const WARNING_LEVEL = 40;

/**
 * Kills the service at random moments while it syncs a company that HR edits meanwhile, and lets it recover.
 * An undisturbed service follows the same company: after every round, both must have the same directory and
 * history. Right after a kill the directory must be exactly the one before or the one after the run.
 */
export async function killRuns(options: CampaignOptions): Promise<CampaignReport> {
  const { kills, seed, sandbox, databases, onRound, signal } = options;
  const dice = createDice(seed);
  await using undisturbed = await startService(environmentOf(databases.undisturbed, sandbox));
  const killed = new Victim(databases.killed, environmentOf(databases.killed, sandbox));
  await using _ending = { [Symbol.asyncDispose]: () => killed.end() };
  await killed.start();
  for (const service of [undisturbed, killed])
    expectSuccess(await connectPersonio(service.url, sandbox.credentials), service.output);
  for (const url of Object.values(databases)) await forgetTimetable(url);

  let [done, rounds, runMs] = [0, 0, 500];
  while (done < kills) {
    signal?.throwIfAborted();
    const startedAt = performance.now();
    await editAtRandom(sandbox.admin, databases.undisturbed, dice);
    const before = await readDirectoryContent(databases.killed);
    await requestSync(killed.url);
    await sleep(dice() * SPREAD * runMs);
    const seen = [await killed.kill()];
    if (seen.length + done < kills && dice() < AGAIN_CHANCE) {
      seen.push(await killed.startAndKill(dice() * RECOVERY_MS));
    }
    await killed.start();
    expectSuccess(await untilNewestEnded(killed.url), killed.output);
    const after = await readDirectoryContent(databases.killed);
    for (const content of seen) expectOldOrNew(content, before, after);

    const syncedAt = performance.now();
    await requestSync(undisturbed.url);
    expectSuccess(await untilNewestEnded(undisturbed.url), undisturbed.output);
    runMs = performance.now() - syncedAt;
    expectSame(after, await readDirectoryContent(databases.undisturbed));
    done += seen.length;
    rounds += 1;
    const appliedBeforeKill = findDifferences(seen[0]!, before).length > 0;
    onRound?.({ kills: seen.length, appliedBeforeKill, ms: performance.now() - startedAt });
  }
  const { people = [], events = [] } = await readDirectoryContent(databases.killed);
  return { kills: done, rounds, people: people.length, events: events.length };
}

/** The service that is killed and started again. */
class Victim {
  readonly #databaseUrl: string;
  readonly #environment: Readonly<Record<string, string>>;
  #service: ServiceProcess | undefined;

  constructor(databaseUrl: string, environment: Readonly<Record<string, string>>) {
    this.#databaseUrl = databaseUrl;
    this.#environment = environment;
  }

  get url(): string {
    if (!this.#service) throw new Error("The service is not running.");
    return this.#service.url;
  }

  get output(): readonly string[] {
    return this.#service?.output ?? [];
  }

  async start(): Promise<void> {
    this.#service = await startService(this.#environment);
  }

  /** @returns the directory after the kill. */
  async kill(): Promise<DirectoryContent> {
    await this.end();
    return this.#lookAtRemains();
  }

  /** The same for a service that may not serve yet. */
  async startAndKill(afterMs: number): Promise<DirectoryContent> {
    const { child, exited } = spawnService(this.#environment);
    await sleep(afterMs);
    child.kill("SIGKILL");
    await exited;
    return this.#lookAtRemains();
  }

  async end(): Promise<void> {
    await this.#service?.stop("SIGKILL");
    this.#service = undefined;
  }

  async #lookAtRemains(): Promise<DirectoryContent> {
    const content = await readDirectoryContent(this.#databaseUrl);
    await ageHeartbeats(this.#databaseUrl);
    return content;
  }
}

const environmentOf = (databaseUrl: string, sandbox: Sandbox): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  SECRET_KEYS: `1:${randomBytes(32).toString("base64")}`,
  PERSONIO_API_URL: sandbox.url,
  PERSONIO_REQUESTS_PER_MINUTE: "100000",
});

/** Leaves only requested runs, because an additional run in one service would count an absence twice. */
const forgetTimetable = (url: string): Promise<void> => execute(url, "delete from pgboss.schedule");

/** Marks the worker as dead, because the service would wait ten seconds for a sign of it after each kill. */
const ageHeartbeats = (url: string): Promise<void> =>
  execute(url, "update pgboss.job set heartbeat_on = now() - interval '1 hour' where state = 'active'");

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

function expectSuccess(run: EndedRun, output: readonly string[]): void {
  if (run.status.startsWith("SUCCEEDED")) return;
  const logged = output.filter(isComplaint).slice(-LINES_SHOWN).join("\n");
  throw new Error(`Run ${run.id} ended ${run.status} (${run.problem?.code}); its service logged:\n${logged}`);
}

/** A warning or worse of its log, or a line outside the log, such as the last output of Node. */
const isComplaint = (line: string): boolean =>
  !line.startsWith("{") || (JSON.parse(line) as { level: number }).level >= WARNING_LEVEL;

function expectOldOrNew(content: DirectoryContent, before: DirectoryContent, after: DirectoryContent): void {
  const differences = findDifferences(before, content);
  if (differences.length === 0 || findDifferences(content, after).length === 0) return;
  throw new Error(
    `The killed service left neither the old directory nor the new one:\n${differences.join("\n")}`,
  );
}

function expectSame(killed: DirectoryContent, undisturbed: DirectoryContent): void {
  const differences = findDifferences(killed, undisturbed);
  if (differences.length === 0) return;
  throw new Error(`The killed service (-) and the undisturbed one (+) differ:\n${differences.join("\n")}`);
}
