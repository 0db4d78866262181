import { MEMBERS } from "../schema/group-schema.ts";
import { keyOf, type StoredResource, textOf } from "../schema/resource.ts";
import { invalidValue } from "../scim-error.ts";
import { checkSize } from "../users/user-record.ts";

/** The stored form of a group, without its members. */
export type GroupRecord = {
  readonly displayName: string;
  readonly displayNameKey: string;
  readonly externalId: string | null;
  readonly resource: StoredResource;
};

/** @throws ScimError invalidValue if the group has no `displayName`. Pure. */
export function groupRecordOf(resource: StoredResource): GroupRecord {
  const { [MEMBERS]: members, ...rest } = resource;
  const displayName = textOf(rest.displayName);
  if (displayName === null || displayName.trim() === "") throw invalidValue("displayName is required.");
  checkSize(rest);
  return {
    displayName,
    displayNameKey: keyOf(displayName),
    externalId: textOf(rest.externalId),
    resource: rest,
  };
}
