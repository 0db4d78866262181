import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { type ServiceProcess, spawnService, startService } from "../support/start-service.ts";
import { createDice } from "./dice.ts";
import { type DirectoryContent, findDifferences, readDirectoryContent } from "./directory-content.ts";
import { editAtRandom } from "./edit-at-random.ts";
import { connectPersonio, type EndedRun, requestSync, untilNewestEnded } from "./graph-client.ts";

export type CampaignOptions = {
  readonly kills: number;
  readonly seed: number;
  readonly sandbox: Sandbox;
  /** Two empty databases: of the service that is killed, and of one that nobody disturbs. */
  readonly databases: { readonly killed: string; readonly undisturbed: string };
  readonly onRound?: (round: RoundReport) => void;
  /** Ends it before the next round. */
  readonly signal?: AbortSignal;
};

export type RoundReport = {
  /** In this round alone. */
  readonly kills: number;
  readonly appliedBeforeKill: boolean;
  readonly ms: number;
};
export type CampaignReport = {
  readonly kills: number;
  readonly rounds: number;
  /** What was compared at last. */
  readonly people: number;
  readonly events: number;
};

/** How often a killed service is killed again while it starts, or while it takes the run up. */
const AGAIN_CHANCE = 0.25;
/** Starting and noticing the dead worker take about this. */
const RECOVERY_MS = 5_000;
/** Kills are spread over somewhat more than a run, so that its very end is hit too. */
const SPREAD = 1.15;

/** Of what a service complained of, when its run did not succeed. */
const LINES_SHOWN = 10;
const WARNING_LEVEL = 40;

/**
 * Kills the service at moments of chance while it syncs a company that HR edits meanwhile, and has it recover. Beside it, a
 * service that nobody disturbs follows the same company: after every round, both must have the same directory and history.
 * Right after a kill the directory must be the one before the run or the one after it, and nothing else.
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

  /** @returns the directory as the dead left it. */
  async kill(): Promise<DirectoryContent> {
    await this.end();
    return this.#lookAtRemains();
  }

  /** The same, to one that may not have got as far as serving. */
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

/** Only the runs that we ask for: one more, in one service only, would count an absence twice. */
const forgetTimetable = (url: string): Promise<void> => execute(url, "delete from pgboss.schedule");

/** Spares every kill the ten seconds after which a silent worker counts as dead. This one is. */
const ageHeartbeats = (url: string): Promise<void> =>
  execute(url, "update pgboss.job set heartbeat_on = now() - interval '1 hour' where state = 'active'");

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

function expectSuccess(run: EndedRun, output: readonly string[]): void {
  if (run.status.startsWith("SUCCEEDED")) return;
  const said = output.filter(isComplaint).slice(-LINES_SHOWN).join("\n");
  throw new Error(`Run ${run.id} ended ${run.status} (${run.problem?.code}); its service said:\n${said}`);
}

/** A warning or worse of its log; or what is no log at all, such as the last words of Node. */
const isComplaint = (line: string): boolean =>
  !line.startsWith("{") || (JSON.parse(line) as { level: number }).level >= WARNING_LEVEL;

function expectOldOrNew(content: DirectoryContent, before: DirectoryContent, after: DirectoryContent): void {
  const differences = findDifferences(before, content);
  if (differences.length === 0 || findDifferences(content, after).length === 0) return;
  throw new Error(`The dead left neither the old directory nor the new one:\n${differences.join("\n")}`);
}

function expectSame(killed: DirectoryContent, undisturbed: DirectoryContent): void {
  const differences = findDifferences(killed, undisturbed);
  if (differences.length === 0) return;
  throw new Error(`The killed service (-) and the undisturbed one (+) differ:\n${differences.join("\n")}`);
}
