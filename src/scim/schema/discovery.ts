import type { Attribute, ResourceKind, Schema } from "./attribute.ts";
import { GROUPS } from "./group-schema.ts";
import { USERS } from "./user-schema.ts";

/** What the service can do, in the documents of RFC 7643, sections 5 to 7. None of them contains a null. */
const KINDS: readonly ResourceKind[] = [USERS, GROUPS];

const SCHEMA_SCHEMA_ID = "urn:ietf:params:scim:schemas:core:2.0:Schema";
const TYPE_SCHEMA_ID = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const CONFIG_SCHEMA_ID = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

type Document = { readonly id: string; readonly body: object };

export function describeConfig(baseUrl: string, maxResults: number): object {
  return {
    schemas: [CONFIG_SCHEMA_ID],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    authenticationSchemes: [
      {
        type: "oauthbearertoken",
        name: "Bearer token",
        description: "A token that an administrator creates with the mutation createScimToken.",
        specUri: "https://www.rfc-editor.org/rfc/rfc6750",
        primary: true,
      },
    ],
    meta: { resourceType: "ServiceProviderConfig", location: `${baseUrl}/ServiceProviderConfig` },
  };
}

export const describeTypes = (baseUrl: string): Document[] =>
  KINDS.map(({ name, endpoint, schema, extensions }) => ({
    id: name,
    body: {
      schemas: [TYPE_SCHEMA_ID],
      id: name,
      name,
      endpoint,
      description: schema.description,
      schema: schema.id,
      schemaExtensions: extensions.map(({ id }) => ({ schema: id, required: false })),
      meta: { resourceType: "ResourceType", location: `${baseUrl}/ResourceTypes/${name}` },
    },
  }));

export const describeSchemas = (baseUrl: string): Document[] =>
  KINDS.flatMap(({ schema, extensions }) => [schema, ...extensions]).map((schema) => ({
    id: schema.id,
    body: describeSchema(schema, baseUrl),
  }));

const describeSchema = ({ id, name, description, attributes }: Schema, baseUrl: string): object => ({
  schemas: [SCHEMA_SCHEMA_ID],
  id,
  name,
  description,
  attributes: attributes.map(describeAttribute),
  meta: { resourceType: "Schema", location: `${baseUrl}/Schemas/${id}` },
});

function describeAttribute(attribute: Attribute): object {
  const { name, type, description, canonicalValues, referenceTypes, subAttributes } = attribute;
  return {
    name,
    type,
    multiValued: attribute.multiValued ?? false,
    description,
    required: attribute.required ?? false,
    caseExact: attribute.caseExact ?? false,
    mutability: attribute.readOnly ? "readOnly" : "readWrite",
    returned: "default",
    uniqueness: attribute.unique ? "server" : "none",
    ...(canonicalValues && { canonicalValues }),
    ...(referenceTypes && { referenceTypes }),
    ...(subAttributes && { subAttributes: subAttributes.map(describeAttribute) }),
  };
}
