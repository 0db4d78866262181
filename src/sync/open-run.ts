import { inTenant } from "../database/transaction.ts";
import { findIntegration } from "../integration/integration.repository.ts";
import type { Integration } from "../integration/integration.ts";
import { assertConnected, openAccount } from "../integration/open-account.ts";
import { countWipes } from "../lifecycle/events/wipe-events.repository.ts";
import { getPeopleSettings } from "../tenant/people-settings.repository.ts";
import { createLookUps } from "./confirm/look-ups.ts";
import { claimPeople } from "./read/claim-people.ts";
import { clearAbandonedStaging } from "./read/staging.repository.ts";
import type { RunContext } from "./run-context.ts";
import { listHeldPlans } from "./runs/held-run.repository.ts";
import type { SyncRun } from "./runs/sync-run.ts";
import { startSyncRun } from "./runs/sync-run-progress.repository.ts";
import type { SyncDeps } from "./sync-deps.ts";

export type SyncTask = { readonly tenantId: string; readonly runId: string; readonly signal: AbortSignal };

/** A run, and the integration as it was when a worker claimed the run. */
export type ClaimedRun = { readonly run: SyncRun; readonly integration: Integration | null };

/** Null when the run has ended already. */
export const claimRun = (
  { tenantId, runId }: Omit<SyncTask, "signal">,
  at: Date,
  { dataSource }: SyncDeps,
): Promise<ClaimedRun | null> =>
  inTenant(dataSource, tenantId, async (manager) => {
    const run = await startSyncRun(manager, runId, at);
    return run && { run, integration: await findIntegration(manager) };
  });

/**
 * Opens the account for one attempt, and claims the people named by webhooks. A run that reads pages also
 * deletes the rows that killed workers left behind.
 *
 * @throws PERSONIO_NOT_CONNECTED, SECRET_UNREADABLE
 */
export async function openRun(
  claimed: ClaimedRun,
  attempt: Pick<RunContext, "tenantId" | "readId" | "readAt" | "signal">,
  deps: SyncDeps,
): Promise<RunContext> {
  const { run } = claimed;
  const integration = assertConnected(claimed.integration);
  const { settings, named, wipes } = await inTenant(deps.dataSource, attempt.tenantId, async (manager) => {
    const named = await claimPeople(manager, run);
    if (!named) {
      // If Personio fails, the approved plan is held again.
      const kept = [integration.previewToken, run.planReadId].filter((id) => id !== null);
      await clearAbandonedStaging(manager, [...kept, ...(await listHeldPlans(manager))]);
    }
    return { settings: await getPeopleSettings(manager), named, wipes: await countWipes(manager) };
  });
  const account = openAccount(integration, deps);
  const lookUps = createLookUps(account, attempt.signal);
  return { ...attempt, run, integration, settings, named, wipes, account, lookUps, deps };
}
