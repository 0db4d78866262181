import { cleanTexts } from "./clean-text.ts";
import { isExact } from "./exact-number.ts";

/** A double may not hold a number with so many digits. */
const LONG = 16;

const QUOTE = Buffer.from('"');

/** Fatal, because bytes that are not UTF-8 are not JSON. */
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * JSON without loss, in clean text. A number that a double cannot hold stays a text, as written: Personio's
 * ids can be beyond 2^53. Postgres can store all texts and keys (`cleanTexts`). Returns `undefined` when the
 * bytes are not complete JSON in UTF-8.
 *
 * Long integers get quotes before parsing. A quote that lands inside a text ends that text before a digit,
 * which is not JSON any more. Then the parser compares every number with its source, which takes five times
 * as long. So does a page with a long decimal or an exponent.
 */
export function parseJson(bytes: Uint8Array): unknown {
  const quoted = quoteLongIntegers(bytes);
  const value = parse(quoted);
  return value === undefined && quoted !== bytes ? parse(bytes, { lossless: true }) : value;
}

/**
 * May also quote digits in the middle of a text that look like an integer. A long enough run of digits covers
 * a multiple of `LONG`, so only those positions are checked. A regular expression over a whole page takes
 * half as long as parsing it. In UTF-8 the byte of a digit is never part of another character, and joining
 * bytes is faster than joining texts.
 */
function quoteLongIntegers(bytes: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let done = 0;
  for (let at = LONG - 1; at < bytes.length; at += LONG) {
    if (!isDigit(bytes[at])) continue;
    let [start, end] = [at, at + 1];
    while (isDigit(bytes[start - 1])) start -= 1;
    while (isDigit(bytes[end])) end += 1;
    if (end - start >= LONG && isBeyondDouble(bytes.subarray(start, end))) {
      if (bytes[start - 1] === MINUS) start -= 1;
      if (isWholeValue(bytes, start, end)) {
        pieces.push(bytes.subarray(done, start), QUOTE, bytes.subarray(start, end), QUOTE);
        done = end;
      }
    }
    at = end - 1;
  }
  return pieces.length === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(done)]);
}

const [ZERO, NINE, MINUS] = [48, 57, 45];

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE;

const isBeyondDouble = (digits: Uint8Array): boolean =>
  digits[0] !== ZERO && Number(utf8.decode(digits)) > Number.MAX_SAFE_INTEGER;

const bytesOf = (signs: string): ReadonlySet<number | undefined> => new Set(Buffer.from(signs));
const BLANKS = bytesOf(" \n\r\t");
const BEFORE_VALUE = bytesOf(":[,");
const AFTER_VALUE = bytesOf(",}]");

/** Whether the bytes may be a complete JSON value: between a colon, bracket or comma and the next. */
function isWholeValue(bytes: Uint8Array, start: number, end: number): boolean {
  let [before, after] = [start - 1, end];
  while (BLANKS.has(bytes[before])) before -= 1;
  while (BLANKS.has(bytes[after])) after += 1;
  return BEFORE_VALUE.has(bytes[before]) && AFTER_VALUE.has(bytes[after]);
}

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/** A number that a double may round: sixteen digits or more, or an exponent. */
const MAY_LOSE = /[:,[]\s*-?(?:[\d.]{16}|[\d.]+[eE])/;

/** Unescaped text below U+0300 needs no cleaning (`cleanTexts`). */
const MAY_NEED_CLEANING = /\\u|[\u0300-\uffff]|__proto__/;

const keepDigits: Reviver = (_key, value, context) =>
  typeof value === "number" && context?.source !== undefined && !isExact(value, context.source)
    ? context.source
    : value;

function parse(bytes: Uint8Array, options: { readonly lossless?: boolean } = {}): unknown {
  try {
    const text = utf8.decode(bytes);
    const value =
      options.lossless || MAY_LOSE.test(text) ? parseLossless(text) : (JSON.parse(text) as unknown);
    return MAY_NEED_CLEANING.test(text) ? cleanTexts(value) : value;
  } catch {
    // The SyntaxError quotes the text; it must not leave this function.
    return undefined;
  }
}

/**
 * A reviver recurses. JSON that is nested deeper than the stack is parsed without one; no code reads that
 * deep.
 */
function parseLossless(text: string): unknown {
  try {
    return JSON.parse(text, keepDigits);
  } catch (error) {
    if (error instanceof RangeError) return JSON.parse(text);
    throw error;
  }
}
