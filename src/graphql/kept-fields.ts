import { type GraphQLSchema, isInputObjectType, isIntrospectionType, isObjectType } from "graphql";
import { SENSITIVE_SCOPE } from "../access/viewer.ts";
import { KEPT_RULE, type KeptRule } from "../request/kept-rules.ts";
import { declaredScopes } from "./field-rules.ts";

/** What has extensions: a type, a field, or a field of an input object. */
type Declared = { readonly extensions: Readonly<Record<string, unknown>> };

const ruleOf = ({ extensions }: Declared): KeptRule | undefined =>
  extensions[KEPT_RULE] as KeptRule | undefined;

/** Whether answers with the field may be kept, in a schema of `applyKeptRules`. */
export const isKept = (declared: Declared): boolean => ruleOf(declared) === "KEPT";

/** Whether answers to arguments with this field of an input object are never kept. */
export const isNeverKept = (declared: Declared): boolean => (ruleOf(declared) ?? "KEPT") !== "KEPT";

/**
 * Checks that each field of `Query` has a rule of its own, and each field with a resolver on a type that is
 * kept: a resolver can read what changes without a new version. A type without a rule is not kept, so to
 * forget it costs only speed.
 *
 * @throws if a field has no rule, so that the service does not start.
 */
export function checkKeptRules(types: GraphQLSchema): void {
  const undecided = Object.values(types.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => {
      const isQuery = type === types.getQueryType();
      if (!isQuery && !isKept(type)) return [];
      return Object.values(type.getFields())
        .filter((field) => (isQuery || field.resolve) && ruleOf(field) === undefined)
        .map(({ name }) => `${type.name}.${name}`);
    });
  if (undecided.length === 0) return;
  throw new Error(
    `These fields do not say whether answers with them are kept: ${undecided.join(", ")}. Declare it with Kept or ` +
      "NotKept, beside their scopes.",
  );
}

/** Fields that this service adds to the schema of the rooms, and that are kept. */
const KEPT_FOR_GATEWAYS: readonly string[] = ["Query._entities"];

/**
 * Copies the rules of the rooms to the schema that is served, whose text has no place for them. A field has
 * its own rule, else that of its type. Fields that need `people:sensitive` are never kept.
 */
export function applyKeptRules(served: GraphQLSchema, types: GraphQLSchema): void {
  for (const type of Object.values(served.getTypeMap())) {
    if (isIntrospectionType(type) || !(isObjectType(type) || isInputObjectType(type))) continue;
    const declaring = types.getType(type.name);
    const declared = declaring && "getFields" in declaring ? declaring : undefined;
    const isSensitiveType = declaredScopes(type).includes(SENSITIVE_SCOPE);
    for (const field of Object.values(type.getFields())) {
      const own = declared?.getFields()[field.name];
      const rule = (own && ruleOf(own)) ?? (declared && ruleOf(declared));
      const isSensitive = isSensitiveType || declaredScopes(field).includes(SENSITIVE_SCOPE);
      const isForGateways = KEPT_FOR_GATEWAYS.includes(`${type.name}.${field.name}`);
      const effective: KeptRule | undefined = isSensitive ? "VIEWER" : isForGateways ? "KEPT" : rule;
      field.extensions = { ...field.extensions, [KEPT_RULE]: effective };
    }
  }
}
