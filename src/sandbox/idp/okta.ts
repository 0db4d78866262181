import {
  type Dialect,
  filterFor,
  GROUP_SCHEMA,
  type GroupToSend,
  type Link,
  patchOf,
  type UserToSend,
} from "./dialect.ts";
import type { OktaSettings } from "./idp-settings.ts";
import { createUser, isSameProfile, replaceUser } from "./okta-users.ts";
import type { ScimClient } from "./scim-client.ts";

const PAGE = "startIndex=1&count=100";

/**
 * Okta: asks by `userName`, creates with POST and a password, and updates with the whole user. It reads the
 * user before each update, changes what it maps, and sends all of it back. It never deletes a user.
 */
export function createOkta(settings: OktaSettings): Dialect {
  const usesPatch = settings.app === "catalog";
  return {
    headers: {
      accept: "application/scim+json",
      "accept-charset": "utf-8",
      "content-type": "application/scim+json; charset=utf-8",
      "user-agent": "Okta SCIM Client 1.0.0",
    },
    refersToManagersById: settings.managers === "scim id",
    keepsMember: ({ state }) => state === "active",
    async testConnection(scim) {
      await scim.find("/Users?startIndex=1&count=2", { mayBe404: false });
      await scim.find(`/Groups?${PAGE}`, { mayBe404: false });
    },
    provisionUser: (scim, given, link) =>
      link ? updateUser(scim, given, link, settings) : linkUser(scim, given, settings),
    async provisionGroup(scim, given, link) {
      const { group } = given;
      if (group.isDeleted) {
        if (link) await scim.send({ method: "DELETE", path: `/Groups/${link.id}` });
        return null;
      }
      const id = link?.id ?? (await findOrCreateGroup(scim, group.name));
      if (id === undefined) return null;
      const former = link?.sent ?? { group: { ...group, members: new Set<string>() }, members: new Map() };
      for (const update of groupUpdates(id, given, former, usesPatch)) await scim.send(update);
      return { id, sent: given };
    },
  };
}

/** Looks for the user first: one that the service has is updated, and any other is created. */
async function linkUser(
  scim: ScimClient,
  given: UserToSend,
  settings: OktaSettings,
): Promise<Link<UserToSend> | null> {
  const { state, userName } = given.user;
  if (state !== "active") return null;
  const found = await scim.find(`/Users?${filterFor("userName", userName)}&${PAGE}`, { mayBe404: true });
  const id = found?.id ?? (await scim.send(createUser(given, settings)))?.id;
  if (found) await scim.send(replaceUser(found, given, settings));
  return id === undefined ? null : { id, sent: given };
}

async function updateUser(
  scim: ScimClient,
  given: UserToSend,
  link: Link<UserToSend>,
  settings: OktaSettings,
): Promise<Link<UserToSend> | null> {
  const path = `/Users/${link.id}`;
  const isActive = given.user.state === "active";
  const wasActive = link.sent.user.state === "active";
  if (settings.app === "catalog" && isActive !== wasActive) {
    const body = patchOf([{ op: "replace", value: { active: isActive } }]);
    await scim.send({ method: "PATCH", path, body });
  }
  if (settings.app === "catalog" && isSameProfile(given, link.sent)) return { ...link, sent: given };
  const current = await scim.get(path);
  // It was deleted at the service: Okta creates it again.
  if (!current) return linkUser(scim, given, settings);
  await scim.send(replaceUser(current, given, settings));
  return { ...link, sent: given };
}

async function findOrCreateGroup(scim: ScimClient, name: string): Promise<string | undefined> {
  const found = await scim.find(`/Groups?${filterFor("displayName", name)}&${PAGE}`, { mayBe404: true });
  const body = { schemas: [GROUP_SCHEMA], displayName: name, members: [] };
  return found?.id ?? (await scim.send({ method: "POST", path: "/Groups", body }))?.id;
}

/** The requests that bring a group at the service from a former state to the given one. */
function groupUpdates(id: string, given: GroupToSend, former: GroupToSend, usesPatch: boolean) {
  const { name } = given.group;
  const isRenamed = name !== former.group.name;
  const added = [...given.members].filter(([member]) => !former.members.has(member));
  const removed = [...former.members.keys()].filter((member) => !given.members.has(member));
  if (!isRenamed && added.length === 0 && removed.length === 0) return [];
  const path = `/Groups/${id}`;
  const memberOf = ([value, { userName }]: (typeof added)[number]) => ({ value, display: userName });
  if (!usesPatch) {
    const body = {
      schemas: [GROUP_SCHEMA],
      id,
      displayName: name,
      members: [...given.members].map(memberOf),
    };
    return [{ method: "PUT", path, body } as const];
  }
  const patch = (operations: Parameters<typeof patchOf>[0]) =>
    ({ method: "PATCH", path, body: patchOf(operations) }) as const;
  const memberships = [
    ...removed.map((member) => ({ op: "remove", path: `members[value eq "${member}"]` })),
    ...(added.length === 0 ? [] : [{ op: "add", path: "members", value: added.map(memberOf) }]),
  ];
  // Okta sends the name with every change of members, too.
  const rename = patch([{ op: "replace", value: { id, displayName: name } }]);
  return memberships.length === 0 ? [rename] : [rename, patch(memberships)];
}
