import pg from "pg";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { type CampaignReport, killRuns, type RoundReport } from "./kill-campaign.ts";

export type LanesOptions = {
  readonly kills: number;
  /**
   * Seed of the first lane; each further lane adds one. The error names the seed with which to repeat a
   * failed lane alone.
   */
  readonly seed: number;
  readonly people: number;
  readonly lanes: number;
  /** A Postgres with connections for two services in each lane. */
  readonly server: string;
  readonly onRound?: (round: RoundReport & { readonly seed: number }) => void;
};

/** The most connections of a service: the pools of requests, queue and jobs, and LISTEN. */
const CONNECTIONS_PER_SERVICE = 30;
/** Connections of Postgres itself, and of tools. */
const CONNECTIONS_BESIDE = 20;

export const connectionsFor = (lanes: number): number =>
  lanes * 2 * CONNECTIONS_PER_SERVICE + CONNECTIONS_BESIDE;

/**
 * Several concurrent campaigns, each with databases, a sandbox and services of its own, because a killed
 * service is idle for most of its round. The first lane that fails ends them all.
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
      throw new Error(`--lanes 1 --kills ${share} --seed ${seed + lane} failed.`, { cause: error });
    }
  });
  // Waits until the last lane has ended its services.
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
