import { setTimeout as sleep } from "node:timers/promises";
import { connectCompany } from "./connect-company.ts";
import { createGraph, type Graph } from "./graph.ts";
import { quantile } from "./numbers.ts";
import type { AppProgram } from "./programs/app-program.ts";
import type { CrowdProgram } from "./programs/crowd-program.ts";
import { startProgram } from "./programs/program.ts";
import type { SandboxProgram } from "./programs/sandbox-program.ts";
import { FIRST_SYNC, makeDataDir, runSync } from "./start-service.ts";

export type NeighboursMeasurement = {
  /** The times of one company's small query without other load. */
  readonly idle: Latencies;
  /** The times while another company has its first sync. */
  readonly duringSync: Latencies & {
    readonly people: number;
    /** The longest time for which the event loop took no turn, and the CPU time of its thread meanwhile. */
    readonly stallMs: number;
    readonly stallCpuMs: number;
  };
  /** The times while this many clients of another company send expensive queries. */
  readonly duringQueries: Latencies & {
    readonly clients: number;
    readonly answered: number;
    readonly refused: number;
    /** The times of a second service on this machine, asked at the same moments and without that load. */
    readonly twin: Latencies;
  };
};

type Latencies = {
  readonly asked: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
};

const SMALL_COMPANY = 1_500;
const SMALL = "{ people(first: 10) { edges { node { id displayName workEmail department { name } } } } }";
const EXPENSIVE = `{ people(first: 50) { edges { node { id
  department { id people(first: 100) { edges { node { id displayName position } } } }
  office { id people(first: 100) { edges { node { id displayName position } } } }
  reportingChain { id displayName } } } } }`;

/** Clients with the pace of users who look at the directory, not a load test. */
const USERS = 4;
const BETWEEN_QUERIES_MS = 50;
/** With this many, five answers are slower than the p99. With a hundred, the p99 is the second worst. */
const QUERIES_MIN = 600;
const WARM_UP_QUERIES = 100;
/** The wait until all clients have asked once. */
const CROWDING_MS = 1_000;

export type NeighboursBench = {
  /** In the company that syncs. */
  readonly people: number;
  readonly clients: number;
  /** The least time of measuring the small query, in each state that does not end by itself. */
  readonly seconds: number;
};

/**
 * Two companies of one service: how much a large sync and a load of one slow down the small queries of the
 * other. The load also takes CPU of the machine, so a twin of the service shows the time of the same query
 * without sharing a process.
 */
export async function measureNeighbours(bench: NeighboursBench): Promise<NeighboursMeasurement> {
  const { people, clients, seconds } = bench;
  await using programs = new AsyncDisposableStack();
  const credentials = { clientId: "neighbour", clientSecret: "neighbour-secret" };
  const sandbox = await programs
    .use(startProgram<SandboxProgram>("sandbox-program", []))
    .call("start", { people, neighbours: [{ people: SMALL_COMPANY, seed: 2, credentials }] });
  const startWithSmallCompany = async () => {
    const dataDir = await makeDataDir(programs);
    const app = programs.use(startProgram<AppProgram>("app-program"));
    // The queries repeat. With kept answers, neither company would cause the work that is compared.
    const start = { dataDir, personioUrl: sandbox.url, tokens: true, keepsAnswers: false };
    const { url } = await app.call("start", start);
    const token = await app.call("issueToken", { tenant: "large" });
    const small = createGraph(url, await app.call("issueToken", { tenant: "small" }));
    await connectCompany(small, { credentials });
    await runSync(small, FIRST_SYNC);
    for (let query = 0; query < WARM_UP_QUERIES; query += 1) await small.ask(SMALL);
    return { app, url, token, small };
  };
  const twin = await startWithSmallCompany();
  const { app, url, token, small } = await startWithSmallCompany();
  const large = createGraph(url, token);
  const [idle] = await askSideBySide([small], seconds);

  await connectCompany(large, sandbox);
  await app.readGauges();
  const users = startUsers(small);
  await runSync(large, FIRST_SYNC).finally(users.stop);
  const duringSync = await users.stop();
  const { stallMs, stallCpuMs } = await app.readGauges();

  const crowd = programs.use(startProgram<CrowdProgram>("crowd-program", []));
  await crowd.call("start", { url, token, query: EXPENSIVE, clients });
  await sleep(CROWDING_MS);
  const [duringQueries, ofTwin] = await askSideBySide([small, twin.small], seconds);
  const load = await crowd.call("stop", undefined);
  return {
    idle,
    duringSync: { ...duringSync, people, stallMs, stallCpuMs },
    duringQueries: { ...duringQueries, ...load, clients, twin: ofTwin },
  };
}

/** The times of the small query in each service. All services are asked at the same time. */
async function askSideBySide<const Graphs extends readonly Graph[]>(
  graphs: Graphs,
  seconds: number,
): Promise<{ [Place in keyof Graphs]: Latencies }> {
  const users = graphs.map(startUsers);
  await sleep(seconds * 1_000);
  while (!users.every(({ haveAskedEnough }) => haveAskedEnough())) await sleep(BETWEEN_QUERIES_MS);
  const latencies = await Promise.all(users.map(({ stop }) => stop()));
  return latencies as { [Place in keyof Graphs]: Latencies };
}

/** Users who ask the small query until they are stopped. */
function startUsers(graph: Graph) {
  const times: number[] = [];
  let failed = 0;
  let isOver = false;
  const ask = async (place: number): Promise<void> => {
    await sleep((place * BETWEEN_QUERIES_MS) / USERS);
    do {
      const askedAt = performance.now();
      await graph.ask(SMALL).catch(() => {
        failed += 1;
      });
      times.push(performance.now() - askedAt);
      await sleep(BETWEEN_QUERIES_MS);
    } while (!isOver);
  };
  const asking = Promise.all(Array.from({ length: USERS }, (_, place) => ask(place)));
  return {
    haveAskedEnough: () => times.length >= QUERIES_MIN,
    async stop(): Promise<Latencies> {
      isOver = true;
      await asking;
      return { asked: times.length, p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99), failed };
    },
  };
}
