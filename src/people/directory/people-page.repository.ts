import type { EntityManager } from "typeorm";
import { planSearch } from "../search/search.repository.ts";
import { type Bind, conditionsOf } from "./people-criteria.ts";
import { isLookup, type PeopleCriteria } from "./people-filter.ts";
import type { PeopleOrder } from "./people-order.ts";
import {
  type ListedPerson,
  membersSql,
  type PageBounds,
  peoplePageSql,
  rankedPeopleSql,
} from "./people-page-sql.ts";

export type PeopleList = { readonly filter: PeopleCriteria; readonly order: PeopleOrder; readonly now: Date };

/** The people of a list after a position, at most `limit`. */
export async function findPeoplePage(
  manager: EntityManager,
  list: PeopleList,
  bounds: PageBounds,
): Promise<ListedPerson[]> {
  const search = await planSearch(manager, list.filter.search);
  const { values, bind } = createParameters();
  const conditions = conditionsOf({ ...list, search }, list.now, bind);
  const isRanked = isLookup(list.filter) || (search?.ids && list.order.field !== "NAME");
  const toSql = isRanked ? rankedPeopleSql : peoplePageSql;
  const { field, direction } = list.order;
  const sql = toSql(field, { ...bounds, conditions, direction, bind });
  return manager.query(`/* people.findPeoplePage */ ${sql}`, values);
}

/** How many people a list has over all pages. */
export async function countPeople(
  manager: EntityManager,
  filter: PeopleCriteria,
  now: Date,
): Promise<number> {
  const search = await planSearch(manager, filter.search, { counts: true });
  const { values, bind } = createParameters();
  const conditions = conditionsOf({ filter, search }, now, bind).join(" and ");
  const [row] = await manager.query<[{ count: number }]>(
    `/* people.countPeople */ select count(*)::int as count from people p where ${conditions}`,
    values,
  );
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
  manager: EntityManager,
  membership: Membership,
  {
    groupIds,
    list,
    ...bounds
  }: PageBounds & { readonly groupIds: readonly string[]; readonly list: PeopleList },
): Promise<Member[]> {
  const search = await planSearch(manager, list.filter.search);
  const { values, bind } = createParameters();
  const column = `p.${membership}`;
  const { field, direction } = list.order;
  const page = { ...bounds, direction, conditions: conditionsOf({ ...list, search }, list.now, bind), bind };
  const isRanked = isLookup(list.filter) || search?.ids;
  const run = (sql: string): Promise<Member[]> => manager.query(`/* people.findMembers */ ${sql}`, values);
  const [groupId = ""] = groupIds;

  if (!isRanked && field === "NAME") {
    return run(`select g.id as "groupId", page.*
      from unnest(${bind(groupIds)}::uuid[]) g (id) cross join lateral (${membersSql(column, page)}) page
      order by g.id, page.place`);
  }
  if (!isRanked && groupIds.length === 1 && MAY_BE_ALL.includes(membership)) {
    // With the id as its own parameter, Postgres estimates the size of the group, and chooses the index by
    // it.
    const conditions = [`${column} = ${bind(groupId)}::uuid`, ...page.conditions];
    const rows = await run(peoplePageSql(field, { ...page, conditions }));
    return rows.map((row) => ({ ...row, groupId }));
  }
  const conditions = [`${column} = any(${bind(groupIds)}::uuid[])`, ...page.conditions];
  return run(rankedPeopleSql(field, { ...page, conditions, groupedBy: column }));
}

/** How many people of each group the filter lists; groups without any are not among the rows. */
export async function countMembers(
  manager: EntityManager,
  membership: Membership,
  { groupIds, filter, now }: { groupIds: readonly string[]; filter: PeopleCriteria; now: Date },
): Promise<{ id: string; count: number }[]> {
  const search = await planSearch(manager, filter.search);
  const { values, bind } = createParameters();
  const conditions = [
    `p.${membership} = any(${bind(groupIds)}::uuid[])`,
    ...conditionsOf({ filter, search }, now, bind),
  ];
  return manager.query(
    `/* people.countMembers */
    select p.${membership} as id, count(*)::int as count from people p
    where ${conditions.join(" and ")} group by 1`,
    values,
  );
}

/** Collects the values of a statement as its parameters. */
export function createParameters(): { values: unknown[]; bind: Bind } {
  const values: unknown[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}
