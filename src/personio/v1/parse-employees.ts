import { z } from "zod";
import type { AttributeValue, Employee, FindKnown } from "../employee.ts";
import { parseJson } from "../http/parse-json.ts";
import { readAnyId } from "../http/record-id.ts";
import { freePage, UnparsedRecord } from "./cut-page.ts";

export type CountedPage = {
  /** The announced number of employees; null if it is missing or implausible. */
  readonly total: number | null;
  /** How many records the page had, including unreadable ones: the next page starts after them. */
  readonly received: number;
  readonly employees: readonly Employee[];
  /** See `EmployeePage`. */
  readonly doubt?: string;
  readonly known?: readonly string[];
  /** The records of a cut page, which are not parsed yet (`parseUnknown`). */
  readonly unparsed?: readonly UnparsedRecord[];
};

/** No company has more people. A larger number is an error, and would not fit into the columns for counts. */
export const TOTAL_MAX = 10_000_000;

/** Personio nests four deep (employee, supervisor, its attributes, their values). No field is much deeper. */
const DEPTH_MAX = 12;

/**
 * A page of `GET /v1/company/employees`. zod checks only the envelope. The code walks the records by hand. A
 * page has thousands of unknown attributes, and a schema for each would take longer than parsing the JSON.
 *
 * A record without a readable id cannot be stored or named, so the page carries a `doubt`. Without it, that
 * person would look like a leaver. An unreadable total is a doubt too.
 *
 * @param kept the attributes to keep beside the id, by key; all if left out.
 */
export const employeesResponse = (kept?: ReadonlySet<string>): z.ZodType<CountedPage> =>
  z
    .object({
      success: z.literal(true),
      metadata: z.unknown(),
      data: z.array(z.unknown()),
    })
    .transform(({ metadata, data }): CountedPage => {
      const total = isObject(metadata) ? readTotal(metadata.total_elements) : null;
      const unparsed = data.filter((record) => record instanceof UnparsedRecord);
      if (unparsed.length > 0) return { total, received: data.length, employees: [], unparsed };
      return countedPage(
        total,
        data.map((record) => toEmployee(record, kept)),
      );
    });

function countedPage(total: number | null, records: readonly (Employee | null)[]): CountedPage {
  const employees = records.filter((employee) => employee !== null);
  const nameless = records.length - employees.length;
  const doubts = [
    ...(nameless > 0 ? [`${nameless} records had no readable id`] : []),
    ...(total === null ? ["the total number of records (total_elements) is unreadable"] : []),
  ];
  const page = { total, received: records.length, employees };
  return doubts.length > 0 ? { ...page, doubt: doubts.join(", and ") } : page;
}

/**
 * Parses the records of a cut page, except those that are known. Null if one of them is not JSON by itself:
 * then the cut was wrong, or the page is broken. A known record was parsed once, so it is whole. The bytes of
 * the page are free afterwards.
 */
export async function parseUnknown(
  page: CountedPage,
  findKnown: FindKnown,
  kept?: ReadonlySet<string>,
): Promise<CountedPage | null> {
  const { unparsed, total, received } = page;
  if (!unparsed) return page;
  const known = await findKnown(unparsed);
  const records: (Employee | null)[] = [];
  for (const { digest, bytes } of unparsed) {
    if (known.has(digest)) continue;
    const record = parseJson(bytes);
    if (record === undefined) return null;
    const employee = toEmployee(record, kept);
    records.push(employee && { ...employee, digest });
  }
  freePage(unparsed);
  return {
    ...countedPage(total, records),
    received,
    known: unparsed.flatMap(({ digest }) => known.get(digest) ?? []),
  };
}

function readTotal(value: unknown): number | null {
  const total = typeof value === "string" && /^\d{1,8}$/.test(value) ? Number(value) : value;
  const isCount = typeof total === "number" && Number.isInteger(total) && total >= 0 && total <= TOTAL_MAX;
  return isCount ? total : null;
}

/** `GET /v1/company/employees/{id}`. */
export const employeeResponse = z
  .object({ success: z.literal(true), data: z.unknown() })
  .transform(({ data }, context): Employee => {
    const employee = toEmployee(data);
    if (employee) return employee;
    context.addIssue({ code: "custom", path: ["data"], message: "expected attributes with an id" });
    return z.NEVER;
  });

function toEmployee(record: unknown, kept?: ReadonlySet<string>): Employee | null {
  if (!isObject(record) || !isObject(record.attributes)) return null;
  const attributes = valuesOf(record.attributes, kept);
  const id = readAnyId(attributes.id);
  return id === null ? null : { id, attributes };
}

/**
 * The values without their labels. A value without an envelope is unreadable, so it is missing, which is not
 * empty.
 */
function valuesOf(
  envelopes: Record<string, unknown>,
  kept?: ReadonlySet<string>,
): Record<string, AttributeValue> {
  const values: Record<string, AttributeValue> = {};
  for (const key in envelopes) {
    if (kept && key !== "id" && !kept.has(key)) continue;
    const envelope = envelopes[key];
    // An assignment to this key would replace the prototype.
    if (key === "__proto__") continue;
    if (isEnvelope(envelope)) values[key] = simplify(envelope.value, key, 1);
  }
  return values;
}

function simplify(value: unknown, key: string, depth: number): AttributeValue {
  switch (typeof value) {
    case "string":
      return value === "" ? null : value;
    case "number":
      return key === "id" ? String(value) : value;
    case "boolean":
      return value;
    case "object":
      return value === null || depth > DEPTH_MAX ? null : simplifyObject(value, key, depth);
    default:
      return null;
  }
}

/** Keeps Personio's nesting; only the envelopes of inner attributes go. */
function simplifyObject(value: object, key: string, depth: number): AttributeValue {
  if (Array.isArray(value)) {
    return value.length === 0 ? null : value.map((item) => simplify(item, key, depth + 1));
  }
  if (isEnvelope(value)) return simplify(value.value, key, depth + 1);

  const fields: Record<string, AttributeValue> = {};
  for (const [name, field] of Object.entries(value)) fields[name] = simplify(field, name, depth + 1);
  // An empty reference: `{}`, or `{ type: "Department", attributes: [] }`.
  return Object.keys(fields).length === 0 || fields.attributes === null ? null : fields;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `{ label, value, type, universal_id }`, Personio's envelope of every attribute. */
const isEnvelope = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && value.value !== undefined && value.label !== undefined;
