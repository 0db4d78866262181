import type { EntityManager } from "typeorm";
import type { Queries } from "./queries.ts";

/** From this many rows on, a plan for a few rows takes minutes instead of milliseconds. */
export const MANY_ROWS = 1_000;

/**
 * Plans the statements of `work` without nested loops if they read many rows. Statistics of a table that
 * fills within a run may be old. Autovacuum may have analyzed the empty table, or may lock it when the run
 * wants to do so. Then Postgres expects one row, and compares every row with every other one.
 *
 * Only for statements that join whole tables: a look-up of some rows needs its nested loop. For many rows
 * `queryPlannedOnce` plans again, too: a plan that was kept for few rows has nested loops.
 *
 * @param rows how many rows the statements read, by our own count.
 */
export async function planForMany<Result>(
  manager: EntityManager,
  rows: number,
  work: () => Promise<Result>,
): Promise<Result> {
  if (rows < MANY_ROWS) return work();
  const { queryPlannedOnce } = manager as Queries;
  Object.assign(manager, { queryPlannedOnce: undefined });
  await manager.query("set local enable_nestloop = off");
  // After an error the transaction rolls back, and the setting with it.
  const result = await work();
  await manager.query("set local enable_nestloop = on");
  Object.assign(manager, { queryPlannedOnce });
  return result;
}
