import { allowStatements, inTenant } from "../database/transaction.ts";
import { ActionableError } from "../errors.ts";
import { mappedAttributes, neededAttributes } from "../integration/fields/field-mapping.ts";
import { findIntegration, recordProblem, savePreview } from "../integration/integration.repository.ts";
import { openAccount } from "../integration/open-account.ts";
import { implementJob, type JobImplementation } from "../jobs/job.ts";
import { lookUpRecords } from "../sync/confirm/look-up-records.ts";
import { createLookUps } from "../sync/confirm/look-ups.ts";
import { planRun } from "../sync/plan/plan-run.ts";
import { readSnapshot, snapshotEmpty } from "../sync/read/read-snapshot.ts";
import { clearStaging, listStagedNames } from "../sync/read/staging.repository.ts";
import { STATEMENT_TIMEOUT_MS, type SyncDeps } from "../sync/sync-deps.ts";
import { getPeopleSettings } from "../tenant/people-settings.repository.ts";
import { createPreviewBuilder } from "./build-preview.ts";
import { previewJob } from "./preview.job.ts";
import type { SetupPreview } from "./setup-preview.ts";

export type PreviewTask = { readonly tenantId: string; readonly token: string; readonly signal: AbortSignal };

/**
 * Reads and plans like a run does and applies nothing: what the admin reviews is what the first sync will do. A
 * credential that fails here shows as the integration's problem.
 */
export async function previewCompany(task: PreviewTask, deps: SyncDeps): Promise<void> {
  const { tenantId, token } = task;
  const log = deps.log.child({ tenantId, previewToken: token });
  try {
    const preview = await readPreview(task, deps);
    if (!preview) return log.info("preview skipped: no longer wanted");
    await inTenant(deps.dataSource, tenantId, (manager) => savePreview(manager, { token, preview }));
    log.info({ people: preview.peopleCount, skipped: preview.skippedCount }, "preview ready");
  } catch (error) {
    if (task.signal.aborted || !(error instanceof ActionableError)) throw error;
    log.warn({ code: error.code }, "preview failed");
    await inTenant(deps.dataSource, tenantId, (manager) => recordProblem(manager, { token, problem: error }));
  } finally {
    await inTenant(deps.dataSource, tenantId, (manager) => clearStaging(manager, token));
  }
}

async function readPreview(task: PreviewTask, deps: SyncDeps): Promise<SetupPreview | null> {
  const { tenantId, token, signal } = task;
  const { integration, settings } = await inTenant(deps.dataSource, tenantId, async (manager) => ({
    integration: await findIntegration(manager),
    settings: await getPeopleSettings(manager),
  }));
  if (integration?.status !== "AWAITING_REVIEW" || integration.previewToken !== token) return null;
  const mapping = mappedAttributes(integration.fieldMapping);
  const { attributes } = integration;
  const account = openAccount(integration, deps);
  const pages = account.readEmployees({ signal, attributes: neededAttributes(mapping) });
  const read = { tenantId, readId: token, mapping, attributes, partial: false };
  const { facts } = await readSnapshot(
    { ...read, pages },
    { dataSource: deps.dataSource, onProgress: async () => undefined },
  );
  if (facts.peopleRead === 0) throw snapshotEmpty();
  const now = await inTenant(deps.dataSource, tenantId, deps.readNow);
  const { syncedStatuses } = settings;
  const lookUps = createLookUps(account, signal);
  const gone = await lookUpRecords({ ...read, lookUps, syncedStatuses, now }, deps.dataSource);
  return inTenant(deps.dataSource, tenantId, async (manager) => {
    await allowStatements(manager, STATEMENT_TIMEOUT_MS);
    const builder = createPreviewBuilder();
    const { customKeys, hidden } = mapping;
    const common = { readId: token, settings, customKeys, hidden, now, gone };
    const plan = await planRun(manager, { ...common, complete: false, partial: false }, builder.onDecision);
    const names = await listStagedNames(manager, token, builder.supervisorIds());
    return builder.build(plan, { names, seenAt: deps.clock(), tenantId });
  });
}

export const createPreviewJob = (deps: SyncDeps): JobImplementation =>
  implementJob(
    previewJob,
    ({ payload, signal, log }) => previewCompany({ ...payload, signal }, { ...deps, log }),
    { giveUp: ({ payload }) => giveUpPreview(payload, deps) },
  );

/** Says of a preview that killed every worker that took it up that nobody reads it any more. */
const giveUpPreview = (
  { tenantId, token }: Omit<PreviewTask, "signal">,
  { dataSource }: SyncDeps,
): Promise<void> =>
  inTenant(dataSource, tenantId, async (manager) => {
    await recordProblem(manager, { token, problem: previewInterrupted() });
    await clearStaging(manager, token);
  });

const previewInterrupted = (): ActionableError =>
  new ActionableError(
    "SYNC_INTERRUPTED",
    "Every attempt to build the preview was interrupted, so the service gave up.",
    "Call connectPersonio again when the service is stable: that restarts the preview. If it fails " +
      "again, the operator of this service should check its memory and its log.",
  );
