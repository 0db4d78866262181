import { hkdfSync } from "node:crypto";
import { join } from "node:path";
import type { Config } from "./config.ts";
import { readDatabaseTime } from "./database/database-time.ts";
import type { Database } from "./database/open-database.ts";
import { buildSubgraph } from "./graphql/build-schema.ts";
import { createRequests } from "./graphql/context.ts";
import { subgraphResolvers } from "./graphql/resolvers.ts";
import { type ServerLimits, startServer } from "./graphql/server.ts";
import type { ClientTiming } from "./graphql/transports/client-timing.ts";
import { createIsKnownHost } from "./graphql/transports/known-host.ts";
import type { Routes } from "./graphql/transports/web-server.ts";
import { deleteSessionsOfUsers } from "./identity/sessions/console-session.repository.ts";
import { createEndedSessionsJob } from "./identity/sessions/ended-sessions.job.ts";
import { createReportFailure } from "./identity/sign-in/report-failure.ts";
import type { SecretKey } from "./integration/secret.ts";
import { createWebhookReceiver } from "./integration/webhooks/receive-webhook.ts";
import { JOBS } from "./job-definitions.ts";
import type { JobImplementation } from "./jobs/job.ts";
import { openQueue } from "./jobs/queue.ts";
import { startWorker } from "./jobs/worker.ts";
import { scheduleDueCheck } from "./lifecycle/due/daily-run.job.ts";
import {
  countOverdueDailyRuns,
  createDailyRunJob,
  createDailyRunsDueJob,
} from "./lifecycle/due/daily-run-jobs.ts";
import { openLifecycleFeed } from "./lifecycle/feed/lifecycle-feed.ts";
import type { Logger } from "./log.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { startMetricsServer } from "./metrics/metrics-server.ts";
import { createObserveCall } from "./metrics/observe-calls.ts";
import { openTrace } from "./metrics/open-trace.ts";
import { createPersonio, type PersonioOptions } from "./personio/personio.ts";
import { createScimHandler } from "./scim/scim-handler.ts";
import { closedAccounts, type OnUsersChanged } from "./scim/users/user-changes.ts";
import { openSenders, type Senders } from "./senders.ts";
import { openWithSecretKeys } from "./service-database.ts";
import { createPreviewJob } from "./setup/preview-company.ts";
import { readDirectoryFigures } from "./sync/directory-figures.repository.ts";
import { createRemergeJob, createRemergePeople } from "./sync/remerge/remerge-people.ts";
import { createWatchSyncRun } from "./sync/runs/watch-sync-run.ts";
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
import { createWipeFieldsJob } from "./sync/wipe/wipe-fields.ts";

/** Where `npm run build` leaves the console, seen from the sources and from the built server. */
const CONSOLE_FOLDER = join(
  import.meta.dirname,
  import.meta.filename.endsWith(".ts") ? "../dist/console" : "../console",
);

export type App = AsyncDisposable & {
  readonly url: string;
  readonly database: Database;
  /** The address for scraping metrics, if they are on. */
  readonly metricsUrl: string | undefined;
};

/**
 * Clocks and delays. `readNow` is the time by which dates come due; the database's by default. `clients`
 * limits how long subscribers may keep the service waiting. `lookEverySeconds` is that of the queue.
 */
export type AppTiming = Pick<PersonioOptions, "retryPolicy" | "time"> &
  Partial<Pick<SyncDeps, "readNow">> & {
    readonly clients?: ClientTiming & { readonly lagMs?: number };
    readonly lookEverySeconds?: number;
  };

/**
 * Builds every room once, in order, and closes them in reverse; also if the start fails half-way. The caller
 * passes the config and decides nothing else: the service, the demo, the bench and the tests run the same
 * app. `timing` is not a setting: tests use it, because they cannot wait a minute for Personio.
 *
 * @throws ConfigError if the stored data belongs to none of the secret keys.
 */
export async function startApp(config: Config, log: Logger, timing: AppTiming = {}): Promise<App> {
  await using resources = new AsyncDisposableStack();

  const { readNow = readDatabaseTime, clients = {}, lookEverySeconds, ...personioTiming } = timing;
  const metrics = createMetrics();
  const trace = resources.use(await openTrace(config.tracing));
  let stopBy = Number.POSITIVE_INFINITY;
  const stopWithinMs = (): number => Math.max(DATABASE_STOP_MS_MIN, stopBy - performance.now());
  const database = resources.use(await openWithSecretKeys(config, log, stopWithinMs));
  const { url, migrationUrl, isPooled, notifications } = database;
  const queue = resources.use(
    await openQueue({ url, migrationUrl, isPooled, notifications, jobs: JOBS, lookEverySeconds, log }),
  );
  const observeCall = createObserveCall(metrics, trace);
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
  const senders = resources.use(await openSenders(config.auth, deps));
  const requests = createRequests({
    dataSource,
    services: {
      syncEveryHours,
      queue,
      setup: { personio, secretKeys, queue, syncEveryHours, publicUrl: config.reach.publicUrl, log },
      watchSyncRun: createWatchSyncRun(database),
      lifecycleFeed,
      forgetServiceToken: senders.forgetServiceToken,
      forgetScimToken: senders.forgetScimToken,
    },
    cursorKeys: secretKeys.map(cursorKey),
    looksAhead: config.looksAhead,
    log,
  });
  const server = resources.use(
    await startServer({
      graph: { schema, requests },
      identify: senders.identify,
      reach: config.reach,
      routes: { ...routesOf(config, senders, deps), checkReady: database.checkReady },
      limits: limitsOf(config),
      timing: clients,
      telemetry: { metrics, trace, log },
    }),
  );
  const scraped = resources.use(await openMetricsServer(config, deps));

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

/** The routes beside the graph: the console with its sign-in, Personio's webhooks, and SCIM. */
const routesOf = (
  { auth, limits }: Config,
  { signIn, identifyScim }: Senders,
  deps: SyncDeps,
): Omit<Routes, "checkReady"> => ({
  consoleFolder: CONSOLE_FOLDER,
  signIn: {
    signIn,
    authIsOff: auth.mode === "off",
    reportFailure: createReportFailure(deps),
    startsPerMinute: limits.signInsPerMinute,
  },
  receiveWebhook: createWebhookReceiver(deps),
  scim: createScimHandler({
    identify: identifyScim,
    onUsersChanged: whenUsersChange(deps),
    clock: deps.clock,
  }),
});

/** A user that the identity provider changes: the directory follows, and a closed account is signed out. */
function whenUsersChange(deps: SyncDeps): OnUsersChanged {
  const remergePeople = createRemergePeople(deps);
  return async (manager, change) => {
    await remergePeople(manager, change);
    await deleteSessionsOfUsers(manager, closedAccounts(change));
  };
}

/** Undefined without a port. */
async function openMetricsServer({ reach, metrics: { port } }: Config, deps: SyncDeps) {
  if (port === undefined) return undefined;
  const gauges = {
    readDirectories: () => readDirectoryFigures(deps),
    readQueues: deps.queue.readDepths,
    readOverdueTenants: () => countOverdueDailyRuns(deps),
  };
  const isKnownHost = createIsKnownHost(reach);
  const { registry } = deps.metrics;
  return startMetricsServer({ host: reach.host, port, registry, gauges, isKnownHost, log: deps.log });
}

/**
 * Process supervisors kill the process after ten seconds. At the end the database may take a second more, and
 * traces half of one.
 */
const STOP_MS = 8_000;

function limitsOf({ auth, limits, keptAnswersBytes }: Config): ServerLimits {
  const { ratePerTenant, ratePerUser, ratePerScimToken, subscriptionsPerUser, socketsPerUser } = limits;
  // A company on its own takes no connection from another.
  const company = auth.mode === "off" ? { perTenant: Number.POSITIVE_INFINITY } : {};
  return {
    rates: { perTenant: ratePerTenant, perUser: ratePerUser, perScimToken: ratePerScimToken },
    subscriptionsPerUser,
    keptBytes: keptAnswersBytes,
    sockets: { ...company, perUser: socketsPerUser ?? Number.POSITIVE_INFINITY },
    streams: { ...company, perUser: subscriptionsPerUser ?? Number.POSITIVE_INFINITY },
  };
}

/** An embedded Postgres that gets less time than this starts with a recovery next time. */
const DATABASE_STOP_MS_MIN = 1_000;

const implementJobs = (deps: SyncDeps): JobImplementation[] => [
  createPreviewJob(deps),
  createSyncDueJob(deps),
  createSyncJob(deps),
  createWebhookEventsDueJob(deps),
  createWebhookCatchUpJob(deps),
  createDailyRunsDueJob(deps),
  createDailyRunJob(deps),
  createRemergeJob(deps),
  createWipeFieldsJob(deps),
  createEndedSessionsJob(deps),
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
