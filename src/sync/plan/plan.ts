import type { OtherRecord } from "../../people/write/other-records.repository.ts";
import type { OrgMatch } from "./match-org.ts";
import type { PlanSummary } from "./plan-summary.ts";

/**
 * The changes that a sync plans. Each change is a row of `sync_plan_items`, and each ledger entry a row of
 * `planned_skips` (`plan-rows.ts`), both under `readId`. The rest is small and is here.
 */
export type Plan = {
  /** The read that the plan was made from. */
  readonly readId: string;
  readonly summary: PlanSummary;
  readonly orgMatch: OrgMatch;
  /** Whether the plan merged sources; then apply merges again, whatever the other source has by then. */
  readonly isMerged: boolean;
  /** Records of people that were never a current one. There are few. */
  readonly otherRecords: readonly OtherRecord[];
};
