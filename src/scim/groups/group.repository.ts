import type { EntityManager } from "typeorm";
import type { Queries } from "../../database/queries.ts";
import type { Condition } from "../filter/condition.ts";
import { FILTERABLE_GROUPS, filterSql } from "../filter/filter-sql.ts";
import type { IdpGroupRow } from "../storage/idp-group.ts";
import type { Page } from "../users/user.repository.ts";
import type { GroupRecord } from "./group-record.ts";
import type { MemberChange } from "./member-change.ts";

export type StoredGroup = Pick<IdpGroupRow, "id" | "resource" | "version" | "createdAt" | "modifiedAt">;

const COLUMNS = `g.id, g.resource, g.version, g.created_at as "createdAt", g.modified_at as "modifiedAt"`;

export async function findGroup(manager: Queries, id: string): Promise<StoredGroup | null> {
  const rows: StoredGroup[] = await manager.query(
    `/* scim.findGroup */ select ${COLUMNS} from idp_groups g where g.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Requests that change one group at the same time run one after another. */
export async function lockGroup(manager: EntityManager, id: string): Promise<StoredGroup | null> {
  const rows: StoredGroup[] = await manager.query(
    `/* scim.lockGroup */ select ${COLUMNS} from idp_groups g where g.id = $1 for no key update`,
    [id],
  );
  return rows[0] ?? null;
}

/** Groups in the order in which they came. */
export async function listGroups(
  manager: Queries,
  condition: Condition | null,
  { startIndex, count }: Page,
): Promise<{ readonly total: number; readonly groups: readonly StoredGroup[] }> {
  const parameters: unknown[] = [];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const where = condition ? filterSql(condition, FILTERABLE_GROUPS, bind) : "true";
  const conditions = parameters.length;
  const groups: StoredGroup[] =
    count === 0
      ? []
      : await manager.query(
          `/* scim.listGroups */ select ${COLUMNS} from idp_groups g where ${where} order by g.created_at, g.id
          limit ${bind(count)} offset ${bind(startIndex - 1)}`,
          parameters,
        );
  // Most lists look up one group: then the page shows the total.
  if (groups.length < count && (startIndex === 1 || groups.length > 0))
    return { total: startIndex - 1 + groups.length, groups };
  const [counted]: { total: number }[] = await manager.query(
    `/* scim.countGroups */ select count(*)::int as total from idp_groups g where ${where}`,
    parameters.slice(0, conditions),
  );
  return { total: counted?.total ?? 0, groups };
}

/** How many members each group has, by the group's id. */
export async function countMembers(
  manager: Queries,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (groupIds.length === 0) return new Map();
  const rows: { groupId: string; members: number }[] = await manager.query(
    `/* scim.countMembers */
    select group_id as "groupId", count(*)::int as members from idp_group_members where group_id = any ($1::uuid[])
    group by group_id`,
    [groupIds],
  );
  return new Map(rows.map(({ groupId, members }) => [groupId, members]));
}

/** The ids of the members of each group, by the group's id. */
export async function findMembers(
  manager: Queries,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (groupIds.length === 0) return new Map();
  const rows: { groupId: string; userIds: string[] }[] = await manager.query(
    `/* scim.findMembers */
    select group_id as "groupId", array_agg(user_id::text order by user_id) as "userIds"
    from idp_group_members where group_id = any ($1::uuid[]) group by group_id`,
    [groupIds],
  );
  return new Map(rows.map(({ groupId, userIds }) => [groupId, userIds]));
}

type Written = { readonly id: string; readonly record: GroupRecord; readonly now: Date };

const VALUES = ({ id, record, now }: Written): unknown[] => [
  id,
  now,
  record.displayName,
  record.displayNameKey,
  record.externalId,
  JSON.stringify(record.resource),
];

export async function insertGroup(manager: EntityManager, group: Written): Promise<StoredGroup | null> {
  const rows: StoredGroup[] = await manager.query(
    `/* scim.insertGroup */
    insert into idp_groups as g (tenant_id, id, created_at, modified_at, version, display_name, display_name_key,
      external_id, resource)
    values (current_setting('app.tenant'), $1, $2, $2, 1, $3, $4, $5, $6) returning ${COLUMNS}`,
    VALUES(group),
  );
  return rows[0] ?? null;
}

export async function updateGroup(manager: EntityManager, group: Written): Promise<StoredGroup | null> {
  const rows: StoredGroup[] = await manager.query(
    `/* scim.updateGroup */
    with changed as (
      update idp_groups g set modified_at = $2, version = version + 1, display_name = $3, display_name_key = $4,
        external_id = $5, resource = $6
      where g.id = $1 returning ${COLUMNS})
    select * from changed`,
    VALUES(group),
  );
  return rows[0] ?? null;
}

/** @returns whether there was such a group. */
export async function deleteGroup(manager: EntityManager, id: string): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    "/* scim.deleteGroup */ with gone as (delete from idp_groups where id = $1 returning id) select id from gone",
    [id],
  );
  return rows.length > 0;
}

/**
 * Locks users who may become members, so that none is deleted meanwhile. Users are locked before groups: a
 * deleted user leaves all groups.
 */
export async function lockFutureMembers(manager: EntityManager, userIds: readonly string[]): Promise<void> {
  if (userIds.length === 0) return;
  await manager.query(
    "/* scim.lockFutureMembers */ select from idp_users where id = any ($1::uuid[]) order by id for key share",
    [userIds],
  );
}

/**
 * Changes the members of a group. Ids of no user are left out: an identity provider drops a whole request
 * that is refused, with every member in it.
 *
 * @returns how many memberships began or ended.
 */
export async function changeMembers(
  manager: EntityManager,
  groupId: string,
  { isReplaced, added, removed }: MemberChange,
): Promise<number> {
  const ended = isReplaced
    ? await endMemberships(manager, groupId, "not (user_id = any ($2::uuid[]))", added)
    : removed.length > 0
      ? await endMemberships(manager, groupId, "user_id = any ($2::uuid[])", removed)
      : 0;
  if (added.length === 0) return ended;
  const [begun]: { count: number }[] = await manager.query(
    `/* scim.addMembers */
    with known as materialized (
      select id from idp_users where id = any ($2::uuid[]) order by id for key share),
    begun as (
      insert into idp_group_members (tenant_id, group_id, user_id)
      select current_setting('app.tenant'), $1, id from known
      on conflict do nothing returning user_id)
    select count(*)::int as count from begun`,
    [groupId, added],
  );
  return ended + (begun?.count ?? 0);
}

async function endMemberships(
  manager: EntityManager,
  groupId: string,
  which: string,
  ids: readonly string[],
): Promise<number> {
  const [ended]: { count: number }[] = await manager.query(
    `/* scim.removeMembers */
    with ended as (delete from idp_group_members where group_id = $1 and ${which} returning user_id)
    select count(*)::int as count from ended`,
    [groupId, ids],
  );
  return ended?.count ?? 0;
}
