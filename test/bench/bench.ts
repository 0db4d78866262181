import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { untilStopped } from "../../src/until-stopped.ts";
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

  --people <number>   how many people the company has, 500 or more (100000)
  --tenants <number>  how many companies of 200 people are due at once (1000)
  --subscribers <number>  how many wait for events at once (10000); each needs a file descriptor here and there
  --seconds <number>  how long each side of a read is measured in a round (3)
  --rounds <number>   how many rounds there are (5)
  --json <path>       where the numbers go (bench.json)`;

/** A few pages, to ask for more than one. */
const PEOPLE_MIN = 500;

/** Wide enough a range to try things out; the numbers in the README come from the defaults. */
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
 * Our speed against the floor, in one run, with everything on this machine: each part that is measured runs in a process of its
 * own, and whatever is compared is measured in turns.
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

  // As anybody would run it, without the options that spare the service memory at some cost.
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

/** A folder for Postgres that is gone afterwards. Disposed after what is started later, so after Postgres. */
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
  const stopped = untilStopped().then(() => undefined);
  await using programs = new AsyncDisposableStack();
  const measuring = bench(programs, options);
  // When it was stopped, its programs end under its hands.
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
