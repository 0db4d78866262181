import {
  type DocumentNode,
  type FieldNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  Kind,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { Extensions } from "type-graphql";

/** The key of the declaration in the `extensions` of a field. */
export const MAY_BE_JOINED = "mayBeJoined";

/**
 * Declares that the statement that read an object may have read the field with it. Its resolver loads the
 * field only where the object does not have it, not even as null.
 */
export const MayBeJoined = (): MethodDecorator & PropertyDecorator =>
  Extensions({ [MAY_BE_JOINED]: true }) as MethodDecorator & PropertyDecorator;

/** The names of the fields that a document selects, anywhere, by the name of their type. */
export type Selected = ReadonlyMap<string, ReadonlySet<string>>;

/** Reads a valid document once. Fields of all its operations are among them, and those that are skipped. */
export function readSelected(schema: GraphQLSchema, document: DocumentNode): Selected {
  const selected = new Map<string, Set<string>>();
  const types = new TypeInfo(schema);
  const note = ({ name }: FieldNode): void => {
    const parent = types.getParentType()?.name;
    if (parent === undefined) return;
    const fields = selected.get(parent) ?? new Set();
    selected.set(parent, fields.add(name.value));
  };
  visit(document, visitWithTypeInfo(types, { Field: note }));
  return selected;
}

/** The fields that an answer selects below the field of `info`: a reading plan needs no other. */
export type SelectedFields = (info: GraphQLResolveInfo) => ReadonlySet<string>;

/**
 * The names of the fields at the end of one of the paths, such as `edges` and `node`. Fields that a directive
 * skips are among them. A document is read once, because it is kept between requests.
 */
export function selectedAt(paths: readonly (readonly string[])[]): SelectedFields {
  const known = new WeakMap<FieldNode, ReadonlySet<string>>();
  const read = (node: FieldNode, info: GraphQLResolveInfo): ReadonlySet<string> => {
    const names = known.get(node) ?? new Set(paths.flatMap((path) => namesAt(node, path, info)));
    known.set(node, names);
    return names;
  };
  return (info) => new Set(info.fieldNodes.flatMap((node) => [...read(node, info)]));
}

function namesAt(node: FieldNode, path: readonly string[], info: GraphQLResolveInfo): string[] {
  const [step, ...rest] = path;
  const fields = node.selectionSet ? fieldsOf(node.selectionSet, info) : [];
  if (step === undefined) return fields.map(({ name }) => name.value);
  return fields.filter(({ name }) => name.value === step).flatMap((field) => namesAt(field, rest, info));
}

/** The fields of a selection, with those of its fragments. */
const fieldsOf = ({ selections }: SelectionSetNode, info: GraphQLResolveInfo): FieldNode[] =>
  selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value] : selection;
    return fragment ? fieldsOf(fragment.selectionSet, info) : [];
  });
