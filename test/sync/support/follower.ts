import { randomBytes } from "node:crypto";
import type { DataSource } from "typeorm";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { SYSTEM } from "../../../src/access/actor.ts";
import { inTenant } from "../../../src/database/transaction.ts";
import { findIntegration } from "../../../src/integration/integration.repository.ts";
import type { Integration } from "../../../src/integration/integration.ts";
import { webhookCatchUpJob, webhookEventsDueJob } from "../../../src/integration/webhooks/webhook.job.ts";
import type { JobImplementation } from "../../../src/jobs/job.ts";
import { type OpenQueue, openQueue } from "../../../src/jobs/queue.ts";
import { dailyRunJob } from "../../../src/lifecycle/due/daily-run.job.ts";
import { createMetrics, type Metrics } from "../../../src/metrics/metrics.ts";
import { untraced } from "../../../src/metrics/trace.ts";
import { createPersonio } from "../../../src/personio/personio.ts";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import { checkCredentials } from "../../../src/setup/check-credentials.ts";
import { previewJob } from "../../../src/setup/preview.job.ts";
import { finishSetup, startTimetable, storeForReview } from "../../../src/setup/setup.ts";
import { remergeJob } from "../../../src/sync/remerge/remerge.job.ts";
import { approveHeldRun } from "../../../src/sync/runs/held-run.repository.ts";
import { requestSyncRun } from "../../../src/sync/runs/request-sync-run.ts";
import { syncDueJob, syncJob } from "../../../src/sync/runs/sync.job.ts";
import { findSyncRun, findSyncRunUnderWay } from "../../../src/sync/runs/sync-run.repository.ts";
import type { SyncRun } from "../../../src/sync/runs/sync-run.ts";
import { startSyncRun } from "../../../src/sync/runs/sync-run-progress.repository.ts";
import { giveUpSync, runSync } from "../../../src/sync/sync.ts";
import type { SyncDeps } from "../../../src/sync/sync-deps.ts";
import { createSyncDueJob } from "../../../src/sync/sync-jobs.ts";
import { wipeFieldsJob } from "../../../src/sync/wipe/wipe-fields.job.ts";
import { captureLog } from "../../personio/captured-log.ts";
import { startResettableSandbox } from "../../support/resettable-sandbox.ts";
import { openTableStates } from "../../support/table-states.ts";
import { createTestDatabase } from "../../support/test-database.ts";

export type Follower = AsyncDisposable & {
  readonly sandbox: Sandbox;
  readonly dataSource: DataSource;
  readonly databaseUrl: string;
  readonly queue: OpenQueue;
  /** What the service's own work gets. */
  readonly deps: SyncDeps;
  readonly metrics: Metrics;
  readonly logged: (message: string) => number;
  now: Date;
  /** Moves the clocks, ours and Personio's. */
  advance(days: number): Promise<void>;
  /** Called while a run applies changes, before it emits their events. */
  whileApplying: () => Promise<void>;
  /** Sends requests to Personio to another address from now on. */
  moveTo(apiUrl: string): void;
  /** The scheduled job at `now`: the ended run, or null if the job skipped this time. */
  runTimetable(): Promise<SyncRun | null>;
  /** A manual run, to its end. */
  syncManually(): Promise<SyncRun>;
  /** Requests a run, which no worker executes yet. */
  requestRun(request?: RunRequest): Promise<SyncRun>;
  /** Queues a held run again, approved. */
  approve(run: SyncRun): Promise<void>;
  /** A worker starts the run and is killed. */
  claim(run: SyncRun): Promise<void>;
  /** Executes a run as a worker, optionally with a database of its own, and until `signal` aborts. */
  work(
    run: SyncRun,
    worker?: { readonly dataSource: DataSource; readonly signal?: AbortSignal },
  ): Promise<SyncRun>;
  /** Gives up a run that has killed every worker. */
  giveUp(run: SyncRun): Promise<SyncRun>;
  /** The run that is queued or running. */
  underWay(): Promise<SyncRun | null>;
  /** Runs a job of the given kind; `attempt` is 1 by default. */
  runJob(
    create: (deps: SyncDeps) => JobImplementation,
    options?: { readonly attempt?: number; readonly token?: string | null },
  ): Promise<void>;
  integration(): Promise<Integration>;
  /** Everything is again as after the first sync, or the last `save`. Only for a `resettable` follower. */
  reset(): Promise<void>;
  /** Keeps the tables for `reset`. A test repeats its earlier edits in Personio after each `reset`. */
  save(): Promise<void>;
};

const TENANT = "acme";
const SYNC_EVERY_HOURS = 4;
const MS_PER_DAY = 24 * 60 * 60_000;

type RunRequest = Partial<Omit<Parameters<typeof requestSyncRun>[2], "tenantId">>;

export type FollowerOptions = {
  readonly tenantId?: string;
  readonly people?: number;
  /** The start of our clock and of Personio's. By default, Personio's is the true time and ours is fixed. */
  readonly now?: Date;
  /** A sandbox shared with another follower; by default, one of its own. */
  readonly sandbox?: Sandbox;
  /** Keeps a copy of the tables for `reset`, which is much cheaper than another follower. */
  readonly resettable?: boolean;
};

/**
 * A tenant connected to the sandbox, after its first run. Without worker and timer: the test starts each
 * step.
 */
export async function startFollower(options: FollowerOptions = {}): Promise<Follower> {
  const { tenantId = TENANT, now, people = 30 } = options;
  await using starting = new AsyncDisposableStack();
  const { dataSource, url, servingUrl } = starting.use(await createTestDatabase());
  const own = options.sandbox
    ? undefined
    : starting.use(await startResettableSandbox({ people, ...(now && { now }) }));
  const sandbox = options.sandbox ?? own!;
  const { log, lines } = captureLog();
  const jobs = [
    previewJob,
    syncDueJob,
    syncJob,
    dailyRunJob,
    webhookEventsDueJob,
    webhookCatchUpJob,
    remergeJob,
    wipeFieldsJob,
  ];
  const queue = starting.use(await openQueue({ url: servingUrl, jobs, log }));
  const metrics = createMetrics();
  // No retries: a failed page is final at once.
  const personioAt = (apiUrl: string) =>
    createPersonio({ apiUrl, requestsPerMinute: null, log, retryPolicy: { retryMs: 0 } });
  const clock = { now: now ?? new Date("2026-03-02T08:00:00Z"), whileApplying: async () => {} };
  const shared = { dataSource, queue, metrics, log, secretKeys: [{ id: "test", key: randomBytes(32) }] };
  let deps: SyncDeps = {
    ...shared,
    personio: personioAt(sandbox.url),
    trace: untraced,
    clock: () => clock.now,
    readNow: async () => {
      await clock.whileApplying();
      return clock.now;
    },
  };

  const within = <Result>(work: Parameters<typeof inTenant<Result>>[2]) =>
    inTenant(dataSource, tenantId, work);
  const requestRun = (request: RunRequest = {}) =>
    within((manager) =>
      requestSyncRun(manager, queue, { tenantId, trigger: "MANUAL", requestedBy: SYSTEM, ...request }),
    );
  const work: Follower["work"] = async (run, worker = { dataSource }) => {
    const { signal = new AbortController().signal } = worker;
    await runSync({ tenantId, runId: run.id, signal }, { ...deps, dataSource: worker.dataSource });
    return find(run.id);
  };
  const find = async (id: string): Promise<SyncRun> => {
    const run = await within((manager) => findSyncRun(manager, id));
    if (!run) throw new Error("The run is gone.");
    return run;
  };
  const runJob: Follower["runJob"] = (create, { attempt = 1, ...payload } = {}) => {
    const { signal } = new AbortController();
    return create(deps).run({ tenantId, ...payload }, { signal, log, attempt });
  };

  const setup = {
    ...shared,
    personio: deps.personio,
    publicUrl: undefined,
    syncEveryHours: SYNC_EVERY_HOURS,
  };
  const checked = await checkCredentials(sandbox.credentials, setup);
  await within((manager) => storeForReview(manager, { tenantId, ...checked }, setup));
  await startTimetable(tenantId, setup);
  const { attributes, missingRights } = checked;
  const reviewed = {
    tenantId,
    attributes,
    missingRights,
    mapping: undefined,
    requestedBy: SYSTEM,
    now: clock.now,
  };
  await within((manager) => finishSetup(manager, reviewed, setup));
  const first = await within(findSyncRunUnderWay);
  if (first) await work(first);

  const states = options.resettable
    ? starting.use(await openTableStates(url, { hasWorker: false }))
    : undefined;
  let saved = 0;
  await states?.save(`${saved}`);
  const startedAt = clock.now;
  const started = starting.move();
  return {
    async reset() {
      if (!states || !own) throw new Error("This follower is not resettable.");
      await states.restore(`${saved}`);
      own.reset();
      deps = { ...deps, personio: personioAt(sandbox.url) };
      Object.assign(clock, { now: startedAt, whileApplying: async () => {} });
      metrics.registry.resetMetrics();
      lines.length = 0;
    },
    async save() {
      await states?.save(`${++saved}`);
    },
    sandbox,
    dataSource,
    databaseUrl: url,
    queue,
    get deps() {
      return deps;
    },
    metrics,
    logged: (message) => lines.filter((line) => JSON.parse(line).msg === message).length,
    get now() {
      return clock.now;
    },
    set now(now) {
      clock.now = now;
    },
    async advance(days) {
      await sandbox.admin.advanceClock({ days });
      clock.now = new Date(clock.now.getTime() + days * MS_PER_DAY);
    },
    get whileApplying() {
      return clock.whileApplying;
    },
    set whileApplying(whileApplying) {
      clock.whileApplying = whileApplying;
    },
    moveTo(apiUrl) {
      deps = { ...deps, personio: personioAt(apiUrl) };
    },
    async runTimetable() {
      await runJob(createSyncDueJob);
      const run = await within(findSyncRunUnderWay);
      return run && work(run);
    },
    syncManually: async () => work(await requestRun()),
    requestRun,
    async approve({ id }) {
      await within((manager) => approveHeldRun(manager, id, { approvedAt: clock.now, decidedBy: SYSTEM }));
    },
    async claim({ id }) {
      await within((manager) => startSyncRun(manager, id, clock.now));
    },
    work,
    async giveUp({ id: runId }) {
      await giveUpSync({ tenantId, runId }, deps);
      return find(runId);
    },
    underWay: () => within(findSyncRunUnderWay),
    runJob,
    async integration() {
      const integration = await within(findIntegration);
      if (!integration) throw new Error("There is no integration.");
      return integration;
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** One follower for all tests of a file, each of which begins after the first sync. */
export function useFollower(options: FollowerOptions = {}): () => Follower {
  let follower: Follower;
  beforeAll(async () => {
    follower = await startFollower({ ...options, resettable: true });
  });
  beforeEach(() => follower.reset());
  afterAll(() => follower[Symbol.asyncDispose]());
  return () => follower;
}
