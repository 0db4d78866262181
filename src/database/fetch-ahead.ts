import type { EntityManager } from "typeorm";
import { planForMany } from "./plan-for-many.ts";
import { queryPlannedOnce } from "./queries.ts";

export type CursorQuery = {
  readonly name: string;
  /** Rows per batch. */
  readonly size: number;
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** How many rows the tables of the query may have (`planForMany`). */
  readonly rowsRead: number;
};

/**
 * Yields the rows of a query in batches, through a cursor of the manager's transaction. It requests the next
 * batch before it yields the current one, so Postgres works while we do. The rows of most companies fit into
 * one batch. Then there is no cursor, because a cursor costs three round trips and a plan.
 */
export async function* fetchAhead<Row>(
  manager: EntityManager,
  { name, size, sql, parameters, rowsRead }: CursorQuery,
): AsyncGenerator<readonly Row[]> {
  if (rowsRead < size) {
    const rows = await queryPlannedOnce<readonly Row[]>(manager, `${sql} limit ${size}`, parameters);
    // A full batch may have more behind it: the cursor reads all of them from one snapshot.
    if (rows.length < size) {
      if (rows.length > 0) yield rows;
      return;
    }
  }
  await planForMany(manager, rowsRead, () =>
    manager.query(`declare ${name} no scroll cursor for ${sql}`, [...parameters]),
  );
  const fetch = (): Promise<readonly Row[]> => {
    const rows: Promise<readonly Row[]> = manager.query(`fetch ${size} from ${name}`);
    // The loop awaits the batch and gets its error; until then it must not be an unhandled rejection.
    rows.catch(() => undefined);
    return rows;
  };
  for (let next = fetch(), more = true; more; ) {
    const rows = await next;
    more = rows.length === size;
    if (more) next = fetch();
    if (rows.length > 0) yield rows;
  }
  await manager.query(`close ${name}`);
}
