import { type GraphQLObjectType, type GraphQLSchema, isIntrospectionType, isObjectType } from "graphql";
import { MAY_BE_JOINED } from "../request/look-ahead.ts";

/** The key, in the `extensions` of a field, of whether its object has the value: no resolver reads it. */
const IS_PLAIN = "isPlain";

/** Whether all these fields of an object are plain, in a schema of `readJoinedFields`. */
export const arePlain = (type: GraphQLObjectType, names: ReadonlySet<string>): boolean =>
  [...names].every((name) => name === "__typename" || type.getFields()[name]?.extensions[IS_PLAIN] === true);

/**
 * If a statement has joined the value of a field, returns it without the field's resolver. A page has three
 * such fields for each person. The rules of the field still apply. Notes which fields are plain.
 *
 * @param types the schema of the rooms, whose declarations have no place in the text of the served one.
 */
export function readJoinedFields(served: GraphQLSchema, types: GraphQLSchema): void {
  for (const type of Object.values(types.getTypeMap()).filter(isObjectType)) {
    const servedType = served.getType(type.name);
    if (isIntrospectionType(type) || !isObjectType(servedType)) continue;
    for (const { name, extensions, resolve } of Object.values(type.getFields())) {
      const field = servedType.getFields()[name];
      if (!field) continue;
      field.extensions = { ...field.extensions, [IS_PLAIN]: resolve === undefined };
      const load = field.resolve;
      if (!extensions[MAY_BE_JOINED] || !load) continue;
      field.resolve = (source, args, context, info) => {
        const joined: unknown = source[name];
        return joined === undefined ? load(source, args, context, info) : joined;
      };
    }
  }
}
