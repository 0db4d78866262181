import type { CursorValue } from "../../paging/cursors.ts";
import { PERSON_COLUMNS, type PersonRow } from "../person.repository.ts";
import type { Bind } from "./people-criteria.ts";
import type { PeopleOrderField, SortDirection } from "./people-order.ts";

/**
 * Pages of people are read by position, never by counting rows, and every stretch of a page follows an index: the hundredth
 * page of a large company costs what the first one does.
 */

/** A person on a page, with the value that the page is sorted by before the names, where it is. */
export type ListedPerson = PersonRow & { readonly sortValue?: string | null };

/** Where a list stands: the value it is sorted by, unless that is the name; then last name, first name and id. */
export type Position = readonly CursorValue[];

export type PageBounds = { readonly after: Position | null; readonly limit: number };

export type PageSql = PageBounds & {
  readonly direction: SortDirection;
  /** Conditions on `people p`. */
  readonly conditions: readonly string[];
  readonly bind: Bind;
};

const NAME = ["p.last_name", "p.first_name", "p.id"];
const LISTED_NAME = ['page."lastName"', 'page."firstName"', "page.id"];

/** The position of a person in a list of that order: what a cursor of the list holds. */
export const positionOf = (person: ListedPerson, field: PeopleOrderField): Position => {
  const name = [person.lastName, person.firstName, person.id];
  return field === "NAME" ? name : [person.sortValue ?? null, ...name];
};

/** The people of one page in the order of `field`. */
export function peoplePageSql(field: PeopleOrderField, page: PageSql): string {
  switch (field) {
    case "NAME":
      return stretch(page, NAME);
    case "HIRE_DATE":
      return valuesThenMissing("p.hire_date", hiredStretch, page);
    case "DEPARTMENT":
      return valuesThenMissing(
        "p.department_id",
        groupedStretch("departments", "p.department_id", page),
        page,
      );
    case "OFFICE":
      return valuesThenMissing("p.office_id", groupedStretch("offices", "p.office_id"), page);
  }
}

/** The members of a group `g`, by name and each with the `place` among them: for a lateral join. */
export const membersSql = (membership: string, page: PageSql): string =>
  stretch(
    { ...page, conditions: [`${membership} = g.id`, ...page.conditions] },
    NAME,
    `row_number() over (order by ${sorted(NAME, page.direction)}) as place`,
  );

// People with the value, then people without. One `order by … desc nulls last` over both fits no index, and would sort
// the whole company for every page.
function valuesThenMissing(column: string, withValue: (page: PageSql) => string, page: PageSql): string {
  const { after, conditions, direction, bind, limit } = page;
  const pastValues = after?.[0] === null;
  const missing = stretch(
    { ...page, conditions: [`${column} is null`, ...conditions], after: pastValues ? after.slice(1) : null },
    // The column is null in all these rows; naming it makes the order that of its index.
    [column, ...NAME],
    `null as "sortValue"`,
  );
  if (pastValues) return missing;
  return `select * from ((${withValue(page)}) union all (${missing})) page
    order by "sortValue" ${direction} nulls last, ${sorted(LISTED_NAME, direction)} limit ${bind(limit)}`;
}

const hiredStretch = (page: PageSql): string =>
  stretch(
    { ...page, conditions: ["p.hire_date is not null", ...page.conditions] },
    ["p.hire_date", ...NAME],
    `p.hire_date as "sortValue"`,
  );

// Group by group: Postgres stops at the group that fills the page. A plain join reads and sorts everybody.
const groupedStretch =
  (groups: string, membership: string) =>
  (page: PageSql): string => {
    const { after, conditions, direction, bind, limit } = page;
    const beyond = beyondSign(direction);
    const [groupName, ...position] = after ?? [];
    const name = after ? bind(groupName) : null;
    const reached = name ? [`(g.name ${beyond} ${name} or (${NAME}) ${beyond} (${position.map(bind)}))`] : [];
    const members = stretch(
      { ...page, conditions: [`${membership} = g.id`, ...conditions, ...reached], after: null },
      NAME,
    );
    return `select page.*, g.name as "sortValue"
      from (select id, name from ${groups} ${name ? `where name ${beyond}= ${name}` : ""} order by name ${direction}) g
      cross join lateral (${members}) page
      order by g.name ${direction}, ${sorted(LISTED_NAME, direction)} limit ${bind(limit)}`;
  };

function stretch(page: PageSql, order: readonly string[], extraColumn?: string): string {
  const { after, conditions, direction, limit, bind } = page;
  const position = after
    ? [`(${order.slice(-after.length)}) ${beyondSign(direction)} (${after.map(bind)})`]
    : [];
  return `select ${[PERSON_COLUMNS, extraColumn].filter(Boolean)} from people p
    where ${[...conditions, ...position].join(" and ")} order by ${sorted(order, direction)} limit ${bind(limit)}`;
}

const beyondSign = (direction: SortDirection): string => (direction === "ASC" ? ">" : "<");

const sorted = (columns: readonly string[], direction: SortDirection): string =>
  columns.map((column) => `${column} ${direction}`).join(", ");
