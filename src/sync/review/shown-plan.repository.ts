import { isDeepStrictEqual } from "node:util";
import type { EntityManager } from "typeorm";
import type { Queries } from "../../database/queries.ts";
import { type PersonRecord, shownNameOf } from "../../people/write/person-record.ts";
import type { PlanItem } from "../plan/plan.repository.ts";
import { CHANGED_FIELDS, type PlanFilter, planConditions, WHOLE_PLAN } from "./plan-filter.ts";
import type { SyncPlanItem, SyncPlanSummary } from "./sync-plan.ts";

/** Fields of a record with an id of Personio's for which the directory has a name. */
const REFERENCE_FIELDS = [
  "departmentPersonioId",
  "officePersonioId",
  "legalEntityPersonioId",
  "supervisorPersonioId",
] as const satisfies readonly (keyof PersonRecord)[];
type ReferenceField = (typeof REFERENCE_FIELDS)[number];

/** Names by field and id. */
type ReferenceNames = ReadonlyMap<string, string>;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The plan of a read as an admin sees it, sorted by Personio's id. A first absence shows as LEAVE: approving
 * makes it one.
 */
export async function listShownPlan(
  manager: Queries,
  readId: string,
  page: { readonly filter?: PlanFilter; readonly limit: number; readonly after: string | null },
): Promise<SyncPlanItem[]> {
  const { conditions, values } = planConditions(page.filter ?? WHOLE_PLAN, 4);
  const items: Omit<PlanItem, "continuation" | "losing">[] = await manager.query(
    `/* plan.listShown */
    select personio_id as "personioId", person_id as "personId", change, before, after from sync_plan_items
    where read_id = $1 and ($3::text is null or personio_id > $3) and ${conditions}
    order by personio_id limit $2`,
    [readId, page.limit, page.after, ...values],
  );
  const shown = items.map(({ personioId, personId, change, before, after }) => ({
    personioId,
    personId,
    change: shownChange(change),
    ...changedFields(before, after),
  }));
  const names = await listReferenceNames(
    manager,
    shown.flatMap(({ before, after }) => [before ?? {}, after]),
  );
  return shown.map((item) => ({
    ...item,
    before: item.before && withNames(item.before, names),
    after: withNames(item.after, names),
  }));
}

/**
 * The names of the departments, offices, legal entities and supervisors in these fields that the directory
 * has.
 */
async function listReferenceNames(manager: Queries, sides: readonly Fields[]): Promise<ReferenceNames> {
  const idsOf = (field: ReferenceField) =>
    sides.flatMap((side) => (side[field] ? [String(side[field])] : []));
  const rows: { field: ReferenceField; personioId: string; name: string }[] = await manager.query(
    `/* plan.listReferenceNames */
    select 'departmentPersonioId' as field, personio_id as "personioId", name from departments where personio_id = any($1)
    union all select 'officePersonioId', personio_id, name from offices where personio_id = any($2)
    union all select 'legalEntityPersonioId', personio_id, name from legal_entities where personio_id = any($3)
    union all select 'supervisorPersonioId', personio_id, display_name from people where personio_id = any($4)
    union all select 'supervisorPersonioId', next_personio_id, display_name from people where next_personio_id = any($4)
    union all select 'supervisorPersonioId', f.personio_id, p.display_name
      from former_employments f join people p on p.id = f.person_id where f.personio_id = any($4)`,
    REFERENCE_FIELDS.map(idsOf),
  );
  return new Map(rows.map(({ field, personioId, name }) => [`${field} ${personioId}`, name]));
}

export async function countShownPlan(manager: Queries, readId: string, filter: PlanFilter): Promise<number> {
  const { conditions, values } = planConditions(filter, 2);
  const rows: { count: number }[] = await manager.query(
    `/* plan.countShown */ select count(*)::int as count from sync_plan_items where read_id = $1 and ${conditions}`,
    [readId, ...values],
  );
  return rows[0]?.count ?? 0;
}

/** How many people leave by a plan but not by the shown one; if the shown plan is gone, all who leave. */
export async function countOthersLeaving(
  manager: EntityManager,
  { readId, shownReadId }: { readonly readId: string; readonly shownReadId: string | null },
): Promise<number> {
  const rows: { count: number }[] = await manager.query(
    `/* plan.countOthersLeaving */
    select count(*)::int as count from sync_plan_items i
    where i.read_id = $1 and i.change in ('LEAVE', 'ABSENT') and not exists (
      select from sync_plan_items shown
      where shown.read_id = $2 and shown.change in ('LEAVE', 'ABSENT') and shown.person_id = i.person_id)`,
    [readId, shownReadId],
  );
  return rows[0]?.count ?? 0;
}

export async function removePlans(manager: EntityManager, readIds: readonly string[]): Promise<void> {
  await manager.query("/* plan.remove */ delete from sync_plan_items where read_id = any($1)", [readIds]);
}

/** The statement leaves out SOURCES. */
const shownChange = (change: PlanItem["change"]): SyncPlanItem["change"] =>
  change === "ADD" || change === "CHANGE" ? change : "LEAVE";

/** The fields in which two records differ, on both sides; for a new person, all fields with a value. Pure. */
function changedFields(
  before: PersonRecord | null,
  after: PersonRecord,
): { readonly before: Fields | null; readonly after: Fields } {
  if (!before) {
    return {
      before: null,
      after: Object.fromEntries(Object.entries(after).filter(([, value]) => value !== null)),
    };
  }
  const [one, other] = withShownName(before, after);
  return changedBetween(one, other);
}

/** A name that only one side gets from another source is compared with the derived one of the other. Pure. */
const withShownName = (before: PersonRecord, after: PersonRecord): [PersonRecord, PersonRecord] =>
  before.displayName === after.displayName
    ? [before, after]
    : [
        { ...before, displayName: shownNameOf(before) },
        { ...after, displayName: shownNameOf(after) },
      ];

function changedBetween(
  before: PersonRecord,
  after: PersonRecord,
): { readonly before: Fields; readonly after: Fields } {
  const names = (Object.keys(after) as (keyof PersonRecord)[]).filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );
  return {
    before: Object.fromEntries(names.map((name) => [name, before[name]])),
    after: Object.fromEntries(names.map((name) => [name, after[name]])),
  };
}

/** Adds the known name beside each id, such as `department` beside `departmentPersonioId`. Pure. */
export const withNames = (fields: Fields, names: ReferenceNames): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([field, id]) => {
      const name = names.get(`${field} ${id}`);
      const named = field.replace(/PersonioId$/, "");
      return name === undefined
        ? [[field, id]]
        : [
            [field, id],
            [named, name],
          ];
    }),
  );

/**
 * The plan of a read in numbers. Counted when it is asked for: deleting hidden values changes the rows of a
 * plan, and a stored summary would still count them.
 */
export async function summarizePlan(manager: Queries, readId: string): Promise<SyncPlanSummary> {
  const rows: { kind: string; field: string | null; people: number; cleared: number }[] = await manager.query(
    `/* plan.summarize */
    select case change when 'ABSENT' then 'LEAVE' else change end as kind, null as field,
      count(*)::int as people, 0 as cleared
    from sync_plan_items where read_id = $1 and change <> 'SOURCES' group by 1
    union all
    select 'FIELD', changed.field, count(*)::int, count(*) filter (where changed.cleared)::int
    from sync_plan_items, ${CHANGED_FIELDS}
    where read_id = $1 and change <> 'SOURCES' group by changed.field
    order by people desc, field`,
    [readId],
  );
  const countOf = (kind: string): number => rows.find((row) => row.kind === kind)?.people ?? 0;
  return {
    adds: countOf("ADD"),
    changes: countOf("CHANGE"),
    leaves: countOf("LEAVE"),
    fields: rows.flatMap(({ kind, field, people, cleared }) =>
      kind === "FIELD" && field !== null ? [{ field, people, cleared }] : [],
    ),
  };
}
