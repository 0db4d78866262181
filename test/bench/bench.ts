import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { waitForStopSignal } from "../../src/stop-signal.ts";
import { createGraph } from "./graph.ts";
import { measureReads, type ReadMeasurement } from "./measure-reads.ts";
import { measureSubscribers } from "./measure-subscribers.ts";
import { measureSync } from "./measure-sync.ts";
import { measureTenants } from "./measure-tenants.ts";
import type { AppProgram } from "./programs/app-program.ts";
import type { FetchProgram } from "./programs/fetch-program.ts";
import type { FloorProgram } from "./programs/floor-program.ts";
import { startProgram } from "./programs/program.ts";
import type { SandboxProgram } from "./programs/sandbox-program.ts";
import { type BenchResult, describeMachine, renderTables } from "./report.ts";
import { prepareWorkloads } from "./workloads.ts";

const USAGE = `Usage: npm run bench -- [options]

  --people <number>   people in the company, 500 or more (default: 100000)
  --tenants <number>  companies of 200 people due at once (default: 1000)
  --subscribers <number>  concurrent subscribers to events (default: 10000); each needs two file descriptors
  --seconds <number>  duration of each side of a read in a round (default: 3)
  --rounds <number>   number of rounds (default: 5)
  --json <path>       output file (default: bench.json)`;

/** The reads need more than one page. */
const PEOPLE_MIN = 500;

/** A wide range for experiments; the numbers in the README use the defaults. */
const readOptions = () => {
  const { values } = parseArgs({
    options: {
      people: { type: "string", default: "100000" },
      tenants: { type: "string", default: "1000" },
      subscribers: { type: "string", default: "10000" },
      seconds: { type: "string", default: "3" },
      rounds: { type: "string", default: "5" },
      json: { type: "string", default: "bench.json" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  const [people, tenants, subscribers, seconds, rounds] = [
    values.people,
    values.tenants,
    values.subscribers,
    values.seconds,
    values.rounds,
  ].map(Number);
  if (!seconds || !rounds || !tenants || !subscribers || !people || people < PEOPLE_MIN)
    throw new Error(USAGE);
  return { people, tenants, subscribers, seconds, rounds, json: values.json };
};

type Options = NonNullable<ReturnType<typeof readOptions>>;

/**
 * Measures our speed against the floor in one run, all on this machine. Each measured part runs in a process
 * of its own, and compared parts are measured in turns.
 */
async function bench(programs: AsyncDisposableStack, options: Options): Promise<BenchResult> {
  const { people, tenants, subscribers, seconds, rounds } = options;
  const company = await programs
    .use(startProgram<SandboxProgram>("sandbox-program", []))
    .call("start", { people });
  const dataDir = await makeFolder(programs);
  const app = programs.use(startProgram<AppProgram>("app-program"));
  const { url, databaseUrl } = await app.call("start", { dataDir, personioUrl: company.url });
  const graph = createGraph(url);
  say(`the service has started, beside a Personio with ${people} people`);

  // Without the options that save memory of the service at some cost, as a normal program runs.
  const fetcher = programs.use(startProgram<FetchProgram>("fetch-program", []));
  const sync = await measureSync({ graph, app, fetcher, company, say });

  const floor = programs.use(startProgram<FloorProgram>("floor-program"));
  const { url: floorUrl } = await floor.call("start", { databaseUrl });
  const reads: ReadMeasurement[] = [];
  for (const workload of await prepareWorkloads(graph)) {
    const measured = await measureReads(workload, { graph, floorUrl, seconds, rounds });
    say(`${workload.name}: ${measured.ratio.toFixed(2)} of the floor`);
    reads.push(measured);
  }
  const manyTenants = await measureTenants({ tenants, databaseUrl, say });
  const manySubscribers = await measureSubscribers({ subscribers, databaseUrl, say });
  return {
    takenAt: new Date().toISOString(),
    machine: describeMachine(),
    options: { people, tenants, subscribers, seconds, rounds },
    sync,
    reads,
    tenants: manyTenants,
    subscribers: manySubscribers,
  };
}

/** A temporary folder for Postgres. It is disposed after everything that starts later, so after Postgres. */
async function makeFolder(programs: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "people-subgraph-bench-"));
  programs.defer(() => rm(folder, { recursive: true, force: true }));
  // Postgres does not run as root: its user must be able to enter the folder that root made.
  await chmod(folder, 0o711);
  return folder;
}

const say = (line: string): void => console.error(`… ${line}`);

async function run(): Promise<void> {
  const options = readOptions();
  if (!options) return console.log(USAGE);
  const stopped = waitForStopSignal().then(() => undefined);
  await using programs = new AsyncDisposableStack();
  const measuring = bench(programs, options);
  // After a stop its programs end while it still measures, so it rejects.
  measuring.catch(() => undefined);
  const result = await Promise.race([measuring, stopped]);
  if (!result) return;
  await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\n${renderTables(result)}\n\nWritten to ${options.json}`);
}

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
