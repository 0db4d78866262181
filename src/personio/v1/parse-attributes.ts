import { z } from "zod";
import type { Attribute } from "../employee.ts";
import { bytesIn, cutToBytes } from "../http/bytes.ts";

/**
 * Personio's keys are a dozen characters. The key stands in an index entry of the skip ledger beside a record id of up to 2,000 bytes, and
 * an entry of Postgres holds 2,700 in all.
 */
const KEY_BYTES_MAX = 400;

/** More than anybody calls an attribute, or a choice of one. */
const LABEL_BYTES_MAX = 2_000;

/**
 * `GET /v1/company/employees/attributes`: only the key is indispensable, the rest has an honest substitute. An entry without a key is left
 * out, and of two with the same key the first stands: one odd entry is no reason to read nobody.
 */
export const attributesAnswer = z
  .object({ success: z.literal(true), data: z.array(z.unknown()) })
  .transform(({ data }): readonly Attribute[] => uniqueByKey(data.flatMap(toAttribute)));

/** One attribute for each key: Personio has been seen to list some twice, and a statement may write a row only once. */
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

/** A key as text; null for what cannot be one. */
export function readAttributeKey(key: unknown): string | null {
  const text = textOf(key);
  const isKey = text !== "" && text !== "__proto__" && bytesIn(text) <= KEY_BYTES_MAX;
  return isKey ? text : null;
}

export const labelOf = (label: unknown): string => cutToBytes(textOf(label).trim(), LABEL_BYTES_MAX);

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
