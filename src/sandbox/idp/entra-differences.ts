import { ENTERPRISE_SCHEMA, type Operation, partOf, type UserToSend, workEmailOf } from "./dialect.ts";
import type { EntraSettings } from "./idp-settings.ts";
import type { IdpUser } from "./idp-user.ts";
import type { Resource } from "./scim-client.ts";

/** The part of the name before the `@`, which Microsoft maps to `externalId` by default. */
export const mailNicknameOf = ({ userName }: IdpUser): string => userName.replace(/@.*$/, "");

/**
 * The operations that make the user at the service equal to the account, as RFC 7644 spells them. It compares
 * with the answer of the service: a service that changes values gets the same operation in every cycle.
 */
export function differencesOf(
  { user, manager }: UserToSend,
  current: Resource,
  settings: Pick<EntraSettings, "clearedValues" | "singleValues">,
): Operation[] {
  const name = partOf(current, "name");
  const extension = partOf(current, ENTERPRISE_SCHEMA);
  const compare = (path: string, found: unknown, value: string | boolean | null): Operation[] => {
    const isMissing = found === undefined || found === null || found === "";
    if (value === null) return isMissing ? [] : cleared(path, settings);
    if (found === value) return [];
    return [{ op: isMissing ? "add" : "replace", path, value }];
  };
  return [
    ...compare("userName", current.userName, user.userName),
    ...compare("active", current.active, user.state === "active"),
    ...compare("displayName", current.displayName, user.displayName),
    ...compare("title", current.title, user.title),
    ...compare('emails[type eq "work"].value', workEmailOf(current), user.email),
    ...compare("name.givenName", name.givenName, user.firstName),
    ...compare("name.familyName", name.familyName, user.lastName),
    ...compare("name.formatted", name.formatted, user.displayName),
    ...compare("externalId", current.externalId, mailNicknameOf(user)),
    ...compare(`${ENTERPRISE_SCHEMA}:employeeNumber`, extension.employeeNumber, user.employeeNumber),
    ...compare(`${ENTERPRISE_SCHEMA}:department`, extension.department, user.department),
    ...compare(
      `${ENTERPRISE_SCHEMA}:manager`,
      partOf(extension, "manager").value,
      manager?.scimId ?? null,
    ).map((operation) => asReference(operation, settings)),
  ];
}

/** Microsoft skips an attribute without a value; older jobs sent one of the other two. */
function cleared(path: string, { clearedValues }: Pick<EntraSettings, "clearedValues">): Operation[] {
  if (clearedValues === "kept") return [];
  return [clearedValues === "removed" ? { op: "remove", path } : { op: "replace", path, value: "" }];
}

/** The tutorial's example has a list under the short path. */
const asReference = (
  operation: Operation,
  { singleValues }: Pick<EntraSettings, "singleValues">,
): Operation =>
  singleValues === "list" && typeof operation.value === "string" && operation.value !== ""
    ? { op: operation.op, path: "manager", value: [{ $ref: null, value: operation.value }] }
    : operation;
