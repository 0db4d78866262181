import { z } from "zod";
import type { Attribute } from "../employee.ts";
import { bytesIn, cutToBytes } from "../http/bytes.ts";

/**
 * Personio's keys have about a dozen characters. In the skip ledger a key shares an index entry with a record
 * id of up to 2,000 bytes. An index entry of Postgres holds 2,700.
 */
const KEY_BYTES_MAX = 400;

/** Longer than any sensible label of an attribute or an option. */
const LABEL_BYTES_MAX = 2_000;

/**
 * `GET /v1/company/employees/attributes`. Only the key is required; the rest has a reasonable default. It
 * skips an entry without a key, and of two entries with one key it keeps the first. One odd entry must not
 * stop the sync.
 */
export const attributesResponse = z
  .object({ success: z.literal(true), data: z.array(z.unknown()) })
  .transform(({ data }): readonly Attribute[] => uniqueByKey(data.flatMap(toAttribute)));

/** One attribute per key: Personio listed some twice, and one SQL statement may write a row only once. */
export function uniqueByKey(attributes: readonly Attribute[]): readonly Attribute[] {
  const keys = new Set<string>();
  return attributes.filter(({ key }) => !keys.has(key) && keys.add(key));
}

function toAttribute(listed: unknown): Attribute[] {
  const {
    key: listedKey,
    label,
    type,
    universal_id: universalId,
    options,
  } = entry.safeParse(listed).data ?? {};
  const key = readAttributeKey(listedKey);
  if (key === null) return [];
  return [
    {
      key,
      label: labelOf(label) || key,
      type: typeof type === "string" && type !== "" ? type : "standard",
      universalId: typeof universalId === "string" && universalId !== "" ? universalId : null,
      options: Array.isArray(options) ? options.map(labelOf).filter((option) => option !== "") : [],
    },
  ];
}

const entry = z.record(z.string(), z.unknown());

/** A key as text; null for other values. */
export function readAttributeKey(key: unknown): string | null {
  const text = textOf(key);
  const isKey = text !== "" && text !== "__proto__" && bytesIn(text) <= KEY_BYTES_MAX;
  return isKey ? text : null;
}

export const labelOf = (label: unknown): string => cutToBytes(textOf(label).trim(), LABEL_BYTES_MAX);

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
