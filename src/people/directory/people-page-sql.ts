import type { CursorValue } from "../../request/cursors.ts";
import { PERSON_COLUMNS, type PersonRow } from "../person.repository.ts";
import type { Bind } from "./people-criteria.ts";
import type { PeopleOrderField, SortDirection } from "./people-order.ts";

/**
 * A page is read by position, never by counting rows, and each index range of a page follows one index. The
 * hundredth page of a large company costs the same as the first.
 */

/**
 * A person on a page, with the value that the page is sorted by before the names. Absent if the page is
 * sorted by name.
 */
export type ListedPerson = PersonRow & { readonly sortValue?: string | null };

/**
 * A place in a list: the sort value, unless the list is sorted by name; then last name, first name and id.
 */
export type Position = readonly CursorValue[];

export type PageBounds = { readonly after: Position | null; readonly limit: number };

export type PageSql = PageBounds & {
  readonly direction: SortDirection;
  /** The columns of `people p`; by default, all of a `PersonRow`. */
  readonly columns?: string | undefined;
  /** Conditions on `people p`. */
  readonly conditions: readonly string[];
  readonly bind: Bind;
};

export const NAME = ["p.last_name", "p.first_name", "p.id"];
const LISTED_NAME = ['page."lastName"', 'page."firstName"', "page.id"];

/** The order by name of a page that was read. */
export const listedByName = (direction: SortDirection): string => sorted(LISTED_NAME, direction);

/** The position of a person in a list of that order: the content of a cursor. */
export const positionOf = (person: ListedPerson, field: PeopleOrderField): Position => {
  const name = [person.lastName, person.firstName, person.id];
  return field === "NAME" ? name : [person.sortValue ?? null, ...name];
};

/**
 * A sort value before the names: the column that is null without it, and the query of the people who have it.
 */
type ValueOrder = { readonly column: string; readonly withValue: (page: PageSql) => string };

const VALUE_ORDERS: Record<Exclude<PeopleOrderField, "NAME">, ValueOrder> = {
  HIRE_DATE: { column: "p.hire_date", withValue: byHireDate },
  DEPARTMENT: { column: "p.department_id", withValue: byGroup("departments", "p.department_id") },
  OFFICE: { column: "p.office_id", withValue: byGroup("offices", "p.office_id") },
};

/** The people of one page in the order of `field`. */
export const peoplePageSql = (field: PeopleOrderField, page: PageSql): string =>
  field === "NAME" ? indexRangeSql(page, { order: NAME }) : withThenWithoutValue(VALUE_ORDERS[field], page);

/** The members of a group `g`, by name, each with its `place`: for a lateral join. */
export const membersSql = (membership: string, page: PageSql): string =>
  indexRangeSql(
    { ...page, conditions: [`${membership} = g.id`, ...page.conditions] },
    { order: NAME, alsoSelect: `row_number() over (order by ${sorted(NAME, page.direction)}) as place` },
  );

// First people with the value, then people without. No index serves one `order by … desc nulls last` over
// both; Postgres would sort the whole company for every page.
function withThenWithoutValue({ column, withValue }: ValueOrder, page: PageSql): string {
  const { after, conditions, direction, bind, limit } = page;
  const pastValues = after?.[0] === null;
  const withoutValue = indexRangeSql(
    { ...page, conditions: [`${column} is null`, ...conditions], after: pastValues ? after.slice(1) : null },
    // The column is null in all these rows; with it, the order is that of its index.
    { order: [column, ...NAME], alsoSelect: `null as "sortValue"` },
  );
  if (pastValues) return withoutValue;
  return `select * from ((${withValue(page)}) union all (${withoutValue})) page
    order by "sortValue" ${direction} nulls last, ${sorted(LISTED_NAME, direction)} limit ${bind(limit)}`;
}

function byHireDate(page: PageSql): string {
  return indexRangeSql(
    { ...page, conditions: ["p.hire_date is not null", ...page.conditions] },
    { order: ["p.hire_date", ...NAME], alsoSelect: `p.hire_date as "sortValue"` },
  );
}

// Group by group: Postgres stops at the group that fills the page. A plain join reads and sorts the whole
// company.
function byGroup(groups: string, membership: string): (page: PageSql) => string {
  return ({ columns, after, conditions, direction, limit, bind }) => {
    const sign = afterOperator(direction);
    const [groupName, ...position] = after ?? [];
    const name = after ? bind(groupName) : null;
    const afterPosition = name
      ? [`(g.name ${sign} ${name} or (${NAME}) ${sign} (${position.map(bind)}))`]
      : [];
    const reached = name ? `where name ${sign}= ${name}` : "";
    const members = indexRangeSql(
      {
        columns,
        after: null,
        conditions: [`${membership} = g.id`, ...conditions, ...afterPosition],
        direction,
        limit,
        bind,
      },
      { order: NAME },
    );
    return `select page.*, g.name as "sortValue"
      from (select id, name from ${groups} ${reached} order by name ${direction}) g
      cross join lateral (${members}) page
      order by g.name ${direction}, ${sorted(LISTED_NAME, direction)} limit ${bind(limit)}`;
  };
}

type IndexRange = { readonly order: readonly string[]; readonly alsoSelect?: string };

/**
 * People in the order of an index. A position shorter than the order belongs to the last columns of the
 * order.
 */
function indexRangeSql(
  { columns: people = PERSON_COLUMNS, after, conditions, direction, limit, bind }: PageSql,
  { order, alsoSelect }: IndexRange,
): string {
  const columns = alsoSelect ? `${people}, ${alsoSelect}` : people;
  const afterPosition = after
    ? [`(${order.slice(-after.length)}) ${afterOperator(direction)} (${after.map(bind)})`]
    : [];
  return `select ${columns} from people p where ${[...conditions, ...afterPosition].join(" and ")}
    order by ${sorted(order, direction)} limit ${limit}`;
}

export function afterOperator(direction: SortDirection): string {
  return direction === "ASC" ? ">" : "<";
}

export function sorted(columns: readonly string[], direction: SortDirection): string {
  return columns.map((column) => `${column} ${direction}`).join(", ");
}

/** The sort value of each order, and the join that supplies it. */
const VALUES: Record<Exclude<PeopleOrderField, "NAME">, { readonly value: string; readonly join: string }> = {
  HIRE_DATE: { value: "p.hire_date", join: "" },
  DEPARTMENT: { value: "v.name", join: "left join departments v on v.id = p.department_id" },
  OFFICE: { value: "v.name", join: "left join offices v on v.id = p.office_id" },
};

type Ranked = PageSql & {
  /** A column of `people p`: each of its values gets its own page, and becomes the `groupId` of the row. */
  readonly groupedBy?: string;
};

/**
 * A page of few people: Postgres finds all of them first, by key, and then sorts them. For look-ups, and for
 * several groups in an order without an index per group: walking the whole company in that order would cost
 * more.
 */
export function rankedPeopleSql(field: PeopleOrderField, page: Ranked): string {
  const { columns: people = PERSON_COLUMNS, conditions, direction, limit, bind, groupedBy } = page;
  const { value, join } = field === "NAME" ? { value: null, join: "" } : VALUES[field];
  const order = [...(value ? [`${value} ${direction} nulls last`] : []), sorted(NAME, direction)].join(", ");
  const columns = [
    people,
    ...(value ? [`${value} as "sortValue"`] : []),
    `row_number() over (${groupedBy ? `partition by ${groupedBy} ` : ""}order by ${order}) as place`,
    ...(groupedBy ? [`${groupedBy} as "groupId"`] : []),
  ];
  const all = [...conditions, ...afterConditions(value, page)].join(" and ");
  return `select * from (select ${columns.join(", ")} from people p ${join} where ${all}) page
    where place <= ${bind(limit)} order by ${groupedBy ? `"groupId", ` : ""}place`;
}

/** People after the position. People without a value come last in both directions. */
function afterConditions(value: string | null, { after, direction, bind }: PageSql): string[] {
  if (!after) return [];
  const sign = afterOperator(direction);
  const afterNames = (names: PageSql["after"]): string => `(${NAME}) ${sign} (${(names ?? []).map(bind)})`;
  if (!value) return [afterNames(after)];
  const [reached, ...names] = after;
  if (reached === null) return [`${value} is null and ${afterNames(names)}`];
  const placeholder = bind(reached);
  return [
    `(${value} ${sign} ${placeholder} or ${value} = ${placeholder} and ${afterNames(names)} or ${value} is null)`,
  ];
}
