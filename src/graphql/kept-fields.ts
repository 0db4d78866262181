import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
} from "graphql";
import { SENSITIVE_SCOPE } from "../access/viewer.ts";
import { KEPT_RULE, type KeptRule } from "../request/kept-rules.ts";
import { declaredScopes } from "./field-rules.ts";

/** What has extensions: a type, a field, or a field of an input object. */
type Declared = { readonly extensions: Readonly<Record<string, unknown>> };

/** The rule of a field. Without a declared rule it is undefined, and the field is not kept. */
export const ruleOf = ({ extensions }: Declared): KeptRule | undefined =>
  extensions[KEPT_RULE] as KeptRule | undefined;

/** Whether answers with the field may be kept, in a schema of `applyKeptRules`. */
export const isKept = (declared: Declared): boolean => ruleOf(declared) === "KEPT";

/** Whether answers to arguments with this field of an input object are never kept. */
export const isNeverKept = (declared: Declared): boolean => (ruleOf(declared) ?? "KEPT") !== "KEPT";

/** Fields that this service adds to the schema of the rooms, and that are kept. */
const KEPT_FOR_GATEWAYS: readonly string[] = ["Query._entities"];

/**
 * Copies the rules of the rooms to the schema that is served, whose text has no place for them. A field has
 * its own rule; without one, and without a resolver, that of its type. A resolver could read data that
 * changes without a new version of the directory. Fields that need `people:sensitive` are never kept.
 */
export function applyKeptRules(served: GraphQLSchema, types: GraphQLSchema): void {
  for (const type of Object.values(served.getTypeMap())) {
    if (isIntrospectionType(type) || !(isObjectType(type) || isInputObjectType(type))) continue;
    const declared = types.getType(type.name);
    const isSensitiveType = declaredScopes(type).includes(SENSITIVE_SCOPE);
    for (const field of Object.values(type.getFields())) {
      const isSensitive = isSensitiveType || declaredScopes(field).includes(SENSITIVE_SCOPE);
      const isForGateways = KEPT_FOR_GATEWAYS.includes(`${type.name}.${field.name}`);
      const rule = isForGateways ? "KEPT" : declaredRule(declared, field.name);
      field.extensions = { ...field.extensions, [KEPT_RULE]: isSensitive ? "VIEWER" : rule };
    }
  }
}

function declaredRule(type: GraphQLNamedType | undefined, name: string): KeptRule | undefined {
  if (!isObjectType(type) && !isInputObjectType(type)) return undefined;
  const field = type.getFields()[name];
  if (!field) return undefined;
  const hasResolver = "resolve" in field && field.resolve !== undefined;
  return ruleOf(field) ?? (hasResolver ? undefined : ruleOf(type));
}
