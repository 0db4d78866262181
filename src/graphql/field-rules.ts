import {
  type ConstDirectiveNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
  valueFromASTUntyped,
} from "graphql";
import { ADMIN_SCOPE, SCOPES, type Scope } from "../access/viewer.ts";

/** Fields that need no rule of their own, with the reason. */
export const OPEN_FIELDS: Readonly<Record<string, string>> = {
  "Query._service": "Gateways and registries read the SDL without a viewer's scopes.",
  "Query._entities": "Each entity needs the rule of its type, which the resolver checks.",
  "PageInfo.endCursor":
    "Only connections lead here. Other subgraphs share the type, and a rule would bind them.",
  "PageInfo.hasNextPage": "As `PageInfo.endCursor`.",
  "PageInfo.hasPreviousPage": "As `PageInfo.endCursor`.",
  "PageInfo.startCursor": "As `PageInfo.endCursor`.",
  "_Service.sdl": "As `Query._service`.",
};

/** Mutations that need no `people:admin`, with the reason. */
export const MUTATIONS_OF_EVERY_VIEWER: Readonly<Record<string, string>> = {
  endOwnSessions: "Users end only their own sessions, and change nothing of the company.",
};

/** What has directives: a type or a field. */
type Declared = {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] } | null | undefined;
};

/** A declared rule: a viewer, with all of these scopes. */
type Rule = { readonly scopes: readonly Scope[] };

/** Reads `@authenticated` and `@requiresScopes`; null if neither is there. */
function ruleOf({ astNode }: Declared): Rule | null {
  const directives = astNode?.directives ?? [];
  const scopes = directives.filter(({ name }) => name.value === "requiresScopes").map(scopeIn);
  const needsViewer = scopes.length > 0 || directives.some(({ name }) => name.value === "authenticated");
  return needsViewer ? { scopes } : null;
}

/** `RequiresScope` declares exactly one scope. Another form would be enforced wrongly. */
function scopeIn({ arguments: values = [] }: ConstDirectiveNode): Scope {
  const declared: unknown = values[0] && valueFromASTUntyped(values[0].value);
  const scope = SCOPES.find((known) => JSON.stringify(declared) === JSON.stringify([[known]]));
  if (!scope)
    throw new Error(`The rule ${JSON.stringify(declared)} is not one scope that the service knows.`);
  return scope;
}

/**
 * The scopes that a field declares, or a type. Those of a type hold for its own fields, and for each field
 * that returns it.
 */
export const declaredScopes = (declared: Declared): readonly Scope[] => ruleOf(declared)?.scopes ?? [];

/**
 * Checks that each field has a rule: its own, or that of its type. Each mutation needs `people:admin`, unless
 * it is open to every viewer.
 *
 * @throws if a field has no rule and is not open, so that the service does not start.
 */
export function checkEveryFieldHasRule(schema: GraphQLSchema): void {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  const unruled = types.filter(isObjectType).flatMap((type) => {
    const isMutation = type === schema.getMutationType();
    const fields = Object.values(type.getFields()).filter((field) =>
      isMutation && !(field.name in MUTATIONS_OF_EVERY_VIEWER)
        ? !declaredScopes(field).includes(ADMIN_SCOPE)
        : !ruleOf(type) && !ruleOf(field),
    );
    return fields.map(({ name }) => `${type.name}.${name}`).filter((name) => !(name in OPEN_FIELDS));
  });
  if (unruled.length === 0) return;
  throw new Error(
    `These fields have no rule: ${unruled.join(", ")}. Declare one with RequiresScope or Authenticated, on the ` +
      "field or on its type. Mutations need people:admin.",
  );
}

/**
 * Whether objects of the type are parts of their parent object: they are not entities, and contain only plain
 * fields.
 */
export const isPart = (type: GraphQLObjectType): boolean =>
  !type.astNode?.directives?.some(({ name }) => name.value === "key") &&
  Object.values(type.getFields()).every((field) => isLeafType(getNamedType(field.type)));
