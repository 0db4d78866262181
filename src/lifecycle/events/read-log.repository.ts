import type { Queries } from "../../database/queries.ts";
import type { SortDirection } from "../../people/directory/people-order.ts";
import { datedKindsOf, type EventFilter } from "./event-filter.ts";
import type { LifecycleEvent } from "./lifecycle-event.ts";
import { type Epoch, epochAt, type LogEnds, type Place, placeOf } from "./places.ts";
import type { EventVisibility } from "./visible-events.ts";

const COLUMNS = `
  e.seq::float8 as seq, e.id, e.kind, e.person_id as "personId", e.occurs_on as "occursOn", e.offset_days as "offsetDays",
  e.years, e.changed_fields as "changedFields", e.late, e.change, e.supersedes, e.emitted_at as "emittedAt",
  e.department_id as "departmentId", e.office_id as "officeId", e.stamp::float8 as stamp`;

const MATCHES = `($1::text[] is null or e.kind = any($1::text[])) and e.offset_days = $2
  and ($3::uuid[] is null or e.department_id = any($3::uuid[]))
  and ($4::uuid[] is null or e.office_id = any($4::uuid[]))
  and not coalesce(e.changed_fields <@ $5::text[], false)`;

const parametersOf = ({
  kinds,
  offsetDays,
  departmentIds,
  officeIds,
  hiddenFields,
}: EventFilter): unknown[] => [kinds, offsetDays, departmentIds, officeIds, hiddenFields];

type EventRow = Omit<LifecycleEvent, "epoch">;

const withEpochs = (rows: readonly EventRow[], { epochs }: LogEnds): LifecycleEvent[] =>
  rows.map((row) => ({ ...row, epoch: epochAt(epochs, row.seq) }));

/** Every event after `after`, in order and without a filter. */
export async function listEventsAfter(
  manager: Queries,
  { ends, after }: { readonly ends: LogEnds; readonly after: number },
  limit: number,
): Promise<LifecycleEvent[]> {
  const rows: EventRow[] = await manager.query(
    `/* lifecycle.listEventsAfter */ select ${COLUMNS} from lifecycle_events e where e.seq > $1 order by e.seq limit $2`,
    [after, limit],
  );
  return withEpochs(rows, ends);
}

/** The last events of the log, in order. */
export async function listLastEvents(
  manager: Queries,
  ends: LogEnds,
  limit: number,
): Promise<LifecycleEvent[]> {
  const newestFirst: EventRow[] = await manager.query(
    `/* lifecycle.listLastEvents */
    select ${COLUMNS} from lifecycle_events e where e.seq <= $1 order by e.seq desc limit $2`,
    [ends.lastSeq, limit],
  );
  return withEpochs(newestFirst.reverse(), ends);
}

/** The place with this number; null if the log has no such event. */
export async function findPlace(manager: Queries, { epochs }: LogEnds, seq: number): Promise<Place | null> {
  const [row] = await manager.query<{ stamp: number | null }[]>(
    "/* lifecycle.findPlace */ select stamp::float8 as stamp from lifecycle_events where seq = $1",
    [seq],
  );
  return row ? placeOf(epochs, { seq, stamp: row.stamp }) : null;
}

type Part = {
  readonly ends: LogEnds;
  readonly after: number;
  readonly upTo: number;
  readonly limit: number;
  readonly order?: SortDirection;
};

/** A filter of a query: a subscription cannot choose people. */
export type QueryFilter = EventFilter & { readonly personIds?: readonly string[] | null };

/** The events after `after` up to `upTo`, included, that match the filter, in order. */
export async function listMatchingEvents(
  manager: Queries,
  filter: QueryFilter,
  { ends, after, upTo, limit, order = "ASC" }: Part,
): Promise<LifecycleEvent[]> {
  const rows: EventRow[] = await manager.query(
    `/* lifecycle.listMatchingEvents */
    select ${COLUMNS} from lifecycle_events e
    where e.seq > $6 and e.seq <= $7 and ${MATCHES} ${ofPeople(filter, "$9")} order by e.seq ${order} limit $8`,
    [...parametersOf(filter), after, upTo, limit, ...peopleOf(filter)],
  );
  return withEpochs(rows, ends);
}

/** For one person or a thousand, Postgres reads the index of the natural key, and sorts what it found. */
const ofPeople = ({ personIds }: QueryFilter, ids: string): string =>
  personIds ? `and e.person_id = any(${ids}::uuid[])` : "";

const peopleOf = ({ personIds }: QueryFilter): (readonly string[])[] => (personIds ? [personIds] : []);

/** The events with these ids, at most one each. */
export async function findEventsByIds(manager: Queries, ids: readonly string[]): Promise<LifecycleEvent[]> {
  const rows: (EventRow & { readonly epochs: readonly Epoch[] })[] = await manager.query(
    `/* lifecycle.findEventsByIds */
    select ${COLUMNS}, s.epochs from lifecycle_events e cross join lifecycle_streams s where e.id = any($1::uuid[])`,
    [ids],
  );
  return rows.map(({ epochs, ...row }) => ({ ...row, epoch: epochAt(epochs, row.seq) }));
}

/** The place of the last event after `after` that the viewer may see; null if there is none. */
export async function findLastVisible(
  manager: Queries,
  { kinds, seesDepartures, hiddenFields }: EventVisibility,
  { ends, after }: Pick<Part, "ends" | "after">,
): Promise<Place | null> {
  const [row] = await manager.query<{ seq: number; stamp: number | null }[]>(
    `/* lifecycle.findLastVisible */
    select e.seq::float8 as seq, e.stamp::float8 as stamp from lifecycle_events e
    where e.seq > $1 and e.seq <= $2 and e.kind = any($3::text[])
      and ($4 or e.kind <> 'WORK_ANNIVERSARY' or e.offset_days >= 0)
      and not coalesce(e.changed_fields <@ $5::text[], false)
    order by e.seq desc limit 1`,
    [after, ends.lastSeq, kinds, seesDepartures, hiddenFields],
  );
  return row ? placeOf(ends.epochs, row) : null;
}

export async function countMatchingEvents(manager: Queries, filter: QueryFilter): Promise<number> {
  const [row] = await manager.query<[{ count: number }]>(
    `/* lifecycle.countMatchingEvents */
    select count(*)::int as count from lifecycle_events e where ${MATCHES} ${ofPeople(filter, "$6")}`,
    [...parametersOf(filter), ...peopleOf(filter)],
  );
  return row.count;
}

/** Whether the company has registered the offset for any of the requested kinds. */
export async function isOffsetRegistered(manager: Queries, filter: EventFilter): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `/* lifecycle.isOffsetRegistered */
    select from lifecycle_offsets o
    where o.offset_days = $2 and ($1::text[] is null or o.kind = any($1::text[])) limit 1`,
    [datedKindsOf(filter), filter.offsetDays],
  );
  return rows.length > 0;
}
