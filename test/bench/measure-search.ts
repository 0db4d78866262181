import pg from "pg";
import { generateLoad, prepareRequests, type Requests } from "./load.ts";
import { median } from "./numbers.ts";
import { FIRST_SYNC, runSync, type Service, startService } from "./start-service.ts";

export type SearchMeasurement = {
  readonly people: number;
  /** The tables of search words, with their indexes. */
  readonly bytesAPerson: number;
  /** By word and company: its p99 as a multiple of a page's p50 at the fair floor. */
  readonly searches: Readonly<Record<string, Search>>;
};

type Search = { readonly ratio: number; readonly p99Ms: number; readonly pageMs: number };

/**
 * Prefixes of the sandbox's names, positions and domains: some match few people, others a large part of all.
 */
const WORDS = {
  rare: ["abigail adey", "nakam", "gunther mul", "thorv", "amelia adey", "okaf", "kerstin wei", "lukas mull"],
  common: ["m", "s", "a", "senior", "e", "team", "de", "a s"],
};

const FEW_PEOPLE = 100;

const SEARCH = `query ($text: String!) {
  people(first: 20, filter: { search: $text }) { edges { node { id displayName position } } }
}`;

export type SearchBench = {
  readonly service: Service;
  /** A page at the fair floor, which shows how fast the machine is. */
  readonly floorPage: Requests;
  readonly seconds: number;
  readonly rounds: number;
};

/** Prefix searches of one user in a large and in a small company, in turns with the floor's page. */
export async function measureSearch(bench: SearchBench): Promise<SearchMeasurement> {
  await using programs = new AsyncDisposableStack();
  const small = await startService(programs, FEW_PEOPLE);
  await runSync(small.graph, FIRST_SYNC);
  const { people, bytes } = await measureTables(bench.service.databaseUrl);
  const searches: Record<string, Search> = {};
  for (const [size, { graph }] of Object.entries({ "": bench.service, [` of ${FEW_PEOPLE} people`]: small }))
    for (const [kind, words] of Object.entries(WORDS)) {
      const bodies = words.map((text) => JSON.stringify({ query: SEARCH, variables: { text } }));
      searches[`${kind} word${size}`] = await measureSearches(prepareRequests(graph.url, bodies), bench);
    }
  return { people, bytesAPerson: bytes / people, searches };
}

async function measureSearches(searches: Requests, bench: SearchBench): Promise<Search> {
  const rounds: Search[] = [];
  // The first round warms up.
  for (let round = 0; round <= bench.rounds; round += 1) {
    const { p99Ms } = await generateLoad(searches, bench.seconds, 1);
    const { p50Ms: pageMs } = await generateLoad(bench.floorPage, bench.seconds, 1);
    if (round > 0) rounds.push({ ratio: p99Ms / pageMs, p99Ms, pageMs });
  }
  const of = (key: keyof Search): number => median(rounds.map((round) => round[key]));
  return { ratio: of("ratio"), p99Ms: of("p99Ms"), pageMs: of("pageMs") };
}

/** Every table with `word` in its name serves the search. */
async function measureTables(databaseUrl: string): Promise<{ people: number; bytes: number }> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const { rows } = await client.query<{ people: number; bytes: number }>(
    `select (select count(*)::int from people) as people,
      (select sum(pg_total_relation_size(oid))::float8 from pg_class where relkind = 'r' and relname ~ 'word') as bytes`,
  );
  await client.end();
  return rows[0] ?? { people: 0, bytes: Number.NaN };
}
