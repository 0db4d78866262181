import type { EntityManager } from "typeorm";
import type { PersonRow } from "../person.repository.ts";
import { type Bind, CURRENT, conditionsOf } from "./people-criteria.ts";
import type { PeopleFilter } from "./people-filter.ts";
import type { PeopleOrder } from "./people-order.ts";
import { type ListedPerson, membersSql, type PageBounds, peoplePageSql } from "./people-page-sql.ts";

export type PeopleList = { readonly filter: PeopleFilter; readonly order: PeopleOrder; readonly now: Date };

/** The people of a list behind a position, at most `limit` of them. */
export function findPeoplePage(
  manager: EntityManager,
  { filter, order, now }: PeopleList,
  bounds: PageBounds,
): Promise<ListedPerson[]> {
  const { values, bind } = createParameters();
  const sql = peoplePageSql(order.field, {
    ...bounds,
    direction: order.direction,
    conditions: conditionsOf(filter, now, bind),
    bind,
  });
  return manager.query(`/* people.findPeoplePage */ ${sql}`, values);
}

/** How many people a list has over all its pages. */
export async function countPeople(manager: EntityManager, filter: PeopleFilter, now: Date): Promise<number> {
  const { values, bind } = createParameters();
  const conditions = conditionsOf(filter, now, bind).join(" and ");
  const [row] = await manager.query<[{ count: number }]>(
    `/* people.countPeople */ select count(*)::int as count from people p where ${conditions}`,
    values,
  );
  return row.count;
}

/** The column of `people` that says to what a person belongs. */
export type Membership = "supervisor_id" | "department_id" | "office_id";

export type Member = PersonRow & { readonly groupId: string };

/** The same page, by name, of every group: current people behind the position, at most `limit` for each. */
export function findMembers(
  manager: EntityManager,
  membership: Membership,
  { groupIds, ...bounds }: PageBounds & { readonly groupIds: readonly string[] },
): Promise<Member[]> {
  const { values, bind } = createParameters();
  const members = membersSql(`p.${membership}`, { ...bounds, direction: "ASC", conditions: [CURRENT], bind });
  return manager.query(
    `/* people.findMembers */
    select g.id as "groupId", page.*
    from unnest(${bind(groupIds)}::uuid[]) g (id) cross join lateral (${members}) page
    order by g.id, page.place`,
    values,
  );
}

/** How many current people each group has; groups without any are not among the rows. */
export const countMembers = (
  manager: EntityManager,
  membership: Membership,
  groupIds: readonly string[],
): Promise<{ id: string; count: number }[]> =>
  manager.query(
    `/* people.countMembers */
    select p.${membership} as id, count(*)::int as count from people p
    where p.${membership} = any($1::uuid[]) and ${CURRENT} group by 1`,
    [groupIds],
  );

/** The values of a statement, and how they become its parameters. */
export function createParameters(): { values: unknown[]; bind: Bind } {
  const values: unknown[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}
