import type { EntityManager } from "typeorm";

/** The groups of tables that grow at once. */
export type Statistics = "people" | "staging" | "plan" | "events";

/**
 * Updates Postgres' statistics of tables that this transaction filled: without them, Postgres plans 100,000
 * rows as if the table were empty. Only an owner may analyze a table, so a function of the owner does it (see
 * migrations/).
 */
export const refreshStatistics = (manager: EntityManager, subject: Statistics): Promise<unknown> =>
  manager.query("/* database.refreshStatistics */ select refresh_statistics($1)", [subject]);
