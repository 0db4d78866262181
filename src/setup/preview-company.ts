import type { EntityManager } from "typeorm";
import { extendStatementTimeout, inTenant } from "../database/transaction.ts";
import { ActionableError } from "../errors.ts";
import { getFieldSettings, getRaisedFields } from "../fields/field-settings.repository.ts";
import { mappedAttributes, neededAttributes } from "../integration/fields/field-mapping.ts";
import {
  findIntegration,
  recordOrgVersions,
  recordProblem,
  savePreview,
} from "../integration/integration.repository.ts";
import type { Integration } from "../integration/integration.ts";
import { openAccount } from "../integration/open-account.ts";
import type { Samples } from "../integration/samples.ts";
import { implementJob, type JobImplementation } from "../jobs/job.ts";
import { upsertOrg } from "../org/org-changes.repository.ts";
import { lookUpRecords } from "../sync/confirm/look-up-records.ts";
import { createLookUps } from "../sync/confirm/look-ups.ts";
import { unmatchedOrg } from "../sync/plan/match-org.ts";
import { planPeople } from "../sync/plan/plan-run.ts";
import { chooseAllPages } from "../sync/read/choose-pages.ts";
import { readExclusionRules } from "../sync/read/exclusion-rules.ts";
import { readSnapshot, snapshotEmpty } from "../sync/read/read-snapshot.ts";
import type { Snapshot } from "../sync/read/snapshot.ts";
import { clearStaging, listStagedNames } from "../sync/read/staging.repository.ts";
import type { ReadContext } from "../sync/run-context.ts";
import { STATEMENT_TIMEOUT_MS, type SyncDeps } from "../sync/sync-deps.ts";
import { getPeopleSettings } from "../tenant/people-settings.repository.ts";
import { createPreviewBuilder } from "./build-preview.ts";
import { createSampler, sampledKeys } from "./collect-samples.ts";
import { previewJob } from "./preview.job.ts";
import type { SetupPreview } from "./setup-preview.ts";

export type PreviewTask = { readonly tenantId: string; readonly token: string; readonly signal: AbortSignal };

/**
 * Reads and plans like a run, and applies nothing: the admin reviews what the first sync will do. If the read
 * fails, the integration shows the problem.
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

/** What the integration stores of an import before its review. */
type StoredPreview = SetupPreview & { readonly samples: Samples };

async function readPreview(task: PreviewTask, deps: SyncDeps): Promise<StoredPreview | null> {
  const { tenantId, token } = task;
  const context = await openPreview(task, deps);
  if (!context) return null;
  const { integration, settings, account, signal } = context;
  const { attributes, missingRights, fieldMapping } = integration;
  const mapping = mappedAttributes(fieldMapping);
  const { raised, ...decided } = await inTenant(deps.dataSource, tenantId, async (manager) => ({
    exclusions: await readExclusionRules(manager, settings, integration),
    fieldSettings: await getFieldSettings(manager),
    raised: await getRaisedFields(manager),
  }));
  const sampler = createSampler(sampledKeys(fieldMapping, raised));
  const rights = { attributes, missingRights };
  const without = { unreadLists: [], hashSource: null, hashRecord: null };
  const rules = { ...decided, ...without, rights, fieldMapping, mapping };
  const chosen = chooseAllPages(account, { signal, attributes: neededAttributes(mapping) });
  const pages = { ...chosen, pages: sampler.watch(chosen.pages) };
  const read = await readSnapshot(context, { rules, pages });
  if (read.facts.peopleRead === 0) throw snapshotEmpty();
  const found = await lookUpRecords(context, read);
  // A preview removes no person, so it needs no proof that the read is complete.
  const snapshot = { ...found, facts: { ...found.facts, complete: false } };
  return inTenant(deps.dataSource, tenantId, async (manager) => {
    await extendStatementTimeout(manager, STATEMENT_TIMEOUT_MS);
    await offerLegalEntities(manager, integration, snapshot);
    const builder = createPreviewBuilder();
    const { summary } = await planPeople(
      manager,
      { settings, snapshot, orgMatch: unmatchedOrg(), onlyRead: true },
      builder.onDecision,
    );
    const names = await listStagedNames(manager, token, builder.supervisorIds());
    const preview = builder.build(summary, { names, seenAt: deps.clock(), tenantId });
    return { ...preview, samples: sampler.samples() };
  });
}

/**
 * Stores the legal entities of a company before its first sync. The settings name them by our ids, and the
 * admin may exclude some from the start. Runs store everything else.
 */
async function offerLegalEntities(
  manager: EntityManager,
  { apiVersion, orgVersions }: Integration,
  { orgNames: { legal_entities: names } }: Snapshot,
): Promise<void> {
  if (orgVersions.legal_entities || names.length === 0) return;
  await upsertOrg(manager, "legal_entities", names);
  await recordOrgVersions(manager, { version: apiVersion, tables: ["legal_entities"], whole: false });
}

/** Null if no admin waits for this preview any more. */
async function openPreview(
  { tenantId, token, signal }: PreviewTask,
  deps: SyncDeps,
): Promise<ReadContext | null> {
  const { integration, settings } = await inTenant(deps.dataSource, tenantId, async (manager) => ({
    integration: await findIntegration(manager),
    settings: await getPeopleSettings(manager),
  }));
  if (integration?.status !== "AWAITING_REVIEW" || integration.previewToken !== token) return null;
  const account = openAccount(integration, deps);
  const lookUps = createLookUps(account, signal);
  return { tenantId, readId: token, integration, settings, account, lookUps, signal, deps };
}

export const createPreviewJob = (deps: SyncDeps): JobImplementation =>
  implementJob(
    previewJob,
    ({ payload, signal, log }) => previewCompany({ ...payload, signal }, { ...deps, log }),
    { giveUp: ({ payload }) => giveUpPreview(payload, deps) },
  );

/** Records the problem of a preview that killed every worker that started it. */
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
