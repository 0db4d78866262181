import {
  type DocumentNode,
  defaultFieldResolver,
  type FieldDefinitionNode,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type TypeNode,
  visit,
} from "graphql";
import { declaredCost } from "./operation/declared-cost.ts";
import { checkCost } from "./operation/estimate-cost.ts";

/** What a list without pages counts for, unless its field declares another size. */
const LIST_SIZE_ASSUMED = 50;

/** The lists of a connection, whose size is that of the page. */
const PAGE_LISTS: readonly string[] = ["edges", "nodes"];

/**
 * Writes `@listSize` at every field that answers objects in a list and declares no size itself: pages are as large as `first` says,
 * other lists count as 50. Clients and gateways estimate the same as `checkCost`, or more where arguments stand inside lists.
 */
export function declareListSizes(document: DocumentNode): DocumentNode {
  const objects = new Map<string, ObjectTypeDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) objects.set(definition.name.value, definition);

  return visit(document, {
    ObjectTypeDefinition: (type) => ({
      ...type,
      fields: type.fields?.map((field) => {
        const declaration = hasListSize(field) ? null : listSizeOf(field, type, objects);
        if (!declaration) return field;
        return { ...field, directives: [...(field.directives ?? []), ...directivesIn(declaration)] };
      }),
    }),
  });
}

function listSizeOf(
  field: FieldDefinitionNode,
  parent: ObjectTypeDefinitionNode,
  objects: ReadonlyMap<string, ObjectTypeDefinitionNode>,
): string | null {
  const answer = objects.get(nameOf(field.type));
  if (!answer) return null;
  if (field.arguments?.some(({ name }) => name.value === "first")) {
    const sized = answer.fields?.map(({ name }) => name.value).filter((name) => PAGE_LISTS.includes(name));
    return `@listSize(slicingArguments: ["first"], sizedFields: ${JSON.stringify(sized)}, requireOneSlicingArgument: false)`;
  }
  // The lists of a page have the size that the field of the page declares.
  if (parent.name.value.endsWith("Connection") && PAGE_LISTS.includes(field.name.value)) return null;
  return isList(field.type) ? `@listSize(assumedSize: ${LIST_SIZE_ASSUMED})` : null;
}

const hasListSize = ({ directives = [] }: FieldDefinitionNode): boolean =>
  directives.some(({ name }) => name.value === "listSize");

const directivesIn = (text: string) => {
  const [definition] = parse(`scalar X ${text}`, { noLocation: true }).definitions;
  return definition && "directives" in definition ? (definition.directives ?? []) : [];
};

const isList = (type: TypeNode): boolean =>
  type.kind === Kind.NON_NULL_TYPE ? isList(type.type) : type.kind === Kind.LIST_TYPE;

const nameOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);

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
