import { randomUUID } from "node:crypto";
import {
  type Dialect,
  ENTERPRISE_SCHEMA,
  filterFor,
  GROUP_SCHEMA,
  type GroupToSend,
  type Operation,
  patchOf,
  USER_SCHEMA,
  type UserToSend,
} from "./dialect.ts";
import { differencesOf, mailNicknameOf } from "./entra-differences.ts";
import type { EntraSettings } from "./idp-settings.ts";
import type { IdpUser } from "./idp-user.ts";
import type { ScimClient } from "./scim-client.ts";

/** A schema of Microsoft's that group creations name. */
const MICROSOFT_GROUP_SCHEMA = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

export type EntraOptions = EntraSettings & {
  /** The flag `aadOptscim062020` in the tenant URL: PATCH as RFC 7644 has it. */
  readonly isCompliant: boolean;
};

/**
 * Entra ID: asks by the matching attribute, creates with POST, and updates with PATCH. It reads the resource
 * before each update, compares, and sends only what differs. The manager follows when both users exist.
 */
export function createEntra(options: EntraOptions): Dialect {
  return {
    headers: {
      accept: "application/scim+json",
      "content-type": "application/scim+json; charset=utf-8",
    },
    refersToManagersById: true,
    // A disabled account stays in its groups; one in the recycle bin does not.
    keepsMember: ({ state }) => state !== "deleted" && state !== "purged",
    async testConnection(scim) {
      // A user that does not exist: an empty list is the right answer, and 404 is not.
      await scim.find(`/Users?${filterFor(options.matching, randomUUID())}`, { mayBe404: false });
    },
    async provisionUser(scim, given, link) {
      const { user } = given;
      if (link && user.state === "purged") {
        await scim.send({ method: "DELETE", path: `/Users/${link.id}` });
        return null;
      }
      if (!link && user.state !== "active") return null;
      const current =
        (link && (await scim.get(`/Users/${link.id}`))) ?? (await findUser(scim, user, options));
      if (!current) {
        const made = await scim.send({ method: "POST", path: "/Users", body: createUser(given) });
        return made && { id: made.id, sent: { ...given, manager: null } };
      }
      const differences = differencesOf(given, current, options);
      const operations = options.isCompliant
        ? compliantOperations(differences)
        : differences.map(usualOperation(options));
      if (operations.length > 0)
        await scim.send({ method: "PATCH", path: `/Users/${current.id}`, body: patchOf(operations) });
      return { id: current.id, sent: given };
    },
    async provisionGroup(scim, given, link) {
      const { group } = given;
      if (group.isDeleted) {
        if (link) await scim.send({ method: "DELETE", path: `/Groups/${link.id}` });
        return null;
      }
      const current =
        (link && (await scim.get(`/Groups/${link.id}?excludedAttributes=members`))) ??
        (await scim.find(`/Groups?excludedAttributes=members&${filterFor("displayName", group.name)}`, {
          mayBe404: false,
        }));
      const id = current?.id ?? (await createGroup(scim, given));
      if (id === undefined) return null;
      const known = current && link ? link.sent.members : new Map<string, IdpUser>();
      for (const operation of groupOperations(given, current?.displayName, known, options))
        await scim.send({ method: "PATCH", path: `/Groups/${id}`, body: patchOf([operation]) });
      return { id, sent: given };
    },
  };
}

const findUser = (scim: ScimClient, user: IdpUser, { matching }: EntraOptions) =>
  scim.find(`/Users?${filterFor(matching, matching === "userName" ? user.userName : mailNicknameOf(user))}`, {
    mayBe404: false,
  });

function createUser({ user }: UserToSend): object {
  const { firstName, lastName, email, title, department, employeeNumber } = user;
  const extension = {
    ...(employeeNumber !== null && { employeeNumber }),
    ...(department !== null && { department }),
  };
  return {
    schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
    externalId: mailNicknameOf(user),
    userName: user.userName,
    active: true,
    displayName: user.displayName,
    ...(title !== null && { title }),
    ...(email !== null && { emails: [{ primary: true, type: "work", value: email }] }),
    meta: { resourceType: "User" },
    name: {
      formatted: user.displayName,
      ...(lastName !== null && { familyName: lastName }),
      ...(firstName !== null && { givenName: firstName }),
    },
    roles: [],
    ...(Object.keys(extension).length > 0 && { [ENTERPRISE_SCHEMA]: extension }),
  };
}

/** Verbs with a capital, and `active` as a text. */
const usualOperation =
  ({ singleValues }: Pick<EntraOptions, "singleValues">) =>
  ({ op, path, value }: Operation): Operation => ({
    op: `${op[0]?.toUpperCase()}${op.slice(1)}`,
    ...(path !== undefined && { path }),
    ...(value !== undefined && { value: typeof value === "boolean" ? textOf(value, singleValues) : value }),
  });

function textOf(value: boolean, singleValues: EntraOptions["singleValues"]): unknown {
  const text = value ? "True" : "False";
  return singleValues === "list" ? [{ $ref: null, value: text }] : text;
}

/** Several attributes go into one operation without a path, if their paths are plain. */
function compliantOperations(differences: readonly Operation[]): readonly Operation[] {
  const isPlain = ({ op, path = "", value }: Operation) =>
    op !== "remove" && !path.includes("[") && typeof value !== "object";
  return ["add", "replace"]
    .map((op) => differences.filter((one) => one.op === op && isPlain(one)))
    .filter((group) => group.length > 0)
    .map((group) =>
      group.length === 1
        ? group[0]!
        : { op: group[0]!.op, value: Object.fromEntries(group.map(({ path, value }) => [path, value])) },
    )
    .concat(differences.filter((one) => !isPlain(one)))
    .toReversed();
}

async function createGroup(scim: ScimClient, { group }: GroupToSend): Promise<string | undefined> {
  const body = {
    schemas: [GROUP_SCHEMA, MICROSOFT_GROUP_SCHEMA],
    externalId: group.id,
    displayName: group.name,
    meta: { resourceType: "Group" },
  };
  return (await scim.send({ method: "POST", path: "/Groups", body }))?.id;
}

function groupOperations(
  { group, members }: GroupToSend,
  currentName: unknown,
  known: ReadonlyMap<string, IdpUser>,
  options: EntraOptions,
): Operation[] {
  const added = [...members.keys()].filter((id) => !known.has(id));
  const removed = [...known.keys()].filter((id) => !members.has(id));
  const isRenamed = currentName !== undefined && currentName !== group.name;
  const rename = isRenamed ? [{ op: "replace", path: "displayName", value: group.name }] : [];
  if (options.isCompliant)
    return [
      ...rename,
      ...(added.length === 0
        ? []
        : [{ op: "add", path: "members", value: added.map((value) => ({ value })) }]),
      ...removed.map((id) => ({ op: "remove", path: `members[value eq "${id}"]` })),
    ];
  const list = (ids: string[]) => ids.map((value) => ({ $ref: null, value }));
  return [
    ...rename.map(usualOperation(options)),
    ...(added.length === 0 ? [] : [{ op: "Add", path: "members", value: list(added) }]),
    ...(removed.length === 0 ? [] : [{ op: "Remove", path: "members", value: list(removed) }]),
  ];
}
