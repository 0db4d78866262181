import type { EntityManager } from "typeorm";
import type { ChangeRecorder } from "../../lifecycle/changes/record-changes.ts";
import type { Merging } from "../../people/sources/open-merging.ts";
import { listStalePeople } from "../../people/sources/person-sources.repository.ts";
import { type Remerged, remerge } from "../../people/sources/remerge.ts";

/**
 * Merges the people that the plan does not change, but whose user, supervisor or department of the identity
 * provider is now another one.
 *
 * @returns how many people changed.
 */
export async function remergeStale(
  manager: EntityManager,
  {
    merging,
    at,
    changes,
  }: {
    readonly merging: Merging;
    readonly at: Date;
    readonly changes: Pick<ChangeRecorder, "recordPeople">;
  },
): Promise<number> {
  let changed = 0;
  let after: string | null = null;
  for (;;) {
    const stale: string[] = await listStalePeople(manager, after);
    const remerged = await remerge(manager, stale, { merging, at });
    await changes.recordPeople(remerged.map(asChange));
    changed += remerged.length;
    after = stale.at(-1) ?? null;
    if (after === null) return changed;
  }
}

/** The employment stays the same. */
export const asChange = (person: Remerged) => ({ ...person, continuation: null });
