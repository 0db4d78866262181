/** The same limit as in the style sheets: a window without room for the columns of a list, or for a chart. */
export const isNarrow = (): boolean => matchMedia("(max-width: 700px)").matches;
