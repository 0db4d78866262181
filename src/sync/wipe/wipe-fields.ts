import { setTimeout as sleep } from "node:timers/promises";
import type { EntityManager } from "typeorm";
import { extendStatementTimeout, inTenant } from "../../database/transaction.ts";
import { mappedAttributes } from "../../integration/fields/field-mapping.ts";
import { findIntegration } from "../../integration/integration.repository.ts";
import { implementJob, type JobImplementation } from "../../jobs/job.ts";
import { openChanges } from "../../lifecycle/changes/record-changes.ts";
import { findStream, tryLockStream } from "../../lifecycle/events/event-stream.repository.ts";
import { countWipe } from "../../lifecycle/events/wipe-events.repository.ts";
import { ORG_TABLES } from "../../org/org-names.ts";
import { tryLockForMerge } from "../../people/sources/lock-people.repository.ts";
import { removeUnreferencedOrg } from "../../people/write/org-references.repository.ts";
import { settleOffers } from "../remerge/settle-offers.ts";
import { STATEMENT_TIMEOUT_MS, type SyncDeps } from "../sync-deps.ts";
import { kindsOf, type Unwanted } from "./hidden-values.ts";
import { PLACES } from "./places.ts";
import { wipeFieldsJob } from "./wipe-fields.job.ts";
import { asWanted, listUnwanted, storeWanted, type UnwantedPerson } from "./wipe-people.repository.ts";
import { listDefined } from "./wipe-places.repository.ts";

type WipeTask = { readonly tenantId: string; readonly signal: AbortSignal };
type WipeDeps = Pick<SyncDeps, "dataSource" | "readNow" | "metrics">;

/** A sync may hold the log for minutes while it applies a large plan; the job asks again this often. */
const LOCK_RETRY_MS = 500;

/**
 * Deletes the stored values of hidden fields and of unmapped custom attributes, in all places.
 *
 * It reads the mapping again in each transaction, under the lock of the event log that a sync holds while it
 * applies. So it never deletes a field that is shown again, and each person's change is emitted once. After a
 * kill it begins again, and finds only the rest.
 *
 * @returns how many people lost a value.
 */
export async function wipeFields(task: WipeTask, deps: WipeDeps): Promise<number> {
  let wiped = 0;
  let after: string | null = null;
  do {
    const batch: readonly UnwantedPerson[] = await underLock(task, deps, (manager, unwanted) =>
      wipeBatch(manager, unwanted, { after, deps }),
    );
    wiped += batch.length;
    after = batch.at(-1)?.id ?? null;
  } while (after !== null);
  await underLock(task, deps, async (manager, unwanted) => {
    await extendStatementTimeout(manager, STATEMENT_TIMEOUT_MS);
    for (const { wipe } of PLACES) await wipe?.(manager, unwanted);
    for (const table of ORG_TABLES) await removeUnreferencedOrg(manager, table);
  });
  // Without the locks: a SCIM request locks its user first.
  const { hidden } = await inTenant(deps.dataSource, task.tenantId, findUnwanted);
  await settleOffers({ ...task, ...deps }, hidden);
  return wiped;
}

async function wipeBatch(
  manager: EntityManager,
  unwanted: Unwanted,
  { after, deps: { readNow, metrics } }: { readonly after: string | null; readonly deps: WipeDeps },
): Promise<readonly UnwantedPerson[]> {
  const people = await listUnwanted(manager, unwanted, after);
  if (people.length === 0) return people;
  const { hidden } = unwanted;
  const changes = await openChanges(manager, {
    partial: true,
    unreadableKinds: kindsOf(hidden),
    readableFields: [],
    hidden,
    readNow,
  });
  const written = people.map((person) => ({ person, write: asWanted(person, unwanted) }));
  await storeWanted(
    manager,
    written.map(({ write }) => write),
  );
  await changes.recordPeople(
    written.map(({ person, write }) => ({
      personId: person.id,
      before: { record: person.record, supervisorId: person.supervisorId },
      after: { record: write, supervisorId: write.supervisorId },
      departmentId: write.departmentId,
      officeId: write.officeId,
      continuation: null,
    })),
  );
  await countWipe(manager);
  metrics.eventsEmitted(await changes.close());
  return people;
}

/** Works under the lock of the log, if there is one, with what is unwanted then. */
async function underLock<Result>(
  { tenantId, signal }: WipeTask,
  { dataSource }: WipeDeps,
  work: (manager: EntityManager, unwanted: Unwanted) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    signal.throwIfAborted();
    const done = await inTenant(dataSource, tenantId, async (manager) => {
      // A change of the identity provider writes people under this lock, by what is hidden then.
      if (!(await tryLockForMerge(manager))) return null;
      if (!(await tryLockStream(manager)) && (await findStream(manager))) return null;
      return { result: await work(manager, await findUnwanted(manager)) };
    });
    if (done) return done.result;
    await sleep(LOCK_RETRY_MS, undefined, { signal });
  }
}

/** Until an admin has accepted the review of a new account, its mapping removes no custom attribute. */
async function findUnwanted(manager: EntityManager): Promise<Unwanted> {
  const integration = await findIntegration(manager);
  const { hidden, customKeys } = mappedAttributes(integration?.fieldMapping ?? []);
  const isAccepted = integration !== null && integration.status !== "AWAITING_REVIEW";
  return { hidden, customKeys: isAccepted ? customKeys : [...customKeys, ...(await listDefined(manager))] };
}

export const createWipeFieldsJob = (deps: SyncDeps): JobImplementation =>
  implementJob(wipeFieldsJob, async ({ payload: { tenantId }, signal, log }) => {
    const people = await wipeFields({ tenantId, signal }, deps);
    log.info({ tenantId, people }, "hidden fields wiped");
  });
