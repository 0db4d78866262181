import assert from "node:assert/strict";
import type { Graph } from "./graph.ts";
import { generateLoad, type Load } from "./load.ts";
import { median } from "./numbers.ts";
import type { Variant, Workload } from "./workloads.ts";

export type ReadMeasurement = {
  readonly name: string;
  readonly title: string;
  readonly ours: Load;
  readonly floor: Load;
  /** Our requests per second as a share of the floor's: the median of the rounds. */
  readonly ratio: number;
};

export type ReadBench = {
  readonly graph: Graph;
  readonly floorUrl: string;
  /** Duration of each side in a round. */
  readonly seconds: number;
  readonly rounds: number;
};

/** Longer than V8 needs to compile hot code. */
const WARM_UP_SECONDS_MAX = 3;

/** Measures both sides in turns, in short rounds, so that other load on the machine hits both. */
export async function measureReads(workload: Workload, bench: ReadBench): Promise<ReadMeasurement> {
  for (const variant of workload.variants) await checkSameAnswer(workload, variant, bench);
  const { graph, floorUrl, seconds, rounds } = bench;
  const askOurs = workload.variants.map(({ variables }) =>
    JSON.stringify({ query: workload.query, variables }),
  );
  const askFloor = workload.variants.map(({ parameters }) => JSON.stringify(parameters));
  const loadOurs = (time: number) => generateLoad(graph.url, { bodies: askOurs, seconds: time });
  const loadFloor = (time: number) =>
    generateLoad(`${floorUrl}/${workload.name}`, { bodies: askFloor, seconds: time });

  const warmUpSeconds = Math.min(seconds, WARM_UP_SECONDS_MAX);
  await loadOurs(warmUpSeconds);
  await loadFloor(warmUpSeconds);
  const ours: Load[] = [];
  const floor: Load[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await loadOurs(seconds));
    floor.push(await loadFloor(seconds));
  }
  const ratios = ours.map(
    (load, round) => load.requestsASecond / (floor[round]?.requestsASecond ?? Number.NaN),
  );
  return {
    name: workload.name,
    title: workload.title,
    ours: medianLoad(ours),
    floor: medianLoad(floor),
    ratio: median(ratios),
  };
}

const medianLoad = (loads: readonly Load[]): Load => ({
  requestsASecond: median(loads.map(({ requestsASecond }) => requestsASecond)),
  p50Ms: median(loads.map(({ p50Ms }) => p50Ms)),
  p99Ms: median(loads.map(({ p99Ms }) => p99Ms)),
});

/** Two sides that do different work are not comparable. */
async function checkSameAnswer(
  { name, query, peopleIn }: Workload,
  { variables, parameters }: Variant,
  { graph, floorUrl }: ReadBench,
): Promise<void> {
  const [ours, response] = await Promise.all([
    graph.ask<never>(query, variables),
    fetch(`${floorUrl}/${name}`, { method: "POST", body: JSON.stringify(parameters) }),
  ]);
  const people = peopleIn(ours);
  assert.ok(people.length > 0, `${name}: no request succeeded`);
  // Both write the same fields in the same order, and null for missing values.
  assert.deepEqual(people, await response.json(), `${name}: the floor answers something else`);
}
