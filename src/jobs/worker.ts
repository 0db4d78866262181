import { setTimeout as sleep } from "node:timers/promises";
import type { JobWithMetadata, PgBoss } from "pg-boss";
import type { Logger } from "../log.ts";
import { type JobImplementation, RETRIES_MAX } from "./job.ts";
import type { OpenQueue } from "./queue.ts";
import { QueueConsumer } from "./queue-consumer.ts";

/**
 * A job that has not stopped by then is given away under its hands. The process has ten seconds to stop in all: besides this, it
 * closes the queue, the database's connections and an embedded Postgres.
 */
const STOP_TIMEOUT_MS = 4_000;

/** After a surprise: long enough for a database to come back, short enough for somebody who waits. Then it gives up. */
const RETRY_DELAYS_SECONDS = [5, 15, 45];
const GIVE_UP_DELAY_SECONDS = 1;

export type Worker = AsyncDisposable & {
  /** What disposing does. Asked twice, it stops once: other things may stop meanwhile. */
  stop(): Promise<void>;
};

export type WorkerOptions = { queue: OpenQueue; jobs: readonly JobImplementation[]; log: Logger };

/**
 * Works on the jobs of the queue until it is disposed.
 *
 *     waiting ──▶ running ──▶ done
 *        ▲           │
 *        └───────────┘  killed (noticed by its heartbeat) · threw (after a delay) · shutdown (at once, uncounted)
 */
export async function startWorker({ queue: { boss }, jobs, log }: WorkerOptions): Promise<Worker> {
  const stopping = new AbortController();
  const running = new Set<Attempt>();
  const kinds = jobs.map((job) => {
    const work = async (found: JobWithMetadata<object>): Promise<void> => {
      const attempt = new Attempt(boss, job, found);
      running.add(attempt);
      await attempt.run(stopping.signal, log).finally(() => running.delete(attempt));
    };
    return new QueueConsumer(boss, job.definition.name, work);
  });
  for (const slots of kinds) await slots.open();
  const close = async (): Promise<void> => {
    stopping.abort(new Error("The worker is shutting down."));
    const closed = Promise.all(kinds.map((slots) => slots.close()));
    const waiting = new AbortController();
    await Promise.race([closed, sleep(STOP_TIMEOUT_MS, undefined, { signal: waiting.signal })]).finally(() =>
      waiting.abort(),
    );
    await Promise.all([...running].map((attempt) => attempt.giveBack()));
  };
  let closing: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    closing ??= close();
    return closing;
  };
  return { stop, [Symbol.asyncDispose]: stop };
}

/** One delivery of one job to this worker. */
class Attempt {
  readonly #boss: PgBoss;
  readonly #job: JobImplementation;
  readonly #found: JobWithMetadata<object>;

  constructor(boss: PgBoss, job: JobImplementation, found: JobWithMetadata<object>) {
    this.#boss = boss;
    this.#job = job;
    this.#found = found;
  }

  /** Executes the job; what it throws puts it back into the queue. */
  async run(stopping: AbortSignal, log: Logger): Promise<void> {
    const { id, name, data, signal } = this.#found;
    const jobLog = log.child({ job: name, jobId: id, attempt: this.#number });
    try {
      stopping.throwIfAborted();
      await this.#job.run(data, {
        signal: AbortSignal.any([signal, stopping]),
        attempt: this.#number,
        log: jobLog,
      });
    } catch (error) {
      if (stopping.aborted) return await this.giveBack();
      jobLog.error({ err: error }, "job failed; it is retried unless this was the last attempt");
      await this.#putBack({ startAfter: this.#later() });
    }
  }

  /** Lets another worker have the job at once. A shutdown is nobody's fault: it does not count as an attempt. */
  async giveBack(): Promise<void> {
    await this.#putBack({ startAfter: new Date(), retryLimit: this.#found.retryLimit + 1 });
  }

  /** Every give-back allowed one retry more, so the difference is what counts. */
  get #number(): number {
    return this.#found.retryCount + 1 - (this.#found.retryLimit - RETRIES_MAX);
  }

  #later(): Date {
    return new Date(Date.now() + (RETRY_DELAYS_SECONDS[this.#number - 1] ?? GIVE_UP_DELAY_SECONDS) * 1_000);
  }

  // Failing names the attempt, so a job that meanwhile belongs to another worker is left alone; its output says nothing,
  // because errors of the database quote rows.
  async #putBack(changes: { startAfter: Date; retryLimit?: number }): Promise<void> {
    const { id, name } = this.#found;
    await this.#boss.fail(name, this.#found, null);
    await this.#boss.update(name, undefined, { id, ...changes });
  }
}
