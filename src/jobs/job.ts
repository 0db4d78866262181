import type { z } from "zod";
import type { Logger } from "../log.ts";

/** A kind of job: its name in the queue and what its payload looks like. Payloads are kept for days: no secret, no name. */
export type JobDefinition<Payload extends object = object> = {
  readonly name: string;
  readonly schema: z.ZodType<Payload>;
  /** At most one job per key is waiting or running; enqueueing another one meanwhile does nothing. */
  readonly singleton: boolean;
};

/** One execution of a job. */
export type JobRun<Payload extends object> = {
  readonly payload: Payload;
  /** Aborts when this worker shuts down or has lost the job to another one: stop, and change nothing more. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** 1 for the first execution; more when earlier ones were killed or threw. */
  readonly attempt: number;
};

/**
 * Does the work. A job is delivered at least once: after a kill it runs again, from the start, so what it does must be
 * harmless to repeat. It resolves for failures that are an answer; what it throws is a surprise and is tried again.
 */
export type JobHandler<Payload extends object> = (run: JobRun<Payload>) => Promise<void>;

export type JobOptions<Payload extends object> = {
  /** Called instead of the handler after `ATTEMPTS_MAX` executions that were killed or threw. */
  giveUp?: JobHandler<Payload>;
};

/** A definition with the code that does it, its payload's type sealed in. */
export type JobImplementation = {
  readonly definition: JobDefinition;
  run(payload: unknown, run: Omit<JobRun<object>, "payload">): Promise<void>;
};

/** The first execution and three more: what kills a worker four times will do so a fifth time. */
export const ATTEMPTS_MAX = 4;

/** Deliveries beyond those only give up, and that may be interrupted too. */
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
