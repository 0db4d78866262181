import { bytesIn } from "./bytes.ts";

/** Ids are part of index entries, and an index entry of Postgres holds 2,700 bytes. */
const ID_BYTES_MAX = 2_000;

/**
 * A record's id in a reference, or its own, as text; null if there is none. Any form is accepted that can be
 * stored and found again.
 */
export function readAnyId(id: unknown): string | null {
  const text = typeof id === "number" ? String(id) : id;
  return typeof text === "string" && text.trim() !== "" && bytesIn(text) <= ID_BYTES_MAX ? text : null;
}

/**
 * Numbers so far, and uuids in Personio's newer parts. All contain a digit, and no word in its paths does.
 */
const RECORD_ID = /^(?=.*\d)[\w-]{1,64}$/;

/** Whether the text can be a record id, and so may be part of a path: webhooks bring ids from outside. */
export const isRecordId = (text: string): boolean => RECORD_ID.test(text);

/** An id as text; null for other values. A number beyond 2^53 that was not parsed as text has lost digits. */
export function readRecordId(id: unknown): string | null {
  const text = typeof id === "number" && Number.isSafeInteger(id) ? String(id) : id;
  return typeof text === "string" && isRecordId(text) ? text : null;
}
