import type { EntityManager } from "typeorm";
import type { Queries } from "../../database/queries.ts";
import type { Condition } from "../filter/condition.ts";
import { FILTERABLE_USERS, filterSql } from "../filter/filter-sql.ts";
import type { IdpUserRow } from "../storage/idp-user.ts";
import type { UserRecord } from "./user-record.ts";

/** What an answer and a change need of a user. */
export type StoredUser = Pick<
  IdpUserRow,
  "id" | "active" | "email" | "resource" | "offered" | "version" | "createdAt" | "modifiedAt"
>;

const COLUMNS = `u.id, u.active, u.email, u.resource, u.offered, u.version, u.created_at as "createdAt",
  u.modified_at as "modifiedAt"`;

export type Page = { readonly startIndex: number; readonly count: number };

export async function findUser(manager: Queries, id: string): Promise<StoredUser | null> {
  const rows: StoredUser[] = await manager.query(
    `/* scim.findUser */ select ${COLUMNS} from idp_users u where u.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/**
 * Requests that change one user at the same time run one after another. Groups may refer to the user
 * meanwhile.
 */
export async function lockUser(manager: EntityManager, id: string): Promise<StoredUser | null> {
  const rows: StoredUser[] = await manager.query(
    `/* scim.lockUser */ select ${COLUMNS} from idp_users u where u.id = $1 for no key update`,
    [id],
  );
  return rows[0] ?? null;
}

/** Resources in a page of users. 200 of the largest users would be 50 MB, in each request of many. */
export const PAGE_BYTES_MAX = 4_194_304;

/** The users that `limit` leaves. A resource that exceeds the page is not read. */
const pageSql = (where: string, limit: string, offset: string): string => `
  /* scim.listUsers */
  select id, active, email, offered, version, "createdAt", "modifiedAt",
    case when place = 1 or bytes <= ${PAGE_BYTES_MAX} then resource end as resource
  from (
    select u.*, row_number() over page as place, sum(octet_length(u.resource::text)) over page as bytes
    from (
      select ${COLUMNS} from idp_users u where ${where} order by u.created_at, u.id limit ${limit} offset ${offset}
    ) u
    window page as (order by u."createdAt", u.id rows unbounded preceding)
  ) page
  order by place`;

/**
 * Users in the order in which they came: a user who comes during a walk through the pages is on the last. A
 * page ends before the user that would exceed it; it has at least one.
 */
export async function listUsers(
  manager: Queries,
  condition: Condition | null,
  { startIndex, count }: Page,
): Promise<{ readonly total: number; readonly users: readonly StoredUser[] }> {
  const parameters: unknown[] = [];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const where = condition ? filterSql(condition, FILTERABLE_USERS, bind) : "true";
  const conditions = parameters.length;
  const found: (Omit<StoredUser, "resource"> & { readonly resource: StoredUser["resource"] | null })[] =
    count === 0 ? [] : await manager.query(pageSql(where, bind(count), bind(startIndex - 1)), parameters);
  const users = found.flatMap(({ resource, ...user }) => (resource ? [{ ...user, resource }] : []));
  // Most lists look up one user: then the page shows the total.
  if (found.length < count && (startIndex === 1 || found.length > 0))
    return { total: startIndex - 1 + found.length, users };
  const [counted]: { total: number }[] = await manager.query(
    `/* scim.countUsers */ select count(*)::int as total from idp_users u where ${where}`,
    parameters.slice(0, conditions),
  );
  return { total: counted?.total ?? 0, users };
}

const VALUES = (record: UserRecord): unknown[] => [
  record.userName,
  record.userNameKey,
  record.externalId,
  record.displayNameKey,
  record.email,
  record.active,
  JSON.stringify(record.resource),
  JSON.stringify(record.offered),
  record.supervisorId,
];

/** @returns null if another user has the `userName`. */
export async function insertUser(
  manager: EntityManager,
  user: { readonly id: string; readonly record: UserRecord; readonly now: Date },
): Promise<StoredUser | null> {
  const rows: StoredUser[] = await manager.query(
    `/* scim.insertUser */
    insert into idp_users as u (tenant_id, id, created_at, modified_at, version, user_name, user_name_key, external_id,
      display_name_key, email, active, resource, offered, supervisor_id)
    values (current_setting('app.tenant'), $1, $2, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (tenant_id, user_name_key) do nothing returning ${COLUMNS}`,
    [user.id, user.now, ...VALUES(user.record)],
  );
  const [stored] = rows;
  if (stored) await insertEmails(manager, user.id, user.record.emails);
  return stored ?? null;
}

/** Rejects with a unique violation if another user has the `userName`. */
export async function updateUser(
  manager: EntityManager,
  user: { readonly id: string; readonly record: UserRecord; readonly now: Date },
): Promise<StoredUser | null> {
  const rows: StoredUser[] = await manager.query(
    `/* scim.updateUser */
    with changed as (
      update idp_users u set modified_at = $2, version = version + 1, user_name = $3, user_name_key = $4,
        external_id = $5, display_name_key = $6, email = $7, active = $8, resource = $9, offered = $10, supervisor_id = $11,
        withheld = '{}'
      where u.id = $1 returning ${COLUMNS})
    select * from changed`,
    [user.id, user.now, ...VALUES(user.record)],
  );
  await manager.query("/* scim.deleteEmails */ delete from idp_user_emails where user_id = $1", [user.id]);
  await insertEmails(manager, user.id, user.record.emails);
  return rows[0] ?? null;
}

async function insertEmails(
  manager: EntityManager,
  userId: string,
  emails: UserRecord["emails"],
): Promise<void> {
  if (emails.length === 0) return;
  await manager.query(
    `/* scim.insertEmails */
    insert into idp_user_emails (tenant_id, user_id, place, value_key, type_key)
    select current_setting('app.tenant'), $1, e.place, e.value_key, e.type_key
    from unnest($2::text[], $3::text[]) with ordinality as e (value_key, type_key, place)`,
    [userId, emails.map(({ valueKey }) => valueKey), emails.map(({ typeKey }) => typeKey)],
  );
}

/**
 * Deletes a user, and with it the user's memberships. The user is locked before the groups, as a change of
 * members locks them, so the two never wait for each other. Nothing adds the user to a group meanwhile.
 */
export async function deleteUser(manager: EntityManager, id: string, now: Date): Promise<StoredUser | null> {
  const [user]: StoredUser[] = await manager.query(
    `/* scim.lockLeaving */ select ${COLUMNS} from idp_users u where u.id = $1 for update`,
    [id],
  );
  if (!user) return null;
  await manager.query(
    `/* scim.lockGroupsOfUser */
    select id from idp_groups where id in (select group_id from idp_group_members where user_id = $1)
    order by id for no key update`,
    [id],
  );
  await manager.query(
    `/* scim.leaveGroups */
    with former as (delete from idp_group_members where user_id = $1 returning group_id)
    update idp_groups set version = version + 1, modified_at = $2 where id in (select group_id from former)`,
    [id, now],
  );
  await manager.query("/* scim.deleteUser */ delete from idp_users where id = $1", [id]);
  return user;
}
