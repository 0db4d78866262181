/** So many digits in a row are more than a double may be able to hold. */
const LONG = 16;

/**
 * JSON without loss: an integer beyond 2^53, which a double cannot hold, arrives as its digits in a text. Personio's ids
 * can be that long. `undefined` when the text is not whole JSON.
 *
 * Long integers are put in quotes before parsing. A quote that lands inside a text ends that text with a digit behind it, which
 * is no JSON any more; then every number is asked for its digits instead, which takes five times as long.
 */
export function parseJson(text: string): unknown {
  const quoted = quoteLongIntegers(text);
  const value = parse(quoted);
  return value === undefined && quoted !== text ? parse(text, keepDigits) : value;
}

/**
 * Also quotes what only looks like an integer, in the middle of a text. Digits in a row that are long enough stand on one place of each
 * `LONG`, so only those places are looked at: an expression over a whole page takes half as long as parsing it.
 */
function quoteLongIntegers(text: string): string {
  let [quoted, done] = ["", 0];
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isDigit(text, at)) continue;
    let [start, end] = [at, at + 1];
    while (isDigit(text, start - 1)) start -= 1;
    while (isDigit(text, end)) end += 1;
    if (end - start >= LONG && isBeyondDouble(text.slice(start, end))) {
      if (text[start - 1] === "-") start -= 1;
      if (isWholeValue(text, start, end)) {
        quoted += `${text.slice(done, start)}"${text.slice(start, end)}"`;
        done = end;
      }
    }
    at = end - 1;
  }
  return quoted + text.slice(done);
}

const isBeyondDouble = (digits: string): boolean =>
  !digits.startsWith("0") && Number(digits) > Number.MAX_SAFE_INTEGER;

/** Whether what stands there may be all of a JSON value: between a colon, bracket or comma and the next. */
function isWholeValue(text: string, start: number, end: number): boolean {
  let [before, after] = [start - 1, end];
  while (isBlank(text, before)) before -= 1;
  while (isBlank(text, after)) after += 1;
  return ":[,".includes(text[before] ?? "?") && ",}]".includes(text[after] ?? "?");
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

const isBlank = (text: string, at: number): boolean => " \n\r\t".includes(text[at] ?? "?");

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
