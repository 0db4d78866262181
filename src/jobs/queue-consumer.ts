import type { JobWithMetadata, PgBoss } from "pg-boss";

/** How many quick jobs of one queue this process works on concurrently. */
export const CONCURRENCY = 4;

/**
 * A longer job waits for another system, or is large. A company of a few hundred people takes a fraction of
 * this.
 */
const QUICK_MS = 2_000;

/**
 * How many long jobs of one queue run beside the slots. Most of them wait, and hold at most one page of data.
 */
const LONG_JOBS_MAX = 60;

/**
 * Notifications wake all slots; polling finds what they miss, such as retries. The first slot of each queue
 * polls this often: more polls load an otherwise idle database.
 */
const POLL_SECONDS_WITH_LISTEN = 2;

/**
 * The others open when all before them have a job, and stay. They wait for a notification, or for a slot that
 * finds a job, and poll in case the first one hangs.
 */
const REST_SECONDS_WITH_LISTEN = 30;

/** Behind a pooler there are no notifications, so polling alone finds jobs. */
const POLL_SECONDS = 1;

const workerOptions = (secondsWithListen: number) =>
  ({
    includeMetadata: true,
    pollingIntervalSeconds: POLL_SECONDS,
    notifyPollingIntervalSeconds: secondsWithListen,
  }) as const;

type WorkerOptions = ReturnType<typeof workerOptions>;

type FetchedJob = JobWithMetadata<object>;

/**
 * Processes the jobs of one queue, oldest first. A slot is one pg-boss worker.
 *
 *     slot ──▶ quick ──▶ quick ──▶ long ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─▶ runs beside the slots
 *                                    └▶ new slot ──▶ quick ──▶ quick ──▶ …
 *
 * A job that takes long leaves its slot to the next job. So neither an outage nor a large company blocks the
 * others, and nothing has to predict which jobs are long.
 */
export class QueueConsumer {
  readonly #boss: PgBoss;
  readonly #queue: string;
  readonly #work: (job: FetchedJob) => Promise<void>;
  /** The workers that wait for a job. */
  readonly #waiting = new Set<string>();
  #slots = 0;
  #longJobs = 0;
  #closing = false;

  constructor(boss: PgBoss, queue: string, work: (job: FetchedJob) => Promise<void>) {
    this.#boss = boss;
    this.#queue = queue;
    this.#work = work;
  }

  async open(): Promise<void> {
    await this.#openSlot(workerOptions(POLL_SECONDS_WITH_LISTEN));
  }

  /** Takes no further jobs, and resolves when the running ones have ended. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#boss.offWork(this.#queue, { wait: true });
  }

  async #openSlot(options: WorkerOptions): Promise<void> {
    this.#slots += 1;
    await this.#startWorker(options);
  }

  async #startWorker(options: WorkerOptions): Promise<void> {
    const opened = this.#boss.work<object, void, WorkerOptions>(this.#queue, options, async ([job]) => {
      if (job) await this.#process(job, await opened, options);
    });
    this.#waiting.add(await opened);
  }

  async #process(job: FetchedJob, workerId: string, options: WorkerOptions): Promise<void> {
    this.#waiting.delete(workerId);
    this.#lookForMore();
    let isDetached = false;
    const isLong = setInterval(() => {
      if (this.#closing || this.#longJobs >= LONG_JOBS_MAX) return;
      clearInterval(isLong);
      isDetached = true;
      this.#longJobs += 1;
      void this.#boss.offWork(this.#queue, { id: workerId, wait: false });
      this.#startWorker(options).catch(IS_CLOSING);
    }, QUICK_MS);
    try {
      await this.#work(job);
    } finally {
      clearInterval(isLong);
      if (isDetached) this.#longJobs -= 1;
      else {
        this.#waiting.add(workerId);
        // Otherwise the slot would idle until its next poll.
        this.#boss.notifyWorker(workerId);
      }
    }
  }

  /** More jobs may wait. The slot that looks for one does the same when it finds it. */
  #lookForMore(): void {
    const [next] = this.#waiting;
    if (next !== undefined) this.#boss.notifyWorker(next);
    else if (this.#slots < CONCURRENCY && !this.#closing)
      this.#openSlot(workerOptions(REST_SECONDS_WITH_LISTEN)).catch(IS_CLOSING);
  }
}

/** A worker fails to start only while the queue closes, when there is nothing more to take. */
const IS_CLOSING = (): void => undefined;
