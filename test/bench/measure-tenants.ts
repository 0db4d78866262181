import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { DataSource } from "typeorm";
import { openDataSource } from "../../src/database/data-source.ts";
import { openQueue } from "../../src/jobs/queue.ts";
import { CONCURRENCY } from "../../src/jobs/queue-consumer.ts";
import { createLogger } from "../../src/log.ts";
import { syncDueJob } from "../../src/sync/runs/sync.job.ts";
import { connectCompany } from "./connect-company.ts";
import { createDatabase } from "./create-database.ts";
import { createGraph } from "./graph.ts";
import { connectTenants, makeDue } from "./many-tenants.ts";
import { median } from "./numbers.ts";
import type { AppProgram } from "./programs/app-program.ts";
import { startProgram } from "./programs/program.ts";
import type { SandboxProgram } from "./programs/sandbox-program.ts";

export type TenantsMeasurement = {
  readonly tenants: number;
  readonly peopleEach: number;
  readonly workers: number;
  /** The first sync, which adds all people. */
  readonly first: Round;
  /** A sync without changes. */
  readonly unchanged: Round;
};

/** From the moment at which all tenants are due until the last run has ended. */
type Round = {
  readonly seconds: number;
  readonly tenantsASecond: number;
  /** From that moment until a worker claims the tenant's run. */
  readonly medianWaitSeconds: number;
  readonly maxWaitSeconds: number;
  /** The longest wait as a multiple of the tenant's fair turn: see `fairEnd`. */
  readonly maxWaitInTurns: number;
};

export type TenantsBench = {
  readonly tenants: number;
  /** Address of the Postgres in which to create a database. */
  readonly databaseUrl: string;
  readonly say: (line: string) => void;
};

const PEOPLE_EACH = 200;
const WORKERS = 2;
const POLL_MS = 200;

/**
 * Many small companies due at once, on two replicas and a database of their own. All read the same account:
 * the bench measures how they share our service, not Personio.
 */
export async function measureTenants({
  tenants,
  databaseUrl,
  say,
}: TenantsBench): Promise<TenantsMeasurement> {
  await using programs = new AsyncDisposableStack();
  const company = await programs
    .use(startProgram<SandboxProgram>("sandbox-program"))
    .call("start", { people: PEOPLE_EACH });
  const key = randomBytes(32);
  const url = await createDatabase(databaseUrl, "tenants");
  const replica = { databaseUrl: url, secretKeys: `1:${key.toString("base64")}`, personioUrl: company.url };
  const apps = Array.from({ length: WORKERS }, () => programs.use(startProgram<AppProgram>("app-program")));
  const graphUrls: string[] = [];
  for (const app of apps) graphUrls.push((await app.call("start", replica)).url);
  const graph = createGraph(graphUrls[0] ?? "");
  await connectCompany(graph, company);
  await graph.ask("mutation { finishPersonioSetup { status } }");

  const log = createLogger("warn");
  const dataSource = await openDataSource({ url, entities: [], log });
  programs.defer(() => dataSource.destroy());
  const queue = programs.use(await openQueue({ url, jobs: [syncDueJob], log }));
  const { clientSecret } = company.credentials;
  const ids = await connectTenants(dataSource, { count: tenants, clientSecret, keys: [{ id: "1", key }] });
  say(`${tenants} tenants are connected`);

  const round = async (): Promise<Round> => {
    const dueAt = await makeDue(queue, dataSource, ids);
    return summarize(await untilTurnsTaken(dataSource, { dueAt, tenants }), dueAt);
  };
  const first = await round();
  say(`first syncs: ${first.tenantsASecond.toFixed(1)} tenants/s`);
  const unchanged = await round();
  say(`unchanged syncs: ${unchanged.tenantsASecond.toFixed(1)} tenants/s`);
  return { tenants, peopleEach: PEOPLE_EACH, workers: WORKERS, first, unchanged };
}

/** One tenant's run: when it was queued, when a worker claimed it, and when it ended. */
type Turn = { readonly queuedAt: Date; readonly startedAt: Date; readonly finishedAt: Date };

async function untilTurnsTaken(
  dataSource: DataSource,
  { dueAt, tenants }: { readonly dueAt: Date; readonly tenants: number },
): Promise<Turn[]> {
  for (;;) {
    const turns: (Turn & { status: string })[] = await dataSource.query(
      `select created_at as "queuedAt", started_at as "startedAt", finished_at as "finishedAt", status
      from sync_runs where tenant_id <> 'default' and created_at >= $1 and finished_at is not null order by created_at`,
      [dueAt],
    );
    const failed = turns.filter(({ status }) => !status.startsWith("SUCCEEDED"));
    if (failed.length > 0) throw new Error(`${failed.length} of ${tenants} tenants' runs failed.`);
    if (turns.length >= tenants) return turns;
    await sleep(POLL_MS);
  }
}

function summarize(turns: readonly Turn[], dueAt: Date): Round {
  const waits = turns.map(({ startedAt }) => secondsBetween(dueAt, startedAt));
  const ends = turns
    .map(({ finishedAt }) => secondsBetween(dueAt, finishedAt))
    .sort((one, other) => one - other);
  const seconds = ends.at(-1) ?? Number.NaN;
  return {
    seconds,
    tenantsASecond: turns.length / seconds,
    medianWaitSeconds: median(waits),
    maxWaitSeconds: Math.max(...waits),
    maxWaitInTurns: Math.max(...waits.map((wait, place) => wait / fairEnd(place, ends))),
  };
}

/**
 * The seconds after which a fair order has finished a tenant's run. By then, as many runs have ended as there
 * are places up to its own, rounded up to a full round of all workers. It counts finished runs instead of
 * assuming an even pace, because the machine's speed changes meanwhile.
 */
function fairEnd(place: number, ends: readonly number[]): number {
  const slots = WORKERS * CONCURRENCY;
  const served = Math.min(ends.length, Math.ceil((place + 1) / slots) * slots);
  return ends[served - 1] ?? Number.NaN;
}

const secondsBetween = (one: Date, other: Date): number => (other.getTime() - one.getTime()) / 1_000;
