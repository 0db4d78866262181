import type { EntityManager } from "typeorm";
import type { SkippedEmployee } from "./skipped-employee.ts";

/**
 * The columns of a line as it is served; `lastSeenAt` is the end of the last run that was applied and has read everybody, or this record.
 * Which run has read everybody is known by its problem: it has none, or one of single records.
 */
const COLUMNS = `
  s.tenant_id as "tenantId", s.personio_id as "personioId", s.name, s.work_email as "workEmail", s.reason,
  nullif(s.field, '') as field, s.message, s.help, s.first_seen_at as "firstSeenAt",
  greatest(s.first_seen_at,
    (select g.seen_at from ledger_sightings g where g.tenant_id = s.tenant_id and g.personio_id = s.personio_id),
    (select max(r.finished_at) from sync_runs r where r.status in ('SUCCEEDED', 'SUCCEEDED_WITH_SKIPS')
      and r.mode = 'FULL' and coalesce(r.problem_code, 'PERSONIO_RECORD_UNREADABLE') = 'PERSONIO_RECORD_UNREADABLE')) as "lastSeenAt"`;

/** Sorted by personioId, reason and field. */
export async function listSkippedEmployees(
  manager: EntityManager,
  page: {
    readonly limit: number;
    readonly after: { readonly personioId: string; readonly reason: string; readonly field: string } | null;
  },
): Promise<SkippedEmployee[]> {
  return manager.query(
    `/* ledger.list */
    select ${COLUMNS} from skipped_employees s
    where $2::text is null or (s.personio_id, s.reason, s.field) > ($2, $3, $4)
    order by s.personio_id, s.reason, s.field limit $1`,
    [page.limit, page.after?.personioId ?? null, page.after?.reason ?? null, page.after?.field ?? null],
  );
}

/** What the ledger says of the records of one person, or of everybody with one address; whoever is missing altogether first. */
export async function listLedgerOf(
  manager: EntityManager,
  of: { readonly personioIds: readonly string[]; readonly workEmail: string | null },
): Promise<SkippedEmployee[]> {
  return manager.query(
    `/* ledger.listOf */
    select ${COLUMNS} from skipped_employees s where s.personio_id = any($1) or s.work_email = $2
    order by s.field <> '', s.personio_id, s.reason limit 100`,
    [of.personioIds, of.workEmail],
  );
}

export async function countSkippedEmployees(manager: EntityManager): Promise<number> {
  const rows: { count: number }[] = await manager.query(
    "/* ledger.count */ select count(*)::int as count from skipped_employees",
  );
  return rows[0]?.count ?? 0;
}

/**
 * Makes the ledger say what the run planned: healed lines go, new ones come with `seenAt`, lines that stand are not touched
 * unless their text changed. After a read that did not bring everybody, only lines of who was read can be healed, and those
 * that are found by looking at all people. A line of somebody whose record could not be read stands: they are staged without a hash.
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
      first_seen_at)
    select p.tenant_id, p.personio_id, p.reason, p.field, p.name, p.work_email, p.message, p.help, $2
    from planned_skips p where p.read_id = $1
    on conflict (tenant_id, personio_id, reason, field) do update
      set name = excluded.name, work_email = excluded.work_email, message = excluded.message, help = excluded.help
      where (s.name, s.work_email, s.message, s.help)
        is distinct from (excluded.name, excluded.work_email, excluded.message, excluded.help)`,
    [read.readId, seenAt],
  );
  await (read.complete ? clearSightings(manager) : recordSightings(manager, read.readId, seenAt));
}

/** Of the ledger, whom a run has read that did not read everybody. */
const recordSightings = (manager: EntityManager, readId: string, seenAt: Date): Promise<unknown> =>
  manager.query(
    `/* ledger.recordSightings */
    insert into ledger_sightings (tenant_id, personio_id, seen_at)
    select distinct s.tenant_id, s.personio_id, $2::timestamptz from skipped_employees s
    join staged_employees e on e.tenant_id = s.tenant_id and e.read_id = $1 and e.personio_id = s.personio_id
    on conflict (tenant_id, personio_id) do update set seen_at = excluded.seen_at`,
    [readId, seenAt],
  );

/** Whoever reads everybody has seen all of them. */
const clearSightings = (manager: EntityManager): Promise<unknown> =>
  manager.query("/* ledger.clearSightings */ delete from ledger_sightings");
