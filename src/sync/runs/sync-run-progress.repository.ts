import type { EntityManager } from "typeorm";
import { type PersonioProblem, parametersToStore } from "../../integration/personio-problem.ts";
import { notifyWatchers, SYNC_RUN_COLUMNS } from "./sync-run.repository.ts";
import { type ClearedField, type SyncRun, type SyncRunStatus, serveSyncRun } from "./sync-run.ts";

/**
 * Starts an attempt of a run, which reads from the first page whatever an earlier attempt has read. The run
 * becomes FULL if an admin has switched the API version since the request (see `requestSyncRun`). Null if the
 * run has ended, so that a job delivered twice does no harm.
 */
export async function startSyncRun(
  manager: EntityManager,
  id: string,
  startedAt: Date,
): Promise<SyncRun | null> {
  const rows: SyncRun[] = await manager.query(
    `/* runs.start */
    with started as (
      update sync_runs set status = 'RUNNING', attempt = attempt + 1, started_at = coalesce(started_at, $2),
        employees_read = 0, employees_total = null,
        mode = case when exists (select from integrations where org_version <> api_version) then 'FULL' else mode end
      where id = $1 and status in ('QUEUED', 'RUNNING') returning *
    ) select ${SYNC_RUN_COLUMNS} from started`,
    [id, startedAt],
  );
  await notifyWatchers(manager, id);
  return rows[0] ? serveSyncRun(rows[0]) : null;
}

/** Stores how far a run has read. False if another worker has taken over the run. */
export async function recordProgress(
  manager: EntityManager,
  run: Pick<SyncRun, "id" | "attempt" | "employeesRead" | "employeesTotal">,
): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `/* runs.recordProgress */
    with moved as (
      update sync_runs set employees_read = $3, employees_total = $4
      where id = $1 and attempt = $2 and status = 'RUNNING' returning id
    ) select id from moved`,
    [run.id, run.attempt, run.employeesRead, run.employeesTotal],
  );
  await notifyWatchers(manager, run.id);
  return rows.length > 0;
}

export type SyncRunCounts = Pick<SyncRun, "added" | "changed" | "unchanged" | "left" | "skipped">;

export type SyncRunResult = {
  readonly status: SyncRunStatus;
  readonly finishedAt: Date;
  readonly counts?: SyncRunCounts;
  readonly problem?: PersonioProblem;
  /** The plan that an admin can review. */
  readonly plan?: {
    readonly readId: string;
    readonly fingerprint: string;
    readonly cleared: readonly ClearedField[];
  };
};

/** The FULL run that was requested meanwhile. */
type FollowUp = Pick<SyncRun, "wantedTrigger" | "wantedBy">;

/**
 * Ends a run. Only the current attempt may end it. A worker that was paused, declared dead and replaced finds
 * a higher attempt number, changes nothing, and gets null. Call it through `endSyncRun`.
 */
export async function finishSyncRun(
  manager: EntityManager,
  run: Pick<SyncRun, "id" | "attempt">,
  outcome: SyncRunResult,
): Promise<FollowUp | null> {
  const { counts, problem, plan } = outcome;
  const rows: FollowUp[] = await manager.query(
    `/* runs.finish */
    with finished as (
      update sync_runs set status = $3, finished_at = $4, people_added = $5, people_changed = $6, people_unchanged = $7,
        people_left = $8, employees_skipped = $9, problem_code = $10, problem_message = $11, problem_help = $12,
        plan_read_id = $13, plan_fingerprint = $14, plan_cleared = $15, problem_parameters = $16
      where id = $1 and attempt = $2 and status = 'RUNNING' returning wanted_trigger, wanted_by
    ) select wanted_trigger as "wantedTrigger", wanted_by as "wantedBy" from finished`,
    [
      run.id,
      run.attempt,
      outcome.status,
      outcome.finishedAt,
      counts?.added ?? 0,
      counts?.changed ?? 0,
      counts?.unchanged ?? 0,
      counts?.left ?? 0,
      counts?.skipped ?? 0,
      problem?.code ?? null,
      problem?.message ?? null,
      problem?.help ?? null,
      plan?.readId ?? null,
      plan?.fingerprint ?? null,
      plan ? JSON.stringify(plan.cleared) : null,
      parametersToStore(problem),
    ],
  );
  await notifyWatchers(manager, run.id);
  return rows[0] ?? null;
}
