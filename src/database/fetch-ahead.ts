import type { EntityManager } from "typeorm";

export type CursorQuery = {
  readonly name: string;
  /** How many rows come at a time. */
  readonly size: number;
  readonly sql: string;
  readonly parameters: readonly unknown[];
};

/**
 * The rows of a query, some at a time, through a cursor of the manager's transaction. The next ones are asked for before these are handed
 * out, so Postgres finds them while we work.
 */
export async function* fetchAhead<Row>(
  manager: EntityManager,
  { name, size, sql, parameters }: CursorQuery,
): AsyncGenerator<readonly Row[]> {
  await manager.query(`declare ${name} no scroll cursor for ${sql}`, [...parameters]);
  const fetch = (): Promise<readonly Row[]> => {
    const rows: Promise<readonly Row[]> = manager.query(`fetch ${size} from ${name}`);
    // Whoever waits for it hears of it; until then it is nobody's fault.
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
