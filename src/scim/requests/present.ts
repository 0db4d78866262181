import type { StoredGroup } from "../groups/group.repository.ts";
import type { ResourceKind } from "../schema/attribute.ts";
import { GROUPS, MEMBERS } from "../schema/group-schema.ts";
import type { JsonObject } from "../schema/resource.ts";
import { USERS } from "../schema/user-schema.ts";
import type { StoredUser } from "../users/user.repository.ts";
import type { ScimAnswer, ScimRequest } from "./scim-request.ts";
import { type Selection, selectAttributes } from "./select-attributes.ts";
import { etagOf } from "./versions.ts";

type Versioned = Pick<StoredUser, "id" | "resource" | "version" | "createdAt" | "modifiedAt">;

const LIST_SCHEMA_ID = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

export const locationOf = (kind: ResourceKind, id: string, baseUrl: string): string =>
  `${baseUrl}${kind.endpoint}/${id}`;

/** What was sent, and what is ours: id, schemas, meta. */
function present(kind: ResourceKind, stored: Versioned, baseUrl: string): JsonObject {
  const extensions = kind.extensions.filter(({ id }) => id in stored.resource);
  return {
    schemas: [kind.schema, ...extensions].map(({ id }) => id),
    id: stored.id,
    ...stored.resource,
    meta: {
      resourceType: kind.name,
      created: stored.createdAt.toISOString(),
      lastModified: stored.modifiedAt.toISOString(),
      location: locationOf(kind, stored.id, baseUrl),
      version: etagOf(stored.version),
    },
  };
}

/** A user without `active` is active. */
export const presentUser = (user: StoredUser, baseUrl: string, selection: Selection): JsonObject =>
  selectAttributes({ ...present(USERS, user, baseUrl), active: user.active }, selection);

export function presentGroup(
  group: StoredGroup,
  members: readonly string[],
  { baseUrl, selection }: { readonly baseUrl: string; readonly selection: Selection },
): JsonObject {
  const listed = members.map((value) => ({ value, $ref: locationOf(USERS, value, baseUrl), type: "User" }));
  const { meta, ...rest } = present(GROUPS, group, baseUrl);
  const whole = {
    ...rest,
    ...(listed.length > 0 && { [MEMBERS]: listed }),
    ...(meta !== undefined && { meta }),
  };
  return selectAttributes(whole, selection);
}

export const listAnswer = (
  resources: readonly object[],
  { total, startIndex }: { readonly total: number; readonly startIndex: number },
): ScimAnswer => ({
  status: 200,
  body: {
    schemas: [LIST_SCHEMA_ID],
    totalResults: total,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  },
});

/** An answer with one resource, its version and its address. */
export const resourceAnswer = (
  status: 200 | 201,
  body: JsonObject,
  { kind, stored, request }: { kind: ResourceKind; stored: Versioned; request: ScimRequest },
): ScimAnswer => ({
  status,
  headers: { etag: etagOf(stored.version), location: locationOf(kind, stored.id, request.baseUrl) },
  body,
});

export const NO_CONTENT: ScimAnswer = { status: 204, body: null };

/** RFC 9110, section 15.4.5: with the version that the client has. */
export const notModified = (version: number): ScimAnswer => ({
  status: 304,
  headers: { etag: etagOf(version) },
  body: null,
});
