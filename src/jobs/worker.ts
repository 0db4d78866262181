import { setTimeout as sleep } from "node:timers/promises";
import type { JobWithMetadata, PgBoss } from "pg-boss";
import type { Logger } from "../log.ts";
import { type JobImplementation, RETRIES_MAX } from "./job.ts";
import type { OpenQueue } from "./queue.ts";
import { QueueConsumer } from "./queue-consumer.ts";

/**
 * The worker releases a job that has not stopped by then. The whole process has ten seconds to stop, in which
 * it also closes the queue, the database connections and an embedded Postgres.
 */
const STOP_TIMEOUT_MS = 4_000;

/**
 * Delays after an unexpected error: long enough for a database to come back, short enough for a user who
 * waits. Then the job gives up.
 */
const RETRY_DELAYS_SECONDS = [5, 15, 45];
const GIVE_UP_DELAY_SECONDS = 1;

export type Worker = AsyncDisposable & {
  /**
   * The same as disposing. A second call returns the same promise, so that other parts can stop meanwhile.
   */
  stop(): Promise<void>;
};

export type WorkerOptions = { queue: OpenQueue; jobs: readonly JobImplementation[]; log: Logger };

/**
 * Works on the jobs of the queue until it is disposed.
 *
 *     waiting ──▶ running ──▶ done
 *        ▲           │
 *        └───────────┘  killed (seen by heartbeat) · threw (after a delay) · shutdown (at once, uncounted)
 */
export async function startWorker({ queue: { boss }, jobs, log }: WorkerOptions): Promise<Worker> {
  const stopping = new AbortController();
  const running = new Set<Attempt>();
  const consumers = jobs.map((job) => {
    const work = async (fetched: JobWithMetadata<object>): Promise<void> => {
      const attempt = new Attempt(boss, job, fetched);
      running.add(attempt);
      await attempt.run(stopping.signal, log).finally(() => running.delete(attempt));
    };
    return new QueueConsumer(boss, job.definition.name, work);
  });
  for (const consumer of consumers) await consumer.open();
  const close = async (): Promise<void> => {
    stopping.abort(new Error("The worker is shutting down."));
    const closed = Promise.all(consumers.map((consumer) => consumer.close()));
    const waiting = new AbortController();
    await Promise.race([closed, sleep(STOP_TIMEOUT_MS, undefined, { signal: waiting.signal })]).finally(() =>
      waiting.abort(),
    );
    await Promise.all([...running].map((attempt) => attempt.release()));
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
  readonly #fetched: JobWithMetadata<object>;

  constructor(boss: PgBoss, job: JobImplementation, fetched: JobWithMetadata<object>) {
    this.#boss = boss;
    this.#job = job;
    this.#fetched = fetched;
  }

  /** Executes the job; an error puts it back into the queue. */
  async run(stopping: AbortSignal, log: Logger): Promise<void> {
    const { id, name, data, signal } = this.#fetched;
    const jobLog = log.child({ job: name, jobId: id, attempt: this.#number });
    try {
      stopping.throwIfAborted();
      await this.#job.run(data, {
        signal: AbortSignal.any([signal, stopping]),
        attempt: this.#number,
        log: jobLog,
      });
    } catch (error) {
      if (stopping.aborted) return await this.release();
      jobLog.error({ err: error }, "job failed; it is retried unless this was the last attempt");
      await this.#fail({ startAfter: this.#nextAttemptAt() });
    }
  }

  /**
   * Lets another worker claim the job at once. A shutdown is not the job's failure, so it does not count as
   * an attempt.
   */
  async release(): Promise<void> {
    await this.#fail({ startAfter: new Date(), retryLimit: this.#fetched.retryLimit + 1 });
  }

  /** Each release adds one to the retry limit, so subtracting the added retries gives the attempt. */
  get #number(): number {
    return this.#fetched.retryCount + 1 - (this.#fetched.retryLimit - RETRIES_MAX);
  }

  #nextAttemptAt(): Date {
    return new Date(Date.now() + (RETRY_DELAYS_SECONDS[this.#number - 1] ?? GIVE_UP_DELAY_SECONDS) * 1_000);
  }

  // `fail` names the attempt, so it leaves a job alone that belongs to another worker by now. The output is
  // empty because database errors quote rows.
  async #fail(changes: { startAfter: Date; retryLimit?: number }): Promise<void> {
    const { id, name } = this.#fetched;
    await this.#boss.fail(name, this.#fetched, null);
    await this.#boss.update(name, undefined, { id, ...changes });
  }
}
