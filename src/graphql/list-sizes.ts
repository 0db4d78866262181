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

/** The assumed size of a list without pages, unless its field declares another one. */
const LIST_SIZE_ASSUMED = 50;

/** The list fields of a connection; they have the size of the page. */
const PAGE_LISTS: readonly string[] = ["edges", "nodes"];

/**
 * Adds `@listSize` to every field that returns a list of objects and declares no size. A page has the size of
 * `first`; another list counts as 50. Clients and gateways then compute the same estimate as `checkCost`, or
 * a higher one below a list. There `checkCost` counts arguments once, and totals of groups as COUNT_COST.
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
  // The field that returns the page declares the size of its lists.
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
 * Makes the root lists without pages check the cost again when they are longer than their `@listSize`
 * assumes. Their length is known only after they are read, and before graphql-js resolves the fields of their
 * objects.
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
