import type { EntityManager } from "typeorm";
import { datedKindsOf, type EventFilter } from "./event-filter.ts";
import type { LifecycleEvent } from "./lifecycle-event.ts";

const COLUMNS = `
  e.seq::float8 as seq, e.id, e.kind, e.person_id as "personId", e.occurs_on as "occursOn", e.offset_days as "offsetDays",
  e.years, e.changed_fields as "changedFields", e.late, e.change, e.supersedes, e.emitted_at as "emittedAt",
  e.department_id as "departmentId", e.office_id as "officeId"`;

const WANTED = `($1::text[] is null or e.kind = any($1::text[])) and e.offset_days = $2
  and ($3::uuid[] is null or e.department_id = any($3::uuid[]))
  and ($4::uuid[] is null or e.office_id = any($4::uuid[]))`;

const parametersOf = ({ kinds, offsetDays, departmentIds, officeIds }: EventFilter): unknown[] => [
  kinds,
  offsetDays,
  departmentIds,
  officeIds,
];

/** Every event behind `after`, whoever wants it, in order. */
export const listEventsAfter = (
  manager: EntityManager,
  after: number,
  limit: number,
): Promise<LifecycleEvent[]> =>
  manager.query(
    `/* lifecycle.listEventsAfter */ select ${COLUMNS} from lifecycle_events e where e.seq > $1 order by e.seq limit $2`,
    [after, limit],
  );

/** The last events of the log up to `upTo`, in order. */
export async function listLastEvents(
  manager: EntityManager,
  upTo: number,
  limit: number,
): Promise<LifecycleEvent[]> {
  const newestFirst: LifecycleEvent[] = await manager.query(
    `/* lifecycle.listLastEvents */
    select ${COLUMNS} from lifecycle_events e where e.seq <= $1 order by e.seq desc limit $2`,
    [upTo, limit],
  );
  return newestFirst.reverse();
}

type Part = { readonly after: number; readonly upTo: number; readonly limit: number };

/** The events of a part of the log, `after` excluded and `upTo` included, that the filter wants, in order. */
export const listWantedEvents = (
  manager: EntityManager,
  filter: EventFilter,
  { after, upTo, limit }: Part,
): Promise<LifecycleEvent[]> =>
  manager.query(
    `/* lifecycle.listWantedEvents */
    select ${COLUMNS} from lifecycle_events e where e.seq > $5 and e.seq <= $6 and ${WANTED} order by e.seq limit $7`,
    [...parametersOf(filter), after, upTo, limit],
  );

export async function countWantedEvents(manager: EntityManager, filter: EventFilter): Promise<number> {
  const [row] = await manager.query<[{ count: number }]>(
    `/* lifecycle.countWantedEvents */ select count(*)::int as count from lifecycle_events e where ${WANTED}`,
    parametersOf(filter),
  );
  return row.count;
}

/** Whether the company has registered the offset for any of the kinds that the filter asks for. */
export async function isOffsetRegistered(manager: EntityManager, filter: EventFilter): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `/* lifecycle.isOffsetRegistered */
    select from lifecycle_offsets o
    where o.offset_days = $2 and ($1::text[] is null or o.kind = any($1::text[])) limit 1`,
    [datedKindsOf(filter), filter.offsetDays],
  );
  return rows.length > 0;
}
