import type { ResourceKind } from "./attribute.ts";
import { EXTERNAL_ID } from "./user-schema.ts";

export const GROUP_SCHEMA_ID = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const MEMBERS = "members";

export const GROUPS: ResourceKind = {
  name: "Group",
  endpoint: "/Groups",
  schema: {
    id: GROUP_SCHEMA_ID,
    name: "Group",
    description: "Group",
    attributes: [
      {
        name: "displayName",
        type: "string",
        description: "The name of the group.",
        required: true,
        isShort: true,
      },
      EXTERNAL_ID,
      {
        name: MEMBERS,
        type: "complex",
        description: "The users in the group.",
        multiValued: true,
        subAttributes: [
          { name: "value", type: "string", description: "The id of the user.", isShort: true },
          {
            name: "$ref",
            type: "reference",
            description: "The address of the user.",
            referenceTypes: ["User"],
          },
          { name: "type", type: "string", description: "Always User.", canonicalValues: ["User"] },
          { name: "display", type: "string", description: "Accepted, and not kept." },
        ],
      },
    ],
  },
  extensions: [],
};
