/**
 * Stored words and search words are cut to this length: people do not type this far, and index entries have a
 * limit.
 */
const WORD_LENGTH_MAX = 100;

/**
 * Bounds the words of one person in the index. Ten times the words of a long name, position and email.
 */
const STORED_WORDS_MAX = 100;

/** Each search word costs a range of the index; a sixth one has never narrowed a search for a colleague. */
const QUERY_WORDS_MAX = 6;

/** How much of a text is read; input from outside must cause bounded work. */
const TEXT_LENGTH_MAX = 2_000;

/**
 * Letters that Unicode does not decompose into a base and a mark, as people type them on another keyboard.
 */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

/**
 * The words by which a search finds a person, from all searched texts: names, position, email. A word is
 * lower-case and without accents, so that "muller" finds "Müller". An email counts by its parts and as a
 * whole, in this order: who has the whole has its parts.
 */
export function searchWords(...texts: readonly (string | null)[]): string[] {
  const words = texts
    .flatMap((text) => chunksOf(text ?? ""))
    .flatMap((chunk) => [...partsOf(chunk), ...wholeEmail(chunk)]);
  return [...new Set(words.map(cut))].slice(0, STORED_WORDS_MAX);
}

/**
 * The words of a search: each must be the beginning of one of a person's `searchWords`. Empty if the text
 * contains no word.
 */
export function wordsToFind(text: string): string[] {
  const words = chunksOf(text).flatMap((chunk) => {
    const email = wholeEmail(chunk);
    return email.length > 0 ? email : partsOf(chunk);
  });
  return [...new Set(words.map(cut))].slice(0, QUERY_WORDS_MAX);
}

/** The index leaves out whole emails, a third of its rows: their parts lead to the same people. */
export const isIndexed = (word: string): boolean => !word.includes("@");

/** How much of an email the index is asked for: mostly the name, which few people share. */
const EMAIL_PARTS = 2;

/** The beginnings of indexed words that all people have who have all of these `wordsToFind`. */
export const indexedBeginnings = (words: readonly string[]): string[] => [
  ...new Set(words.flatMap((word) => (isIndexed(word) ? [word] : partsOf(word).slice(0, EMAIL_PARTS)))),
];

// Controls, unpaired surrogates and unassigned characters separate words as blanks do: Postgres would refuse
// some of them.
const chunksOf = (text: string): string[] =>
  fold(text.slice(0, TEXT_LENGTH_MAX))
    .split(/[\s\p{C}]+/u)
    .map((chunk) => chunk.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ""));

const wholeEmail = (chunk: string): string[] => (chunk.includes("@") ? [chunk] : []);

const partsOf = (chunk: string): string[] => chunk.split(/[^\p{L}\p{N}]+/u).filter(Boolean);

const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{M}\p{Cf}]+/gu, "")
    .replace(/[ßæœøłđðþı]/g, (letter) => PLAIN_LETTERS[letter] ?? letter);

// By code point: half a surrogate pair is not text.
const cut = (word: string): string =>
  word.length <= WORD_LENGTH_MAX ? word : [...word].slice(0, WORD_LENGTH_MAX).join("");
