import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { isErrorCode } from "../../database/database-errors.ts";
import { readOpaqueId } from "../../request/opaque-id.ts";
import { applyOperations } from "../patch/apply-operations.ts";
import { listAnswer, NO_CONTENT, notModified, presentUser, resourceAnswer } from "../requests/present.ts";
import { readFilterOf, readPage } from "../requests/read-query.ts";
import { readOperations, readResource } from "../requests/read-scim-request.ts";
import type { ScimAnswer, ScimRequest } from "../requests/scim-request.ts";
import { readSelection } from "../requests/select-attributes.ts";
import { checkVersion, isUnchanged } from "../requests/versions.ts";
import type { StoredResource } from "../schema/resource.ts";
import { USERS } from "../schema/user-schema.ts";
import { ScimError } from "../scim-error.ts";
import {
  deleteUser,
  findUser,
  insertUser,
  listUsers,
  lockUser,
  type StoredUser,
  updateUser,
} from "./user.repository.ts";
import { type OnUsersChanged, oneChanged } from "./user-changes.ts";
import { userRecordOf } from "./user-record.ts";

export type UserDeps = { readonly onUsersChanged: OnUsersChanged; readonly clock: () => Date };

const UNIQUE_VIOLATION = "23505";

export async function getUsers(request: ScimRequest): Promise<ScimAnswer> {
  const { query, baseUrl, read } = request;
  const [page, condition, selection] = [
    readPage(query),
    readFilterOf(USERS, query),
    readSelection(USERS, query),
  ];
  const { total, users } = await read((manager) => listUsers(manager, condition, page));
  return listAnswer(
    users.map((user) => presentUser(user, baseUrl, selection)),
    { total, startIndex: page.startIndex },
  );
}

export async function getUser(request: ScimRequest, id: string): Promise<ScimAnswer> {
  const userId = readOpaqueId(id);
  const user = userId && (await request.read((manager) => findUser(manager, userId)));
  if (!user) throw noSuchUser();
  return isUnchanged(request.ifNoneMatch, user.version)
    ? notModified(user.version)
    : presenterOf(request)(200, user);
}

export async function createUser(
  request: ScimRequest,
  { onUsersChanged, clock }: UserDeps,
): Promise<ScimAnswer> {
  const record = userRecordOf(readResource(USERS, request.body));
  const present = presenterOf(request);
  const user = await request.write(async (manager) => {
    const inserted = await insertUser(manager, { id: randomUUID(), record, now: clock() });
    if (!inserted) throw nameIsTaken();
    await onUsersChanged(manager, oneChanged(null, inserted));
    return inserted;
  });
  return present(201, user);
}

export async function replaceUser(request: ScimRequest, id: string, deps: UserDeps): Promise<ScimAnswer> {
  const resource = readResource(USERS, request.body);
  const present = presenterOf(request);
  return present(200, await changeUser(request, { id, change: () => resource }, deps));
}

export async function patchUser(request: ScimRequest, id: string, deps: UserDeps): Promise<ScimAnswer> {
  const operations = readOperations(USERS, request.body);
  const change = (resource: StoredResource): StoredResource => applyOperations(resource, operations);
  const present = presenterOf(request);
  return present(200, await changeUser(request, { id, change }, deps));
}

export async function removeUser(request: ScimRequest, id: string, deps: UserDeps): Promise<ScimAnswer> {
  const userId = readOpaqueId(id);
  if (!userId) throw noSuchUser();
  await request.write(async (manager) => {
    const user = await deleteUser(manager, userId, deps.clock());
    if (!user) throw noSuchUser();
    checkVersion(request.ifMatch, user.version);
    await deps.onUsersChanged(manager, oneChanged(user, null));
  });
  return NO_CONTENT;
}

type Change = { readonly id: string; readonly change: (resource: StoredResource) => StoredResource };

/** Locks the user, so that no concurrent change is lost. A request that changes nothing writes nothing. */
async function changeUser(
  { ifMatch, write }: ScimRequest,
  { id, change }: Change,
  { onUsersChanged, clock }: UserDeps,
): Promise<StoredUser> {
  const userId = readOpaqueId(id);
  if (!userId) throw noSuchUser();
  try {
    return await write(async (manager) => {
      const before = await lockUser(manager, userId);
      if (!before) throw noSuchUser();
      checkVersion(ifMatch, before.version);
      const record = userRecordOf(keepInactive(before.resource, change(before.resource)));
      if (isDeepStrictEqual(record.resource, before.resource)) return before;
      const after = await updateUser(manager, { id: userId, record, now: clock() });
      if (!after) throw noSuchUser();
      await onUsersChanged(manager, oneChanged(before, after));
      return after;
    });
  } catch (error) {
    throw isErrorCode(error, UNIQUE_VIOLATION) ? nameIsTaken() : error;
  }
}

/** A change that removes or omits `active` leaves it as it is: only `true` opens a closed account. */
const keepInactive = (before: StoredResource, after: StoredResource): StoredResource =>
  before.active === false && after.active === undefined ? { ...after, active: false } : after;

/** Reads the query of a request. Call it before the request writes, because it may refuse the query. */
function presenterOf(request: ScimRequest): (status: 200 | 201, user: StoredUser) => ScimAnswer {
  const selection = readSelection(USERS, request.query);
  return (status, user) =>
    resourceAnswer(status, presentUser(user, request.baseUrl, selection), {
      kind: USERS,
      stored: user,
      request,
    });
}

const noSuchUser = (): ScimError => new ScimError(404, null, "No user has this id.");
const nameIsTaken = (): ScimError => new ScimError(409, "uniqueness", "Another user has this userName.");
