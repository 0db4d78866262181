import type { EntityManager } from "typeorm";
import { causeToStore, type PlannedSkip } from "../plan/explain-skip.ts";
import type { SkipReason } from "../runs/skipped-employee.ts";

/**
 * Records the people that a complete run missed; removes those who are back, and those who have become
 * leavers.
 */
export async function recordAbsences(
  manager: EntityManager,
  run: { readonly runId: string; readonly readId: string; readonly complete: boolean },
): Promise<void> {
  await manager.query(
    `/* ledger.clearAbsences */
    delete from absent_people a using people p where p.id = a.person_id and (p.status = 'INACTIVE' or exists (
      select from staged_employees s where s.read_id = $1 and s.personio_id = p.personio_id))`,
    [run.readId],
  );
  if (!run.complete) return;
  await manager.query(
    `/* ledger.recordAbsences */
    insert into absent_people (tenant_id, person_id, since_run_id)
    select p.tenant_id, p.id, $1 from people p where p.status <> 'INACTIVE' and not exists (
      select from staged_employees s where s.read_id = $2 and s.personio_id = p.personio_id)
    on conflict do nothing`,
    [run.runId, run.readId],
  );
}

/** Adds an entry for each person whose supervisor is not in the directory. */
export async function insertUnsyncedSupervisors(
  manager: EntityManager,
  readId: string,
  entry: Pick<PlannedSkip, "reason" | "field" | "message" | "help" | "cause">,
): Promise<void> {
  await manager.query(
    `/* ledger.insertUnsyncedSupervisors */
    insert into planned_skips (tenant_id, read_id, personio_id, reason, field, name, work_email, message, help, cause)
    select tenant_id, $1, personio_id, $2, $3, display_name, work_email, $4, $5, $6::jsonb from people
    where supervisor_personio_id is not null and supervisor_id is null and status <> 'INACTIVE'
    on conflict do nothing`,
    [readId, entry.reason, entry.field, entry.message, entry.help, causeToStore(entry)],
  );
}

/** Whether an earlier version wrote an entry of these reasons: without the cause of its message. */
export async function hasCauseless(manager: EntityManager, reasons: readonly SkipReason[]): Promise<boolean> {
  const [found]: { isCauseless: boolean }[] = await manager.query(
    `/* ledger.hasCauseless */
    select exists (select from skipped_employees
      where reason = any($1) and cause ->> 'message' is distinct from message) as "isCauseless"`,
    [reasons],
  );
  return found?.isCauseless === true;
}

/** Plans the current entries of these reasons again. Leavers have none. */
export async function keepEntries(
  manager: EntityManager,
  readId: string,
  reasons: readonly SkipReason[],
): Promise<void> {
  await manager.query(
    `/* ledger.keepEntries */
    insert into planned_skips (tenant_id, read_id, personio_id, reason, field, name, work_email, message, help, cause)
    select tenant_id, $1, personio_id, reason, field, name, work_email, message, help, cause
    from skipped_employees s where reason = any($2)
      and not exists (select from people p where p.personio_id = s.personio_id and p.status = 'INACTIVE')
    on conflict do nothing`,
    [readId, reasons],
  );
}

/**
 * Makes the ledger equal to the entries that this run planned. It deletes healed entries, adds new ones with
 * `seenAt`, and rewrites others only if their text changed. After an incomplete read only two kinds can heal:
 * entries of people who were read, and entries that need the whole company. The entry of a person with an
 * unreadable record stays; such a person is staged without a hash.
 */
export async function replaceLedger(
  manager: EntityManager,
  read: { readonly readId: string; readonly complete: boolean },
  seenAt: Date,
): Promise<void> {
  await manager.query(
    `/* ledger.removeHealed */
    delete from skipped_employees s where not exists (
      select from planned_skips p where p.tenant_id = s.tenant_id and p.read_id = $1
        and p.personio_id = s.personio_id and p.reason = s.reason and p.field = s.field)
    and ($2 or s.reason in ('SUPERVISOR_NOT_SYNCED', 'SUPERVISOR_CYCLE', 'AMBIGUOUS_REHIRE') or exists (
      select from staged_employees e where e.read_id = $1 and e.personio_id = s.personio_id))
    and not exists (
      select from staged_employees e where e.read_id = $1 and e.personio_id = s.personio_id
        and e.record is null and e.source_hash is null)`,
    [read.readId, read.complete],
  );
  await manager.query(
    `/* ledger.addFound */
    insert into skipped_employees as s (tenant_id, personio_id, reason, field, name, work_email, message, help,
      cause, has_left, first_seen_at)
    select p.tenant_id, p.personio_id, p.reason, p.field, p.name, p.work_email, p.message, p.help, p.cause, p.has_left, $2
    from planned_skips p where p.read_id = $1
    on conflict (tenant_id, personio_id, reason, field) do update
      set name = excluded.name, work_email = excluded.work_email, message = excluded.message, help = excluded.help,
        cause = excluded.cause, has_left = excluded.has_left
      where (s.name, s.work_email, s.message, s.help, s.cause, s.has_left)
        is distinct from (excluded.name, excluded.work_email, excluded.message, excluded.help, excluded.cause, excluded.has_left)`,
    [read.readId, seenAt],
  );
  await (read.complete ? clearSightings(manager) : recordSightings(manager, read.readId, seenAt));
}

/** After an incomplete read: the people of the ledger who were read. */
const recordSightings = (manager: EntityManager, readId: string, seenAt: Date): Promise<unknown> =>
  manager.query(
    `/* ledger.recordSightings */
    insert into ledger_sightings (tenant_id, personio_id, seen_at)
    select distinct s.tenant_id, s.personio_id, $2::timestamptz from skipped_employees s
    join staged_employees e on e.tenant_id = s.tenant_id and e.read_id = $1 and e.personio_id = s.personio_id
    on conflict (tenant_id, personio_id) do update set seen_at = excluded.seen_at`,
    [readId, seenAt],
  );

/** After a complete read, all entries count as seen at the end of the run. */
const clearSightings = (manager: EntityManager): Promise<unknown> =>
  manager.query("/* ledger.clearSightings */ delete from ledger_sightings");
