import type { EntityManager } from "typeorm";
import type { ActionableError } from "../errors.ts";
import { isSameCredential, type StoredCredential } from "../integration/credential.ts";
import { notBeforeOf } from "../integration/health/back-off.ts";
import {
  recordContact,
  recordFailure,
  recordHold,
  recordNotBefore,
  recordSuccess,
} from "../integration/health/health.repository.ts";
import { judgeFailure } from "../integration/health/judge-failure.ts";
import {
  extendFieldMapping,
  findIntegration,
  findIntegrationForUpdate,
  recordOrgVersions,
  showHoldProblem,
} from "../integration/integration.repository.ts";
import type { Integration } from "../integration/integration.ts";
import { assertConnected, isFollowed } from "../integration/open-account.ts";
import { deleteHookEvents, releaseHookEvents } from "../integration/webhooks/hook-event.repository.ts";
import { enqueueCatchUp, enqueueHookEventsDue } from "../integration/webhooks/webhook.job.ts";
import { recordCatchUp } from "../integration/webhooks/webhook.repository.ts";
import type { ApplyTask } from "./apply/apply-plan.ts";
import type { Unread } from "./read/choose-pages.ts";
import { readsNamedPeople } from "./read/claim-people.ts";
import { removePlans } from "./review/shown-plan.repository.ts";
import type { RunContext } from "./run-context.ts";
import { CredentialReplaced, needsHuman } from "./run-problems.ts";
import { findWaitingHold, supersedeHeldRuns } from "./runs/held-run.repository.ts";
import type { SyncRun } from "./runs/sync-run.ts";

/**
 * What the end of a run changes beside the run: the integration's health, its mapping, the webhook events that the run claimed, and plans
 * of other held runs. All of it in the transaction that ends the run, which has locked the integration.
 *
 * @returns whether the integration was broken until now.
 * @throws CredentialReplaced when the pair is another one now.
 */
export async function recordApplied(
  manager: EntityManager,
  { context, snapshot, plan, at }: ApplyTask,
): Promise<boolean> {
  const { run, readAt, deps } = context;
  const { rules, facts } = snapshot;
  const before = assertConnected(await findIntegration(manager));
  checkCredential(before, context.integration);
  if (readsNamedPeople(run)) await recordContact(manager, { endedAt: at, ...rules.rights });
  else await recordSuccess(manager, { readAt, endedAt: at, ...rules.rights });
  // The version that it was read with; an admin may have chosen another one since.
  const { apiVersion, fieldMapping } = context.integration;
  if (rules.fieldMapping !== fieldMapping) {
    await extendFieldMapping(manager, { apiVersion, before: fieldMapping, after: rules.fieldMapping });
  }
  await recordOrgVersions(manager, {
    version: apiVersion,
    tables: plan.orgMatch.settled,
    whole: facts.complete && facts.peopleRead > 0,
  });
  await settleHookEvents(manager, context, snapshot.unread);
  await settleHolds(manager, run);
  const healed = before.status === "BROKEN";
  if (facts.complete) await recordCatchUp(manager, readAt);
  else if (healed) await enqueueCatchUp(deps.queue, manager, run.tenantId);
  return healed;
}

/** A FULL run that ended well has taken the place of all that was held. After any other run, what still waits is shown again. */
async function settleHolds(manager: EntityManager, run: SyncRun): Promise<void> {
  if (run.mode === "FULL") await removePlans(manager, await supersedeHeldRuns(manager, run.id));
  else await showHoldProblem(manager, await findWaitingHold(manager));
}

/**
 * Deletes the webhook events that this run handled. People it did not reach are queued again now; people it failed to read are retried
 * with their next event.
 */
async function settleHookEvents(
  manager: EntityManager,
  { tenantId, run, deps: { queue, clock } }: RunContext,
  { failed, untried }: Unread,
): Promise<void> {
  await deleteHookEvents(manager, run.id, [...failed, ...untried]);
  if (untried.length === 0) return;
  await releaseHookEvents(manager, untried);
  await enqueueHookEventsDue(queue, { tenantId, now: clock(), manager });
}

/** The same for a run that is held. A dry run leaves the integration as it is. @throws CredentialReplaced */
export async function recordHeld(
  manager: EntityManager,
  { run, integration, deps }: RunContext,
  held: ActionableError,
): Promise<void> {
  const before = await findIntegration(manager);
  if (before && isFollowed(before)) checkCredential(before, integration);
  if (run.dry) return;
  if (run.mode === "FULL") await removePlans(manager, await supersedeHeldRuns(manager, run.id));
  await recordHold(manager, { heldAt: deps.clock(), problem: held });
  if (before?.status === "BROKEN") await enqueueCatchUp(deps.queue, manager, run.tenantId);
}

/**
 * The same for a run that failed.
 *
 * @param failure `credential` is the pair that the run used; null if it used none.
 * @returns whether the integration breaks by it: the log reports that once, and not at each run.
 * @throws CredentialReplaced
 */
export async function recordFailed(
  manager: EntityManager,
  run: SyncRun,
  failure: {
    readonly problem: ActionableError;
    readonly credential: StoredCredential | null;
    readonly failedAt: Date;
  },
): Promise<boolean> {
  const { problem, credential, failedAt } = failure;
  const integration = await findIntegrationForUpdate(manager);
  if (!integration || !isFollowed(integration)) return false;
  if (credential) checkCredential(integration, credential);
  const notBefore = notBeforeOf(problem, failedAt);
  if (notBefore) await recordNotBefore(manager, notBefore);
  // Events come many to the hour: three failures in a row of theirs may be one short outage.
  if (readsNamedPeople(run) && !needsHuman(problem)) return false;
  const byHand = run.trigger === "MANUAL";
  const judged = judgeFailure(integration, { problem, needsHuman: needsHuman(problem), byHand, failedAt });
  await recordFailure(manager, judged, problem);
  return judged.isNews;
}

function checkCredential(integration: Integration, readWith: StoredCredential): void {
  if (!isSameCredential(integration, readWith)) throw new CredentialReplaced();
}
