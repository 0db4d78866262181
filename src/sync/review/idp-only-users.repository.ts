import type { Queries } from "../../database/queries.ts";
import type { IdpUser, IdpUserCounts } from "./idp-user.ts";

export type IdpOnlyUser = IdpUser & {
  /** The leaver who has, or had, the address. */
  readonly personId: string | null;
  /** The position in the list, with `active`. */
  readonly rank: number;
  readonly userNameKey: string;
};

export type IdpOnlyPosition = Pick<IdpOnlyUser, "active" | "rank" | "userNameKey">;

/**
 * The users whose address finds no current person, with the reason. An address finds a person as everywhere
 * in the directory (`findEmailOwnersSql`): also one who had it before. So an old address of an employee
 * is not an alarm. Sets instead of lookups: one scan of each table serves 100,000 users.
 */
const IDP_ONLY = `
  with unmatched as materialized (
    select u.id, u.user_name, u.user_name_key, u.email, u.active from idp_users u
    where not exists (select from people p where p.work_email = u.email and p.status <> 'INACTIVE')
  ), owners as (
    select distinct on (email) email, person_id, personio_id, status from (
      select p.work_email as email, p.id as person_id, p.personio_id, p.status, p.termination_date, p.hire_date,
        null::timestamptz as until
      from people p where p.status = 'INACTIVE' and p.work_email is not null
      union all
      select f.email, p.id, p.personio_id, p.status, p.termination_date, p.hire_date, f.until
      from former_emails f join people p on p.id = f.person_id
    ) held
    order by email, until is not null, status = 'INACTIVE', until desc, termination_date desc nulls last,
      hire_date desc nulls last, person_id
  ), skipped as (
    select personio_id, work_email, has_left from skipped_employees where field = ''
  ), users as (
    select u.*, o.person_id, case
        when u.email in (select work_email from skipped where not has_left and work_email is not null)
          or o.personio_id in (select personio_id from skipped where not has_left) then 2
        when o.person_id is not null
          or u.email in (select work_email from skipped where has_left and work_email is not null) then 0
        when exists (select from integrations where last_succeeded_at is not null) then 1
        else 3 end as rank
    from unmatched u left join owners o on o.email = u.email
    where (o.status = 'INACTIVE') is not false
  )`;

/** Active users first; among them by reason, as in `IdpOnlyReason`; then by user name. */
export const listIdpOnlyUsers = (
  manager: Queries,
  { limit, after }: { readonly limit: number; readonly after: IdpOnlyPosition | null },
): Promise<IdpOnlyUser[]> =>
  manager.query(
    `/* idp.listOnlyUsers */ ${IDP_ONLY}
    select id, user_name as "userName", user_name_key as "userNameKey", email as "workEmail", active,
      person_id as "personId", rank, (array['LEFT', 'NOT_IN_HR', 'SKIPPED', 'NOT_SYNCED'])[rank + 1] as reason
    from users
    where $2::boolean is null or (not active, rank, user_name_key) > (not $2::boolean, $3::int, $4::text)
    order by not active, rank, user_name_key limit $1`,
    [limit, after?.active ?? null, after?.rank ?? null, after?.userNameKey ?? null],
  );

export async function countIdpOnlyUsers(manager: Queries): Promise<number> {
  const rows: { count: number }[] = await manager.query(
    `/* idp.countOnlyUsers */ ${IDP_ONLY} select count(*)::int as count from users`,
  );
  return rows[0]?.count ?? 0;
}

export async function countIdpUsers(manager: Queries): Promise<IdpUserCounts> {
  const [counts]: IdpUserCounts[] = await manager.query(
    `/* idp.countUsers */
    select (select count(*)::int from idp_users) as users, count(*) filter (where has_user)::int as "matchedPeople",
      count(*) filter (where not has_user)::int as "peopleWithoutUser"
    from (
      select p.work_email in (select email from idp_users where email is not null) is true as has_user
      from people p where p.status <> 'INACTIVE'
    ) present`,
  );
  return counts ?? { users: 0, matchedPeople: 0, peopleWithoutUser: 0 };
}

/** An account at the identity provider. */
export type Account = {
  readonly active: boolean;
  /** False if only its user name is the address: a person is matched by the work email. */
  readonly isMatching: boolean;
};

/** The account with this address, active ones first; null if there is none. */
export async function findAccount(manager: Queries, workEmail: string): Promise<Account | null> {
  const rows: Account[] = await manager.query(
    `/* idp.findAccount */
    select active, email is not distinct from $1 as "isMatching" from idp_users where email = $1
    union all select active, false from idp_users where user_name_key = $1 and email is distinct from $1
    order by "isMatching" desc, active desc limit 1`,
    [workEmail],
  );
  return rows[0] ?? null;
}
