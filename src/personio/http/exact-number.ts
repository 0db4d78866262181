/** A decimal number, as JSON and people write it. */
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

/** Numbers this short, without an exponent, are always exact: a double holds any fifteen digits. */
const SHORT = 15;

/** Beyond 2^53 a double may print the original digits and still be another number in a calculation. */
const isSafe = (number: number): boolean => Math.abs(number) <= Number.MAX_SAFE_INTEGER;

/**
 * Reads a decimal number from text. `exact` is null when a double cannot hold the number without loss.
 * Returns null for other text.
 */
export function readDecimal(text: string): { readonly exact: number | null } | null {
  const digits = canonical(text);
  if (digits === null) return null;
  const number = Number(text);
  return { exact: isSafe(number) && canonical(String(number)) === digits ? number : null };
}

/** Whether `number` equals the source text of a JSON number exactly. */
export const isExact = (number: number, source: string): boolean =>
  (source.length <= SHORT && !/[eE]/.test(source)) ||
  (isSafe(number) && canonical(source) === canonical(String(number)));

/** A pattern for zeros at the end takes seconds if 100,000 zeros are followed by another digit. */
function withoutZerosAtEnd(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === "0") end -= 1;
  return digits.slice(0, end);
}

/** One text for all spellings of a number: its digits without zeros at the ends, and its exponent. */
function canonical(text: string): string | null {
  const [, sign, whole = "", fraction = "", exponent = "0"] = DECIMAL.exec(text) ?? [];
  if (sign === undefined || whole + fraction === "") return null;
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = withoutZerosAtEnd(digits);
  if (significant === "") return "0";
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign === "-" ? "-" : ""}${significant}e${power}`;
}
