import { randomUUID } from "node:crypto";
import type { DataSource, EntityManager } from "typeorm";
import { getPeopleSettings } from "../access/people-settings.repository.ts";
import { allowStatements, inTenant } from "../database/transaction.ts";
import { ActionableError } from "../errors.ts";
import { mappedAttributes, missingRequiredFields, accessMissing } from "../integration/field-mapping.ts";
import type { Integration } from "../integration/integration.ts";
import { findIntegration, findIntegrationForUpdate, recordProblem, recordSuccess } from "../integration/integration.repository.ts";
import { openAccount, personioNotConnected } from "../integration/open-account.ts";
import type { SecretKey } from "../integration/secret.ts";
import type { Logger } from "../log.ts";
import type { Attribute, Personio } from "../personio/employee.ts";
import { countSkippedEmployees } from "../runs/skipped-employee.repository.ts";
import type { SyncRun } from "../runs/sync-run.ts";
import { finishSyncRun, recordProgress, startSyncRun } from "../runs/sync-run.repository.ts";
import { applyPlan } from "./apply-plan.ts";
import { judgePlan } from "./judge-plan.ts";
import { type PlanSummary, planRun } from "./plan-run.ts";
import { customAttributeTypes, readSnapshot, type SnapshotFacts, snapshotEmpty } from "./read-snapshot.ts";
import { clearAbandonedStaging, clearStaging } from "./staging.repository.ts";

export type SyncDeps = {
  readonly dataSource: DataSource;
  readonly personio: Personio;
  readonly secretKeys: readonly SecretKey[];
  readonly log: Logger;
  readonly clock: () => Date;
};

export type SyncTask = { readonly tenantId: string; readonly runId: string; readonly signal: AbortSignal };

/** Comparing and applying may take as long as a company is large; still, a statement that hangs is found out. */
const STATEMENT_TIMEOUT_MS = 10 * 60_000;

/**
 * A sync makes our tables say what Personio says now.
 *
 *     read ───▶ translate ───▶ plan ───▶ judge ───▶ apply
 *     HTTP        pure         pure       pure      one transaction
 *
 * Everything is read before anything is written, and a page that cannot be read ends the run with no change: half a
 * snapshot looks exactly like half the company having left. What is read waits in a staging table, what is planned in another, so
 * memory does not grow with the company.
 *
 * Two runs of one tenant never overlap: only one is under way at a time, and applying asks whether the run's attempt is still this one.
 * A worker that was paused and replaced finds it is not, and changes nothing.
 *
 * Failures that a human must mend end the run FAILED with their code. Being told to stop (`signal`) leaves the run as it is, for the
 * queue to start it again elsewhere.
 */
export async function runSync(task: SyncTask, deps: SyncDeps): Promise<void> {
  const { tenantId, runId } = task;
  const log = deps.log.child({ tenantId, runId });
  const readId = randomUUID();
  const run = await inTenant(deps.dataSource, tenantId, (manager) => startSyncRun(manager, runId, deps.clock()));
  if (!run) return log.info("the run has ended already");
  try {
    await readPlanApply(run, { ...task, readId }, { ...deps, log });
  } catch (error) {
    if (task.signal.aborted) throw error;
    await failRun(run, asProblem(error, log), deps);
  } finally {
    await inTenant(deps.dataSource, tenantId, (manager) => clearStaging(manager, readId));
  }
}

/** Ends a run that killed every worker that took it up, so that somebody looks at it and the next one can start. */
export async function giveUpSync(task: Omit<SyncTask, "signal">, deps: SyncDeps): Promise<void> {
  const { tenantId, runId } = task;
  const run = await inTenant(deps.dataSource, tenantId, (manager) => startSyncRun(manager, runId, deps.clock()));
  if (run) await failRun(run, interruptedTooOften(), deps);
}

type ReadTask = SyncTask & { readonly readId: string };

async function readPlanApply(run: SyncRun, task: ReadTask, deps: SyncDeps): Promise<void> {
  const { dataSource, log } = deps;
  const { tenantId, runId, readId } = task;
  const { integration, settings } = await inTenant(dataSource, tenantId, async (manager) => {
    const integration = followed(await findIntegration(manager));
    await clearAbandonedStaging(manager, integration.previewToken ? [integration.previewToken] : []);
    return { integration, settings: await getPeopleSettings(manager) };
  });
  const account = openAccount(integration, deps);
  const attributes = await account.readAttributes({ signal: task.signal });
  const missing = missingRequiredFields(integration.fieldMapping, attributes);
  if (missing.length > 0) throw accessMissing(missing);

  const mapping = mappedAttributes(integration.fieldMapping);
  const facts = await readSnapshot(
    { tenantId, readId, mapping, attributes, account, signal: task.signal },
    {
      dataSource,
      onProgress: (progress) =>
        inTenant(dataSource, tenantId, (manager) => recordProgress(manager, { id: runId, ...progress })),
    },
  );
  log.info({ peopleRead: facts.peopleRead, announced: facts.announced }, "read everybody");

  const complete = facts.peopleRead === facts.announced;
  const plan = await inTenant(dataSource, tenantId, async (manager) => {
    await allowStatements(manager, STATEMENT_TIMEOUT_MS);
    return planRun(manager, { readId, settings, complete, customKeys: mapping.customKeys });
  });
  const held = facts.peopleRead === 0 ? snapshotEmpty() : judgePlan(plan, settings);
  task.signal.throwIfAborted();
  if (held) return holdRun(run, { plan, held }, deps);
  await applyRun(run, { readId, integration, attributes, plan, facts }, deps);
}

async function applyRun(
  run: SyncRun,
  found: { readId: string; integration: Integration; attributes: readonly Attribute[]; plan: PlanSummary; facts: SnapshotFacts },
  deps: SyncDeps,
): Promise<void> {
  const { attributes, plan, facts } = found;
  const types = customAttributeTypes(mappedAttributes(found.integration.fieldMapping), attributes);
  const complete = facts.peopleRead === facts.announced;
  await inTenant(deps.dataSource, run.tenantId, async (manager) => {
    await allowStatements(manager, STATEMENT_TIMEOUT_MS);
    followed(await findIntegrationForUpdate(manager));
    const now = deps.clock();
    const { relinked } = await applyPlan(manager, {
      runId: run.id,
      readId: found.readId,
      plan,
      complete,
      customAttributes: attributes
        .filter(({ key }) => types.has(key))
        .map(({ key, label }) => ({ key, label, type: types.get(key) ?? "TEXT" })),
      appliedAt: now,
    });
    const changed = plan.changed + relinked;
    const unchanged = Math.max(0, plan.unchanged - relinked);
    const clean = complete && (await countSkippedEmployees(manager)) === 0;
    const current = await finishSyncRun(manager, run, {
      status: clean ? "SUCCEEDED" : "SUCCEEDED_WITH_SKIPS",
      finishedAt: now,
      counts: { ...plan, changed, unchanged },
      ...(complete ? {} : { problem: snapshotIncomplete(facts) }),
    });
    if (!current) throw staleAttempt();
    await recordSuccess(manager, { succeededAt: now, attributes });
  });
  deps.log.info({ added: plan.added, changed: plan.changed, left: plan.left, skipped: plan.skipped }, "applied");
}

async function holdRun(
  run: SyncRun,
  { plan, held }: { plan: PlanSummary; held: ActionableError },
  deps: SyncDeps,
): Promise<void> {
  await inTenant(deps.dataSource, run.tenantId, async (manager) => {
    await finishSyncRun(manager, run, { status: "HELD", finishedAt: deps.clock(), counts: plan, problem: held });
    await recordProblem(manager, held, { broken: false });
  });
  deps.log.warn({ code: held.code, left: plan.left, firstAbsences: plan.firstAbsences }, "held");
}

async function failRun(run: SyncRun, problem: ActionableError, deps: SyncDeps): Promise<void> {
  await inTenant(deps.dataSource, run.tenantId, async (manager: EntityManager) => {
    const current = await finishSyncRun(manager, run, { status: "FAILED", finishedAt: deps.clock(), problem });
    if (current) await recordProblem(manager, problem, { broken: NEEDS_A_HUMAN.has(problem.code) });
  });
}

/** No later run heals these by itself: somebody must change the credential, or its rights. */
const NEEDS_A_HUMAN: ReadonlySet<string> = new Set(["PERSONIO_CREDENTIALS_INVALID", "PERSONIO_ACCESS_MISSING"]);

function asProblem(error: unknown, log: Logger): ActionableError {
  if (error instanceof ActionableError) {
    log.warn({ code: error.code }, "the run failed");
    return error;
  }
  log.error({ err: error }, "the run failed for a reason nobody has thought of");
  return new ActionableError(
    "SYNC_FAILED",
    "The run ended because of an error of ours; the directory was not changed.",
    "Sync again. If it fails again, give the run's id to whoever operates this service: the log says why under it.",
  );
}

function followed(integration: Integration | null): Integration {
  if (integration?.status === "CONNECTED" || integration?.status === "BROKEN") return integration;
  throw personioNotConnected();
}

const snapshotIncomplete = ({ peopleRead, announced }: SnapshotFacts): ActionableError =>
  new ActionableError(
    "PERSONIO_SNAPSHOT_INCOMPLETE",
    `Personio announced ${announced} people and gave ${peopleRead}. Who was read is up to date; nobody was taken out.`,
    "Nothing to do: it happens when people are added while they are read, and the next run heals it.",
  );

const interruptedTooOften = (): ActionableError =>
  new ActionableError(
    "SYNC_INTERRUPTED",
    "The run was interrupted each time it was started, and has been given up; the directory was not changed.",
    "Sync again when the service runs steadily. If it fails again, whoever operates this service should look at its memory.",
  );

const staleAttempt = (): ActionableError =>
  new ActionableError(
    "SYNC_INTERRUPTED",
    "Another worker has taken this run over; this one changed nothing.",
    "Nothing to do: look at how the run ends.",
  );
