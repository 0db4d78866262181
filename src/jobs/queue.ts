import { isDeepStrictEqual } from "node:util";
import { PgBoss, type QueueResult } from "pg-boss";
import type { EntityManager } from "typeorm";
import { INSUFFICIENT_PRIVILEGE, isErrorCode } from "../database/database-errors.ts";
import { type Notifications, openNotifications } from "../database/notifications.ts";
import { EXIT, StartError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { QueueDepth } from "../metrics/gauges.ts";
import { type JobDefinition, RETRIES_MAX } from "./job.ts";
import { migrateQueue } from "./migrate-queue.ts";
import { openQueueDatabase } from "./queue-database.ts";

/** Where jobs wait. It is in the database, so an enqueued job survives every crash. */
export type Queue = {
  /**
   * Adds a job. With a `manager` it joins the caller's transaction: the job exists if and only if that
   * commits.
   */
  enqueue<Payload extends object>(
    definition: JobDefinition<Payload>,
    payload: Payload,
    options?: EnqueueOptions,
  ): Promise<void>;
  /**
   * Enqueues at the times of the cron expression (UTC). One job makes up for all times missed during a
   * downtime.
   */
  schedule<Payload extends object>(
    definition: JobDefinition<Payload>,
    schedule: Schedule<Payload>,
  ): Promise<void>;
  unschedule(definition: JobDefinition, key: string): Promise<void>;
  listSchedules<Payload extends object>(definition: JobDefinition<Payload>): Promise<Schedule<Payload>[]>;
  /** The number of waiting and running jobs, by name of the job; some seconds old. */
  readDepths(): Promise<Readonly<Record<string, QueueDepth>>>;
};

export type EnqueueOptions = { key?: string; manager?: EntityManager; startAfterSeconds?: number };
export type Schedule<Payload extends object> = { key: string; cron: string; payload: Payload };

/** A queue together with pg-boss, which the worker needs. */
export type OpenQueue = Queue & AsyncDisposable & { readonly boss: PgBoss };

/**
 * The queue notices a killed worker when its heartbeat is older than this, at the next check: 10 to 13 s
 * after the kill. Ten is the smallest value that pg-boss allows.
 */
const HEARTBEAT_SECONDS = 10;
const LOOK_EVERY_SECONDS = 3;

/** At each check, fifty due schedules become jobs. After a downtime every schedule is due at once. */
const TIMETABLE_LOOK_SECONDS = 1;

/**
 * The heartbeat detects killed workers; this timeout ends a handler that hangs. No sync of a million people
 * takes as long.
 */
const EXPIRE_SECONDS = 6 * 60 * 60;

const KEEP_FINISHED_SECONDS = 24 * 60 * 60;

/**
 * The worker has released its jobs before the queue closes, so there is nothing to wait for. pg-boss allows
 * no less.
 */
const STOP_TIMEOUT_MS = 1_000;

const SCHEDULES_PER_PAGE = 1_000;

export type QueueOptions = {
  url: string;
  /** The login that owns the queue's tables creates and migrates them first. */
  migrationUrl?: string | undefined;
  jobs: readonly JobDefinition[];
  /** Wakes the workers; without it, the queue opens a LISTEN connection of its own. */
  notifications?: Notifications;
  /** True behind a pooler, which does not deliver notifications: workers then only poll. */
  isPooled?: boolean;
  /** How often it looks for killed workers, and counts its jobs. */
  lookEverySeconds?: number | undefined;
  log: Logger;
};

/** Opens pg-boss, with a login that owns nothing, and creates a queue for each of these jobs. */
export async function openQueue(options: QueueOptions): Promise<OpenQueue> {
  const { url, migrationUrl, jobs, isPooled = false, lookEverySeconds = LOOK_EVERY_SECONDS, log } = options;
  if (migrationUrl !== undefined) await migrateQueue(migrationUrl, log);
  await using opening = new AsyncDisposableStack();
  const notifications = options.notifications ?? opening.use(await openNotifications(url, log));
  const database = opening.use(openQueueDatabase({ url, notifications, log }));
  const boss = new PgBoss({
    db: database,
    superviseIntervalSeconds: lookEverySeconds,
    monitorIntervalSeconds: lookEverySeconds,
    cronWorkerIntervalSeconds: TIMETABLE_LOOK_SECONDS,
    useListenNotify: !isPooled,
    registerInstance: false,
  });
  boss.on("error", (error) => log.warn({ reason: error.message }, "queue error"));
  boss.on("warning", ({ message }) => log.warn({ reason: message }, "queue warning"));
  opening.defer(() => boss.stop({ timeout: STOP_TIMEOUT_MS }));
  await boss.start().catch((cause: unknown) => {
    throw isErrorCode(cause, INSUFFICIENT_PRIVILEGE) ? notMigrated(cause) : cause;
  });
  await createQueues(boss, jobs);
  database.endOpening();
  const opened = opening.move();
  return {
    boss,
    enqueue: (definition, payload, options = {}) => enqueue(boss, definition, payload, options),
    schedule: (definition, schedule) => addSchedule(boss, definition, schedule),
    unschedule: (definition, key) => boss.unschedule(definition.name, key),
    listSchedules: (definition) => listSchedules(boss, definition),
    readDepths: () => readDepths(boss, jobs),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** The login that serves may neither create nor migrate the queue's tables. */
const notMigrated = (cause: unknown): StartError =>
  new StartError(
    "The queue's tables are not migrated. Run: npm run migrate. Start again after that.",
    EXIT.unavailable,
    { cause },
  );

const QUEUE_OPTIONS = {
  retryLimit: RETRIES_MAX,
  retryDelay: 1,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  expireInSeconds: EXPIRE_SECONDS,
  deleteAfterSeconds: KEEP_FINISHED_SECONDS,
  notify: true,
};

/** Most starts find every queue as this version needs it. To write each again takes four statements. */
async function createQueues(boss: PgBoss, jobs: readonly JobDefinition[]): Promise<void> {
  const stored = new Map((await boss.getQueues(jobs.map(({ name }) => name))).map((one) => [one.name, one]));
  for (const { name, singleton } of jobs) {
    if (hasOptions(stored.get(name))) continue;
    // `exclusive`: one job per key in all states before the end, enforced by a unique index.
    await boss.createQueue(name, { ...QUEUE_OPTIONS, policy: singleton ? "exclusive" : "standard" });
    await boss.updateQueue(name, QUEUE_OPTIONS);
  }
}

const hasOptions = (stored: QueueResult | undefined): boolean =>
  stored !== undefined && isDeepStrictEqual({ ...stored, ...QUEUE_OPTIONS }, stored);

async function enqueue<Payload extends object>(
  boss: PgBoss,
  definition: JobDefinition<Payload>,
  payload: Payload,
  { key, manager, startAfterSeconds }: EnqueueOptions,
): Promise<void> {
  await boss.send(definition.name, definition.schema.parse(payload), {
    ...(key === undefined ? {} : { singletonKey: key }),
    ...(startAfterSeconds === undefined ? {} : { startAfter: startAfterSeconds }),
    ...(manager ? { db: inTransactionOf(manager) } : {}),
  });
}

/** Runs the queue's statements in the caller's transaction. */
const inTransactionOf = (manager: EntityManager) => ({
  executeSql: async (sql: string, values?: unknown[]) => ({ rows: await manager.query(sql, values) }),
});

async function addSchedule<Payload extends object>(
  boss: PgBoss,
  definition: JobDefinition<Payload>,
  { key, cron, payload }: Schedule<Payload>,
): Promise<void> {
  await boss.schedule(definition.name, cron, definition.schema.parse(payload), {
    key,
    singletonKey: key,
    tz: "UTC",
    missed: "once",
  });
}

async function listSchedules<Payload extends object>(
  boss: PgBoss,
  { name, schema }: JobDefinition<Payload>,
): Promise<Schedule<Payload>[]> {
  const all: Schedule<Payload>[] = [];
  for (let after: { name: string; key: string } | undefined; ; ) {
    const page = await boss.getSchedules(name, undefined, {
      limit: SCHEDULES_PER_PAGE,
      ...(after ? { after } : {}),
    });
    all.push(...page.map(({ key, cron, data }) => ({ key, cron, payload: schema.parse(data) })));
    after = page.at(-1);
    if (page.length < SCHEDULES_PER_PAGE) return all;
  }
}

/** pg-boss keeps these counts up to date at every check, so reading them counts nothing again. */
async function readDepths(
  boss: PgBoss,
  jobs: readonly JobDefinition[],
): Promise<Readonly<Record<string, QueueDepth>>> {
  const depths = jobs.map(async ({ name }) => {
    const [now] = await boss.getQueueStats(name);
    return [name, { waiting: now?.readyCount ?? 0, running: now?.activeCount ?? 0 }] as const;
  });
  return Object.fromEntries(await Promise.all(depths));
}
