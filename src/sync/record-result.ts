import type { EntityManager } from "typeorm";
import type { ActionableError } from "../errors.ts";
import { isSameCredential, type StoredCredential } from "../integration/credential.ts";
import { extendFieldMapping } from "../integration/fields/field-mapping.repository.ts";
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
  findIntegration,
  findIntegrationForUpdate,
  recordOrgVersions,
  showHoldProblem,
} from "../integration/integration.repository.ts";
import type { Integration } from "../integration/integration.ts";
import { assertConnected, isConnected } from "../integration/open-account.ts";
import { enqueueCatchUp, enqueueWebhookEventsDue } from "../integration/webhooks/webhook.job.ts";
import { recordCatchUp } from "../integration/webhooks/webhook.repository.ts";
import {
  deleteWebhookEvents,
  releaseWebhookEvents,
} from "../integration/webhooks/webhook-event.repository.ts";
import type { ApplyTask } from "./apply/apply-plan.ts";
import { hidesUsed } from "./check-fields.ts";
import type { Unread } from "./read/choose-pages.ts";
import { readsNamedPeople } from "./read/claim-people.ts";
import { removePlans } from "./review/shown-plan.repository.ts";
import type { RunContext } from "./run-context.ts";
import { CredentialReplaced, FieldsReplaced, needsHuman } from "./run-problems.ts";
import { findWaitingHold, supersedeHeldRuns } from "./runs/held-run.repository.ts";
import type { SyncRun } from "./runs/sync-run.ts";

/**
 * Records what the end of a run changes beside the run: the integration's health and mapping, the claimed
 * webhook events, and other held plans. The caller's transaction ends the run and has locked the integration.
 *
 * @returns whether the integration was broken until now.
 * @throws CredentialReplaced if an admin has replaced the credential.
 */
export async function recordApplied(
  manager: EntityManager,
  { context, snapshot, plan, at }: ApplyTask,
): Promise<boolean> {
  const { run, readAt, deps } = context;
  const { rules, facts } = snapshot;
  const before = assertConnected(await findIntegration(manager));
  checkCredential(before, context.integration);
  if (hidesUsed(before.fieldMapping, rules.mapping)) throw new FieldsReplaced();
  // The version that the run read with: an admin may have switched since, and then has new rights.
  const { apiVersion, fieldMapping } = context.integration;
  const { attributes, missingRights } = before.apiVersion === apiVersion ? rules.rights : before;
  const outcome = { endedAt: at, attributes, missingRights };
  if (readsNamedPeople(run)) await recordContact(manager, outcome);
  else await recordSuccess(manager, { readAt, ...outcome });
  if (rules.fieldMapping !== fieldMapping) {
    await extendFieldMapping(manager, { apiVersion, before: fieldMapping, after: rules.fieldMapping });
  }
  await recordOrgVersions(manager, {
    version: apiVersion,
    tables: plan.orgMatch.matched,
    whole: facts.complete && facts.peopleRead > 0,
  });
  await finishHookEvents(manager, context, snapshot.unread);
  await updateHolds(manager, run);
  const healed = before.status === "BROKEN";
  if (facts.complete) await recordCatchUp(manager, readAt);
  else if (healed) await enqueueCatchUp(deps.queue, manager, run.tenantId);
  return healed;
}

/**
 * An applied FULL run supersedes all held runs. After any other run, the integration shows the next hold
 * again.
 */
async function updateHolds(manager: EntityManager, run: SyncRun): Promise<void> {
  if (run.mode === "FULL") await removePlans(manager, await supersedeHeldRuns(manager, run.id));
  else await showHoldProblem(manager, await findWaitingHold(manager));
}

/**
 * Deletes the webhook events that this run handled. People it did not reach are queued again now. People it
 * failed to read keep their events and are retried with the next run.
 */
async function finishHookEvents(
  manager: EntityManager,
  { tenantId, run, deps: { queue, clock } }: RunContext,
  { failed, untried }: Unread,
): Promise<void> {
  await deleteWebhookEvents(manager, run.id, [...failed, ...untried]);
  if (untried.length === 0) return;
  await releaseWebhookEvents(manager, untried);
  await enqueueWebhookEventsDue(queue, { tenantId, now: clock(), manager });
}

/** The same for a run that is held. A dry run leaves the integration as it is. @throws CredentialReplaced */
export async function recordHeld(
  manager: EntityManager,
  { run, integration, deps }: RunContext,
  held: ActionableError,
): Promise<void> {
  const before = await findIntegration(manager);
  if (before && isConnected(before)) checkCredential(before, integration);
  if (run.dry) return;
  if (run.mode === "FULL") await removePlans(manager, await supersedeHeldRuns(manager, run.id));
  await recordHold(manager, { heldAt: deps.clock(), problem: held });
  if (before?.status === "BROKEN") await enqueueCatchUp(deps.queue, manager, run.tenantId);
}

/** What a run read with. */
export type ReadWith = StoredCredential & Pick<Integration, "apiVersion">;

/**
 * The same for a run that failed.
 *
 * @param failure `credential` is the one that the run used; null if it used none.
 * @returns whether this failure breaks the integration: the log reports that once, not with each run.
 * @throws CredentialReplaced
 */
export async function recordFailed(
  manager: EntityManager,
  run: SyncRun,
  failure: {
    readonly problem: ActionableError;
    readonly credential: ReadWith | null;
    readonly failedAt: Date;
  },
): Promise<boolean> {
  const { problem, credential, failedAt } = failure;
  const integration = await findIntegrationForUpdate(manager);
  if (!integration || !isConnected(integration)) return false;
  if (credential) checkCredential(integration, credential);
  // The failure proves nothing about the version that the admin has chosen since.
  if (credential && credential.apiVersion !== integration.apiVersion) throw new CredentialReplaced();
  const notBefore = notBeforeOf(problem, failedAt);
  if (notBefore) await recordNotBefore(manager, notBefore);
  // There may be many webhook runs in an hour: three failures in a row may be one short outage.
  if (readsNamedPeople(run) && !needsHuman(problem)) return false;
  const byHand = run.trigger === "MANUAL";
  const judged = judgeFailure(integration, { problem, needsHuman: needsHuman(problem), byHand, failedAt });
  await recordFailure(manager, judged, problem);
  return judged.isNews;
}

function checkCredential(integration: Integration, readWith: StoredCredential): void {
  if (!isSameCredential(integration, readWith)) throw new CredentialReplaced();
}
