import { ActionableError } from "../../errors.ts";
import type { FormatError } from "../operation/format-error.ts";
import type { Rest } from "../slices.ts";

/** Characters after which other requests are served: some 1 ms of CPU. Ordinary answers have fewer. */
const CHARACTERS_AT_ONCE = 65_536;

/** Objects that are turned into text at once, unless their texts are long. */
const OBJECTS_AT_ONCE = 50;

/**
 * Three times the largest answer of ordinary texts. HR may enter a text of 256 KiB, and an operation can
 * select it thousands of times. V8 allows 512 MiB, and the process may run out of memory earlier.
 */
export const TEXT_LENGTH_MAX = 67_108_864;

/** The text of an answer, or of the error that it is too large. */
export const stringifyAnswer = (answer: object, rest: Rest, formatError: FormatError): Promise<string> =>
  stringifyInPieces(answer, rest).catch((error: unknown) => JSON.stringify({ errors: [formatError(error)] }));

/**
 * The same text as `JSON.stringify` makes, with pauses: a large answer takes 10 ms for each megabyte.
 *
 * @throws {ActionableError} LIMIT_COST
 */
export async function stringifyInPieces(answer: object, rest: Rest): Promise<string> {
  let text = "";
  let pauseAt = CHARACTERS_AT_ONCE;
  for (const piece of piecesOf(answer)) {
    text += piece;
    if (text.length > TEXT_LENGTH_MAX) throw tooLarge();
    if (text.length < pauseAt) continue;
    await rest();
    pauseAt = text.length + CHARACTERS_AT_ONCE;
  }
  return text;
}

/** The text of a short answer, or null: a longer one needs pauses. */
export function stringifyIfShort(answer: object): string | null {
  let text = "";
  for (const piece of piecesOf(answer)) {
    text += piece;
    if (text.length > CHARACTERS_AT_ONCE) return null;
  }
  return text;
}

/** The bytes of a large text, which the socket would otherwise make in one turn of the event loop. */
export async function encodeInPieces(text: string, rest: Rest): Promise<string | Buffer> {
  if (text.length <= CHARACTERS_AT_ONCE) return text;
  const pieces: Buffer[] = [];
  for (let from = 0; from < text.length; ) {
    // A pair of surrogates is one character.
    const end = from + CHARACTERS_AT_ONCE;
    const to = isHighSurrogate(text.charCodeAt(end - 1)) ? end + 1 : end;
    pieces.push(Buffer.from(text.slice(from, to)));
    from = to;
    await rest();
  }
  return Buffer.concat(pieces);
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

/** Only values that contain lists are divided: V8 is fastest with whole values. */
function* piecesOf(value: unknown): Generator<string, void> {
  if (!isObject(value) || !hasList(value)) yield stringify(value);
  else if (!Array.isArray(value)) yield* piecesOfObject(value);
  else if (value.some((entry) => isObject(entry) && hasList(entry))) yield* piecesOfList(value);
  else {
    yield* piecesOfPlainList(value);
  }
}

/** The length of each piece decides how many entries the next one has. */
function* piecesOfPlainList(values: readonly unknown[]): Generator<string, void> {
  let count = 1;
  for (let from = 0; from < values.length; ) {
    const entries = JSON.stringify(values.slice(from, from + count));
    yield `${from === 0 ? "[" : ","}${entries.slice(1, -1)}`;
    from += count;
    const fitting = Math.floor((count * CHARACTERS_AT_ONCE) / entries.length);
    count = Math.max(1, Math.min(fitting, OBJECTS_AT_ONCE));
  }
  yield values.length === 0 ? "[]" : "]";
}

function* piecesOfObject(value: object): Generator<string, void> {
  let before = "{";
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    yield* piecesOf(field);
    before = ",";
  }
  yield "}";
}

function* piecesOfList(values: readonly unknown[]): Generator<string, void> {
  let before = "[";
  for (const value of values) {
    yield before;
    yield* piecesOf(value);
    before = ",";
  }
  yield "]";
}

/** Without `Object.values`, which would allocate an array for each object. */
function hasList(value: object): boolean {
  if (Array.isArray(value)) return true;
  for (const name in value) {
    const field: unknown = Reflect.get(value, name);
    if (isObject(field) && hasList(field)) return true;
  }
  return false;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** JSON has no `undefined`; in a list it is null. */
const stringify = (value: unknown): string => JSON.stringify(value) ?? "null";

const tooLarge = (): ActionableError =>
  new ActionableError(
    "LIMIT_COST",
    `The answer is larger than ${TEXT_LENGTH_MAX / 1_048_576} MiB.`,
    "Request fewer objects, or fewer fields with long texts.",
  );
