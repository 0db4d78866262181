import type { EntityManager } from "typeorm";

/** What runs the statements of a repository: the manager of a transaction, or a read snapshot. */
export type Queries = Pick<EntityManager, "query"> & {
  /** As `query`, but Postgres plans the text once for a connection, and not for each of its values. */
  readonly queryPlannedOnce?: EntityManager["query"];
};

/**
 * Runs a statement that has one good plan for all values, such as a look-up by key. Planning takes half of
 * the time of such a statement. A search or a list with filters needs a plan for its values.
 */
export const queryPlannedOnce = <Rows>(
  queries: Queries,
  text: string,
  values: readonly unknown[],
): Promise<Rows> =>
  queries.queryPlannedOnce ? queries.queryPlannedOnce(text, [...values]) : queries.query(text, [...values]);
