import type { DataSource } from "typeorm";
import type { PeopleSettings } from "../../access/settings/people-settings.ts";
import { inTenant } from "../../database/transaction.ts";
import type { ActionableError } from "../../errors.ts";
import type { Attribute } from "../../personio/employee.ts";
import { judgeApproved } from "../plan/judge-approved.ts";
import type { PlanSummary } from "../plan/tally.ts";
import type { SyncRun } from "../runs/sync-run.ts";
import { countOthersLeaving } from "./shown-plan.repository.ts";

/** Why the plan of an approved run's second read is not covered by the approval; null when it is. */
export async function whyNotApproved(
  run: SyncRun,
  {
    readId,
    plan,
    settings,
    attributes,
  }: {
    readonly readId: string;
    readonly plan: PlanSummary;
    readonly settings: PeopleSettings;
    readonly attributes: readonly Attribute[];
  },
  dataSource: DataSource,
): Promise<ActionableError | null> {
  // Exactly what was shown. Then nothing has to be compared with the shown rows, which a crash of Postgres may have emptied.
  if (run.planFingerprint === plan.fingerprint) return null;
  const othersLeaving =
    plan.left + plan.firstAbsences === 0
      ? 0
      : await inTenant(dataSource, run.tenantId, (manager) =>
          countOthersLeaving(manager, { readId, shownReadId: run.planReadId }),
        );
  return judgeApproved(plan, { othersLeaving, cleared: run.planCleared ?? [] }, settings, attributes);
}
