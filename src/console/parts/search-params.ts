/*
 * The state of a screen is in its address: `?status=ACTIVE&status=LEAVE&search=anna`. An address is typed by
 * anyone, so a screen reads what it knows and drops the rest.
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

/** A search of which each name may be unset. */
export type Optional<Search> = { readonly [Name in keyof Search]?: Search[Name] | undefined };

/** Without the names that have no value, so that the address has only what the user chose. */
export const withoutEmpty = <Search extends object>(
  search: Search,
): { [Name in keyof Search]?: Exclude<Search[Name], undefined> } =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Search]?: Exclude<Search[Name], undefined>;
  };

/**
 * What a route reads of its address. The router hands on every name that the result does not have, with the
 * text of the address as its value.
 */
export const onlyKnown =
  <Search extends object>(read: (raw: RawSearch) => Search) =>
  (raw: RawSearch): Search => ({
    ...Object.fromEntries(Object.keys(raw).map((name) => [name, undefined])),
    ...read(raw),
  });

/** A filter of the screen that is open: no step of the history, and the window stays where it is. */
export const IN_PLACE = { replace: true, resetScroll: false } as const;
