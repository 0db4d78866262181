import { readOpaqueId } from "../../request/opaque-id.ts";
import { isObject, type Json, type StoredResource, textOf } from "../schema/resource.ts";
import { ENTERPRISE_SCHEMA_ID } from "../schema/user-schema.ts";

/**
 * The values of an identity provider for fields of a person. A missing key: it does not have the field. Null:
 * it has the field, and the field is empty.
 */
export type Offered = {
  readonly displayName?: string | null;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly position?: string | null;
  /** The name of a department. */
  readonly department?: string | null;
  readonly employeeId?: string | null;
  /** The id of a user of the identity provider, who may not exist. */
  readonly supervisor?: string | null;
};

/**
 * The values of a user's resource for fields of a person. A manager that is not our id, such as an address,
 * is ignored. Pure.
 */
export function offeredOf(resource: StoredResource): Offered {
  const name = partOf(resource.name);
  const enterprise = partOf(resource[ENTERPRISE_SCHEMA_ID]);
  const supervisor = readOpaqueId(partOf(enterprise.manager).value);
  return {
    ...field("displayName", resource.displayName),
    ...field("firstName", name.givenName),
    ...field("lastName", name.familyName),
    ...field("position", resource.title),
    ...field("department", enterprise.department),
    ...field("employeeId", enterprise.employeeNumber),
    ...(supervisor !== null && { supervisor }),
  };
}

const partOf = (value: Json | undefined) => (isObject(value) ? value : {});

function field(key: keyof Offered, value: Json | undefined): Partial<Record<keyof Offered, string | null>> {
  const text = textOf(value);
  if (text === null) return {};
  const trimmed = text.trim();
  return { [key]: trimmed === "" ? null : trimmed };
}
