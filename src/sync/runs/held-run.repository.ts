import type { EntityManager } from "typeorm";
import type { Actor } from "../../access/actor.ts";
import type { PersonioProblem } from "../../integration/personio-problem.ts";
import { findHeldRun, notifyWatchers } from "./sync-run.repository.ts";

/**
 * Queues a held run again, as approved. False if it is not held or superseded, or while another run is under
 * way.
 */
export async function approveHeldRun(
  manager: EntityManager,
  id: string,
  { approvedAt, decidedBy }: { readonly approvedAt: Date; readonly decidedBy: Actor },
): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `/* runs.approve */
    with approved as (
      update sync_runs set status = 'QUEUED', approved_at = $2, decided_by = $3, finished_at = null, wanted_trigger = null,
        wanted_by = null, problem_code = null, problem_message = null, problem_help = null, problem_parameters = null
      where id = $1 and status = 'HELD' and plan_read_id is not null
        and not exists (select from sync_runs r where r.status in ('QUEUED', 'RUNNING'))
      returning id
    ) select id from approved`,
    [id, approvedAt, decidedBy],
  );
  await notifyWatchers(manager, id);
  return rows.length > 0;
}

/** An admin has to undo the setting, not the run. */
const ORDER_STAYS =
  "The order of sources stays as it was set. The next full run plans the same changes, and is held again. To go back, " +
  "set the former order with setPeopleField.";

/** Rejects a held run. False if it is not held. */
export async function rejectHeldRun(manager: EntityManager, id: string, decidedBy: Actor): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `/* runs.reject */
    with rejected as (
      update sync_runs set status = 'REJECTED', plan_read_id = null, decided_by = $2,
        problem_help = case when trigger = 'SETTINGS' then $3 else problem_help end
      where id = $1 and status = 'HELD' returning id
    ) select id from rejected`,
    [id, decidedBy, ORDER_STAYS],
  );
  await notifyWatchers(manager, id);
  return rows.length > 0;
}

/**
 * The hold that an admin has to review next: the newest that no run has superseded. A dry run needs no
 * review.
 */
export const findWaitingHold = async (manager: EntityManager): Promise<PersonioProblem | null> =>
  (await findHeldRun(manager))?.problem ?? null;

/** The plans that can still be approved. */
export async function listHeldPlans(manager: EntityManager): Promise<string[]> {
  const rows: { readId: string }[] = await manager.query(
    `/* runs.listHeldPlans */
    select plan_read_id as "readId" from sync_runs where status = 'HELD' and plan_read_id is not null`,
  );
  return rows.map(({ readId }) => readId);
}

/** Supersedes all other held runs after a FULL run was applied or held. @returns the reads of their plans. */
export async function supersedeHeldRuns(manager: EntityManager, byRunId: string): Promise<string[]> {
  const rows: { id: string; readId: string | null }[] = await manager.query(
    `/* runs.supersede */
    with superseded as (
      update sync_runs r set status = 'SUPERSEDED', plan_read_id = null, plan_fingerprint = null, plan_cleared = null
      from sync_runs held where held.tenant_id = r.tenant_id and held.id = r.id and r.status = 'HELD' and r.id <> $1
      returning r.id, held.plan_read_id
    ) select id, plan_read_id as "readId" from superseded`,
    [byRunId],
  );
  for (const { id } of rows) await notifyWatchers(manager, id);
  return rows.flatMap(({ readId }) => readId ?? []);
}
