import type { Queries } from "../../database/queries.ts";
import { PERSON_COLUMNS, type PersonRow } from "../../people/person.repository.ts";

/** Current people whose work email belongs to no user, or who have none. One scan of each table. */
const WITHOUT_USER = `p.status <> 'INACTIVE'
  and p.work_email in (select email from idp_users where email is not null) is not true`;

/** The place of a person in the list. */
export type NamePosition = Pick<PersonRow, "lastName" | "firstName" | "id">;

/** By name. */
export const listPeopleWithoutUser = (
  queries: Queries,
  { limit, after }: { readonly limit: number; readonly after: NamePosition | null },
): Promise<PersonRow[]> =>
  queries.query(
    `/* idp.listPeopleWithoutUser */
    select ${PERSON_COLUMNS} from people p where ${WITHOUT_USER}
      and ($2::text is null or (p.last_name, p.first_name, p.id) > ($2, $3, $4::uuid))
    order by p.last_name, p.first_name, p.id limit $1`,
    [limit, after?.lastName ?? null, after?.firstName ?? null, after?.id ?? null],
  );

export async function countPeopleWithoutUser(queries: Queries): Promise<number> {
  const rows: { count: number }[] = await queries.query(
    `/* idp.countPeopleWithoutUser */ select count(*)::int as count from people p where ${WITHOUT_USER}`,
  );
  return rows[0]?.count ?? 0;
}
