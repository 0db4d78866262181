import type { z } from "zod";
import type { Logger } from "../log.ts";

/**
 * A kind of job: the name of its queue and the schema of its payload. Payloads are kept for days, so they
 * hold no secret and no name.
 */
export type JobDefinition<Payload extends object = object> = {
  readonly name: string;
  readonly schema: z.ZodType<Payload>;
  /** At most one job per key waits or runs; enqueueing another one meanwhile does nothing. */
  readonly singleton: boolean;
};

/** One execution of a job. */
export type JobRun<Payload extends object> = {
  readonly payload: Payload;
  /**
   * Aborts when this worker shuts down or has lost the job to another worker. The handler must stop then and
   * change nothing more.
   */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** 1 for the first execution; more when earlier ones were killed or threw. */
  readonly attempt: number;
};

/**
 * Does the work. Delivery is at-least-once: after a kill the job runs again from the start, so its work must
 * be idempotent. A handler resolves for expected failures; an error it throws is unexpected, and the job is
 * retried.
 */
export type JobHandler<Payload extends object> = (run: JobRun<Payload>) => Promise<void>;

export type JobOptions<Payload extends object> = {
  /** Called instead of the handler after `ATTEMPTS_MAX` executions that were killed or threw. */
  giveUp?: JobHandler<Payload>;
};

/** A definition with its handler; the type of the payload is hidden inside. */
export type JobImplementation = {
  readonly definition: JobDefinition;
  run(payload: unknown, run: Omit<JobRun<object>, "payload">): Promise<void>;
};

/** The first execution and three retries: a job that kills a worker four times will kill a fifth one. */
export const ATTEMPTS_MAX = 4;

/** Further deliveries only call `giveUp`, which may be interrupted too. */
export const RETRIES_MAX = ATTEMPTS_MAX + 2;

export const defineJob = <Payload extends object>(
  definition: Omit<JobDefinition<Payload>, "singleton"> & { singleton?: boolean },
): JobDefinition<Payload> => ({ singleton: false, ...definition });

export const implementJob = <Payload extends object>(
  definition: JobDefinition<Payload>,
  handler: JobHandler<Payload>,
  { giveUp = async () => undefined }: JobOptions<Payload> = {},
): JobImplementation => ({
  definition,
  async run(payload, run) {
    const parsed = definition.schema.parse(payload);
    await (run.attempt > ATTEMPTS_MAX ? giveUp : handler)({ ...run, payload: parsed });
  },
});
