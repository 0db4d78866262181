import {
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ScalarTypeDefinitionNode,
  type StringValueNode,
} from "graphql";
import { READ_SCOPE } from "../access/viewer.ts";
import { declaredScopes } from "./field-rules.ts";

export const SCHEMA_DESCRIPTION = `The people of a company, as HR keeps them in Personio: who works here, in which role, since when, and who their supervisor is.

Fields need the scope \`people:read\`, unless their description, or that of their type, names another one. No scope includes another.

Errors that a caller can act on have \`extensions { code, help }\`. Every caller sees one company. Lists come in pages: pass \
\`pageInfo.endCursor\` as \`after\` while \`hasNextPage\` is true. New names are added over time; no name is changed.`;

/** type-graphql generates the root types and offers no option to describe them. */
const ROOTS: Readonly<Record<string, string>> = {
  Query:
    "What clients can read. Each operation reads one snapshot of the directory, even while a sync writes.",
  Mutation:
    "How admins connect Personio, run syncs and change settings. The fields of one operation run one after " +
    "the other. Each is complete, and visible to all clients, when its result arrives.",
  Subscription:
    "What clients can follow, over WebSocket (graphql-transport-ws) or server-sent events. A connection " +
    "can end at any time; the client then subscribes again.",
};

/** Scalars of a package whose own description is hard to read. */
const SCALARS: Readonly<Record<string, string>> = {
  DateTime: "An instant in UTC, in the format of RFC 3339: 2007-12-03T10:15:30Z.",
};

const MORE_VALUES = "More values may be added, so handle unknown ones.";

/**
 * Adds what type-graphql cannot declare: descriptions of the root types and of foreign scalars, the warning
 * on every enum, and the scopes. Clients see scopes only here, because their schema has no directives.
 */
export function describeSchema(document: DocumentNode): DocumentNode {
  return { ...document, definitions: document.definitions.map(describe) };
}

function describe(definition: DefinitionNode): DefinitionNode {
  if (definition.kind === Kind.ENUM_TYPE_DEFINITION) return describeEnum(definition);
  if (definition.kind === Kind.SCALAR_TYPE_DEFINITION) return describeByName(definition, SCALARS);
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return definition;
  const described = withScope(describeByName(definition, ROOTS));
  return { ...described, fields: described.fields?.map(withScope) ?? [] };
}

const describeByName = <Definition extends ObjectTypeDefinitionNode | ScalarTypeDefinitionNode>(
  definition: Definition,
  descriptions: Readonly<Record<string, string>>,
): Definition => {
  const description = descriptions[definition.name.value];
  return description === undefined ? definition : { ...definition, description: text(description) };
};

/** Names the scope of a type or a field, unless its own description does. */
function withScope<Node extends ObjectTypeDefinitionNode | FieldDefinitionNode>(node: Node): Node {
  const [scope] = declaredScopes({ astNode: node });
  const words = node.description?.value ?? "";
  if (scope === undefined || scope === READ_SCOPE || words.includes(scope)) return node;
  return { ...node, description: text(`${words} Needs the scope \`${scope}\`.`) };
}

const describeEnum = (definition: EnumTypeDefinitionNode): DefinitionNode => ({
  ...definition,
  description: text([definition.description?.value, MORE_VALUES].filter(Boolean).join(" ")),
});

const text = (value: string): StringValueNode => ({ kind: Kind.STRING, value, block: true });
