import { type GraphQLSchema, isIntrospectionType, isObjectType } from "graphql";
import { MAY_BE_JOINED } from "../request/look-ahead.ts";

/**
 * Lets the fields that a statement may have joined return what is there, without their resolver: a page has
 * three of them for each person. The rules of the field still apply.
 *
 * @param types the schema of the rooms, whose declarations have no place in the text of the served one.
 */
export function readJoinedFields(served: GraphQLSchema, types: GraphQLSchema): void {
  for (const type of Object.values(types.getTypeMap()).filter(isObjectType)) {
    const servedType = served.getType(type.name);
    if (isIntrospectionType(type) || !isObjectType(servedType)) continue;
    for (const { name, extensions } of Object.values(type.getFields())) {
      const field = servedType.getFields()[name];
      const load = field?.resolve;
      if (!extensions[MAY_BE_JOINED] || !field || !load) continue;
      field.resolve = (source, args, context, info) => {
        const joined: unknown = source[name];
        return joined === undefined ? load(source, args, context, info) : joined;
      };
    }
  }
}
