import type { EntityManager } from "typeorm";
import type { Actor } from "../../access/actor.ts";
import type { Queries } from "../../database/queries.ts";
import {
  type SyncMode,
  type SyncRun,
  type SyncRunStatus,
  type SyncTrigger,
  serveSyncRun,
} from "./sync-run.ts";

/** Of `sync_runs`, as `SyncRun` names them. */
export const SYNC_RUN_COLUMNS = `
  tenant_id as "tenantId", id, mode, trigger, status, attempt, dry, approved_at as "approvedAt",
  plan_read_id as "planReadId", plan_fingerprint as "planFingerprint", plan_cleared as "planCleared",
  wanted_trigger as "wantedTrigger", requested_by as "requestedBy", wanted_by as "wantedBy", decided_by as "decidedBy",
  created_at as "createdAt", started_at as "startedAt",
  finished_at as "finishedAt", employees_read as "employeesRead", employees_total as "employeesTotal",
  people_added as added, people_changed as changed, people_unchanged as unchanged, people_left as left,
  employees_skipped as skipped, problem_code as "problemCode", problem_message as "problemMessage",
  problem_help as "problemHelp", problem_parameters as "problemParameters"`;

/**
 * Wakes the watchers of a run on every replica when the transaction commits. It carries the id; they read the
 * row.
 */
export const SYNC_RUN_CHANNEL = "sync_run";

/** The same for watchers of all runs of a company. It carries the tenant, so others do not wake. */
export const TENANT_RUNS_CHANNEL = "tenant_sync_runs";

export async function findSyncRun(manager: Queries, id: string): Promise<SyncRun | null> {
  const rows: SyncRun[] = await manager.query(
    `/* runs.find */ select ${SYNC_RUN_COLUMNS} from sync_runs where id = $1`,
    [id],
  );
  return rows[0] ? serveSyncRun(rows[0]) : null;
}

/** Newest first, `limit` rows after the given place; of all statuses, or of these. */
export async function listSyncRuns(
  manager: Queries,
  page: {
    readonly limit: number;
    readonly statuses: readonly SyncRunStatus[] | null;
    readonly after: { readonly createdAt: string; readonly id: string } | null;
  },
): Promise<SyncRun[]> {
  const rows: SyncRun[] = await manager.query(
    `/* runs.list */ select ${SYNC_RUN_COLUMNS} from sync_runs
    where ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid)) and ($4::text[] is null or status = any ($4))
    order by created_at desc, id desc limit $1`,
    [page.limit, page.after?.createdAt ?? null, page.after?.id ?? null, page.statuses],
  );
  return rows.map(serveSyncRun);
}

export async function countSyncRuns(
  manager: Queries,
  statuses: readonly SyncRunStatus[] | null,
): Promise<number> {
  const rows: { count: number }[] = await manager.query(
    `/* runs.count */ select count(*)::int as count from sync_runs where $1::text[] is null or status = any ($1)`,
    [statuses],
  );
  return rows[0]?.count ?? 0;
}

/** How many of the newest runs a watcher of all runs looks at: more never start between two looks. */
const WATCHED = 5;

/** A run with another status never changes again. */
export const OPEN_STATUSES: readonly SyncRunStatus[] = ["QUEUED", "RUNNING", "HELD"];

/** The newest runs, the open ones, and those that were open at an earlier look; oldest first. */
export async function listChangingRuns(manager: Queries, open: readonly string[]): Promise<SyncRun[]> {
  const rows: SyncRun[] = await manager.query(
    `/* runs.listChanging */ select ${SYNC_RUN_COLUMNS} from sync_runs
    where status = any ($1) or id = any ($2)
      or id in (select id from sync_runs order by created_at desc, id desc limit ${WATCHED})
    order by created_at, id`,
    [OPEN_STATUSES, open],
  );
  return rows.map(serveSyncRun);
}

/** The run that is queued or running, if there is one: a tenant has at most one. */
export async function findSyncRunUnderWay(manager: Queries): Promise<SyncRun | null> {
  const rows: SyncRun[] = await manager.query(
    `/* runs.findUnderWay */ select ${SYNC_RUN_COLUMNS} from sync_runs where status in ('QUEUED', 'RUNNING')`,
  );
  return rows[0] ? serveSyncRun(rows[0]) : null;
}

/** The held run that waits for an admin: the newest that no run has superseded, without dry runs. */
export async function findHeldRun(manager: Queries): Promise<SyncRun | null> {
  const rows: SyncRun[] = await manager.query(
    `/* runs.findHeld */ select ${SYNC_RUN_COLUMNS} from sync_runs
    where status = 'HELD' and not dry order by finished_at desc, id limit 1`,
  );
  return rows[0] ? serveSyncRun(rows[0]) : null;
}

/** Queues a run unless one is under way. @returns whether this call made it. */
export async function insertSyncRun(
  manager: EntityManager,
  run: {
    readonly id: string;
    readonly mode: SyncMode;
    readonly trigger: SyncTrigger;
    readonly dry: boolean;
    readonly requestedBy: Actor;
  },
): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `/* runs.insert */
    insert into sync_runs (tenant_id, id, mode, trigger, dry, requested_by, status)
    values (current_setting('app.tenant'), $1, $2, $3, $4, $5, 'QUEUED')
    on conflict (tenant_id) where status in ('QUEUED', 'RUNNING') do nothing
    returning id`,
    [run.id, run.mode, run.trigger, run.dry, run.requestedBy],
  );
  return rows.length > 0;
}

/**
 * Requests a FULL run while another one is under way that does less. A run that is still queued becomes FULL.
 * A run that is running, or that an admin has approved, stays as it is and stores the request, which
 * `finishSyncRun` returns. Null if the run has ended meanwhile.
 */
export async function requestFullRun(
  manager: EntityManager,
  id: string,
  { trigger, requestedBy }: { readonly trigger: SyncTrigger; readonly requestedBy: Actor },
): Promise<SyncRun | null> {
  const rows: SyncRun[] = await manager.query(
    `/* runs.wantFull */
    with asked as (
      update sync_runs set
        mode = case when ${WAITS} then 'FULL' else mode end,
        dry = dry and not ${WAITS},
        trigger = case when ${WAITS} then $2 else trigger end,
        requested_by = case when ${WAITS} then $3 else requested_by end,
        wanted_trigger = case when ${WAITS} then wanted_trigger else coalesce(wanted_trigger, $2) end,
        wanted_by = case when ${WAITS} or wanted_trigger is not null then wanted_by else $3 end
      where id = $1 and status in ('QUEUED', 'RUNNING') returning *
    ) select ${SYNC_RUN_COLUMNS} from asked`,
    [id, trigger, requestedBy],
  );
  await notifyWatchers(manager, id);
  return rows[0] ? serveSyncRun(rows[0]) : null;
}

/** No worker has started the run, and no admin has approved its plan. */
const WAITS = "(status = 'QUEUED' and approved_at is null)";

/** In the transaction that changes the run. */
export async function notifyWatchers(manager: EntityManager, id: string): Promise<void> {
  await manager.query("select pg_notify($1, $2), pg_notify($3, current_setting('app.tenant'))", [
    SYNC_RUN_CHANNEL,
    id,
    TENANT_RUNS_CHANNEL,
  ]);
}
