import { PERSON_COLUMNS } from "../person.repository.ts";
import type { PeopleOrderField } from "./people-order.ts";
import { afterOperator, NAME, type PageSql, POSITION, STATUSES, sorted } from "./people-page-sql.ts";

/** The sort value of each order, and the join that supplies it. */
type Value = { readonly value: string; readonly join: string };

const sortValueOf = (field: Exclude<PeopleOrderField, "NAME">, { relevance }: PageSql): Value =>
  field === "RELEVANCE"
    ? // Postgres computes it once for each person; without `offset 0`, at each use.
      { value: "v.relevance", join: `cross join lateral (select ${relevance} as relevance offset 0) v` }
    : VALUES[field];

const VALUES: Record<Exclude<PeopleOrderField, "NAME" | "RELEVANCE">, Value> = {
  POSITION: { value: POSITION, join: "" },
  STATUS: {
    value: `array_position(array[${STATUSES.map((status) => `'${status}'`)}], p.status) - 1`,
    join: "",
  },
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
  const { conditions, direction, limit, skip = 0, bind, groupedBy } = page;
  const { value, join } = field === "NAME" ? { value: null, join: "" } : sortValueOf(field, page);
  const order = [...(value ? [`${value} ${direction} nulls last`] : []), sorted(NAME, direction)].join(", ");
  const columns = [
    PERSON_COLUMNS,
    ...(value ? [`${value} as "sortValue"`] : []),
    `row_number() over (${groupedBy ? `partition by ${groupedBy} ` : ""}order by ${order}) as place`,
    ...(groupedBy ? [`${groupedBy} as "groupId"`] : []),
  ];
  const all = [...conditions, ...afterConditions(value, page)].join(" and ");
  return `select * from (select ${columns.join(", ")} from people p ${join} where ${all}) page
    where place <= ${bind(limit + skip)} ${skip > 0 ? `and place > ${bind(skip)} ` : ""}order by ${groupedBy ? `"groupId", ` : ""}place`;
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
