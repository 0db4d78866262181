import type { DataSource, EntityManager } from "typeorm";
import { z } from "zod";
import { inTenant } from "../../database/transaction.ts";
import { defineJob, implementJob, type JobImplementation } from "../../jobs/job.ts";
import type { Queue } from "../../jobs/queue.ts";
import { deleteEndedSessions } from "./console-session.repository.ts";

/**
 * Deletes the sessions of a company that have ended. Each sign-in enqueues one for the end of its session, so
 * each session has a job that finds it ended. The daily run of dates exists only with an account of Personio.
 */
export const endedSessionsJob = defineJob({
  name: "console-sessions-ended",
  schema: z.object({ tenantId: z.string() }),
});

/** The replica that runs the job may have a clock that is behind. */
const MARGIN_SECONDS = 60;

/** Enqueues the job in the transaction of the sign-in. */
export const deleteWhenEnded =
  (queue: Queue) =>
  (manager: EntityManager, tenantId: string, lifeMs: number): Promise<void> =>
    queue.enqueue(
      endedSessionsJob,
      { tenantId },
      { manager, startAfterSeconds: lifeMs / 1_000 + MARGIN_SECONDS },
    );

type JobDeps = { readonly dataSource: DataSource; readonly clock: () => Date };

export const createEndedSessionsJob = ({ dataSource, clock }: JobDeps): JobImplementation =>
  implementJob(endedSessionsJob, ({ payload: { tenantId } }) =>
    inTenant(dataSource, tenantId, (manager) => deleteEndedSessions(manager, clock())),
  );
