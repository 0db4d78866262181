import type { EntityManager } from "typeorm";

/** The database's clock, which every replica shares; the clock of a host may be ahead, or jump. */
export async function readDatabaseTime(manager: EntityManager): Promise<Date> {
  const [row] = await manager.query<{ now: Date }[]>(
    "/* database.readTime */ select clock_timestamp() as now",
  );
  if (!row) throw new Error("The database did not return the time.");
  return row.now;
}
