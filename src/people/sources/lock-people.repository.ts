import type { EntityManager } from "typeorm";

/**
 * Two locks of a company, each held until the transaction ends. A sync takes the first one exclusively while
 * it applies its plan. A change of the identity provider shares it, and takes the second one, so that such
 * changes merge people one after the other. No lock is held while a sync reads or plans.
 */
const lockOf = (name: "apply" | "merge"): string =>
  `hashtextextended('people.${name} ' || current_setting('app.tenant'), 0)`;

/** Waits for merges that are under way: each takes milliseconds. Later ones wait in the queue. */
export async function lockForApply(manager: EntityManager): Promise<void> {
  await manager.query(`/* people.lockForApply */ select pg_advisory_xact_lock(${lockOf("apply")})`);
}

/** False at once if a sync applies its plan. */
export async function tryLockForMerge(manager: EntityManager): Promise<boolean> {
  const [row] = await manager.query<[{ free: boolean }]>(
    `/* people.tryLockForApply */ select pg_try_advisory_xact_lock_shared(${lockOf("apply")}) as free`,
  );
  if (!row.free) return false;
  await manager.query(`/* people.lockForMerge */ select pg_advisory_xact_lock(${lockOf("merge")})`);
  return true;
}
