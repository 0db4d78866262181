import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from "graphql";
import { declaredCost } from "./declared-cost.ts";
import { checkCost } from "./estimate-cost.ts";

/**
 * Makes the root's lists without pages check the cost again when they are longer than their `@listSize` assumes. How long they are
 * is known only when they are read, and what is asked of each of their objects comes after that.
 */
export function checkListSizes(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    const { assumedSize, slicingArguments } = declaredCost(field);
    if (assumedSize === undefined || slicingArguments.length > 0) continue;
    const resolve = field.resolve ?? defaultFieldResolver;
    const checked: GraphQLFieldResolver<unknown, unknown> = async (source, args, context, info) => {
      const list: unknown = await resolve(source, args, context, info);
      if (Array.isArray(list) && list.length > assumedSize) {
        const { operation, fragments, variableValues: variables } = info;
        const trueSizes = new Map([[field, list.length]]);
        checkCost({ schema, operation, fragments: new Map(Object.entries(fragments)), variables, trueSizes });
      }
      return list;
    };
    field.resolve = checked;
  }
}
