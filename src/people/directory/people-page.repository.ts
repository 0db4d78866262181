import { type Queries, queryPlannedOnce } from "../../database/queries.ts";
import type { Selected } from "../../request/look-ahead.ts";
import { personColumns } from "../person.repository.ts";
import { planSearch, relevanceSql, searchConditions, splitSearch } from "../search/search.repository.ts";
import { COUNT_CURRENT_SQL, FAR_SKIP_MIN, farPageSql } from "./everyone-sql.ts";
import { joinedSql, nestRelations, type RelationName, relatedColumns } from "./joined-people.ts";
import { type Bind, conditionsOf } from "./people-criteria.ts";
import { isLookup, type PeopleCriteria } from "./people-filter.ts";
import type { PeopleOrder, PeopleOrderField } from "./people-order.ts";
import {
  type ListedPerson,
  listedByName,
  membersSql,
  type PageBounds,
  type PageSql,
  type Position,
  peoplePageSql,
} from "./people-page-sql.ts";
import { rankedPeopleSql } from "./ranked-people-sql.ts";

export type PeopleList = { readonly filter: PeopleCriteria; readonly order: PeopleOrder; readonly now: Date };

/** What the reader of a page knows of the answer: see `RequestContext.selected`. */
type Ahead = { readonly selected?: Selected | null; readonly relations?: readonly RelationName[] };

/** The people of a list after a position, at most `limit`; with these relations, if joining them pays. */
export async function findPeoplePage(
  manager: Queries,
  { filter, order, now, selected = null, relations = [] }: PeopleList & Ahead,
  bounds: PageBounds,
): Promise<ListedPerson[]> {
  const search = await planSearch(manager, filter.search, { counts: false });
  const { values, bind } = createParameters();
  const conditions = [...conditionsOf(filter, now, bind), ...searchConditions(search, bind)];
  const { direction } = order;
  const isFew = isLookup(filter) || search.ids !== undefined;
  const { field, after } = withoutRanks(order.field, bounds.after, isFew) ?? {
    field: order.field,
    ...bounds,
  };
  const isRanked = isLookup(filter) || (search.ids !== undefined && field !== "NAME");
  const columns = personColumns(selected);
  const page: PageSql = { ...bounds, columns, after, direction, conditions, bind };
  const skip = bounds.skip ?? 0;
  const isFar = skip >= FAR_SKIP_MIN && isByNameAlone(filter, order);
  const sql = isFar
    ? farPageSql({ ...page, skip })
    : field === "RELEVANCE"
      ? rankedPeopleSql(field, { ...page, relevance: relevanceSql(filter.search, bind) })
      : (isRanked ? rankedPeopleSql : peoplePageSql)(field, page);
  if (!isByNameAlone(filter, order)) return manager.query(`/* people.findPeoplePage */ ${sql}`, values);
  // To plan joins for each page would cost more than the loaders do.
  const joined = relations.map((name) => relatedColumns(name, selected));
  const text = relations.length > 0 ? joinedSql(sql, joined, listedByName(direction)) : sql;
  const rows = await queryPlannedOnce<ListedPerson[]>(manager, `/* people.findPeoplePage */ ${text}`, values);
  nestRelations(rows, joined);
  return rows;
}

/**
 * The order by name of a search that many people match: to rank them, each page would read all of them. Its
 * cursors contain null as the relevance, so that a list continues in the order in which it began. Null for a
 * list in its own order.
 */
function withoutRanks(
  field: PeopleOrderField,
  after: Position | null,
  isFew: boolean,
): { readonly field: "NAME"; readonly after: Position | null } | null {
  if (field !== "RELEVANCE" || (after ? after[0] !== null : isFew)) return null;
  return { field: "NAME", after: after?.slice(1) ?? null };
}
/** Without a filter, each page follows the one index of its order, whatever its position. */
export const isByNameAlone = (filter: PeopleCriteria, { field }: PeopleOrder): boolean =>
  field === "NAME" && isUnfiltered(filter);

const isUnfiltered = (filter: PeopleCriteria): boolean => Object.values(filter).every((use) => use == null);

/** How many people a list has over all pages. */
export async function countPeople(manager: Queries, filter: PeopleCriteria, now: Date): Promise<number> {
  const search = await planSearch(manager, filter.search, { counts: true });
  const { values, bind } = createParameters();
  const conditions = [...conditionsOf(filter, now, bind), ...searchConditions(search, bind), "true"].join(
    " and ",
  );
  const sql = isUnfiltered(filter)
    ? COUNT_CURRENT_SQL
    : `select count(*)::int as count from people p where ${conditions}`;
  const [row] = await manager.query<[{ count: number }]>(`/* people.countPeople */ ${sql}`, values);
  return row.count;
}

/** The column of `people` that groups people. */
export type Membership = "supervisor_id" | "department_id" | "office_id" | "legal_entity_id";

export type Member = ListedPerson & { readonly groupId: string };

/**
 * Groups that often contain the whole company: Postgres walks the company in its order. In a smaller group
 * that walk may be long, as in a new department whose people are the last hired. Such a group is read whole
 * and sorted.
 */
const MAY_BE_ALL: readonly Membership[] = ["legal_entity_id"];

/**
 * The same page of every group: the people of the list in the group, after the position, at most `limit` for
 * each group.
 */
export async function findMembers(
  manager: Queries,
  membership: Membership,
  {
    groupIds,
    list,
    ...bounds
  }: PageBounds & { readonly groupIds: readonly string[]; readonly list: PeopleList },
): Promise<Member[]> {
  const { values, bind } = createParameters();
  const column = `p.${membership}`;
  const { field, direction } = list.order;
  const all = conditionsOf(list.filter, list.now, bind);
  const relevance = field === "RELEVANCE" ? relevanceSql(list.filter.search, bind) : undefined;
  const page = (conditions: readonly string[]): PageSql => ({
    ...bounds,
    direction,
    conditions,
    bind,
    relevance,
  });
  const ranked = (conditions: readonly string[]): string => {
    const inGroups = [`${column} = any(${bind(groupIds)}::uuid[])`, ...conditions];
    return rankedPeopleSql(field, { ...page(inGroups), groupedBy: column });
  };
  const walked = (conditions: readonly string[]): string => {
    if (isLookup(list.filter) || field === "RELEVANCE") return ranked(conditions);
    if (field === "NAME")
      return `select page.*, g.id as "groupId"
        from unnest(${bind(groupIds)}::uuid[]) g (id) cross join lateral (${membersSql(column, page(conditions))}) page
        order by g.id, page.place`;
    if (groupIds.length > 1 || !MAY_BE_ALL.includes(membership)) return ranked(conditions);
    // With the id as its own parameter, Postgres estimates the size of the group, and chooses the index by
    // it.
    const groupId = `${bind(groupIds[0])}::uuid`;
    return `select page.*, null::bigint as place, ${groupId} as "groupId"
      from (${peoplePageSql(field, page([`${column} = ${groupId}`, ...conditions]))}) page`;
  };
  const search = splitSearch(list.filter.search, bind);
  const sql = search
    ? `with ${search.tables} (${ranked([...all, ...search.few])}) union all (${walked([...all, ...search.many])})`
    : walked(all);
  return manager.query(`/* people.findMembers */ ${sql}`, values);
}

/** How many people of each group the filter lists; groups without any are not among the rows. */
export function countMembers(
  manager: Queries,
  membership: Membership,
  { groupIds, filter, now }: { groupIds: readonly string[]; filter: PeopleCriteria; now: Date },
): Promise<{ id: string; count: number }[]> {
  const { values, bind } = createParameters();
  const all = [`p.${membership} = any(${bind(groupIds)}::uuid[])`, ...conditionsOf(filter, now, bind)];
  const count = (conditions: readonly string[]): string =>
    `select p.${membership} as id, count(*)::int as count from people p
    where ${conditions.join(" and ")} group by 1`;
  const search = splitSearch(filter.search, bind);
  const sql = search
    ? `with ${search.tables} ${count([...all, ...search.few])} union all ${count([...all, ...search.many])}`
    : count(all);
  return manager.query(`/* people.countMembers */ ${sql}`, values);
}

/** Collects the values of a statement as its parameters. */
export function createParameters(): { values: unknown[]; bind: Bind } {
  const values: unknown[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}
