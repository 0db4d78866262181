/** How much of a search text is read; a name, an address and an id are shorter. */
const TEXT_LENGTH_MAX = 200;

/** As in a search of people: a further word has never narrowed a list. */
const WORDS_MAX = 6;

/**
 * The patterns of a search in short texts, for `like all`: the text must contain each word, whatever its
 * case. Null for a blank text, which has no effect. Lists of people use the index of words instead. Pure.
 */
export function searchPatterns(text: string | null | undefined): string[] | null {
  // Controls and halves of surrogate pairs separate words: Postgres refuses some of them.
  const words = (text ?? "")
    .slice(0, TEXT_LENGTH_MAX)
    .normalize("NFC")
    .toLowerCase()
    .split(/[\s\p{C}]+/u)
    .filter((word) => word !== "")
    .slice(0, WORDS_MAX);
  return words.length === 0 ? null : words.map((word) => `%${word.replace(/[\\%_]/g, "\\$&")}%`);
}
