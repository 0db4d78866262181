import { randomBytes } from "node:crypto";
import {
  type Dialect,
  ENTERPRISE_SCHEMA,
  filterFor,
  GROUP_SCHEMA,
  type GroupToSend,
  type Manager,
  partOf,
  patchOf,
  USER_SCHEMA,
  type UserToSend,
  workEmailOf,
} from "./dialect.ts";
import type { OktaSettings } from "./idp-settings.ts";
import type { Resource } from "./scim-client.ts";

const PAGE = "startIndex=1&count=100";
/** Okta sends a random password with a new user. */
const PASSWORD_BYTES = 6;

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
    async provisionUser(scim, given, link) {
      const { user } = given;
      if (!link) {
        if (user.state !== "active") return null;
        const found = await scim.find(`/Users?${filterFor("userName", user.userName)}&${PAGE}`, {
          mayBe404: true,
        });
        const id = found?.id ?? (await scim.send(createUser(given, settings)))?.id;
        if (id === undefined) return null;
        if (found) await scim.send(replaceUser(found, given, settings));
        return { id, sent: given };
      }
      const path = `/Users/${link.id}`;
      const isActive = user.state === "active";
      if (usesPatch && isActive !== (link.sent.user.state === "active"))
        await scim.send({
          method: "PATCH",
          path,
          body: patchOf([{ op: "replace", value: { active: isActive } }]),
        });
      if (usesPatch && isSameProfile(given, link.sent)) return { ...link, sent: given };
      const current = await scim.get(path);
      // It was deleted at the service: Okta creates it again.
      if (!current) return this.provisionUser(scim, given, null);
      await scim.send(replaceUser(current, given, settings));
      return { ...link, sent: given };
    },
    async provisionGroup(scim, given, link) {
      const { group } = given;
      if (group.isDeleted) {
        if (link) await scim.send({ method: "DELETE", path: `/Groups/${link.id}` });
        return null;
      }
      if (link) {
        for (const body of groupUpdates(link.id, given, link.sent, usesPatch)) await scim.send(body);
        return { ...link, sent: given };
      }
      const found = await scim.find(`/Groups?${filterFor("displayName", group.name)}&${PAGE}`, {
        mayBe404: true,
      });
      const body = { schemas: [GROUP_SCHEMA], displayName: group.name, members: [] };
      const id = found?.id ?? (await scim.send({ method: "POST", path: "/Groups", body }))?.id;
      if (id === undefined) return null;
      const nothing = { group: { ...group, members: new Set<string>() }, members: new Map() };
      for (const update of groupUpdates(id, given, nothing, usesPatch)) await scim.send(update);
      return { id, sent: given };
    },
  };
}

function createUser({ user, manager }: UserToSend, settings: OktaSettings) {
  const { firstName, lastName, email, title, department, employeeNumber } = user;
  const extension = withoutNulls({ employeeNumber, department, manager: managerOf(manager, settings) });
  const hasExtension = Object.keys(extension).length > 0;
  const body = {
    schemas: hasExtension ? [USER_SCHEMA, ENTERPRISE_SCHEMA] : [USER_SCHEMA],
    userName: user.userName,
    name: withoutNulls({ givenName: firstName, familyName: lastName }),
    ...(email !== null && { emails: [workEmail(email)] }),
    displayName: user.displayName,
    locale: "en-US",
    ...withoutNulls({ title }),
    externalId: user.id,
    groups: [],
    password: randomBytes(PASSWORD_BYTES).toString("base64url"),
    active: true,
    ...(hasExtension && { [ENTERPRISE_SCHEMA]: extension }),
  };
  return { method: "POST", path: "/Users", body } as const;
}

/** The user as the service has it, with the mapped attributes on top. */
function replaceUser(current: Resource, { user, manager }: UserToSend, settings: OktaSettings) {
  const { firstName, lastName, email, title, department, employeeNumber } = user;
  const cleared = CLEARED[settings.clearedValues];
  const name = { ...partOf(current, "name"), givenName: firstName, familyName: lastName };
  const formerExtension = partOf(current, ENTERPRISE_SCHEMA);
  const extension = {
    ...formerExtension,
    ...emptied(
      { employeeNumber, department, manager: managerOf(manager, settings) },
      formerExtension,
      cleared,
    ),
  };
  const hasExtension = Object.values(extension).some((value) => value !== undefined);
  const body = {
    ...current,
    schemas: hasExtension ? [USER_SCHEMA, ENTERPRISE_SCHEMA] : [USER_SCHEMA],
    userName: user.userName,
    externalId: user.id,
    name: withoutNulls(name),
    emails: email === workEmailOf(current) ? current.emails : email === null ? [] : [workEmail(email)],
    displayName: user.displayName,
    ...emptied({ title }, current, cleared),
    active: user.state === "active",
    ...(hasExtension && { [ENTERPRISE_SCHEMA]: extension }),
  };
  return { method: "PUT", path: `/Users/${current.id}`, body } as const;
}

type Cleared = "" | null | undefined;

const CLEARED: Readonly<Record<OktaSettings["clearedValues"], Cleared>> = {
  empty: "",
  null: null,
  absent: undefined,
};

const workEmail = (value: string) => ({ primary: true, value, type: "work" });

function managerOf(manager: Manager | null, { managers }: OktaSettings): object | null {
  if (!manager || managers === "absent") return null;
  const value = managers === "userName" ? manager.userName : manager.scimId;
  return value === null ? null : { value, displayName: manager.displayName };
}

const isSameProfile = (one: UserToSend, other: UserToSend): boolean => profileOf(one) === profileOf(other);

const profileOf = ({ user, manager }: UserToSend): string =>
  JSON.stringify([{ ...user, state: null, deletedAt: null }, manager]);

const withoutNulls = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));

/** Attributes without a value: as cleared where the service has one, and left out where it has none. */
const emptied = (
  values: Readonly<Record<string, unknown>>,
  current: Readonly<Record<string, unknown>>,
  cleared: Cleared,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, value]): (readonly [string, unknown])[] => {
      if (value !== null) return [[key, value]];
      return current[key] == null || current[key] === "" ? [] : [[key, cleared]];
    }),
  );

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
