/** Unicode's stream-safe form: no script has more than thirty marks on a letter (UAX #15, section 13). */
const STACKED_MARKS = /(?:^|\P{M})\p{M}{31}/u;

/**
 * The text in NFC, except one with more marks on a letter than any script has. Composing sorts the marks, in
 * a time that grows with the square of their number: 32,000 take a second.
 */
export const composeText = (text: string): string =>
  STACKED_MARKS.test(text) ? text : text.normalize("NFC");
