/**
 * Many JSON values as one parameter of a statement: one line each, empty for null. JSON never contains a raw
 * line break. An array of texts would be escaped here and unescaped there, which takes longer than storing
 * it.
 */
export const toJsonLines = (values: readonly (string | null)[]): string =>
  values.map((value) => value ?? "").join("\n");

/** The reading side, for a `from` clause: one text per row, in order. */
export const jsonLines = (placeholder: string): string => `string_to_table(${placeholder}, E'\\n', '')`;
