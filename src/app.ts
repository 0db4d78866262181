import { hkdfSync } from "node:crypto";
import { administratorOfDefault } from "./access/viewer.ts";
import { type Config, ConfigError } from "./config.ts";
import { readDatabaseTime } from "./database/database-time.ts";
import { findMigrations } from "./database/find-migrations.ts";
import { type Database, openDatabase } from "./database/open-database.ts";
import { buildSubgraph } from "./graphql/build-schema.ts";
import { subgraphResolvers } from "./graphql/resolvers.ts";
import { startServer } from "./graphql/server.ts";
import { createIsKnownHost } from "./graphql/transports/known-host.ts";
import type { SocketTimeouts } from "./graphql/transports/sockets.ts";
import { Integration } from "./integration/integration.ts";
import { findKeyRingProblem } from "./integration/keys/check-key-ring.ts";
import { KeyFingerprint } from "./integration/keys/key-fingerprint.ts";
import type { SecretKey } from "./integration/secret.ts";
import { createWebhookReceiver } from "./integration/webhooks/receive-webhook.ts";
import { webhookCatchUpJob, webhookEventsDueJob } from "./integration/webhooks/webhook.job.ts";
import { Webhook, WebhookEventRow } from "./integration/webhooks/webhook.ts";
import type { JobImplementation } from "./jobs/job.ts";
import { openQueue } from "./jobs/queue.ts";
import { startWorker } from "./jobs/worker.ts";
import { dailyRunJob, dailyRunsDueJob, scheduleDueCheck } from "./lifecycle/due/daily-run.job.ts";
import {
  countOverdueDailyRuns,
  createDailyRunJob,
  createDailyRunsDueJob,
} from "./lifecycle/due/daily-run-jobs.ts";
import { LifecycleDailyRun } from "./lifecycle/due/daily-run-row.ts";
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
import {
  createSyncDueJob,
  createSyncJob,
  refreshTimetable,
  scheduleMissingDailyRuns,
} from "./sync/sync-jobs.ts";
import {
  catchUpWithWebhooks,
  createWebhookCatchUpJob,
  createWebhookEventsDueJob,
} from "./sync/webhook-jobs.ts";
import { Tenant } from "./tenant/tenant.ts";

export const MIGRATIONS = await findMigrations();

/** Every table, by the class that declares it. */
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
  LifecycleDailyRun,
  LifecycleKind,
  LifecycleOffset,
  Integration,
  Webhook,
  WebhookEventRow,
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
  /** The address for scraping metrics, if they are on. */
  readonly metricsUrl: string | undefined;
};

/**
 * Clocks and delays. `readNow` is the time by which dates come due; the database's by default. `clients`
 * limits how long subscribers may keep the service waiting.
 */
export type AppTiming = Pick<PersonioOptions, "retryPolicy" | "time"> &
  Partial<Pick<SyncDeps, "readNow">> & { readonly clients?: SocketTimeouts & { readonly lagMs?: number } };

/**
 * Builds every room once, in order, and closes them in reverse; also if the start fails half-way. The caller
 * passes the config and decides nothing else: the service, the demo, the bench and the tests run the same
 * app. `timing` is no setting: tests use it, because they cannot wait a minute for Personio.
 *
 * @throws ConfigError if the stored data belongs to none of the secret keys.
 */
export async function startApp(config: Config, log: Logger, timing: AppTiming = {}): Promise<App> {
  await using resources = new AsyncDisposableStack();

  const metrics = createMetrics();
  const trace = resources.use(await openTrace(config.tracing));
  let stopBy = Number.POSITIVE_INFINITY;
  const stopWithinMs = (): number => Math.max(DATABASE_STOP_MS_MIN, stopBy - performance.now());
  const opening = { ...config.database, entities: ENTITIES, migrations: MIGRATIONS, stopWithinMs, log };
  const database = resources.use(await openDatabase(opening));
  const keyProblem = await findKeyRingProblem(database.dataSource, config.secretKeys);
  if (keyProblem) throw new ConfigError([keyProblem]);
  const { url, isPooled, notifications } = database;
  const queue = resources.use(await openQueue({ url, isPooled, notifications, jobs: JOBS, log }));
  const observeCall = createObserveCall(metrics, trace);
  const { readNow = readDatabaseTime, clients = {}, ...personioTiming } = timing;
  const personio = createPersonio({ ...config.personio, ...personioTiming, log, observeCall });

  const { dataSource } = database;
  const { secretKeys, syncEveryHours } = config;
  const clock = () => new Date();
  const deps = { dataSource, personio, secretKeys, queue, log, metrics, trace, clock, readNow };
  const jobDeps = { ...deps, dataSource: database.jobsDataSource };
  await openTimetable(jobDeps, syncEveryHours);
  const worker = resources.use(await startWorker({ queue, jobs: implementJobs(jobDeps), log }));

  const lifecycleFeed = resources.use(openLifecycleFeed({ ...clients, dataSource, notifications, log }));
  const { schema } = await buildSubgraph(subgraphResolvers);
  const server = resources.use(
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
      // `AUTH=off` is the only mode yet.
      identify: async () => administratorOfDefault,
      cursorKeys: secretKeys.map(cursorKey),
      limits: limitsOf(config.limits),
      receiveWebhook: createWebhookReceiver(deps),
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
    readOverdueTenants: () => countOverdueDailyRuns(deps),
  };
  const scraped =
    port === undefined
      ? undefined
      : resources.use(
          await startMetricsServer({
            host: config.http.host,
            port,
            registry: metrics.registry,
            gauges,
            isKnownHost: createIsKnownHost(config.http),
            log,
          }),
        );

  const opened = resources.move();
  return {
    url: server.url,
    database,
    metricsUrl: scraped?.url,
    async [Symbol.asyncDispose]() {
      stopBy = performance.now() + STOP_MS;
      // Jobs stop while requests finish. The dispose of the worker reports a failure.
      worker.stop().catch(() => undefined);
      await opened.disposeAsync();
    },
  };
}

/**
 * Process supervisors kill the process after ten seconds. At the end the database may take a second more, and
 * traces half of one.
 */
const STOP_MS = 8_000;

const limitsOf = ({ ratePerTenant, ratePerUser, subscriptionsPerUser }: Config["limits"]) => ({
  rates: { perTenant: ratePerTenant, perUser: ratePerUser },
  subscriptionsPerUser,
});

/** An embedded Postgres that gets less time than this starts with a recovery next time. */
const DATABASE_STOP_MS_MIN = 1_000;

const JOBS = [
  previewJob,
  syncDueJob,
  syncJob,
  webhookEventsDueJob,
  webhookCatchUpJob,
  dailyRunsDueJob,
  dailyRunJob,
];

const implementJobs = (deps: SyncDeps): JobImplementation[] => [
  createPreviewJob(deps),
  createSyncDueJob(deps),
  createSyncJob(deps),
  createWebhookEventsDueJob(deps),
  createWebhookCatchUpJob(deps),
  createDailyRunsDueJob(deps),
  createDailyRunJob(deps),
];

/** Updates the timetable, and queues what was missed while no service ran. */
async function openTimetable(deps: SyncDeps, syncEveryHours: number): Promise<void> {
  const { queue } = deps;
  await refreshTimetable(queue, syncEveryHours);
  await catchUpWithWebhooks(deps);
  await scheduleMissingDailyRuns(queue);
  await scheduleDueCheck(queue);
}

/** A separate key for every purpose, all derived from the one ring that an operator keeps. */
const cursorKey = ({ key }: SecretKey): Buffer => Buffer.from(hkdfSync("sha256", key, "", "cursors", 32));
