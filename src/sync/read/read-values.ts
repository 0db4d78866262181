import { normalizeEmail, stripInvisible } from "../../people/email-address.ts";
import type { AttributeValue } from "../../personio/employee.ts";
import { bytesIn } from "../../personio/http/bytes.ts";
import { cleanText } from "../../personio/http/clean-text.ts";
import { readDecimal } from "../../personio/http/exact-number.ts";

/**
 * One value of Personio, read as the type of its field. `unreadable` is neither empty nor absent: the
 * directory keeps its last good value, and the skip ledger gets an entry. The text names the expected and the
 * found type, never the value.
 */
export type Reading<Value> = { readonly value: Value | null } | { readonly unreadable: string };

/**
 * The limit for indexed texts: names of people, and of departments and the like. An index entry of Postgres
 * holds 2,700 bytes in all. Bytes of UTF-8, not characters: a Chinese name of a thousand characters is three
 * thousand bytes.
 */
export const INDEXED_BYTES_MAX = 2_000;

/** Any text except a name. Personio documents no limit; `translate` limits all texts of a person together. */
export const readText = (value: AttributeValue): Reading<string> => {
  if (value === null) return { value: null };
  if (typeof value === "number" || typeof value === "boolean") return { value: String(value) };
  if (typeof value !== "string") return expected("text", value);
  const text = value.trim();
  return { value: text === "" ? null : text };
};

export function readName(value: AttributeValue): Reading<string> {
  const reading = readText(value);
  const bytes = "value" in reading ? bytesIn(reading.value ?? "") : 0;
  return bytes > INDEXED_BYTES_MAX ? tooLong(INDEXED_BYTES_MAX, bytes) : reading;
}

/** The canonical form (`cleanEmail`), in which addresses are stored, served and compared. */
export function readEmail(value: AttributeValue): Reading<string> {
  if (value === null) return { value: null };
  if (typeof value !== "string") return expected("an address", value);
  if (stripInvisible(value).trim() === "") return { value: null };
  const email = normalizeEmail(value);
  return email === null ? { unreadable: "expected an email address, found other text" } : { value: email };
}

const DAY_SHAPE = /^(\d{4})-(\d{2})-(\d{2})/;

/**
 * The calendar day as Personio writes it: the first ten characters, whatever follows. Personio sends local
 * midnight with an offset (`2021-03-01T00:00:00+01:00`), and a conversion to UTC would move it to the day
 * before.
 */
export function readDay(value: AttributeValue): Reading<string> {
  if (value === null) return { value: null };
  if (typeof value !== "string") return expected("a date", value);
  const match = DAY_SHAPE.exec(value.trim());
  if (!match) return { unreadable: "expected a date (YYYY-MM-DD), found other text" };
  const [, year, month, day] = match.map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year!, month! - 1, day!);
  const exists = year! > 0 && date.getUTCMonth() === month! - 1 && date.getUTCDate() === day!;
  return exists
    ? { value: value.trim().slice(0, 10) }
    : { unreadable: "expected a date that exists in the calendar" };
}

/** A number or, if a double would round it, its exact text. */
export function readNumber(value: AttributeValue): Reading<number | string> {
  if (value === null) return { value: null };
  if (typeof value === "number" && Number.isFinite(value)) return { value };
  const text = typeof value === "string" ? value.trim() : "";
  const decimal = readDecimal(text);
  return decimal ? { value: decimal.exact ?? text } : expected("a number", value);
}

/**
 * Comma-separated, or a JSON list inside a string: Personio sends both. Version 2's schema also allows lists
 * of objects without their properties, so these are unreadable, not empty. An empty tag arrives here as null.
 */
export function readTags(value: AttributeValue): Reading<readonly string[]> {
  if (value === null) return { value: null };
  const items: unknown = typeof value === "string" ? splitTags(value) : value;
  if (!Array.isArray(items)) return expected("tags", value);
  const texts: unknown[] = items.filter((item) => item !== null);
  if (!texts.every(isText)) return { unreadable: "expected tags, found a list of other values" };
  // A list inside a text is parsed only here, so its texts are not clean yet.
  const tags = texts.map((tag) => cleanText(tag).trim()).filter((tag) => tag !== "");
  return { value: tags.length > 0 ? tags : null };
}

const isText = (item: unknown): item is string => typeof item === "string";

function splitTags(text: string): unknown {
  if (!text.trim().startsWith("[")) return text.split(",");
  try {
    return JSON.parse(text);
  } catch {
    return text.split(",");
  }
}

export const tooLong = (bytesMax: number, bytes: number): { readonly unreadable: string } => ({
  unreadable: `expected at most ${bytesMax} bytes of UTF-8, found ${bytes}`,
});

export const expected = (what: string, found: unknown): { readonly unreadable: string } => ({
  unreadable: `expected ${what}, found ${Array.isArray(found) ? "a list" : `a value of type ${typeof found}`}`,
});
