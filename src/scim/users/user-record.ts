import { isObject, type JsonObject, keyOf, type StoredResource, textOf } from "../schema/resource.ts";
import { invalidValue } from "../scim-error.ts";
import { type Offered, offeredOf } from "./offered.ts";
import { workEmailOf } from "./work-email.ts";

/** The stored form of a user: the resource, and what follows from it. */
export type UserRecord = {
  readonly userName: string;
  readonly userNameKey: string;
  readonly externalId: string | null;
  readonly displayNameKey: string | null;
  readonly email: string | null;
  readonly active: boolean;
  readonly resource: StoredResource;
  readonly offered: Offered;
  readonly supervisorId: string | null;
  readonly emails: readonly { readonly valueKey: string; readonly typeKey: string | null }[];
};

/** All texts of a resource together, as JSON. People have the same limit. */
export const RESOURCE_BYTES_MAX = 262_144;

/** @throws ScimError invalidValue if the user has no `userName`, or is too large. Pure. */
export function userRecordOf(resource: StoredResource): UserRecord {
  const userName = textOf(resource.userName);
  if (userName === null || userName.trim() === "") throw invalidValue("userName is required.");
  checkSize(resource);
  const displayName = textOf(resource.displayName);
  const offered = offeredOf(resource);
  return {
    userName,
    userNameKey: keyOf(userName),
    externalId: textOf(resource.externalId),
    displayNameKey: displayName === null ? null : keyOf(displayName),
    email: workEmailOf(resource),
    active: resource.active !== false,
    resource,
    offered,
    supervisorId: offered.supervisor ?? null,
    emails: Array.isArray(resource.emails) ? resource.emails.filter(isObject).flatMap(emailKeys) : [],
  };
}

function emailKeys({ value, type }: JsonObject): UserRecord["emails"] {
  const [address, use] = [textOf(value ?? null), textOf(type ?? null)];
  return address === null ? [] : [{ valueKey: keyOf(address), typeKey: use === null ? null : keyOf(use) }];
}

/** @throws ScimError invalidValue */
export function checkSize(resource: StoredResource): void {
  if (Buffer.byteLength(JSON.stringify(resource)) > RESOURCE_BYTES_MAX)
    throw invalidValue(`The resource is larger than ${RESOURCE_BYTES_MAX} bytes.`);
}
