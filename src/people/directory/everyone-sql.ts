import { PERSON_COLUMNS } from "../person.repository.ts";
import { CURRENT } from "./people-criteria.ts";
import { afterOperator, NAME, type PageSql, sorted } from "./people-page-sql.ts";

/*
 * Statements about all current people of a company, without another filter. They read indexes and not the
 * table: few people are leavers in most companies, and an index of its own lists these.
 */
const LEAVERS = "select i.id from people i where i.status = 'INACTIVE'";

/** From here on, reading the leavers first costs less than passing people in the table. */
export const FAR_SKIP_MIN = 1_000;

/**
 * The page by name that begins `skip` people after the first one. The index by name finds its first
 * person: 100,000 people take 1,000 blocks, where the table takes 86,000. `not in` looks up each person in a
 * hash of the leavers; `not exists` may compare each with each.
 */
export function farPageSql(page: PageSql & { readonly skip: number }): string {
  const { columns = PERSON_COLUMNS, direction, limit, skip, bind } = page;
  const names = NAME.map((column) => column.replace("p.", ""));
  const of = (alias: string): string[] => names.map((column) => `${alias}.${column}`);
  const first = names.map((column) => `(select ${column} from first_one)`).join(", ");
  return `with first_one as (
      select ${of("n").join(", ")} from people n where n.id not in (${LEAVERS})
      order by ${sorted(of("n"), direction)} limit 1 offset ${bind(skip)})
    select ${columns} from people p
    where ${CURRENT} and (${NAME}) ${afterOperator(direction)}= (${first})
    order by ${sorted(NAME, direction)} limit ${limit}`;
}

/** The number of all current people: 100,000 people take 360 blocks, where the table takes 8,275. */
export const COUNT_CURRENT_SQL = `select ((select count(*) from people p)
  - (select count(*) from people p where p.status = 'INACTIVE'))::int as count`;
