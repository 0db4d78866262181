import type { EntityManager } from "typeorm";

/** What a plan does with somebody whom the read did not mention. */
export type Missed = "LEAVE" | "ABSENT";

/** What a plan does because the read did not mention somebody. */
const MISSED = `sync_plan_items i where i.read_id = $1 and i.change in ('LEAVE', 'ABSENT') and not exists (
  select from staged_employees s where s.read_id = $1 and s.personio_id = i.personio_id)`;

/** How many a plan takes out, or would, because the read did not mention them; and, up to a limit, whom. */
export async function listMissed(
  manager: EntityManager,
  readId: string,
  { change, limit }: { readonly change: Missed; readonly limit: number },
): Promise<{ readonly count: number; readonly personioIds: readonly string[] }> {
  const rows: { personioId: string; count: number }[] = await manager.query(
    `/* departures.listMissed */
    select i.personio_id as "personioId", count(*) over ()::int as count from ${MISSED} and i.change = $2
    order by i.personio_id limit greatest($3, 1)`,
    [readId, change, limit],
  );
  return { count: rows[0]?.count ?? 0, personioIds: rows.map(({ personioId }) => personioId) };
}

/** Takes changes back out of a plan. */
export async function removePlanItems(
  manager: EntityManager,
  readId: string,
  personioIds: readonly string[],
): Promise<void> {
  await manager.query(
    "/* departures.removeItems */ delete from sync_plan_items where read_id = $1 and personio_id = any($2)",
    [readId, personioIds],
  );
}

/** Equal for two plans that take out the same people because the read did not mention them; null when that is nobody. */
export async function digestMissed(manager: EntityManager, readId: string): Promise<string | null> {
  const rows: { digest: string | null }[] = await manager.query(
    `/* departures.digest */
    select md5(string_agg(i.personio_id, ' ' order by i.personio_id)) as digest from ${MISSED}`,
    [readId],
  );
  return rows[0]?.digest ?? null;
}
