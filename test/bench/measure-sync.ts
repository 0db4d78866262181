import { type Company, connectCompany } from "./connect-company.ts";
import type { Graph } from "./graph.ts";
import { median } from "./numbers.ts";
import type { AppProgram } from "./programs/app-program.ts";
import type { FetchProgram } from "./programs/fetch-program.ts";
import type { Program } from "./programs/program.ts";

export type SyncMeasurement = {
  readonly employees: number;
  readonly fetching: Timed;
  readonly full: Timed & { readonly ratio: number };
  readonly unchanged: Timed & { readonly ratio: number };
};

type Timed = { readonly seconds: number; readonly peopleASecond: number; readonly peakBytes: number };

export type SyncBench = {
  readonly graph: Graph;
  readonly app: Program<AppProgram>;
  readonly fetcher: Program<FetchProgram>;
  readonly company: Company;
  readonly say: (line: string) => void;
};

/**
 * A first sync of all people, and one without changes, from the mutation until the run has ended. The plain
 * fetch is measured before, between and after them, so that a machine that slows down slows both.
 */
export async function measureSync(bench: SyncBench): Promise<SyncMeasurement> {
  const { graph, company, say } = bench;
  await connectCompany(graph, company);
  say("connected, previewed");

  const fetches = [await fetchEverybody(bench)];
  const full = await timeRun(bench, "mutation { finishPersonioSetup { status } }");
  say(`full sync: ${full.seconds.toFixed(1)} s`);
  fetches.push(await fetchEverybody(bench));
  const unchanged = await timeRun(bench, "mutation { syncPersonio { id } }");
  say(`unchanged sync: ${unchanged.seconds.toFixed(1)} s`);
  fetches.push(await fetchEverybody(bench));

  const employees = fetches[0]?.employees ?? 0;
  checkRuns(employees, full, unchanged);
  const fetchSeconds = median(fetches.map(({ seconds }) => seconds));
  const timed = ({ seconds, peakBytes }: Pick<Timed, "seconds" | "peakBytes">) => ({
    seconds,
    peopleASecond: employees / seconds,
    peakBytes,
    ratio: seconds / fetchSeconds,
  });
  const fetchPeak = Math.max(...fetches.map(({ peakBytes }) => peakBytes));
  const { ratio: _one, ...fetching } = timed({ seconds: fetchSeconds, peakBytes: fetchPeak });
  return { employees, fetching, full: timed(full), unchanged: timed(unchanged) };
}

const fetchEverybody = ({ fetcher, company }: SyncBench) => fetcher.call("fetchEverybody", company);

type TimedRun = { readonly seconds: number; readonly peakBytes: number; readonly run: Run };

async function timeRun({ graph, app }: SyncBench, mutation: string): Promise<TimedRun> {
  await app.call("readPeak", undefined);
  const { syncRuns: before } = await graph.ask<RunsAnswer>(RUNS);
  const startedAt = performance.now();
  await graph.ask(mutation);
  const { syncRuns } = await graph.askUntil<RunsAnswer>(RUNS, ({ syncRuns: { edges } }) => {
    const run = edges[0]?.node;
    return run !== undefined && run.id !== before.edges[0]?.node.id && run.finishedAt !== null;
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  const run = syncRuns.edges[0]?.node;
  if (!run || run.problem) throw new Error(`The run failed: ${run?.problem?.message}`);
  return { seconds, peakBytes: await app.call("readPeak", undefined), run };
}

/** A sync that skipped its work would look fast. */
function checkRuns(employees: number, full: TimedRun, unchanged: TimedRun): void {
  const { added, skipped } = full.run;
  if (added + skipped !== employees || added < employees / 2) {
    throw new Error(`Of ${employees} employees the first run added ${added} and skipped ${skipped}.`);
  }
  if (unchanged.run.unchanged !== added || unchanged.run.changed + unchanged.run.added > 0) {
    throw new Error(`The second run left ${unchanged.run.unchanged} of ${added} people unchanged.`);
  }
}

const RUNS = `{ syncRuns(first: 1) { edges { node {
  id finishedAt added changed unchanged skipped problem { message }
} } } }`;
type Run = {
  readonly id: string;
  readonly finishedAt: string | null;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly problem: { readonly message: string } | null;
};
type RunsAnswer = { readonly syncRuns: { readonly edges: readonly { readonly node: Run }[] } };
