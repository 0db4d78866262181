import { hkdfSync } from "node:crypto";
import { administratorOfDefault } from "./access/viewer.ts";
import { type Config, ConfigError } from "./config.ts";
import { readDatabaseTime } from "./database/database-time.ts";
import { findMigrations } from "./database/find-migrations.ts";
import { type Database, openDatabase } from "./database/open-database.ts";
import { buildSubgraph } from "./graphql/build-schema.ts";
import { rooms } from "./graphql/resolvers.ts";
import { startServer } from "./graphql/server.ts";
import { createIsKnownHost } from "./graphql/transports/known-host.ts";
import type { SocketPace } from "./graphql/transports/sockets.ts";
import { Integration } from "./integration/integration.ts";
import { findKeyRingProblem } from "./integration/keys/check-key-ring.ts";
import { KeyFingerprint } from "./integration/keys/key-fingerprint.ts";
import type { SecretKey } from "./integration/secret.ts";
import { createHookReceiver } from "./integration/webhooks/receive-hook.ts";
import { hookCatchUpJob, hookEventsDueJob } from "./integration/webhooks/webhook.job.ts";
import { HookEventRow, Webhook } from "./integration/webhooks/webhook.ts";
import type { JobImplementation } from "./jobs/job.ts";
import { openQueue } from "./jobs/queue.ts";
import { startWorker } from "./jobs/worker.ts";
import { lookForTurns, turnJob, turnsDueJob } from "./lifecycle/due/turn.job.ts";
import { countOverdueTurns, createTurnJob, createTurnsDueJob } from "./lifecycle/due/turn-jobs.ts";
import { LifecycleTurn } from "./lifecycle/due/turn-row.ts";
import { LifecycleEventRow, LifecycleFact, LifecycleStream } from "./lifecycle/events/event-row.ts";
import { openLifecycleFeed } from "./lifecycle/feed/lifecycle-feed.ts";
import { LifecycleKind, LifecycleOffset } from "./lifecycle/settings/kind-rows.ts";
import type { Logger } from "./log.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { startMetricsServer } from "./metrics/metrics-server.ts";
import { createObserveCall } from "./metrics/observe-calls.ts";
import { openTrace } from "./metrics/open-trace.ts";
import { Department } from "./org/department.ts";
import { LegalEntity } from "./org/legal-entity.ts";
import { Office } from "./org/office.ts";
import { FallbackApprover } from "./people/approvers/fallback-approver.ts";
import { CustomAttributeDefinition } from "./people/custom-attributes/custom-attribute.ts";
import { Person } from "./people/person.ts";
import { PersonWord } from "./people/search/person-word.ts";
import { FormerEmail, FormerEmployment } from "./people/write/former.ts";
import { createPersonio, type PersonioOptions } from "./personio/personio.ts";
import { previewJob } from "./setup/preview.job.ts";
import { createPreviewJob } from "./setup/preview-company.ts";
import { readDirectoryFigures } from "./sync/directory-figures.ts";
import { AbsentPerson, PlannedSkipRow, SyncPlanItem } from "./sync/plan/plan-rows.ts";
import { StagedEmployee } from "./sync/read/staging.ts";
import { LedgerSighting, SkippedEmployee } from "./sync/runs/skipped-employee.ts";
import { syncDueJob, syncJob } from "./sync/runs/sync.job.ts";
import { SyncRun } from "./sync/runs/sync-run.ts";
import { watchSyncRun } from "./sync/runs/watch-sync-run.ts";
import type { SyncDeps } from "./sync/sync-deps.ts";
import { createSyncDueJob, createSyncJob, makeUpForTurns, refreshTimetable } from "./sync/sync-jobs.ts";
import { catchUpWithWebhooks, createHookCatchUpJob, createHookEventsDueJob } from "./sync/webhook-jobs.ts";
import { Tenant } from "./tenant/tenant.ts";

export const MIGRATIONS = await findMigrations();

/** Every table that we have, by the class that declares it. */
export const ENTITIES = [
  KeyFingerprint,
  Tenant,
  Department,
  Office,
  LegalEntity,
  CustomAttributeDefinition,
  Person,
  PersonWord,
  FormerEmail,
  FormerEmployment,
  FallbackApprover,
  LifecycleStream,
  LifecycleEventRow,
  LifecycleFact,
  LifecycleTurn,
  LifecycleKind,
  LifecycleOffset,
  Integration,
  Webhook,
  HookEventRow,
  SyncRun,
  StagedEmployee,
  SyncPlanItem,
  PlannedSkipRow,
  AbsentPerson,
  SkippedEmployee,
  LedgerSighting,
];

export type App = AsyncDisposable & {
  readonly url: string;
  readonly database: Database;
  /** Where metrics are scraped, when they are. */
  readonly metricsUrl: string | undefined;
};

/**
 * How fast time passes. `readNow` is the time by which people's dates come; the database's when left out. `clients` is how long
 * subscribers may keep us waiting.
 */
export type Pace = Pick<PersonioOptions, "patience" | "time"> &
  Partial<Pick<SyncDeps, "readNow">> & { readonly clients?: SocketPace & { readonly lagMs?: number } };

/**
 * Builds every room once, in order, and closes them in reverse; also when starting fails half-way. Whoever starts us
 * passes the config and decides nothing else: the service, the demo, the bench and the tests are the same app. `pace` is
 * for tests, which cannot wait a minute for Personio, and is no setting.
 *
 * @throws ConfigError when the data knows none of the secret keys.
 */
export async function startApp(config: Config, log: Logger, pace: Pace = {}): Promise<App> {
  await using rooming = new AsyncDisposableStack();

  const metrics = createMetrics();
  const trace = rooming.use(await openTrace(config.tracing));
  let stopBy = Number.POSITIVE_INFINITY;
  const stopWithinMs = (): number => Math.max(DATABASE_STOP_MS_MIN, stopBy - performance.now());
  const opening = { ...config.database, entities: ENTITIES, migrations: MIGRATIONS, stopWithinMs, log };
  const database = rooming.use(await openDatabase(opening));
  const keyProblem = await findKeyRingProblem(database.dataSource, config.secretKeys);
  if (keyProblem) throw new ConfigError([keyProblem]);
  const { url, isPooled, notifications } = database;
  const queue = rooming.use(await openQueue({ url, isPooled, notifications, jobs: JOBS, log }));
  const observeCall = createObserveCall(metrics, trace);
  const { readNow = readDatabaseTime, clients = {}, ...personioPace } = pace;
  const personio = createPersonio({ ...config.personio, ...personioPace, log, observeCall });

  const { dataSource } = database;
  const { secretKeys, syncEveryHours } = config;
  const clock = () => new Date();
  const deps = { dataSource, personio, secretKeys, queue, log, metrics, trace, clock, readNow };
  const jobDeps = { ...deps, dataSource: database.jobsDataSource };
  await openTimetable(jobDeps, syncEveryHours);
  const worker = rooming.use(await startWorker({ queue, jobs: implementJobs(jobDeps), log }));

  const lifecycleFeed = rooming.use(openLifecycleFeed({ ...clients, dataSource, notifications, log }));
  const { schema } = await buildSubgraph(rooms);
  const server = rooming.use(
    await startServer({
      ...config.http,
      schema,
      database,
      services: {
        syncEveryHours,
        queue,
        setup: { personio, secretKeys, queue, syncEveryHours, publicUrl: config.http.publicUrl, log },
        watchSyncRun: (run) => watchSyncRun(database, run),
        lifecycleFeed,
      },
      // `AUTH=off`: there is no other way yet.
      identify: () => administratorOfDefault,
      cursorKeys: secretKeys.map(cursorKey),
      receiveHook: createHookReceiver(deps),
      clients,
      metrics,
      trace,
      log,
    }),
  );
  const { port } = config.metrics;
  const gauges = {
    readDirectories: () => readDirectoryFigures(deps),
    readQueues: queue.readDepths,
    readOverdueTenants: () => countOverdueTurns(deps),
  };
  const scraped =
    port === undefined
      ? undefined
      : rooming.use(
          await startMetricsServer({
            host: config.http.host,
            port,
            registry: metrics.registry,
            gauges,
            isKnownHost: createIsKnownHost(config.http),
            log,
          }),
        );

  const opened = rooming.move();
  return {
    url: server.url,
    database,
    metricsUrl: scraped?.url,
    async [Symbol.asyncDispose]() {
      stopBy = performance.now() + STOP_MS;
      // Jobs stop while requests are finished. How that ends is heard when it is the worker's turn.
      worker.stop().catch(() => undefined);
      await opened.disposeAsync();
    },
  };
}

/** A supervisor kills the process after ten seconds. Traces are sent last, and take half a second. */
const STOP_MS = 9_000;

/** An embedded Postgres that is not given even this long begins with a recovery next time. */
const DATABASE_STOP_MS_MIN = 1_000;

const JOBS = [previewJob, syncDueJob, syncJob, hookEventsDueJob, hookCatchUpJob, turnsDueJob, turnJob];

const implementJobs = (deps: SyncDeps): JobImplementation[] => [
  createPreviewJob(deps),
  createSyncDueJob(deps),
  createSyncJob(deps),
  createHookEventsDueJob(deps),
  createHookCatchUpJob(deps),
  createTurnsDueJob(deps),
  createTurnJob(deps),
];

/** Brings the timetable up to date, and asks for what was missed while nothing ran. */
async function openTimetable(deps: SyncDeps, syncEveryHours: number): Promise<void> {
  const { queue } = deps;
  await refreshTimetable(queue, syncEveryHours);
  await catchUpWithWebhooks(deps);
  await makeUpForTurns(queue);
  await lookForTurns(queue);
}

/** A key of its own for every purpose, all from the one ring that an operator has to keep. */
const cursorKey = ({ key }: SecretKey): Buffer => Buffer.from(hkdfSync("sha256", key, "", "cursors", 32));
