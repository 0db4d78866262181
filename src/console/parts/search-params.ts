/*
 * The state of a screen is in its address: `?status=ACTIVE&status=LEAVE&search=anna`. Users can type any
 * address, so a screen reads what it knows and drops the rest.
 */

export type RawSearch = Record<string, unknown>;

/** Each name once, or as often as it has values. */
export function parseSearch(text: string): RawSearch {
  const params = new URLSearchParams(text);
  return Object.fromEntries(
    [...new Set(params.keys())].map((name) => {
      const values = params.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}

export function stringifySearch(search: RawSearch): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    for (const item of Array.isArray(value) ? value : [value])
      if (item !== undefined && item !== null && item !== "") params.append(name, String(item));
  const text = params.toString();
  return text && `?${text}`;
}

const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item) => typeof item === "string" && item !== "");

/** One text; undefined if there is none. */
export const readText = (value: unknown): string | undefined => listOf(value)[0];

export const readTexts = (value: unknown): string[] | undefined => {
  const texts = listOf(value);
  return texts.length > 0 ? texts : undefined;
};

/** One of the known values. */
export const readChoice = <Known extends string>(
  value: unknown,
  known: readonly Known[],
): Known | undefined => known.find((item) => item === readText(value));

export const readChoices = <Known extends string>(
  value: unknown,
  known: readonly Known[],
): Known[] | undefined => {
  const given = listOf(value);
  const choices = known.filter((item) => given.includes(item));
  return choices.length > 0 ? choices : undefined;
};

/** A calendar day, `2026-11-29`. Browsers read 30 February as a day of March, so it is written back. */
export const readDay = (value: unknown): string | undefined => {
  const text = readText(value);
  if (!text || !/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(Date.parse(text))) return undefined;
  return new Date(text).toISOString().startsWith(text) ? text : undefined;
};

/** `yes`, or not in the address at all. */
export const readFlag = (value: unknown): "yes" | undefined => readChoice(value, ["yes"]);

/** Search parameters, each of which may be unset. */
export type Optional<Search> = { readonly [Name in keyof Search]?: Search[Name] | undefined };

/** Without the names that have no value, so that the address has only what the user chose. */
export const withoutEmpty = <Search extends object>(
  search: Search,
): { [Name in keyof Search]?: Exclude<Search[Name], undefined> } =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Search]?: Exclude<Search[Name], undefined>;
  };

/**
 * Reads the address of a route. The router passes on each name that the result lacks, with its raw text, so
 * unknown names become undefined.
 */
export const onlyKnown =
  <Search extends object>(read: (raw: RawSearch) => Search) =>
  (raw: RawSearch): Search => ({
    ...Object.fromEntries(Object.keys(raw).map((name) => [name, undefined])),
    ...read(raw),
  });

/** For a filter of the open screen: the history gets no new entry, and the window does not scroll. */
export const IN_PLACE = { replace: true, resetScroll: false } as const;
