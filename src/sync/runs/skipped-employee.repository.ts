import type { Queries } from "../../database/queries.ts";
import type { SkippedEmployee } from "./skipped-employee.ts";

/**
 * The columns of a ledger row as it is served. `lastSeenAt` is the end of the last applied run that read all
 * people, or this record. A FULL run that read all people has no problem, or one about single records.
 */
const COLUMNS = `
  s.tenant_id as "tenantId", s.personio_id as "personioId", s.name, s.work_email as "workEmail", s.reason,
  nullif(s.field, '') as field, s.message, s.help, s.has_left as "hasLeft", s.first_seen_at as "firstSeenAt",
  greatest(s.first_seen_at,
    (select g.seen_at from ledger_sightings g where g.tenant_id = s.tenant_id and g.personio_id = s.personio_id),
    (select max(r.finished_at) from sync_runs r where r.status in ('SUCCEEDED', 'SUCCEEDED_WITH_SKIPS')
      and r.mode = 'FULL' and coalesce(r.problem_code, 'PERSONIO_RECORD_UNREADABLE') = 'PERSONIO_RECORD_UNREADABLE')) as "lastSeenAt"`;

/** Sorted by personioId, reason and field. */
export async function listSkippedEmployees(
  manager: Queries,
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

/**
 * The ledger rows of these records, or with this address. Rows of people missing from the directory come
 * first.
 */
export async function listLedgerOf(
  manager: Queries,
  of: { readonly personioIds: readonly string[]; readonly workEmail: string | null },
): Promise<SkippedEmployee[]> {
  return manager.query(
    `/* ledger.listOf */
    select ${COLUMNS} from skipped_employees s where s.personio_id = any($1) or s.work_email = $2
    order by s.field <> '', s.personio_id, s.reason limit 100`,
    [of.personioIds, of.workEmail],
  );
}

export async function countSkippedEmployees(manager: Queries): Promise<number> {
  const rows: { count: number }[] = await manager.query(
    "/* ledger.count */ select count(*)::int as count from skipped_employees",
  );
  return rows[0]?.count ?? 0;
}
