import { PERSON_COLUMNS } from "../person.repository.ts";
import type { PeopleOrderField } from "./people-order.ts";
import { beyondSign, NAME, type PageSql, sorted } from "./people-page-sql.ts";

/** What people are sorted by before their names, and the table that has it. */
const VALUES: Record<Exclude<PeopleOrderField, "NAME">, { readonly value: string; readonly join: string }> = {
  HIRE_DATE: { value: "p.hire_date", join: "" },
  DEPARTMENT: { value: "v.name", join: "left join departments v on v.id = p.department_id" },
  OFFICE: { value: "v.name", join: "left join offices v on v.id = p.office_id" },
};

type Ranked = PageSql & {
  /** A column of `people p`: each of its values gets a page of its own, and is the row's `groupId`. */
  readonly groupedBy?: string;
};

/**
 * A page of few people: Postgres finds all of them first, by key, and then sorts them. For people who are looked up, and for several
 * groups that are sorted by what no index of theirs has: walking the whole company in that order would cost more.
 */
export function rankedPeopleSql(field: PeopleOrderField, page: Ranked): string {
  const { conditions, direction, limit, bind, groupedBy } = page;
  const { value, join } = field === "NAME" ? { value: null, join: "" } : VALUES[field];
  const order = [...(value ? [`${value} ${direction} nulls last`] : []), sorted(NAME, direction)].join(", ");
  const columns = [
    PERSON_COLUMNS,
    ...(value ? [`${value} as "sortValue"`] : []),
    ...(groupedBy ? [`${groupedBy} as "groupId"`] : []),
    `row_number() over (${groupedBy ? `partition by ${groupedBy} ` : ""}order by ${order}) as place`,
  ];
  const all = [...conditions, ...beyond(value, page)].join(" and ");
  return `select * from (select ${columns.join(", ")} from people p ${join} where ${all}) page
    where place <= ${bind(limit)} order by ${groupedBy ? `"groupId", ` : ""}place`;
}

/** People behind the position. People without a value come last, in either direction. */
function beyond(value: string | null, { after, direction, bind }: PageSql): string[] {
  if (!after) return [];
  const sign = beyondSign(direction);
  const behindNames = (names: PageSql["after"]): string => `(${NAME}) ${sign} (${(names ?? []).map(bind)})`;
  if (!value) return [behindNames(after)];
  const [reached, ...names] = after;
  if (reached === null) return [`${value} is null and ${behindNames(names)}`];
  const placeholder = bind(reached);
  return [
    `(${value} ${sign} ${placeholder} or ${value} = ${placeholder} and ${behindNames(names)} or ${value} is null)`,
  ];
}
