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
import { followed, openAccount } from "../integration/open-account.ts";
import { readRights } from "../integration/rights.ts";
import { countFailedRead } from "../integration/webhooks/hook-event.repository.ts";
import type { Attribute } from "../personio/employee.ts";
import { supersedePlans } from "../runs/held-run.repository.ts";
import { findSyncRun, recordProgress, startSyncRun } from "../runs/sync-run.repository.ts";
import type { SyncRun } from "../runs/sync-run.ts";
import { confirmDepartures } from "./confirm/confirm-departures.ts";
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
import {
  asProblem,
  interruptedTooOften,
  isReplaced,
  plannedOnly,
  planOutdated,
  staleAttempt,
} from "./run-problems.ts";
import { STATEMENT_TIMEOUT_MS, type SyncDeps } from "./sync-deps.ts";

export type SyncTask = { readonly tenantId: string; readonly runId: string; readonly signal: AbortSignal };

/**
 * A sync makes our tables say what Personio says now.
 *
 *     read ───▶ translate ───▶ plan ───▶ confirm ───▶ judge ───▶ apply
 *     HTTP        pure         pure       HTTP         pure      one transaction
 *
 * Everything is read before anything is written, and a page that cannot be read ends the run with no change: half a
 * snapshot looks exactly like half the company having left. What is read waits in a staging table, what is planned in
 * another, so memory does not grow with the company.
 *
 * Two runs of one tenant never overlap: only one is under way at a time, and ending one asks whether its attempt is still
 * the current one. A worker that was paused and replaced finds that it is not, and changes nothing.
 *
 * A failure ends the run FAILED, with a code that says who can mend it. Two things are no failure of the run, and leave it to the queue to
 * start it again: being told to stop, and a database that went away.
 */
export async function runSync(task: SyncTask, deps: SyncDeps): Promise<void> {
  const { tenantId, runId } = task;
  const log = deps.log.child({ tenantId, runId });
  const readId = randomUUID();
  const readAt = deps.clock();
  const run = await takeUp(task, readAt, deps);
  if (!run) return log.info("the run has ended already");
  const takenUpAt = performance.now();
  const of = { "sync.run": runId, "sync.mode": run.mode, "sync.trigger": run.trigger };
  try {
    await deps.trace.span("sync", of, () =>
      readPlanApply(run, { ...task, readId, readAt }, { ...deps, log }),
    );
  } catch (error) {
    if (task.signal.aborted || isOutage(error)) throw error;
    const problem = asProblem(error, log);
    if (isReplaced(problem)) deps.metrics.syncAttemptReplaced();
    else await failRun(run, problem, { ...deps, log });
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
}

/** A plan that an admin has approved is applied if it is still the same; any other is judged. */
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
  if (run.approvedAt) return run.planFingerprint === plan.fingerprint ? null : planOutdated();
  if (run.dry) return plannedOnly();
  return facts.peopleRead === 0 && !facts.partial ? snapshotEmpty() : judgePlan(plan, settings, attributes);
}

/** Ends a run that killed every worker that took it up, so that somebody looks at it and the next one can start. */
export async function giveUpSync(task: Omit<SyncTask, "signal">, deps: SyncDeps): Promise<void> {
  const run = await takeUp(task, deps.clock(), deps);
  if (!run) return;
  await failRun(run, interruptedTooOften(), deps);
  deps.metrics.syncRunEnded({ status: "FAILED", trigger: run.trigger, seconds: null });
}

const takeUp = (
  { tenantId, runId }: Omit<SyncTask, "signal">,
  at: Date,
  { dataSource }: SyncDeps,
): Promise<SyncRun | null> => inTenant(dataSource, tenantId, (manager) => startSyncRun(manager, runId, at));

/** Each attempt stages under a `readId` of its own, so that a replaced worker cannot touch what its successor reads. */
type ReadTask = SyncTask & { readonly readId: string; readonly readAt: Date };

async function readPlanApply(run: SyncRun, task: ReadTask, deps: SyncDeps): Promise<void> {
  const { dataSource, log, trace } = deps;
  const { tenantId, runId, readId, signal } = task;
  const { integration, settings, named } = await inTenant(dataSource, tenantId, async (manager) => {
    const integration = followed(await findIntegration(manager));
    const named = await claimPeople(manager, run);
    // A few people say nothing about the plan for all that an admin may be looking at.
    if (!named) {
      await supersedePlans(manager, runId);
      // The plan that was approved waits again if Personio fails.
      const kept = [integration.previewToken, run.planReadId].filter((id) => id !== null);
      await clearAbandonedStaging(manager, kept);
    }
    return { integration, settings: await getPeopleSettings(manager), named };
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
        if (!(await recordProgress(manager, { ...progress, id: runId, attempt: run.attempt })))
          throw staleAttempt();
      },
    }),
  );
  const { facts, orgNames } = snapshot;
  log.info(facts, "read");

  const planTask = {
    readId,
    settings,
    ...facts,
    customKeys: mapping.customKeys,
    hidden: mapping.hidden,
    orgNames,
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
  const departures = { tenantId, readId, account, signal, isShown };
  const plan = await confirmDepartures(planned, departures, dataSource);
  const held = reasonToHold(run, plan, judgement);
  signal.throwIfAborted();
  if (held) return holdRun(run, { readId, plan, held }, deps);
  const { apiVersion } = integration;
  const { readAt } = task;
  const rows = { before: integration.fieldMapping, after: fieldMapping };
  const said = { ...snapshot, mapping, rows, attributes, refusals, unread, orgMatch };
  const read = { readId, readAt, apiVersion, plan, ...said };
  await trace.span("sync.apply", {}, () => applyRun(run, read, deps));
}
