import {
  type ConstValueNode,
  type DefinitionNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
  type ValueNode,
} from "graphql";

/**
 * The most comparisons of two fields in one document. graphql-js compares all fields of one response name in
 * pairs (OverlappingFieldsCanBeMerged). A pair takes 1 to 2 µs, so 10,000 block the event loop for at most 20
 * ms. A page of 100 fragments with the same field needs 4,950.
 */
export const COMPARISONS_MAX = 10_000;

/** graphql-js compares arguments as printed text: this many characters take as long as one comparison. */
const CHARACTERS_A_COMPARISON = 64;

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/**
 * Counts the most comparisons that validation can need, without making them. It merges the selections of one
 * response name at each level, with fragments expanded, and stops counting above the limit. The caller must
 * have bounded the expanded selections.
 */
export function createCountComparisons(fragments: Fragments): (definition: DefinitionNode) => number {
  const weights = new Map<FieldNode, number>();
  const weightOf = (field: FieldNode): number => {
    const known = weights.get(field);
    if (known !== undefined) return known;
    const weight = (field.arguments ?? []).reduce((sum, { value }) => sum + weightOfValue(value), 0);
    weights.set(field, weight);
    return weight;
  };

  const count = (selectionSets: readonly SelectionSetNode[]): number => {
    const { byName, spreads } = mergeLevel(selectionSets, fragments);
    let comparisons = pairsOf(spreads) + spreads * byName.size;
    for (const fields of byName.values()) {
      const weight = fields.reduce((sum, field) => sum + weightOf(field), 0);
      comparisons += pairsOf(fields.length) + (fields.length - 1) * weight;
      if (comparisons > COMPARISONS_MAX) return comparisons;
      comparisons += count(fields.flatMap(({ selectionSet }) => selectionSet ?? []));
    }
    return comparisons;
  };
  return (definition) => ("selectionSet" in definition ? count([definition.selectionSet]) : 0);
}

function mergeLevel(selectionSets: readonly SelectionSetNode[], fragments: Fragments) {
  const byName = new Map<string, FieldNode[]>();
  let spreads = 0;
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        spreads += 1;
        const fragment = fragments.get(selection.name.value);
        if (fragment) collect(fragment.selectionSet);
      } else {
        const name = (selection.alias ?? selection.name).value;
        const fields = byName.get(name);
        if (fields) fields.push(selection);
        else byName.set(name, [selection]);
      }
    }
  };
  for (const selectionSet of selectionSets) collect(selectionSet);
  return { byName, spreads };
}

const pairsOf = (count: number): number => (count * (count - 1)) / 2;

function weightOfValue(value: ValueNode | ConstValueNode): number {
  if (value.kind === Kind.LIST) return value.values.reduce((sum, one) => sum + weightOfValue(one), 1);
  if (value.kind === Kind.OBJECT)
    return value.fields.reduce((sum, field) => sum + weightOfValue(field.value), 1);
  return "value" in value && typeof value.value === "string"
    ? 1 + Math.floor(value.value.length / CHARACTERS_A_COMPARISON)
    : 1;
}
