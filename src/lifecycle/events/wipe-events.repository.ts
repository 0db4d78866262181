import type { EntityManager } from "typeorm";
import type { DatedKind } from "../event-kind.ts";
import { LIFECYCLE_CHANNEL } from "./event-stream.repository.ts";

/** Of no person. */
const NO_PERSON = "00000000-0000-0000-0000-000000000000";

/**
 * Deletes what the log contains about dates of these kinds. Each row keeps its number and its stamp, so
 * cursors stay valid and numbers have no gaps. It becomes a change of no field, which no viewer sees. Its id
 * is a new one: if the field is shown again, an event of the same fact has the former id again.
 *
 * The caller holds the lock (`lockStream`).
 */
export async function wipeEvents(manager: EntityManager, kinds: readonly DatedKind[]): Promise<void> {
  if (kinds.length === 0) return;
  const wiped: unknown[] = await manager.query(
    `/* lifecycle.wipeEvents */
    with wiped as (
      update lifecycle_events set kind = 'PERSON_CHANGED', changed_fields = '{}', id = gen_random_uuid(), person_id = $2,
      personio_id = '', occurs_on = '1970-01-01', offset_days = 0, revision = (seq % 2147483647)::int, change = null,
      supersedes = null, years = null, late = false, department_id = null, office_id = null, fact = null, ordinal = 0
      where kind = any($1) returning seq
    ) select seq from wiped limit 1`,
    [kinds, NO_PERSON],
  );
  if (wiped.length > 0) await countWipe(manager);
  await manager.query("/* lifecycle.wipeFacts */ delete from lifecycle_facts where kind = any($1)", [kinds]);
}

/** Counts a wipe, so that plans from before it are not applied, and readers of the log read again. */
export async function countWipe(manager: EntityManager): Promise<void> {
  await manager.query(
    `/* lifecycle.countWipe */
    with counted as (update lifecycle_streams set wipes = wipes + 1 returning tenant_id)
    select pg_notify('${LIFECYCLE_CHANNEL}', tenant_id) from counted`,
  );
}

/** How often values of hidden fields were deleted; 0 before the first sync. */
export async function countWipes(manager: EntityManager): Promise<number> {
  const [stream] = await manager.query<{ wipes: number }[]>(
    "/* wipes.count */ select wipes from lifecycle_streams",
  );
  return stream?.wipes ?? 0;
}
