import assert from "node:assert/strict";
import { generateLoad, type Load, prepareRequests, type Requests } from "./load.ts";
import { median } from "./numbers.ts";
import type { Gauges } from "./programs/gauges.ts";
import type { Variant, Workload } from "./workloads.ts";

/**
 * A side that answers the same read: its address for a workload, how to ask it, and the process that answers.
 */
export type Side = {
  readonly name: string;
  readonly program: { readGauges(): Promise<Gauges> };
  readonly addressOf: (workload: Workload) => string;
  /** Undefined where this side has no such read. */
  readonly bodyOf: (workload: Workload, variant: Variant) => object | undefined;
  /** The people in an answer, in the floor's format. */
  readonly peopleIn: (workload: Workload, answer: never) => unknown;
};

export type Measured = Omit<Load, "requests"> & { readonly nodeMs: number; readonly postgresMs: number };

export type ReadMeasurement = {
  readonly name: string;
  readonly title: string;
  readonly sides: Readonly<Record<string, Measured>>;
  /** The first side's requests per second as a multiple of each other's: the median of the rounds. */
  readonly ratios: Readonly<Record<string, number>>;
};

export type ReadBench = {
  readonly sides: readonly [Side, ...Side[]];
  /** The CPU time of Postgres until now, in milliseconds. */
  readonly readPostgresMs: () => Promise<number>;
  /** Duration of each side in a round. */
  readonly seconds: number;
  readonly rounds: number;
};

type Runner = { readonly side: Side; readonly requests: Requests; readonly rounds: Measured[] };

/** Measures all sides in turns, in short rounds, so that other load on the machine hits each of them. */
export async function measureReads(workload: Workload, bench: ReadBench): Promise<ReadMeasurement> {
  const { seconds, rounds } = bench;
  const runners = bench.sides.flatMap((side) => prepareRunner(workload, side));
  await checkSameAnswers(workload, runners);
  // The first round warms up: V8 compiles hot code, and Postgres fills its caches.
  for (let round = 0; round <= rounds; round += 1)
    for (const runner of runners) {
      const measured = await measureSide(runner, seconds, bench);
      if (round > 0) runner.rounds.push(measured);
    }
  const [ours, ...others] = runners;
  const ratioTo = ({ rounds: theirs }: Runner): number =>
    median(theirs.map((their, round) => (ours?.rounds[round]?.requestsASecond ?? 0) / their.requestsASecond));
  return {
    name: workload.name,
    title: workload.title,
    sides: Object.fromEntries(runners.map((runner) => [runner.side.name, medianOf(runner.rounds)])),
    ratios: Object.fromEntries(others.map((other) => [other.side.name, ratioTo(other)])),
  };
}

function prepareRunner(workload: Workload, side: Side): Runner[] {
  const bodies = workload.variants.map((variant) => side.bodyOf(workload, variant));
  if (bodies.includes(undefined)) return [];
  const texts = bodies.map((body) => JSON.stringify(body));
  return [{ side, requests: prepareRequests(side.addressOf(workload), texts), rounds: [] }];
}

async function measureSide({ side, requests }: Runner, seconds: number, bench: ReadBench): Promise<Measured> {
  await side.program.readGauges();
  const postgresBefore = await bench.readPostgresMs();
  const load = await generateLoad(requests, seconds);
  const [{ cpuMs }, postgresAfter] = [await side.program.readGauges(), await bench.readPostgresMs()];
  const { requests: count, ...measured } = load;
  return { ...measured, nodeMs: cpuMs / count, postgresMs: (postgresAfter - postgresBefore) / count };
}

function medianOf(rounds: readonly Measured[]): Measured {
  const of = (key: keyof Measured): number => median(rounds.map((round) => round[key]));
  return {
    requestsASecond: of("requestsASecond"),
    p50Ms: of("p50Ms"),
    p99Ms: of("p99Ms"),
    nodeMs: of("nodeMs"),
    postgresMs: of("postgresMs"),
  };
}

/** How many requests of each read are compared. */
const COMPARED = 20;

/** Sides that do different work are not comparable. */
async function checkSameAnswers(workload: Workload, runners: readonly Runner[]): Promise<void> {
  for (const variant of workload.variants.slice(0, COMPARED)) {
    const [ours, ...others] = await Promise.all(
      runners.map(async ({ side }) => {
        const response = await fetch(side.addressOf(workload), {
          method: "POST",
          headers: { "content-type": "application/json", accept: "application/json" },
          body: JSON.stringify(side.bodyOf(workload, variant)),
        });
        return { name: side.name, people: side.peopleIn(workload, (await response.json()) as never) };
      }),
    );
    assert.ok(Array.isArray(ours?.people) && ours.people.length > 0, `${workload.name}: no people`);
    // All sides write the same fields in the same order, and null for missing values.
    for (const { name, people } of others)
      assert.deepEqual(people, ours.people, `${workload.name}: ${name} answers something else`);
  }
}
