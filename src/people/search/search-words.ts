/**
 * Longer words are cut, the stored and the asked for alike: nobody types this far, and an index entry has its
 * limit.
 */
const WORD_LENGTH_MAX = 100;

/**
 * Bounds the rows one person adds to the word table. Ten times what a long name, position and email come to.
 */
const STORED_WORDS_MAX = 100;

/**
 * Each word that is asked for costs a range of the index; a sixth one has never narrowed a search for a
 * colleague.
 */
const ASKED_WORDS_MAX = 6;

/** How much of a text is looked at; work on what comes from outside has to end. */
const TEXT_LENGTH_MAX = 2_000;

/**
 * Letters that Unicode does not take apart into a base and a mark, as people type them without the right
 * keyboard.
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
 * The words by which a person can be found, from everything that is searched: names, position, email. A word
 * is lower-case and without accents, so that "muller" finds "Müller". An email counts as a whole and by its
 * parts.
 */
export function searchWords(...texts: readonly (string | null)[]): string[] {
  const words = texts
    .flatMap((text) => chunksOf(text ?? ""))
    .flatMap((chunk) => [...wholeEmail(chunk), ...partsOf(chunk)]);
  return [...new Set(words.map(cut))].slice(0, STORED_WORDS_MAX);
}

/**
 * The words that somebody is looking for: every one of them must be the beginning of one of a person's
 * `searchWords`. Empty when the text holds nothing that could be a word.
 */
export function wordsToFind(text: string): string[] {
  const words = chunksOf(text).flatMap((chunk) => {
    const email = wholeEmail(chunk);
    return email.length > 0 ? email : partsOf(chunk);
  });
  return [...new Set(words.map(cut))].slice(0, ASKED_WORDS_MAX);
}

// Controls, unpaired surrogates and unassigned characters part words like blanks do: Postgres would refuse
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

// By code point: half a surrogate pair is no text.
const cut = (word: string): string =>
  word.length <= WORD_LENGTH_MAX ? word : [...word].slice(0, WORD_LENGTH_MAX).join("");
