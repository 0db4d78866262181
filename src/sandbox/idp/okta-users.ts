import { randomBytes } from "node:crypto";
import {
  ENTERPRISE_SCHEMA,
  type Manager,
  partOf,
  USER_SCHEMA,
  type UserToSend,
  workEmailOf,
} from "./dialect.ts";
import type { OktaSettings } from "./idp-settings.ts";
import type { Resource } from "./scim-client.ts";

/** Okta sends a random password with a new user. */
const PASSWORD_BYTES = 6;

/** The request that creates a user. */
export function createUser({ user, manager }: UserToSend, settings: OktaSettings) {
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
export function replaceUser(current: Resource, { user, manager }: UserToSend, settings: OktaSettings) {
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

/** Whether nothing but the state differs. */
export const isSameProfile = (one: UserToSend, other: UserToSend): boolean =>
  profileOf(one) === profileOf(other);

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
