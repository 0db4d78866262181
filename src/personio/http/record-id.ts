import { bytesIn } from "./bytes.ts";

/** Ids stand in index entries, and one of Postgres holds 2,700 bytes in all. */
const ID_BYTES_MAX = 2_000;

/**
 * An id that one record gives of another, or of itself, as text; null where there is none. What it looks like is Personio's to say, as long
 * as it can be stored and found again.
 */
export function readAnyId(id: unknown): string | null {
  const text = typeof id === "number" ? String(id) : id;
  return typeof text === "string" && text.trim() !== "" && bytesIn(text) <= ID_BYTES_MAX ? text : null;
}

/** Numbers so far, and uuids where Personio has moved on. A digit is in each of them, and in no word of its paths. */
const RECORD_ID = /^(?=.*\d)[\w-]{1,64}$/;

/** Whether this can be the id of a record, so that it may stand in a path: ids also come from outside, with webhooks. */
export const isRecordId = (text: string): boolean => RECORD_ID.test(text);

/** An id as text; null for what is none. A number beyond 2^53 that was not parsed as text has lost its digits. */
export function readRecordId(id: unknown): string | null {
  const text = typeof id === "number" && Number.isSafeInteger(id) ? String(id) : id;
  return typeof text === "string" && isRecordId(text) ? text : null;
}
