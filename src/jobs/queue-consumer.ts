import type { JobWithMetadata, PgBoss } from "pg-boss";

/** How many jobs of one kind this process works on side by side, as long as they are quick. */
export const CONCURRENCY = 4;

/** What takes longer waits for somebody else, or is large. A company of some hundred people takes a fraction of it. */
const QUICK_MS = 2_000;

/** How many jobs of one kind go on beside the slots. Most of them wait, and hold no more than a page of what they read. */
const LONG_JOBS_MAX = 60;

/**
 * Notifications wake a slot; asking is for what they miss: retries, and times of listening in vain. Every slot of every queue asks, so
 * each second less is felt in a database that has nothing else to do.
 */
const POLL_SECONDS_WITH_LISTEN = 2;

/** Where nothing is heard, asking is all there is. */
const POLL_SECONDS = 1;

const WORKER_OPTIONS = {
  includeMetadata: true,
  pollingIntervalSeconds: POLL_SECONDS,
  notifyPollingIntervalSeconds: POLL_SECONDS_WITH_LISTEN,
} as const;

type FetchedJob = JobWithMetadata<object>;

/**
 * Works on the jobs of one queue, oldest first.
 *
 *     slot ──▶ quick ──▶ quick ──▶ long ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─▶ goes on beside the slots
 *                                    └▶ new slot ──▶ quick ──▶ quick ──▶ …
 *
 * A job that is not done soon leaves its slot to the next one in the queue. So neither an outage nor the size of one company
 * holds up the others, and nobody has to know beforehand which one that will be.
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

  /** Takes nothing more, and resolves when what is under way has ended. */
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

  async #process(job: FetchedJob, slot: string): Promise<void> {
    let isDetached = false;
    const isLong = setInterval(() => {
      if (this.#closing || this.#longJobs >= LONG_JOBS_MAX) return;
      clearInterval(isLong);
      isDetached = true;
      this.#longJobs += 1;
      void this.#boss.offWork(this.#queue, { id: slot, wait: false });
      // It fails only when the queue is being closed, and then there is nothing more to take.
      this.#startWorker().catch(() => undefined);
    }, QUICK_MS);
    try {
      await this.#work(job);
    } finally {
      clearInterval(isLong);
      if (isDetached) this.#longJobs -= 1;
      // Otherwise the slot would rest until it is time to ask again.
      else this.#boss.notifyWorker(slot);
    }
  }
}
