import type { Dice } from "./dice.ts";
import { TOPIC } from "./dice.ts";
import { CULTURES, type Culture } from "./name-lists.ts";

export type Name = {
  readonly first: string;
  readonly last: string;
  readonly gender: "female" | "male";
  /** `first.last` in plain letters, unique among all names. */
  readonly slug: string;
  readonly culture: Culture;
};

/** Letters whose plain form is not the letter without its accent. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ä: "ae",
  ö: "oe",
  ü: "ue",
  ß: "ss",
  ø: "oe",
  å: "aa",
  æ: "ae",
  ł: "l",
  ı: "i",
  ð: "d",
  þ: "th",
};

const FULL_NAMES = CULTURES.reduce((total, culture) => total + combinations(culture), 0);
// Near the golden ratio of the number of names, so that neighbours in the list of people are far apart in the
// list of names.
const STRIDE = coprimeNear(Math.round(FULL_NAMES * 0.618), FULL_NAMES);

// Cached: the plain form is computed once per name of the lists, not once per person.
const plainWords = new Map<string, string>();

/**
 * The name of the person at an index. People go through all full names in turn; after that, the next round
 * has a number in the slug. So two people may have the same name, and still every address is unique.
 */
export function createNames(dice: Dice): (index: number) => Name {
  const start = dice(0, TOPIC.names, FULL_NAMES);
  return (index) => {
    const round = Math.floor(index / FULL_NAMES);
    const { first, last, gender, culture } = fullName((start + (index % FULL_NAMES) * STRIDE) % FULL_NAMES);
    const slug = nameSlug(first, last) + (round === 0 ? "" : round + 1);
    return { first, last, gender, slug, culture };
  };
}

/** The part of the address before the `@`. */
export const nameSlug = (first: string, last: string): string => `${plain(first)}.${plain(last)}`;

function fullName(position: number): Omit<Name, "slug"> {
  let rest = position;
  for (const culture of CULTURES) {
    if (rest < combinations(culture)) return nameOf(culture, rest);
    rest -= combinations(culture);
  }
  throw new RangeError(`There is no full name ${position}.`);
}

function nameOf(culture: Culture, position: number): Omit<Name, "slug"> {
  const { women, men, families } = culture;
  const firstPosition = position % (women.length + men.length);
  const last = families[Math.floor(position / (women.length + men.length))]!;
  return firstPosition < women.length
    ? { first: women[firstPosition]!, last, gender: "female", culture }
    : { first: men[firstPosition - women.length]!, last, gender: "male", culture };
}

function combinations({ women, men, families }: Culture): number {
  return (women.length + men.length) * families.length;
}

function plain(name: string): string {
  const known = plainWords.get(name);
  if (known !== undefined) return known;
  const word = [...name.toLowerCase().normalize("NFC")]
    .map((letter) => PLAIN_LETTERS[letter] ?? letter)
    .join("")
    .normalize("NFD")
    .replace(/[^a-z0-9-]/g, "");
  plainWords.set(name, word);
  return word;
}

function coprimeNear(start: number, modulus: number): number {
  let candidate = start;
  while (greatestCommonDivisor(candidate, modulus) !== 1) candidate += 1;
  return candidate;
}

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right);
}
