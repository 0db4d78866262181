/** What a problem is about, as texts and numbers; a missing one is a dash. */
export type Parameters = (name: string) => string;

export type Sentence = (of: Parameters) => string;

type Sentences = Readonly<Record<string, Sentence>>;

/** The sentence for a code in the reader's language; undefined or empty where the console has none. */
export function sentenceOf(sentences: Sentences, code: string, parameters: unknown): string | undefined {
  const values = (typeof parameters === "object" && parameters !== null ? parameters : {}) as Record<
    string,
    unknown
  >;
  const of: Parameters = (name) => {
    const value = values[name];
    return Array.isArray(value) ? value.join(", ") : value === undefined ? "–" : String(value);
  };
  return sentences[code]?.(of);
}
