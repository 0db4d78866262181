import type { Queries } from "../../database/queries.ts";
import { CHANGED_FIELDS } from "./plan-filter.ts";
import type { SyncPlanSummary } from "./sync-plan.ts";

/**
 * The plan of a read in numbers. Counted when it is asked for: deleting hidden values changes the rows of a
 * plan, and a stored summary would still count them.
 */
export async function summarizePlan(manager: Queries, readId: string): Promise<SyncPlanSummary> {
  const rows: { kind: string; field: string | null; people: number; cleared: number }[] = await manager.query(
    `/* plan.summarize */
    select case change when 'ABSENT' then 'LEAVE' else change end as kind, null as field,
      count(*)::int as people, 0 as cleared
    from sync_plan_items where read_id = $1 and change <> 'SOURCES' group by 1
    union all
    select 'FIELD', changed.field, count(*)::int, count(*) filter (where changed.cleared)::int
    from sync_plan_items, ${CHANGED_FIELDS}
    where read_id = $1 and change <> 'SOURCES' group by changed.field
    order by people desc, field`,
    [readId],
  );
  const countOf = (kind: string): number => rows.find((row) => row.kind === kind)?.people ?? 0;
  return {
    adds: countOf("ADD"),
    changes: countOf("CHANGE"),
    leaves: countOf("LEAVE"),
    fields: rows.flatMap(({ kind, field, people, cleared }) =>
      kind === "FIELD" && field !== null ? [{ field, people, cleared }] : [],
    ),
  };
}
