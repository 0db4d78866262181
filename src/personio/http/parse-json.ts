/** An integer of 16 digits or more where JSON may have one. It also finds what only looks like one, in the middle of a text. */
const LONG_INTEGER = /([:[,]\s*)(-?[1-9]\d{15,})(?=\s*[,}\]])/g;

/**
 * JSON without loss: an integer beyond 2^53, which a double cannot hold, arrives as its digits in a text. Personio's ids
 * can be that long. `undefined` when the text is not whole JSON.
 *
 * Long integers are put in quotes before parsing. A quote that lands inside a text ends that text with a digit behind it, which
 * is no JSON any more; then every number is asked for its digits instead, which takes five times as long.
 */
export function parseJson(text: string): unknown {
  const quoted = text.replace(LONG_INTEGER, quoteBeyondDouble);
  const value = parse(quoted);
  return value === undefined && quoted !== text ? parse(text, keepDigits) : value;
}

const quoteBeyondDouble = (found: string, before: string, digits: string): string =>
  Math.abs(Number(digits)) > Number.MAX_SAFE_INTEGER ? `${before}"${digits}"` : found;

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

const keepDigits: Reviver = (_key, value, context) =>
  typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER ? context?.source : value;

function parse(text: string, reviver?: Reviver): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    // The SyntaxError quotes the text that it stumbled over; it must not travel.
    return undefined;
  }
}
