import { randomUUID } from "node:crypto";
import { getPeopleSettings } from "../access/settings/people-settings.repository.ts";
import type { PeopleSettings } from "../access/settings/people-settings.ts";
import { isOutage } from "../database/database-errors.ts";
import { allowStatements, inTenant } from "../database/transaction.ts";
import type { ActionableError } from "../errors.ts";
import {
  accessMissing,
  decideUndecided,
  mappedAttributes,
  missingRequiredFields,
  neededAttributes,
} from "../integration/fields/field-mapping.ts";
import { findIntegration } from "../integration/integration.repository.ts";
import type { Integration } from "../integration/integration.ts";
import { followed, openAccount } from "../integration/open-account.ts";
import { readRights } from "../integration/rights.ts";
import { countFailedRead } from "../integration/webhooks/hook-event.repository.ts";
import type { Attribute } from "../personio/employee.ts";
import { confirmDepartures } from "./confirm/confirm-departures.ts";
import { lookUpRecords } from "./confirm/look-up-records.ts";
import { createLookUps } from "./confirm/look-ups.ts";
import { applyRun, failRun, holdRun } from "./finish-run.ts";
import { judgePlan } from "./plan/judge-plan.ts";
import { matchOrg } from "./plan/match-org.ts";
import { planRun } from "./plan/plan-run.ts";
import type { PlanSummary } from "./plan/tally.ts";
import { choosePages, readsEverybody } from "./read/choose-pages.ts";
import { claimPeople } from "./read/claim-people.ts";
import { readSnapshot, type SnapshotFacts, snapshotEmpty } from "./read/read-snapshot.ts";
import { createSourceHash } from "./read/source-hash.ts";
import { clearAbandonedStaging, clearStaging } from "./read/staging.repository.ts";
import { whyNotApproved } from "./review/approved-plan.ts";
import {
  asProblem,
  CredentialReplaced,
  interruptedTooOften,
  isReplaced,
  plannedOnly,
  staleAttempt,
} from "./run-problems.ts";
import { listHeldPlans } from "./runs/held-run.repository.ts";
import { findSyncRun, recordProgress, startSyncRun } from "./runs/sync-run.repository.ts";
import type { SyncRun } from "./runs/sync-run.ts";
import { STATEMENT_TIMEOUT_MS, type SyncDeps } from "./sync-deps.ts";

export type SyncTask = { readonly tenantId: string; readonly runId: string; readonly signal: AbortSignal };

/**
 * A sync makes our tables say what Personio says now.
 *
 *     read ───▶ translate ───▶ look up ───▶ plan ───▶ confirm ───▶ judge ───▶ apply
 *     HTTP        pure          HTTP         pure       HTTP         pure      one transaction
 *
 * Everything is read before anything is written, and a page that cannot be read ends the run with no change: half a
 * snapshot looks exactly like half the company having left. What is read waits in a staging table, what is planned in
 * another, so memory does not grow with the company.
 *
 * Two runs of one tenant never overlap: only one is under way at a time, and ending one asks whether its attempt is still
 * the current one. A worker that was paused and replaced finds that it is not, and changes nothing.
 *
 * A failure ends the run FAILED, with a code that says who can mend it. Two things are no failure of the run, and leave it to the queue to
 * start it again: being told to stop, and a database that went away. When the pair is replaced meanwhile, the run itself starts again with
 * the new one.
 */
export async function runSync(task: SyncTask, deps: SyncDeps): Promise<void> {
  const log = deps.log.child({ tenantId: task.tenantId, runId: task.runId });
  // Once for each time that somebody replaces the pair.
  while (!(await runWithPair(task, { ...deps, log }))) log.info("sync run restarted: credential replaced");
}

/** False when the pair was replaced meanwhile: then nothing has been changed or recorded. */
async function runWithPair(task: SyncTask, deps: SyncDeps): Promise<boolean> {
  const { tenantId, runId } = task;
  const { log } = deps;
  const readId = randomUUID();
  const readAt = deps.clock();
  const taken = await takeUp(task, readAt, deps);
  if (!taken) {
    log.info("sync run skipped: already ended");
    return true;
  }
  const { run } = taken;
  const takenUpAt = performance.now();
  const of = { "sync.run": runId, "sync.mode": run.mode, "sync.trigger": run.trigger };
  let isReplacedPair = false;
  try {
    await deps.trace
      .span("sync", of, () => readPlanApply(taken, { ...task, readId, readAt }, deps))
      .catch((error: unknown) => endFailed(taken, error, task, deps));
  } catch (error) {
    if (!(error instanceof CredentialReplaced)) throw error;
    isReplacedPair = true;
  }
  const ended = await inTenant(deps.dataSource, tenantId, async (manager) => {
    const ended = await findSyncRun(manager, runId);
    await clearStaging(manager, readId, { keepPlan: ended?.planReadId === readId });
    if (run.planReadId && ended?.planReadId !== run.planReadId) await clearStaging(manager, run.planReadId);
    return ended;
  });
  // A replaced worker comes here too; the run is its successor's to count.
  if (ended?.attempt === run.attempt && ended.finishedAt) {
    const seconds = (performance.now() - takenUpAt) / 1_000;
    deps.metrics.syncRunEnded({ status: ended.status, trigger: run.trigger, seconds });
  }
  return !isReplacedPair;
}

/** Records why a run failed, unless the failure is none of the run's. */
async function endFailed(
  { run, integration }: TakenUp,
  error: unknown,
  { signal }: SyncTask,
  deps: SyncDeps,
): Promise<void> {
  if (signal.aborted || isOutage(error) || error instanceof CredentialReplaced) throw error;
  const problem = asProblem(error, deps.log);
  if (isReplaced(problem)) return deps.metrics.syncAttemptReplaced();
  await failRun(run, { problem, credential: integration }, deps);
}

/** Why a plan that nobody has approved yet is not applied. */
function reasonToHold(
  run: SyncRun,
  plan: PlanSummary,
  {
    facts,
    settings,
    attributes,
  }: {
    readonly facts: SnapshotFacts;
    readonly settings: PeopleSettings;
    readonly attributes: readonly Attribute[];
  },
): ActionableError | null {
  if (run.dry) return plannedOnly();
  return facts.peopleRead === 0 && !facts.partial ? snapshotEmpty() : judgePlan(plan, settings, attributes);
}

/** Ends a run that killed every worker that took it up, so that somebody looks at it and the next one can start. */
export async function giveUpSync(task: Omit<SyncTask, "signal">, deps: SyncDeps): Promise<void> {
  const taken = await takeUp(task, deps.clock(), deps);
  if (!taken) return;
  await failRun(taken.run, { problem: interruptedTooOften(), credential: null }, deps);
  deps.metrics.syncRunEnded({ status: "FAILED", trigger: taken.run.trigger, seconds: null });
}

/** A run, and the integration as it was when a worker took the run up. */
type TakenUp = { readonly run: SyncRun; readonly integration: Integration | null };

const takeUp = (
  { tenantId, runId }: Omit<SyncTask, "signal">,
  at: Date,
  { dataSource }: SyncDeps,
): Promise<TakenUp | null> =>
  inTenant(dataSource, tenantId, async (manager) => {
    const run = await startSyncRun(manager, runId, at);
    return run && { run, integration: await findIntegration(manager) };
  });

/** Each attempt stages under a `readId` of its own, so that a replaced worker cannot touch what its successor reads. */
type ReadTask = SyncTask & { readonly readId: string; readonly readAt: Date };

async function readPlanApply(taken: TakenUp, task: ReadTask, deps: SyncDeps): Promise<void> {
  const { dataSource, log, trace } = deps;
  const { tenantId, readId, signal } = task;
  const { run } = taken;
  const integration = followed(taken.integration);
  const { settings, named } = await inTenant(dataSource, tenantId, async (manager) => {
    const named = await claimPeople(manager, run);
    if (!named) {
      // The plan that was approved waits again if Personio fails.
      const kept = [integration.previewToken, run.planReadId].filter((id) => id !== null);
      await clearAbandonedStaging(manager, [...kept, ...(await listHeldPlans(manager))]);
    }
    return { settings: await getPeopleSettings(manager), named };
  });
  const account = openAccount(integration, deps);
  const { attributes, refusals } = await readRights(account, { known: integration.attributes, signal });
  const missing = missingRequiredFields(integration.fieldMapping, attributes);
  if (missing.length > 0) throw accessMissing(missing);

  const wanted = { mode: run.mode, lastSucceededAt: integration.lastSucceededAt, named };
  // A field that only some people have yet would look as if the others had none.
  const fieldMapping = readsEverybody(wanted)
    ? decideUndecided(integration.fieldMapping, attributes, refusals)
    : integration.fieldMapping;
  const mapping = mappedAttributes(fieldMapping);
  const { unread, ...pages } = choosePages(account, {
    ...wanted,
    onUnreadable: (id) => inTenant(dataSource, tenantId, (manager) => countFailedRead(manager, id)),
    attributes: neededAttributes(mapping),
    signal,
  });
  const hashSource = createSourceHash(integration.apiVersion, mapping);
  const readTask = { tenantId, readId, mapping, attributes, hashSource, ...pages };
  const snapshot = await trace.span("sync.read", {}, () =>
    readSnapshot(readTask, {
      dataSource,
      onProgress: async (manager, progress) => {
        if (!(await recordProgress(manager, { ...progress, id: run.id, attempt: run.attempt })))
          throw staleAttempt();
      },
    }),
  );
  const { facts, orgNames } = snapshot;
  log.info(facts, "snapshot read");

  const now = await inTenant(dataSource, tenantId, deps.readNow);
  const { partial } = facts;
  const lookUps = createLookUps(account, signal);
  const lookedUp = { ...readTask, partial, lookUps, syncedStatuses: settings.syncedStatuses, now };
  const gone = await lookUpRecords(lookedUp, dataSource);
  const planTask = {
    readId,
    settings,
    ...facts,
    customKeys: mapping.customKeys,
    hidden: mapping.hidden,
    orgNames,
    now,
    gone,
  };
  const { orgMatch, planned } = await trace.span("sync.plan", {}, () =>
    inTenant(dataSource, tenantId, async (manager) => {
      await allowStatements(manager, STATEMENT_TIMEOUT_MS);
      const orgMatch = await matchOrg(manager, { integration, complete: facts.complete, orgNames });
      return { orgMatch, planned: await planRun(manager, { ...planTask, orgMatch }) };
    }),
  );
  const judgement = { facts, settings, attributes };
  const isShown = (plan: PlanSummary) => !!(run.approvedAt || reasonToHold(run, plan, judgement));
  const plan = await confirmDepartures(planned, { tenantId, readId, lookUps, isShown }, dataSource);
  const held = run.approvedAt
    ? await whyNotApproved(run, { readId, plan, settings, attributes }, dataSource)
    : reasonToHold(run, plan, judgement);
  signal.throwIfAborted();
  const credential = integration;
  if (held) return holdRun(run, { readId, credential, plan, held }, deps);
  const [{ apiVersion }, { readAt }] = [integration, task];
  const rows = { before: integration.fieldMapping, after: fieldMapping };
  const said = { ...snapshot, mapping, rows, attributes, refusals, unread, orgMatch };
  const failedLookUps = lookUps.failures();
  const read = { readId, readAt, credential, apiVersion, plan, failedLookUps, ...said };
  await trace.span("sync.apply", {}, () => applyRun(run, read, deps));
}
