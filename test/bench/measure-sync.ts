import type { Company } from "./connect-company.ts";
import { median } from "./numbers.ts";
import type { FetchProgram } from "./programs/fetch-program.ts";
import { type Program, startProgram } from "./programs/program.ts";
import { FIRST_SYNC, NEXT_SYNC, type Run, runSync, type Service, startService } from "./start-service.ts";

type Timed = { readonly seconds: number; readonly ratio: number; readonly peakBytes: number };

export type SyncMeasurement = {
  readonly employees: number;
  /** The median of the plain fetches, of which the ratios are multiples. */
  readonly fetchSeconds: number;
  readonly first: Timed;
  readonly unchanged: Timed;
};

/**
 * A first sync of all people, and one without changes, from the mutation until the run has ended. The plain
 * fetch is measured before, between and after them, so that a machine that slows down slows both.
 */
export async function measureSync(service: Service): Promise<SyncMeasurement> {
  // Without the options that save the service's memory at some cost in time, like a normal program.
  await using fetcher = startProgram<FetchProgram>("fetch-program", []);
  const fetches = [await fetchAll(fetcher, service.company)];
  const first = await timeRun(service, FIRST_SYNC);
  fetches.push(await fetchAll(fetcher, service.company));
  const unchanged = await timeRun(service, NEXT_SYNC);
  fetches.push(await fetchAll(fetcher, service.company));

  const employees = fetches[0]?.employees ?? 0;
  checkRuns(employees, first.run, unchanged.run);
  const fetchSeconds = median(fetches.map(({ seconds }) => seconds));
  const timed = ({ seconds, peakBytes }: TimedRun): Timed => ({
    seconds,
    ratio: seconds / fetchSeconds,
    peakBytes,
  });
  return { employees, fetchSeconds, first: timed(first), unchanged: timed(unchanged) };
}

export type MemoryMeasurement = {
  readonly people: number;
  readonly fewerPeople: number;
  /** The peak of both syncs, each on a service that has just started. */
  readonly peakBytes: number;
  readonly peakBytesOfFewer: number;
};

/** The size of the large company as a multiple: 100,000 people against 20,000. */
const MORE = 5;

/** @param sync the measurement of the company of full size. */
export async function measureMemory(sync: SyncMeasurement): Promise<MemoryMeasurement> {
  await using programs = new AsyncDisposableStack();
  const fewerPeople = Math.floor(sync.employees / MORE);
  const service = await startService(programs, fewerPeople);
  const first = await timeRun(service, FIRST_SYNC);
  const unchanged = await timeRun(service, NEXT_SYNC);
  return {
    people: sync.employees,
    fewerPeople,
    peakBytes: Math.max(sync.first.peakBytes, sync.unchanged.peakBytes),
    peakBytesOfFewer: Math.max(first.peakBytes, unchanged.peakBytes),
  };
}

const fetchAll = (fetcher: Program<FetchProgram>, company: Company) =>
  fetcher.call("fetchEverybody", company);

type TimedRun = { readonly seconds: number; readonly run: Run; readonly peakBytes: number };

async function timeRun({ app, graph }: Service, mutation: string): Promise<TimedRun> {
  await app.readGauges();
  const timed = await runSync(graph, mutation);
  const { peakBytes } = await app.readGauges();
  return { ...timed, peakBytes };
}

/** Without this check, a sync that skipped its work would look fast. */
function checkRuns(employees: number, { added, skipped }: Run, next: Run): void {
  if (added + skipped !== employees || added < employees / 2) {
    throw new Error(`Of ${employees} employees the first run added ${added} and skipped ${skipped}.`);
  }
  if (next.unchanged !== added || next.changed + next.added > 0) {
    throw new Error(`The second run left ${next.unchanged} of ${added} people unchanged.`);
  }
}
