import type { EntityManager } from "typeorm";
import { notifyWatchers } from "./sync-run.repository.ts";
import type { SyncRun } from "./sync-run.ts";

/** Queues a held run again, approved. False when it is not held, when a newer run has superseded it, or while another one is under way. */
export async function approveHeldRun(manager: EntityManager, id: string, approvedAt: Date): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `/* runs.approve */
    with approved as (
      update sync_runs set status = 'QUEUED', approved_at = $2, finished_at = null, wanted_trigger = null,
        problem_code = null, problem_message = null, problem_help = null
      where id = $1 and status = 'HELD' and plan_read_id is not null
        and not exists (select from sync_runs r where r.status in ('QUEUED', 'RUNNING'))
      returning id
    ) select id from approved`,
    [id, approvedAt],
  );
  await notifyWatchers(manager, id);
  return rows.length > 0;
}

/** Turns a held run down. False when it is not held. */
export async function rejectHeldRun(manager: EntityManager, id: string): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `/* runs.reject */
    with rejected as (
      update sync_runs set status = 'REJECTED', plan_read_id = null where id = $1 and status = 'HELD' returning id
    ) select id from rejected`,
    [id],
  );
  await notifyWatchers(manager, id);
  return rows.length > 0;
}

/** Whether a run that was held after this one still waits for an admin: what the integration shows is then about that one. */
export async function hasNewerHold(manager: EntityManager, run: SyncRun): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `/* runs.hasNewerHold */
    select from sync_runs where status = 'HELD' and not dry and id <> $1 and finished_at > $2 limit 1`,
    [run.id, run.finishedAt],
  );
  return rows.length > 0;
}

/** Every older plan is out of date as soon as a run begins to read; only the plan that was approved is still compared with. */
export async function supersedePlans(manager: EntityManager, byRunId: string): Promise<void> {
  await manager.query(
    "/* runs.supersedePlans */ update sync_runs set plan_read_id = null where plan_read_id is not null and id <> $1",
    [byRunId],
  );
}
