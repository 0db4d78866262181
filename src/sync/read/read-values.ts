import type { AttributeValue } from "../../personio/employee.ts";

/**
 * One value of Personio, read as what we need it to be. `unreadable` is neither empty nor absent: it keeps the last good value
 * and puts a line into the skip ledger. It names what was expected and what kind of thing was found, never the value.
 */
export type Reading<Value> = { readonly value: Value | null } | { readonly unreadable: string };

export type OrgReference = { readonly personioId: string; readonly name: string };

/** Longer than any name, title or address a company means; a longer text is a paste accident. */
const TEXT_LENGTH_MAX = 1_000;
/** What an "About me" may hold, or all tags of one attribute together. */
const LONG_TEXT_LENGTH_MAX = 10_000;

export const readText = (value: AttributeValue): Reading<string> => textOf(value, TEXT_LENGTH_MAX);
export const readLongText = (value: AttributeValue): Reading<string> => textOf(value, LONG_TEXT_LENGTH_MAX);

function textOf(value: AttributeValue, lengthMax: number): Reading<string> {
  if (value === null) return { value: null };
  if (typeof value === "number" || typeof value === "boolean") return { value: String(value) };
  if (typeof value !== "string") return expected("text", value);
  const text = cleanText(value);
  if (text.length > lengthMax) return tooLong(lengthMax, text.length);
  return { value: text === "" ? null : text };
}

/**
 * NFC, trimmed, and without what Postgres cannot keep: NUL, and halves of surrogate pairs.
 */
export const cleanText = (text: string): string =>
  text.toWellFormed().replaceAll("\u0000", "").normalize("NFC").trim();

// Deliberately loose: HR decides what an address is. It must only be usable as a key: one @, no white space.
const EMAIL_SHAPE = /^[^\s@]+@[^\s@]+$/u;
/** RFC 5321. */
const EMAIL_LENGTH_MAX = 254;

/** The canonical form: trimmed, NFC, lower-cased; so stored, served and compared. */
export function readEmail(value: AttributeValue): Reading<string> {
  if (value === null) return { value: null };
  if (typeof value !== "string") return expected("an address", value);
  const email = cleanText(value).toLowerCase();
  if (email === "") return { value: null };
  return EMAIL_SHAPE.test(email) && email.length <= EMAIL_LENGTH_MAX
    ? { value: email }
    : { unreadable: "expected an email address, found text that is none" };
}

const DAY_SHAPE = /^(\d{4})-(\d{2})-(\d{2})(?:$|T)/;

/**
 * The calendar day that Personio wrote: the first ten characters. It comes as local midnight with an offset
 * (`2021-03-01T00:00:00+01:00`), and converting that to UTC would move it to the day before.
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

export function readNumber(value: AttributeValue): Reading<number> {
  if (value === null) return { value: null };
  const number = typeof value === "string" ? Number(value.trim() || Number.NaN) : value;
  return typeof number === "number" && Number.isFinite(number)
    ? { value: number }
    : expected("a number", value);
}

/** `{ type, attributes: { id, name } }`: a department, an office, a subcompany. */
export function readOrgReference(value: AttributeValue): Reading<OrgReference> {
  if (value === null) return { value: null };
  const attributes = attributesOf(value);
  const id = readId(attributes?.id);
  const name = attributes?.name;
  if (id === null || typeof name !== "string") return expected("an object with id and name", value);
  return { value: { personioId: id, name: cleanText(name) } };
}

/** `{ type: "Employee", attributes: { id: { value } } }`: only the id is ours to keep. */
export function readEmployeeReference(value: AttributeValue): Reading<string> {
  if (value === null) return { value: null };
  const id = attributesOf(value)?.id;
  const personioId = readId(isObject(id) ? id.value : id);
  return personioId === null ? expected("an employee with an id", value) : { value: personioId };
}

/**
 * Comma-separated, or a JSON list inside a string: both have been seen. Version 2's schema allows lists of objects as well and does not
 * say what is in them, so they are not understood rather than empty. An empty tag has become null on its way here.
 */
export function readTags(value: AttributeValue): Reading<readonly string[]> {
  if (value === null) return { value: null };
  const items: unknown = typeof value === "string" ? splitTags(value) : value;
  if (!Array.isArray(items)) return expected("tags", value);
  const texts: unknown[] = items.filter((item) => item !== null);
  if (!texts.every(isText)) return { unreadable: "expected tags, found a list of something else" };
  const tags = texts.map(cleanText).filter((tag) => tag !== "");
  const length = tags.reduce((sum, tag) => sum + tag.length, 0);
  if (length > LONG_TEXT_LENGTH_MAX) return tooLong(LONG_TEXT_LENGTH_MAX, length);
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

const readId = (id: unknown): string | null =>
  typeof id === "string" && id !== "" ? id : typeof id === "number" ? String(id) : null;

/** What Personio nests below a reference; null where there is nothing. */
export function attributesOf(value: AttributeValue): Record<string, unknown> | null {
  const attributes = isObject(value) ? value.attributes : null;
  return isObject(attributes) ? attributes : null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const tooLong = (lengthMax: number, length: number): { readonly unreadable: string } => ({
  unreadable: `expected at most ${lengthMax} characters, found ${length}`,
});

const expected = (what: string, found: unknown): { readonly unreadable: string } => ({
  unreadable: `expected ${what}, found ${Array.isArray(found) ? "a list" : `a value of type ${typeof found}`}`,
});
