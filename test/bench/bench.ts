import { writeFile } from "node:fs/promises";
import { waitForStopSignal } from "../../src/stop-signal.ts";
import { prepareRequests } from "./load.ts";
import { measureConsole, whyNoConsole } from "./measure-console.ts";
import { measureNeighbours } from "./measure-neighbours.ts";
import { measureReads, type ReadMeasurement } from "./measure-reads.ts";
import { measureSearch } from "./measure-search.ts";
import { measureSubscribers } from "./measure-subscribers.ts";
import { measureMemory, measureSync } from "./measure-sync.ts";
import { measureTenants } from "./measure-tenants.ts";
import { type Options, PEOPLE_MIN, readOptions, USAGE } from "./options.ts";
import { createResult, renderMarkdown, renderTables } from "./report.ts";
import { type Measurements, ROWS } from "./rows.ts";
import { startSides } from "./sides.ts";
import { FIRST_SYNC, runSync, type Service, startService } from "./start-service.ts";
import { prepareWorkloads } from "./workloads.ts";

/**
 * Measures our speed against floors and a peer in one run, all on this machine. Each measured part runs in a
 * process of its own, and the bench measures compared parts in turns.
 */
async function bench(programs: AsyncDisposableStack, options: Options): Promise<Measurements> {
  const { people, rows, seconds, rounds } = options;
  const needed = new Set(rows.map((row) => ROWS.get(row)?.needs));
  const needsCompany = ["sync", "memory", "reads", "search", "console"].some((name) =>
    needed.has(name as "sync"),
  );
  // The other measurements only use its Postgres.
  const service = await startService(programs, needsCompany ? people : PEOPLE_MIN);
  const { databaseUrl } = service;
  say("the service has started");

  const measured: { -readonly [Name in keyof Measurements]: Measurements[Name] } = {};
  if (needed.has("sync") || needed.has("memory")) {
    measured.sync = await measureSync(service);
    say(`first sync: ${measured.sync.first.seconds.toFixed(1)} s`);
    if (needed.has("memory")) measured.memory = await measureMemory(measured.sync);
  } else if (needsCompany) await runSync(service.graph, FIRST_SYNC);
  if (needed.has("reads") || needed.has("search"))
    Object.assign(measured, await measureOnFloors(programs, service, options));
  if (needed.has("console")) measured.console = await measureConsole({ ...options, service, say });
  if (needed.has("neighbours"))
    measured.neighbours = await measureNeighbours({ ...options, seconds: seconds * rounds });
  if (needed.has("subscribers"))
    measured.subscribers = await measureSubscribers({ ...options, databaseUrl, say });
  if (needed.has("tenants")) measured.tenants = await measureTenants({ ...options, databaseUrl, say });
  return measured;
}

/** Reads and searches of the synced company, compared with a floor. */
async function measureOnFloors(
  programs: AsyncDisposableStack,
  service: Service,
  { rows, seconds, rounds }: Options,
): Promise<Measurements> {
  const { sides, readPostgresMs } = await startSides(programs, service);
  const workloads = await prepareWorkloads(service.graph);
  say("the other sides have started");
  const reads: ReadMeasurement[] = [];
  for (const workload of workloads.filter(({ name }) => rows.includes(name))) {
    const measured = await measureReads(workload, { sides, readPostgresMs, seconds, rounds });
    say(`${workload.name}: ${measured.ratios["fair floor"]?.toFixed(2)} of the fair floor`);
    reads.push(measured);
  }
  const [page] = workloads;
  if (!page || !rows.includes("search")) return { reads };
  const bodies = page.variants.map((variant) => JSON.stringify(sides[1].bodyOf(page, variant)));
  const floorPage = prepareRequests(sides[1].addressOf(page), bodies);
  return { reads, search: await measureSearch({ service, floorPage, seconds, rounds }) };
}

/** The rows that this machine cannot measure, with the reason. */
function skippedOf({ rows }: Options): Readonly<Record<string, string>> {
  const reason = rows.includes("console") ? whyNoConsole() : undefined;
  return reason === undefined ? {} : { console: reason };
}

const say = (line: string): void => console.error(`… ${line}`);

async function run(): Promise<void> {
  const options = readOptions();
  if (!options) return console.log(USAGE);
  const skipped = skippedOf(options);
  for (const [row, reason] of Object.entries(skipped)) say(`the row ${row} is skipped: ${reason}`);
  const rows = options.rows.filter((row) => skipped[row] === undefined);
  if (rows.length === 0) return;
  const stopped = waitForStopSignal().then(() => undefined);
  await using programs = new AsyncDisposableStack();
  const measuring = bench(programs, { ...options, rows });
  // After a stop, the programs end during a measurement, so it rejects.
  measuring.catch(() => undefined);
  const measured = await Promise.race([measuring, stopped]);
  if (!measured) return;
  const result = createResult(options, measured, skipped);
  console.log(`\n${renderTables(result)}\n\n${renderMarkdown(result)}`);
  if (options.json === undefined) return;
  await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\nWritten to ${options.json}; the second table is that of README.md.`);
}

run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
