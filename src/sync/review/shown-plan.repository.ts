import type { EntityManager } from "typeorm";
import type { PlanItem } from "../plan/plan.repository.ts";
import { changedFields } from "./changed-fields.ts";
import type { SyncPlanItem } from "./sync-plan.ts";

/** The plan of a read as an admin looks at it, in the order of Personio's ids. A first absence shows as what approving makes of it. */
export async function listShownPlan(
  manager: EntityManager,
  readId: string,
  page: { readonly limit: number; readonly after: string | null },
): Promise<SyncPlanItem[]> {
  const items: PlanItem[] = await manager.query(
    `/* plan.listShown */
    select personio_id as "personioId", person_id as "personId", change, before, after from sync_plan_items
    where read_id = $1 and ($3::text is null or personio_id > $3)
    order by personio_id limit $2`,
    [readId, page.limit, page.after],
  );
  return items.map(({ personioId, personId, change, before, after }) => ({
    personioId,
    personId,
    change: change === "ABSENT" ? "LEAVE" : change,
    ...changedFields(before, after),
  }));
}

export async function countShownPlan(manager: EntityManager, readId: string): Promise<number> {
  const rows: { count: number }[] = await manager.query(
    "/* plan.countShown */ select count(*)::int as count from sync_plan_items where read_id = $1",
    [readId],
  );
  return rows[0]?.count ?? 0;
}

export async function removePlan(manager: EntityManager, readId: string): Promise<void> {
  await manager.query("/* plan.remove */ delete from sync_plan_items where read_id = $1", [readId]);
}
