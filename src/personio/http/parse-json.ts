/** A number token of 16 digits or more, outside of a text (a text would begin with a quote; a false alarm only costs time). */
const LONG_NUMBER = /[:[,]\s*-?\d{16}/;

/**
 * JSON without loss: an integer beyond 2^53, which a double cannot hold, arrives as its digits in a text. Personio's ids
 * can be that long. `undefined` when the text is not whole JSON.
 *
 * A reviver is called for every value and costs several times the parse, so it is used only where there is something to
 * rescue.
 */
export function parseJson(text: string): unknown {
  try {
    return LONG_NUMBER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch {
    // The SyntaxError quotes the text that it stumbled over; it must not travel.
    return undefined;
  }
}

const keepDigits = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER ? context?.source : value;
