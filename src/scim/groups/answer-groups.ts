import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { EntityManager } from "typeorm";
import type { Queries } from "../../database/queries.ts";
import { readOpaqueId } from "../../request/opaque-id.ts";
import { applyOperations } from "../patch/apply-operations.ts";
import { listAnswer, NO_CONTENT, notModified, presentGroup, resourceAnswer } from "../requests/present.ts";
import { readFilterOf, readPage } from "../requests/read-query.ts";
import { readOperations, readResource } from "../requests/read-scim-request.ts";
import type { ScimAnswer, ScimRequest } from "../requests/scim-request.ts";
import { readSelection, type Selection, selects } from "../requests/select-attributes.ts";
import { checkVersion, isUnchanged } from "../requests/versions.ts";
import { GROUPS, MEMBERS } from "../schema/group-schema.ts";
import type { StoredResource } from "../schema/resource.ts";
import { ScimError } from "../scim-error.ts";
import {
  changeMembers,
  countMembers,
  deleteGroup,
  findGroup,
  findMembers,
  insertGroup,
  listGroups,
  lockFutureMembers,
  lockGroup,
  type StoredGroup,
  updateGroup,
} from "./group.repository.ts";
import { groupRecordOf } from "./group-record.ts";
import { type MemberChange, memberChangeOf, membersOf } from "./member-change.ts";

type GroupDeps = { readonly clock: () => Date };

/** Members in one page of groups: 3 MB. A page ends before the group that would exceed it. */
export const MEMBERS_PER_PAGE_MAX = 20_000;

export async function getGroups(request: ScimRequest): Promise<ScimAnswer> {
  const { query, baseUrl, read } = request;
  const [page, condition, selection] = [
    readPage(query),
    readFilterOf(GROUPS, query),
    readSelection(GROUPS, query),
  ];
  const { total, listed } = await read(async (manager) => {
    const found = await listGroups(manager, condition, page);
    const ids = found.groups.map(({ id }) => id);
    const sizes = selects(selection, MEMBERS) ? await countMembers(manager, ids) : new Map();
    const groups = cutToMembers(found.groups, sizes);
    const members = await membersFor(manager, groups, selection);
    return {
      total: found.total,
      listed: groups.map((group) => presentGroup(group, members.get(group.id) ?? [], { baseUrl, selection })),
    };
  });
  return listAnswer(listed, { total, startIndex: page.startIndex });
}

/** The groups of a page, as long as their members fit; at least one. Pure. */
export function cutToMembers<Group extends { readonly id: string }>(
  groups: readonly Group[],
  sizes: ReadonlyMap<string, number>,
): readonly Group[] {
  let members = 0;
  const end = groups.findIndex(({ id }, place) => {
    members += sizes.get(id) ?? 0;
    return place > 0 && members > MEMBERS_PER_PAGE_MAX;
  });
  return end < 0 ? groups : groups.slice(0, end);
}

const membersFor = (
  manager: Queries,
  groups: readonly StoredGroup[],
  selection: Selection,
): Promise<ReadonlyMap<string, readonly string[]>> =>
  selects(selection, MEMBERS)
    ? findMembers(
        manager,
        groups.map(({ id }) => id),
      )
    : Promise.resolve(new Map());

export async function getGroup(request: ScimRequest, id: string): Promise<ScimAnswer> {
  const groupId = readOpaqueId(id);
  const selection = readSelection(GROUPS, request.query);
  const found =
    groupId &&
    (await request.read(async (manager) => {
      const group = await findGroup(manager, groupId);
      if (!group) return null;
      const isKnown = isUnchanged(request.ifNoneMatch, group.version);
      return { group, members: isKnown ? null : await membersFor(manager, [group], selection) };
    }));
  if (!found) throw noSuchGroup();
  const { group, members } = found;
  return members ? answerWith(200, { group, members }, request) : notModified(group.version);
}

export async function createGroup(request: ScimRequest, { clock }: GroupDeps): Promise<ScimAnswer> {
  const resource = readResource(GROUPS, request.body);
  const record = groupRecordOf(resource);
  const selection = readSelection(GROUPS, request.query);
  const created = await request.write(async (manager) => {
    const group = await insertGroup(manager, { id: randomUUID(), record, now: clock() });
    if (!group) throw new Error("An insert returns its row.");
    await changeMembers(manager, group.id, membersOf(resource));
    return { group, members: await membersFor(manager, [group], selection) };
  });
  return answerWith(201, created, request);
}

export async function replaceGroup(request: ScimRequest, id: string, deps: GroupDeps): Promise<ScimAnswer> {
  const resource = readResource(GROUPS, request.body);
  const selection = readSelection(GROUPS, request.query);
  const changed = await request.write(async (manager) => {
    const group = await changeGroup(
      manager,
      { request, id, now: deps.clock() },
      () => resource,
      membersOf(resource),
    );
    return { group, members: await membersFor(manager, [group], selection) };
  });
  return answerWith(200, changed, request);
}

/** Without the resource in its answer: a group has thousands of members. */
export async function patchGroup(request: ScimRequest, id: string, deps: GroupDeps): Promise<ScimAnswer> {
  const operations = readOperations(GROUPS, request.body);
  const members = memberChangeOf(operations);
  const others = operations.filter(({ target }) => target.attribute.name !== MEMBERS);
  const change = (resource: StoredResource): StoredResource => applyOperations(resource, others);
  await request.write((manager) => changeGroup(manager, { request, id, now: deps.clock() }, change, members));
  return NO_CONTENT;
}

export async function removeGroup(request: ScimRequest, id: string): Promise<ScimAnswer> {
  const groupId = readOpaqueId(id);
  await request.write(async (manager) => {
    const group = groupId && (await lockGroup(manager, groupId));
    if (!group) throw noSuchGroup();
    checkVersion(request.ifMatch, group.version);
    await deleteGroup(manager, group.id);
  });
  return NO_CONTENT;
}

/** Locks the group, so that no concurrent change is lost. A request that changes nothing writes nothing. */
async function changeGroup(
  manager: EntityManager,
  { request, id, now }: { readonly request: ScimRequest; readonly id: string; readonly now: Date },
  change: (resource: StoredResource) => StoredResource,
  members: MemberChange | null,
): Promise<StoredGroup> {
  const groupId = readOpaqueId(id);
  if (groupId && members) await lockFutureMembers(manager, members.added);
  const before = groupId && (await lockGroup(manager, groupId));
  if (!before) throw noSuchGroup();
  checkVersion(request.ifMatch, before.version);
  const record = groupRecordOf(change(before.resource));
  const memberships = members ? await changeMembers(manager, before.id, members) : 0;
  if (memberships === 0 && isDeepStrictEqual(record.resource, before.resource)) return before;
  return (await updateGroup(manager, { id: before.id, record, now })) ?? before;
}

type Found = { readonly group: StoredGroup; readonly members: ReadonlyMap<string, readonly string[]> };

function answerWith(status: 200 | 201, { group, members }: Found, request: ScimRequest): ScimAnswer {
  const { baseUrl, query } = request;
  const selection = readSelection(GROUPS, query);
  const body = presentGroup(group, members.get(group.id) ?? [], { baseUrl, selection });
  return resourceAnswer(status, body, { kind: GROUPS, stored: group, request });
}

const noSuchGroup = (): ScimError => new ScimError(404, null, "No group has this id.");
