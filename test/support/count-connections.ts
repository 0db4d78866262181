import type pg from "pg";
import type { DataSource } from "typeorm";
import { eventually } from "./eventually.ts";

/** The most connections of a pool in use at once, counted until this many were taken from it. */
export async function countConnections(
  { driver }: DataSource,
  taken: number,
  begin: () => unknown,
): Promise<number> {
  if (!("master" in driver)) throw new Error("The data source has no pool.");
  const pool = driver.master as pg.Pool;
  let [reads, most] = [0, 0];
  const count = (): void => {
    reads += 1;
    most = Math.max(most, pool.totalCount - pool.idleCount);
  };
  pool.on("acquire", count);
  await begin();
  await eventually(() => reads >= taken);
  pool.off("acquire", count);
  return most;
}
