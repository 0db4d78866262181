import type { Queries } from "../../database/queries.ts";
import type { SkippedEmployee, SkipReason } from "./skipped-employee.ts";

/**
 * The columns of a ledger row as it is served. `lastSeenAt` is the end of the last applied run that read all
 * people, or this record. A FULL run that read all people has no problem, or one about single records.
 */
const COLUMNS = `
  s.tenant_id as "tenantId", s.personio_id as "personioId", s.name, s.work_email as "workEmail", s.reason,
  nullif(s.field, '') as field, s.message, s.help, s.cause as "storedCause",
  s.has_left as "hasLeft", s.first_seen_at as "firstSeenAt",
  greatest(s.first_seen_at,
    (select g.seen_at from ledger_sightings g where g.tenant_id = s.tenant_id and g.personio_id = s.personio_id),
    (select max(r.finished_at) from sync_runs r where r.status in ('SUCCEEDED', 'SUCCEEDED_WITH_SKIPS')
      and r.mode = 'FULL' and coalesce(r.problem_code, 'PERSONIO_RECORD_UNREADABLE') = 'PERSONIO_RECORD_UNREADABLE')) as "lastSeenAt"`;

/** Which rows of the ledger to list; null for all. `patterns` are those of a search. */
export type LedgerFilter = {
  readonly reasons: readonly SkipReason[] | null;
  readonly patterns: readonly string[] | null;
};

/** A search finds only texts that every viewer of the ledger sees, so `message` is not searched. */
const matches = (reasons: string, patterns: string): string =>
  `(${reasons}::text[] is null or s.reason = any (${reasons})) and (${patterns}::text[] is null
    or lower(normalize(concat_ws(' ', s.personio_id, s.name, s.work_email))) like all (${patterns}))`;

/** Sorted by personioId, reason and field. */
export async function listSkippedEmployees(
  manager: Queries,
  page: Partial<LedgerFilter> & {
    readonly limit: number;
    readonly after: { readonly personioId: string; readonly reason: string; readonly field: string } | null;
  },
): Promise<SkippedEmployee[]> {
  return manager.query(
    `/* ledger.list */
    select ${COLUMNS} from skipped_employees s
    where ($2::text is null or (s.personio_id, s.reason, s.field) > ($2, $3, $4)) and ${matches("$5", "$6")}
    order by s.personio_id, s.reason, s.field limit $1`,
    [
      page.limit,
      page.after?.personioId ?? null,
      page.after?.reason ?? null,
      page.after?.field ?? null,
      page.reasons ?? null,
      page.patterns ?? null,
    ],
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

export async function countSkippedEmployees(
  manager: Queries,
  { reasons, patterns }: LedgerFilter = { reasons: null, patterns: null },
): Promise<number> {
  const rows: { count: number }[] = await manager.query(
    `/* ledger.count */
    select count(*)::int as count from skipped_employees s where ${matches("$1", "$2")}`,
    [reasons, patterns],
  );
  return rows[0]?.count ?? 0;
}

/**
 * How many rows of the ledger have each reason, the most frequent one first; reasons without a row are left
 * out.
 */
export const countByReason = (
  manager: Queries,
): Promise<{ readonly reason: SkipReason; readonly count: number }[]> =>
  manager.query(
    `/* ledger.countByReason */
    select reason, count(*)::int as count from skipped_employees group by reason order by count desc, reason`,
  );
