import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type SelectionSetNode,
} from "graphql";

/** A field of an answer that has a value, by its coordinate such as `Person.id`. */
export type AnsweredField = {
  readonly coordinate: string;
  /** It is in `me.person`, which shows the viewer's own record whatever the scopes. */
  readonly isOfOwnRecord: boolean;
};

const OWN_RECORD = "Viewer.person";

/** The fields with a value in the answers to an operation that selects `__typename` in each object. */
export function answeredFields(
  schema: GraphQLSchema,
  document: DocumentNode,
  answers: readonly unknown[],
): AnsweredField[] {
  const operation = getOperationAST(document);
  if (!operation) return [];
  const found: AnsweredField[] = [];
  const parts = new Map(
    document.definitions.filter(isFragment).map((part) => [part.name.value, part] as const),
  );
  const read = (set: SelectionSetNode, value: unknown, type: string, isOfOwnRecord: boolean): void => {
    if (Array.isArray(value)) for (const entry of value) read(set, entry, type, isOfOwnRecord);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    const own: string = Reflect.get(value, "__typename") ?? type;
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        const inner: unknown = Reflect.get(value, (node.alias ?? node.name).value);
        const coordinate = `${own}.${node.name.value}`;
        if (hasContent(inner)) found.push({ coordinate, isOfOwnRecord });
        if (node.selectionSet) read(node.selectionSet, inner, "", isOfOwnRecord || coordinate === OWN_RECORD);
        continue;
      }
      const part = node.kind === Kind.FRAGMENT_SPREAD ? parts.get(node.name.value) : node;
      if ((part?.typeCondition?.name.value ?? own) === own && part)
        read(part.selectionSet, value, own, isOfOwnRecord);
    }
  };
  const root = schema.getRootType(operation.operation)?.name ?? "";
  for (const answer of answers) read(operation.selectionSet, answer, root, false);
  return found;
}

const isFragment = (definition: { readonly kind: string }): definition is FragmentDefinitionNode =>
  definition.kind === Kind.FRAGMENT_DEFINITION;

/** An empty list, or an object with nothing but its type, shows nothing. */
function hasContent(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value !== "object") return true;
  return Object.entries(value).some(([key, inner]) => key !== "__typename" && hasContent(inner));
}
