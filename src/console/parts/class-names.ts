/** The classes of an element. A style sheet has no class for some values, such as for a plain tone. */
export const classNames = (...names: readonly (string | false | undefined)[]): string =>
  names.filter(Boolean).join(" ");
