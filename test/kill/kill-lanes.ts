import pg from "pg";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { type CampaignReport, killRuns, type RoundReport } from "./kill-campaign.ts";

export type LanesOptions = {
  readonly kills: number;
  /** Of the first lane; the next one has the next. A lane that fails is repeated by its own, alone. */
  readonly seed: number;
  readonly people: number;
  readonly lanes: number;
  /** A Postgres with room for two services in each lane. */
  readonly server: string;
  readonly onRound?: (round: RoundReport & { readonly seed: number }) => void;
};

/** What a service holds at most: its own pool, the queue's, what its jobs use, and who listens. */
const CONNECTIONS_PER_SERVICE = 30;
/** Of Postgres itself, and of whoever looks at the databases. */
const CONNECTIONS_BESIDE = 20;

export const connectionsFor = (lanes: number): number =>
  lanes * 2 * CONNECTIONS_PER_SERVICE + CONNECTIONS_BESIDE;

/**
 * Several campaigns side by side, each with databases, a sandbox and services of its own: a killed service waits for most of its round.
 * The first lane that finds something ends them all.
 */
export async function killRunsInLanes(options: LanesOptions): Promise<CampaignReport> {
  const { kills, seed, lanes } = options;
  const failing = new AbortController();
  const reports = Array.from({ length: lanes }, async (_, lane) => {
    const share = Math.floor(kills / lanes) + (lane < kills % lanes ? 1 : 0);
    try {
      return await killInLane({ ...options, kills: share, seed: seed + lane, signal: failing.signal });
    } catch (error) {
      if (failing.signal.aborted) return NOTHING;
      failing.abort();
      throw new Error(`--lanes 1 --kills ${share} --seed ${seed + lane} found something.`, { cause: error });
    }
  });
  // Not before the last lane has ended its services.
  await Promise.allSettled(reports);
  return (await Promise.all(reports)).reduce(sum, NOTHING);
}

const NOTHING: CampaignReport = { kills: 0, rounds: 0, people: 0, events: 0 };

const sum = (one: CampaignReport, other: CampaignReport): CampaignReport => ({
  kills: one.kills + other.kills,
  rounds: one.rounds + other.rounds,
  people: one.people + other.people,
  events: one.events + other.events,
});

async function killInLane(lane: LanesOptions & { readonly signal: AbortSignal }): Promise<CampaignReport> {
  const { kills, seed, people, server, onRound, signal } = lane;
  await using sandbox = await startSandbox({ people, seed, requestsPerMinute: null });
  const databases = {
    killed: await createDatabase(server, `killed_${seed}`),
    undisturbed: await createDatabase(server, `undisturbed_${seed}`),
  };
  const onLaneRound = (round: RoundReport) => onRound?.({ ...round, seed });
  return await killRuns({ kills, seed, sandbox, databases, signal, onRound: onLaneRound });
}

async function createDatabase(server: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`create database ${name}`).finally(() => client.end());
  const url = new URL(server);
  url.pathname = name;
  return url.href;
}
