import type { EntityManager } from "typeorm";
import type { EmittedDate } from "../due/threads.ts";
import { DATED_KINDS } from "../event-kind.ts";

/**
 * The date events of these people by person, in the order of the log. People without such events have no
 * entry. A record that HR deletes and creates again is the same employment: events of the old record count
 * for the current one.
 */
export async function listEmittedDates(
  manager: EntityManager,
  personIds: readonly string[],
): Promise<Map<string, EmittedDate[]>> {
  if (personIds.length === 0) return new Map();
  const rows: (EmittedDate & { readonly personId: string })[] = await manager.query(
    `/* lifecycle.listEmittedDates */
    select id, person_id as "personId", kind, coalesce((
        select p.personio_id from former_employments f join people p on p.id = f.person_id
        where f.personio_id = e.personio_id and f.person_id = e.person_id and f.same_employment
      ), personio_id) as "personioId", occurs_on as "occursOn",
      offset_days as "offsetDays", change, supersedes, years
    from lifecycle_events e where person_id = any($1::uuid[]) and kind = any($2)
    order by seq`,
    [personIds, DATED_KINDS],
  );
  return Map.groupBy(rows, ({ personId }) => personId);
}
