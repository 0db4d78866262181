import type { EntityManager } from "typeorm";
import { allowStatements, inTenant } from "../database/transaction.ts";
import type { ActionableError } from "../errors.ts";
import { isSameCredential, type StoredCredential } from "../integration/credential.ts";
import type { FieldMappingRow, MappedAttributes } from "../integration/fields/field-mapping.ts";
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
import { followed, isFollowed } from "../integration/open-account.ts";
import type { Rights } from "../integration/rights.ts";
import { deleteHookEvents, releaseHookEvents } from "../integration/webhooks/hook-event.repository.ts";
import { enqueueCatchUp, enqueueHookEventsDue } from "../integration/webhooks/webhook.job.ts";
import { recordCatchUp } from "../integration/webhooks/webhook.repository.ts";
import type { OfficeCountries } from "../org/guess-time-zone.ts";
import type { ApiVersion } from "../personio/employee.ts";
import { applyPlan } from "./apply/apply-plan.ts";
import { findReadableFields, findUnreadableKinds } from "./apply/readable-fields.ts";
import type { OrgMatch } from "./plan/match-org.ts";
import type { PlanSummary } from "./plan/tally.ts";
import type { Unread } from "./read/choose-pages.ts";
import { readsNamedPeople } from "./read/claim-people.ts";
import { customAttributeTypes, type Snapshot, type SnapshotFacts } from "./read/read-snapshot.ts";
import { removePlans } from "./review/shown-plan.repository.ts";
import { approvalWaits, CredentialReplaced, leftOpen, needsHuman, staleAttempt } from "./run-problems.ts";
import { findWaitingHold, supersedeHeldRuns } from "./runs/held-run.repository.ts";
import { endSyncRun } from "./runs/request-sync-run.ts";
import { countSkippedEmployees } from "./runs/skipped-employee.repository.ts";
import type { SyncRunCounts, SyncRunOutcome } from "./runs/sync-run.repository.ts";
import type { SyncRun } from "./runs/sync-run.ts";
import { STATEMENT_TIMEOUT_MS, type SyncDeps } from "./sync-deps.ts";

export type AppliedRead = Rights & {
  readonly readId: string;
  /** The pair that it was read with. */
  readonly credential: StoredCredential;
  /** The version of Personio's API that it was read with; another one may have been chosen since. */
  readonly apiVersion: ApiVersion;
  readonly mapping: MappedAttributes;
  /** The mapping as it was stored, and as it was read by. */
  readonly rows: { readonly before: readonly FieldMappingRow[]; readonly after: readonly FieldMappingRow[] };
  readonly plan: PlanSummary;
  readonly facts: SnapshotFacts;
  readonly unread: Unread;
  readonly unreadRecords: Snapshot["unreadRecords"];
  readonly failedLookUps: readonly ActionableError[];
  /** When the read began: what Personio said since may not be in it. */
  readonly readAt: Date;
  readonly officeCountries: readonly OfficeCountries[];
  readonly orgMatch: OrgMatch;
};

/**
 * Applies the plan and ends the run, in one transaction: whoever sees the run SUCCEEDED sees its directory. When another worker
 * has taken the run over, or the account was disconnected or got another pair meanwhile, all of it is undone.
 */
export async function applyRun(run: SyncRun, read: AppliedRead, deps: SyncDeps): Promise<void> {
  const { attributes, refusals, plan, facts } = read;
  const { complete, partial } = facts;
  const types = customAttributeTypes(read.mapping, attributes);
  const readable = attributes.flatMap(({ key, label }) => {
    const type = types.get(key);
    return type ? [{ key, label, type }] : [];
  });
  const { healed, told } = await inTenant(deps.dataSource, run.tenantId, async (manager) => {
    await allowStatements(manager, STATEMENT_TIMEOUT_MS);
    const now = deps.clock();
    const approved = run.approvedAt !== null;
    const task = {
      runId: run.id,
      readId: read.readId,
      plan,
      complete,
      partial,
      approved,
      customAttributes: { mapped: read.mapping.customKeys, readable },
      orgMatch: read.orgMatch,
      // They go by Personio's ids, which may be other offices' so far.
      officeCountries: read.orgMatch.waiting.has("offices") ? [] : read.officeCountries,
      unreadableKinds: findUnreadableKinds(read.mapping, attributes),
      readableFields: findReadableFields(read.mapping, attributes),
      hidden: read.mapping.hidden,
      readNow: deps.readNow,
      appliedAt: now,
    };
    const { relinked, told } = await applyPlan(manager, task);
    const unanswered = { records: read.unreadRecords, lookUps: read.failedLookUps };
    const problem = leftOpen(facts, read.unread, unanswered);
    const clean = !problem && (await countSkippedEmployees(manager)) === 0;
    const current = await endSyncRun(manager, deps.queue, run, {
      status: clean ? "SUCCEEDED" : "SUCCEEDED_WITH_SKIPS",
      finishedAt: now,
      counts: countChanges(plan, { approved, relinked }),
      ...(problem && { problem }),
    });
    if (!current) throw staleAttempt();
    const before = followed(await findIntegration(manager));
    checkCredential(before, read.credential);
    if (readsNamedPeople(run)) await recordContact(manager, { endedAt: now, attributes, refusals });
    else await recordSuccess(manager, { readAt: read.readAt, endedAt: now, attributes, refusals });
    if (read.rows.after !== read.rows.before) {
      await extendFieldMapping(manager, { apiVersion: read.apiVersion, ...read.rows });
    }
    await recordOrgVersions(manager, {
      version: read.apiVersion,
      tables: read.orgMatch.settled,
      whole: complete && facts.peopleRead > 0,
    });
    await settleHookEvents(manager, run, read.unread, deps);
    await settleHolds(manager, run);
    const healed = before.status === "BROKEN";
    if (complete) await recordCatchUp(manager, read.readAt);
    else if (healed) await enqueueCatchUp(deps.queue, manager, run.tenantId);
    return { healed, told };
  });
  deps.metrics.eventsTold(told);
  if (healed) deps.log.info("integration recovered");
  deps.log.info(
    { added: plan.added, changed: plan.changed, left: plan.left, skipped: plan.skipped },
    "sync run applied",
  );
}

/** Throws when the pair is another one now; in a transaction that has locked the integration. */
function checkCredential(integration: Integration, readWith: StoredCredential): void {
  if (!isSameCredential(integration, readWith)) throw new CredentialReplaced();
}

/** A FULL run that ended well has taken the place of all that was held. After any other run, what still waits is shown again. */
async function settleHolds(manager: EntityManager, run: SyncRun): Promise<void> {
  if (run.mode === "FULL") await removePlans(manager, await supersedeHeldRuns(manager, run.id));
  else await showHoldProblem(manager, await findWaitingHold(manager));
}

/** Whom the run has read waits no longer. Whom it did not come to is looked after soon, who could not be read with the next event. */
async function settleHookEvents(
  manager: EntityManager,
  { tenantId, id }: SyncRun,
  { failed, untried }: Unread,
  { queue, clock }: SyncDeps,
): Promise<void> {
  await deleteHookEvents(manager, id, [...failed, ...untried]);
  if (untried.length === 0) return;
  await releaseHookEvents(manager, untried);
  await enqueueHookEventsDue(queue, { tenantId, now: clock(), manager });
}

/** A link that healed is a change of the person, and in an approved plan a first absence is a departure. */
const countChanges = (plan: PlanSummary, extra: { approved: boolean; relinked: number }): SyncRunCounts => {
  const leaving = extra.approved ? plan.firstAbsences : 0;
  return {
    added: plan.added,
    changed: plan.changed + extra.relinked,
    unchanged: Math.max(0, plan.unchanged - leaving - extra.relinked),
    left: plan.left + leaving,
    skipped: plan.skipped,
  };
};

/** Ends a run before it has written anything, with its plan for an admin to look at. */
export async function holdRun(
  run: SyncRun,
  {
    readId,
    credential,
    plan,
    held,
  }: Pick<AppliedRead, "readId" | "credential" | "plan"> & { readonly held: ActionableError },
  deps: SyncDeps,
): Promise<void> {
  await inTenant(deps.dataSource, run.tenantId, async (manager) => {
    const current = await endSyncRun(manager, deps.queue, run, {
      status: "HELD",
      finishedAt: deps.clock(),
      counts: countChanges(plan, { approved: true, relinked: 0 }),
      problem: held,
      plan: {
        readId,
        fingerprint: plan.fingerprint,
        cleared: plan.cleared.filter(({ cleared }) => cleared > 0),
      },
    });
    if (!current) throw staleAttempt();
    const before = await findIntegration(manager);
    if (before && isFollowed(before)) checkCredential(before, credential);
    if (run.dry) return;
    if (run.mode === "FULL") await removePlans(manager, await supersedeHeldRuns(manager, run.id));
    await recordHold(manager, { heldAt: deps.clock(), problem: held });
    if (before?.status === "BROKEN") await enqueueCatchUp(deps.queue, manager, run.tenantId);
  });
  deps.log.warn({ code: held.code, left: plan.left, firstAbsences: plan.firstAbsences }, "sync run held");
}

/** A run that failed, or one whose approved plan waits again: then it says the same as before it was approved, and what happened. */
function asFailed(run: SyncRun, problem: ActionableError, finishedAt: Date): SyncRunOutcome {
  const waits = approvalWaits(run, problem);
  const { planReadId: readId, planFingerprint: fingerprint } = run;
  const cleared = run.planCleared ?? [];
  return waits && readId && fingerprint
    ? { status: "HELD", finishedAt, problem: waits, counts: run, plan: { readId, fingerprint, cleared } }
    : { status: "FAILED", finishedAt, problem };
}

/**
 * Ends a run that changed nothing. The log reports that the integration breaks by it once, and not at each turn.
 *
 * @throws CredentialReplaced, and ends nothing, when the pair that failed is not the one in use any more.
 */
export async function failRun(
  run: SyncRun,
  {
    problem,
    credential,
  }: { readonly problem: ActionableError; readonly credential: StoredCredential | null },
  deps: SyncDeps,
): Promise<void> {
  const isNews = await inTenant(deps.dataSource, run.tenantId, async (manager) => {
    const failedAt = deps.clock();
    const current = await endSyncRun(manager, deps.queue, run, asFailed(run, problem, failedAt));
    const integration = current && (await findIntegrationForUpdate(manager));
    if (!integration || !isFollowed(integration)) return false;
    if (credential) checkCredential(integration, credential);
    const notBefore = notBeforeOf(problem, failedAt);
    if (notBefore) await recordNotBefore(manager, notBefore);
    // Events come many to the hour: three failures in a row of theirs may be one short outage.
    if (readsNamedPeople(run) && !needsHuman(problem)) return false;
    const byHand = run.trigger === "MANUAL";
    const failure = { problem, needsHuman: needsHuman(problem), byHand, failedAt };
    const judged = judgeFailure(integration, failure);
    await recordFailure(manager, judged, problem);
    return judged.isNews;
  });
  if (!isNews) return;
  deps.metrics.integrationBroke(problem.code);
  deps.log.error({ code: problem.code }, "integration broken; the last good directory is still served");
}
