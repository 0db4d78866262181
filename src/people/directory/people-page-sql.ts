import type { CursorValue } from "../../request/cursors.ts";
import type { PersonStatus } from "../../tenant/person-status.ts";
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
export type ListedPerson = PersonRow & { readonly sortValue?: string | number | null };

/**
 * A place in a list: the sort value, unless the list is sorted by name; then last name, first name and id.
 */
export type Position = readonly CursorValue[];

export type PageBounds = {
  readonly after: Position | null;
  readonly limit: number;
  /** How many people to leave out before the page. */
  readonly skip?: number;
};

export type PageSql = PageBounds & {
  readonly direction: SortDirection;
  /** The columns of `people p`; by default, all of a `PersonRow`. */
  readonly columns?: string | undefined;
  /** Conditions on `people p`. */
  readonly conditions: readonly string[];
  readonly bind: Bind;
  /** How well `people p` matches the search, as a number: for the order by relevance. */
  readonly relevance?: string | undefined;
};

export const NAME = ["p.last_name", "p.first_name", "p.id"];
/** Sorted as names are. */
export const POSITION = "p.sorted_position";
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

const VALUE_ORDERS: Record<Exclude<WalkedOrder, "NAME" | "STATUS">, ValueOrder> = {
  HIRE_DATE: { column: "p.hire_date", withValue: byColumn("p.hire_date") },
  POSITION: { column: POSITION, withValue: byColumn(POSITION) },
  DEPARTMENT: { column: "p.department_id", withValue: byGroup("departments", "p.department_id") },
  OFFICE: { column: "p.office_id", withValue: byGroup("offices", "p.office_id") },
};

/** Orders that a page can walk in; people are ranked by relevance (`ranked-people-sql.ts`). */
type WalkedOrder = Exclude<PeopleOrderField, "RELEVANCE">;

/** The people of one page in the order of `field`. */
export function peoplePageSql(field: WalkedOrder, page: PageSql): string {
  if (field === "NAME") return indexRangeSql(page, { order: NAME });
  return field === "STATUS" ? byStatus(page) : withThenWithoutValue(VALUE_ORDERS[field], page);
}

/** The members of a group `g`, by name, each with its `place`: for a lateral join. */
export const membersSql = (membership: string, page: PageSql): string =>
  indexRangeSql(
    { ...page, conditions: [`${membership} = g.id`, ...page.conditions] },
    { order: NAME, alsoSelect: `row_number() over (order by ${sorted(NAME, page.direction)}) as place` },
  );

// First people with the value, then people without. No index serves one `order by … desc nulls last` over
// both; Postgres would sort the whole company for every page.
function withThenWithoutValue({ column, withValue }: ValueOrder, page: PageSql): string {
  const { after, conditions, direction } = page;
  const pastValues = after?.[0] === null;
  const withoutValue = (bounds: PageSql): string =>
    indexRangeSql(
      {
        ...bounds,
        conditions: [`${column} is null`, ...conditions],
        after: pastValues ? after.slice(1) : null,
      },
      // The column is null in all these rows; with it, the order is that of its index.
      { order: [column, ...NAME], alsoSelect: `null as "sortValue"` },
    );
  if (pastValues) return withoutValue(page);
  const all = skippedToo(page);
  return `select * from ((${withValue(all)}) union all (${withoutValue(all)})) page
    order by "sortValue" ${direction} nulls last, ${sorted(LISTED_NAME, direction)} ${limitSql(page)}`;
}

/** What a part of a union must read, so that the whole can leave out the skipped people. */
const skippedToo = (page: PageSql): PageSql => ({ ...page, limit: page.limit + (page.skip ?? 0), skip: 0 });

const limitSql = ({ limit, skip = 0, bind }: PageSql): string =>
  `limit ${bind(limit)}${skip > 0 ? ` offset ${bind(skip)}` : ""}`;

function byColumn(column: string): (page: PageSql) => string {
  return (page) =>
    indexRangeSql(
      { ...page, conditions: [`${column} is not null`, ...page.conditions] },
      { order: [column, ...NAME], alsoSelect: `${column} as "sortValue"` },
    );
}

/** The statuses in their order: from before the first day to after the last. */
export const STATUSES: readonly PersonStatus[] = ["ONBOARDING", "ACTIVE", "LEAVE", "INACTIVE"];

// A statement for each status, because Postgres then uses the index of the few people who are not ACTIVE.
function byStatus(page: PageSql): string {
  const { after, direction } = page;
  const [reached, ...names] = after ?? [null];
  const of = (status: PersonStatus, place: number): string =>
    indexRangeSql(
      {
        ...skippedToo(page),
        conditions: [`p.status = '${status}'`, ...page.conditions],
        after: place === reached ? names : null,
      },
      { order: NAME, alsoSelect: `${place} as "sortValue"` },
    );
  const isAhead = (place: number): boolean =>
    typeof reached !== "number" || (direction === "ASC" ? place >= reached : place <= reached);
  const parts = STATUSES.flatMap((status, place) => (isAhead(place) ? [`(${of(status, place)})`] : []));
  return `select * from (${parts.join(" union all ")}) page
    order by "sortValue" ${direction}, ${sorted(LISTED_NAME, direction)} ${limitSql(page)}`;
}

// Group by group: Postgres stops at the group that fills the page. A plain join reads and sorts the whole
// company.
function byGroup(groups: string, membership: string): (page: PageSql) => string {
  return (page) => {
    const { columns, after, conditions, direction, limit, bind } = page;
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
      order by g.name ${direction}, ${sorted(LISTED_NAME, direction)} ${limitSql(page)}`;
  };
}

type IndexRange = { readonly order: readonly string[]; readonly alsoSelect?: string };

/**
 * People in the order of an index. A position shorter than the order belongs to the last columns of the
 * order.
 */
function indexRangeSql(page: PageSql, { order, alsoSelect }: IndexRange): string {
  const { columns: people = PERSON_COLUMNS, after, conditions, direction, limit, skip = 0, bind } = page;
  const columns = alsoSelect ? `${people}, ${alsoSelect}` : people;
  const afterPosition = after
    ? [`(${order.slice(-after.length)}) ${afterOperator(direction)} (${after.map(bind)})`]
    : [];
  return `select ${columns} from people p where ${[...conditions, ...afterPosition].join(" and ")}
    order by ${sorted(order, direction)} limit ${limit}${skip > 0 ? ` offset ${bind(skip)}` : ""}`;
}

export function afterOperator(direction: SortDirection): string {
  return direction === "ASC" ? ">" : "<";
}

export function sorted(columns: readonly string[], direction: SortDirection): string {
  return columns.map((column) => `${column} ${direction}`).join(", ");
}
