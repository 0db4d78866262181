import { hash } from "node:crypto";
import type { RawRecord } from "../employee.ts";
import { parseJson } from "../http/parse-json.ts";

// A quote inside a text is escaped, so these bytes are never part of one.
// VERIFY(personio): that pages come without blanks and with the type first. Others are parsed as a whole.
const FIRST = Buffer.from('"data":[{"type":"Employee"');
const NEXT = Buffer.from('},{"type":"Employee"');
const END = Buffer.from("}]");

/**
 * Replaces the records in the text that is left. The text then shows whether the records were the page's, or
 * those of a value inside the page.
 */
const CUT = "cut";
const PLACEHOLDER = Buffer.from(JSON.stringify(CUT));

/** How many bytes before the first record belong to `FIRST`, and how many of `NEXT` end the record before. */
const [BEFORE_FIRST, ENDING] = ['"data":['.length, "}".length];

/** A record of Personio that is not parsed yet. */
export class UnparsedRecord implements RawRecord {
  readonly digest: string;

  constructor(readonly bytes: Uint8Array) {
    this.digest = hash("sha256", bytes, "base64");
  }

  get id(): string | null {
    return FIRST_ID.exec(Buffer.from(this.bytes.subarray(0, HEAD_BYTES)).toString("latin1"))?.[1] ?? null;
  }
}

/** The id is the first attribute in every answer so far. */
// VERIFY(personio): a record whose id comes later is parsed in each run.
const FIRST_ID = /^\{"type":"Employee","attributes":\{"id":\{"label":"[^"\\]*","value":"?([\w-]+)"?[,}]/;
const HEAD_BYTES = 200;

/**
 * A page as `parseJson` returns it, only with unparsed records in `data`. A page in any other form is parsed
 * as a whole. A cut may be wrong: then one of the records is not JSON by itself (`parseRecord`).
 */
export function cutPage(bytes: Uint8Array): unknown {
  const page = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = page.indexOf(FIRST) + BEFORE_FIRST;
  const end = page.lastIndexOf(END) + ENDING;
  if (start < BEFORE_FIRST || end <= start) return parseJson(bytes);
  const rest = parseJson(Buffer.concat([page.subarray(0, start), PLACEHOLDER, page.subarray(end)]));
  if (!isCutPage(rest)) return parseJson(bytes);
  return { ...rest, data: [...cutRecords(page.subarray(start, end))] };
}

function* cutRecords(records: Buffer): Generator<UnparsedRecord> {
  let from = 0;
  for (let at = records.indexOf(NEXT); at >= 0; at = records.indexOf(NEXT, from)) {
    yield new UnparsedRecord(records.subarray(from, at + ENDING));
    from = at + ENDING + ",".length;
  }
  yield new UnparsedRecord(records.subarray(from));
}

/**
 * Frees the bytes of a page, of which no record is needed any more. V8 counts only the small views of them.
 * It would keep those of some fifty pages until it collects.
 */
export function freePage([record]: readonly UnparsedRecord[]): void {
  const page = record?.bytes.buffer;
  // Node takes small buffers from a pool, which others share.
  if (page instanceof ArrayBuffer && page.byteLength > Buffer.poolSize) page.transfer(0);
}

const isCutPage = (body: unknown): body is { readonly data: readonly [typeof CUT] } =>
  typeof body === "object" &&
  body !== null &&
  "data" in body &&
  Array.isArray(body.data) &&
  body.data.length === 1 &&
  body.data[0] === CUT;
