/** The text for a name of the graph; a name that this version does not know is shown as it is. */
export const named = (texts: Readonly<Record<string, string>>, name: string): string => texts[name] ?? name;
