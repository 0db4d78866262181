import type { EntityManager } from "typeorm";
import { inTenant } from "../../database/transaction.ts";
import { getFieldSettings } from "../../fields/field-settings.repository.ts";
import { mappedAttributes } from "../../integration/fields/field-mapping.ts";
import { findIntegration } from "../../integration/integration.repository.ts";
import { implementJob, type JobImplementation } from "../../jobs/job.ts";
import { recordMerges } from "../../lifecycle/changes/record-merges.ts";
import { findStream } from "../../lifecycle/events/event-stream.repository.ts";
import { tryLockForMerge } from "../../people/sources/lock-people.repository.ts";
import { type Merging, openMerging } from "../../people/sources/open-merging.ts";
import { listPeopleOfUsers } from "../../people/sources/person-sources.repository.ts";
import { remerge, storedDepartments } from "../../people/sources/remerge.ts";
import { getTenantId } from "../../tenant/tenant.repository.ts";
import { asChange, remergeStale } from "../apply/remerge-stale.ts";
import { readableOf } from "../plan/merge-rules.ts";
import type { SyncDeps } from "../sync-deps.ts";
import { remergeJob } from "./remerge.job.ts";
import { withholdHidden } from "./settle-offers.ts";

export type RemergeDeps = Pick<SyncDeps, "dataSource" | "queue" | "clock" | "readNow" | "metrics">;

/** Users of the identity provider that a transaction has created, changed or deleted. */
export type ChangedUsers = { readonly userIds: readonly string[] };

/**
 * Merges the people of these users again, in the transaction that changed the users. People, search words and
 * events change with them or not at all. While a sync applies its plan, a job merges afterwards, so neither
 * waits for the other.
 */
export const createRemergePeople =
  (deps: RemergeDeps) =>
  async (manager: EntityManager, { userIds }: ChangedUsers): Promise<void> => {
    if (userIds.length === 0) return;
    const isFree = await tryLockForMerge(manager);
    const hidden = await findHidden(manager);
    await withholdHidden(manager, userIds, hidden);
    if (!isFree) return enqueueRemerge(manager, deps);
    const personIds = await listPeopleOfUsers(manager, userIds);
    if (personIds.length === 0) return;
    const merging = await openPresentMerging(manager, hidden);
    if (!merging) return;
    const changed = await remerge(manager, personIds, { merging, at: deps.clock() });
    deps.metrics.eventsEmitted(await recordMerges(manager, changed.map(asChange), deps));
  };

/** A sync that still applies its plan after this time gets the job again. */
const RETRY_SECONDS = 2;

/**
 * Jobs of one window are the same job. A running job with the same key would swallow the next one, although
 * it may have read the users before the change.
 */
async function enqueueRemerge(manager: EntityManager, { queue, clock }: RemergeDeps): Promise<void> {
  const tenantId = await getTenantId(manager);
  const window = Math.floor(clock().getTime() / (RETRY_SECONDS * 1_000));
  const options = { key: `${tenantId} ${window}`, manager, startAfterSeconds: RETRY_SECONDS };
  await queue.enqueue(remergeJob, { tenantId }, options);
}

/** Finds the people by what differs, so it needs no list of users. */
export const createRemergeJob = (deps: RemergeDeps): JobImplementation =>
  implementJob(remergeJob, ({ payload: { tenantId } }) =>
    inTenant(deps.dataSource, tenantId, async (manager) => {
      if (!(await tryLockForMerge(manager))) return enqueueRemerge(manager, deps);
      const merging = await openPresentMerging(manager, await findHidden(manager));
      if (!merging) return;
      const recordPeople = async (changes: Parameters<typeof recordMerges>[1]): Promise<void> =>
        deps.metrics.eventsEmitted(await recordMerges(manager, changes, deps));
      await remergeStale(manager, { merging, at: deps.clock(), changes: { recordPeople } });
    }),
  );

/** Merges by the current settings, and by what the last full run could read. */
async function openPresentMerging(
  manager: EntityManager,
  hidden: readonly string[],
): Promise<Merging | null> {
  return openMerging(manager, {
    settings: await getFieldSettings(manager),
    hidden,
    readable: async () => readableOf(await findStream(manager)),
    departments: storedDepartments(manager),
  });
}

const findHidden = async (manager: EntityManager): Promise<readonly string[]> =>
  mappedAttributes((await findIntegration(manager))?.fieldMapping ?? []).hidden;
