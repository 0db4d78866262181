/**
 * Many JSON values as one parameter of a statement: a line each, an empty one for null. JSON never holds a raw line break. As an array of
 * texts, each would be escaped once more here and unescaped there, which takes longer than storing them.
 */
export const toJsonLines = (values: readonly (string | null)[]): string =>
  values.map((value) => value ?? "").join("\n");

/** The other end, for a `from`: one text per row, in order. */
export const jsonLines = (placeholder: string): string => `string_to_table(${placeholder}, E'\\n', '')`;
