import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from "graphql";

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
