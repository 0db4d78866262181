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
 * Notifications wake a slot; polling finds what they miss: retries, and jobs enqueued while LISTEN is down.
 * Every slot of every queue polls, so a shorter interval loads an otherwise idle database.
 */
const POLL_SECONDS_WITH_LISTEN = 2;

/** Behind a pooler there are no notifications, so polling alone finds jobs. */
const POLL_SECONDS = 1;

const WORKER_OPTIONS = {
  includeMetadata: true,
  pollingIntervalSeconds: POLL_SECONDS,
  notifyPollingIntervalSeconds: POLL_SECONDS_WITH_LISTEN,
} as const;

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
  #longJobs = 0;
  #closing = false;

  constructor(boss: PgBoss, queue: string, work: (job: FetchedJob) => Promise<void>) {
    this.#boss = boss;
    this.#queue = queue;
    this.#work = work;
  }

  async open(): Promise<void> {
    for (let slot = 0; slot < CONCURRENCY; slot += 1) await this.#startWorker();
  }

  /** Takes no further jobs, and resolves when the running ones have ended. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#boss.offWork(this.#queue, { wait: true });
  }

  async #startWorker(): Promise<void> {
    const opened = this.#boss.work<object, void, typeof WORKER_OPTIONS>(
      this.#queue,
      WORKER_OPTIONS,
      async ([job]) => {
        if (job) await this.#process(job, await opened);
      },
    );
    await opened;
  }

  async #process(job: FetchedJob, workerId: string): Promise<void> {
    let isDetached = false;
    const isLong = setInterval(() => {
      if (this.#closing || this.#longJobs >= LONG_JOBS_MAX) return;
      clearInterval(isLong);
      isDetached = true;
      this.#longJobs += 1;
      void this.#boss.offWork(this.#queue, { id: workerId, wait: false });
      // It fails only while the queue closes, when there is nothing more to take.
      this.#startWorker().catch(() => undefined);
    }, QUICK_MS);
    try {
      await this.#work(job);
    } finally {
      clearInterval(isLong);
      if (isDetached) this.#longJobs -= 1;
      // Otherwise the slot would idle until its next poll.
      else this.#boss.notifyWorker(workerId);
    }
  }
}
