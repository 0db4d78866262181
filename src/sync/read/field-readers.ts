import type { FieldShape } from "../../integration/fields/people-fields.ts";
import type { AttributeValue } from "../../personio/employee.ts";
import { readAnyId } from "../../personio/http/record-id.ts";
import type { EmploymentType } from "../../tenant/employment-type.ts";
import type { PersonStatus } from "../../tenant/person-status.ts";
import { expected, type Reading, readDay, readEmail, readName, readNumber, readText } from "./read-values.ts";

export type OrgReference = { readonly personioId: string; readonly name: string };

// Maps, not objects: an object also has the key "constructor".
const STATUSES = new Map<string, PersonStatus>([
  ["onboarding", "ONBOARDING"],
  ["active", "ACTIVE"],
  ["leave", "LEAVE"],
  ["inactive", "INACTIVE"],
]);

const EMPLOYMENT_TYPES = new Map<string, EmploymentType>([
  ["internal", "INTERNAL"],
  ["external", "EXTERNAL"],
]);

/** How to read each shape of a field. */
export const FIELD_READERS = {
  EMAIL: readEmail,
  NAME: readName,
  TEXT: readText,
  DAY: readDay,
  STATUS: oneOf(STATUSES),
  EMPLOYMENT_TYPE: oneOf(EMPLOYMENT_TYPES),
  ORG_UNIT: readOrgReference,
  ORG_NAME: readOrgName,
  COST_CENTERS: readCostCenter,
  EMPLOYEE: readEmployeeReference,
} satisfies Readonly<Record<FieldShape, (value: AttributeValue) => Reading<unknown>>>;

export type ShapeValue<Shape extends FieldShape> =
  ReturnType<(typeof FIELD_READERS)[Shape]> extends Reading<infer Value> ? Value : never;

function oneOf<Value>(values: ReadonlyMap<string, Value>): (value: AttributeValue) => Reading<Value> {
  const expected = `expected one of ${[...values.keys()].join(", ")}`;
  return (value) => {
    if (value === null) return { value: null };
    const found = typeof value === "string" ? values.get(value.trim().toLowerCase()) : undefined;
    return found === undefined ? { unreadable: expected } : { value: found };
  };
}

/** `{ type, attributes: { id, name } }`: a department, an office, a subcompany. */
export function readOrgReference(value: AttributeValue): Reading<OrgReference> {
  if (value === null) return { value: null };
  const attributes = attributesOf(value);
  const id = readAnyId(attributes?.id);
  const name = readName(typeof attributes?.name === "string" ? attributes.name : null);
  if ("unreadable" in name) return name;
  if (id === null || name.value === null) return expected("an object with id and name", value);
  return { value: { personioId: id, name: name.value } };
}

/** The name of a team or the like. Another attribute that an admin maps may hold the name as a text. */
export function readOrgName(value: AttributeValue): Reading<string> {
  if (typeof value !== "object") return readName(value);
  const reading = readOrgReference(value);
  return "unreadable" in reading ? reading : { value: reading.value?.name ?? null };
}

/**
 * The name of the cost center with the largest share of a person and, among equal shares, with the lowest id.
 */
export function readCostCenter(value: AttributeValue): Reading<string> {
  if (!Array.isArray(value)) return readOrgName(value);
  const centers = value.map(readShare);
  const isRead = (center: Share | null): center is Share => center !== null;
  if (!centers.every(isRead)) return expected("cost centers with id, name and share", value);
  const [main] = centers.toSorted((one, other) => other.share - one.share || byId(one, other));
  return main ? readOrgName(main.center) : { value: null };
}

type Share = { readonly id: string; readonly share: number; readonly center: AttributeValue };

/**
 * `{ type: "CostCenter", attributes: { id, name, percentage } }`. Without a percentage the share is the
 * smallest.
 */
function readShare(center: AttributeValue): Share | null {
  const { id, percentage } = attributesOf(center) ?? {};
  const readId = readAnyId(id);
  const reading = readNumber((percentage ?? 0) as AttributeValue);
  return readId === null || "unreadable" in reading
    ? null
    : { id: readId, share: Number(reading.value), center };
}

/** Ids are numbers as texts, or have one length: the shorter one is the lower one. */
const byId = (one: Share, other: Share): number =>
  one.id.length - other.id.length || (one.id < other.id ? -1 : 1);

/** `{ type: "Employee", attributes: { id: { value } } }`: the directory stores only the id. */
export function readEmployeeReference(value: AttributeValue): Reading<string> {
  if (value === null) return { value: null };
  const id = attributesOf(value)?.id;
  const personioId = readAnyId(isObject(id) ? id.value : id);
  return personioId === null ? expected("an employee with an id", value) : { value: personioId };
}

/** The attributes of a reference; null if there are none. */
export function attributesOf(value: AttributeValue): Record<string, unknown> | null {
  const attributes = isObject(value) ? value.attributes : null;
  return isObject(attributes) ? attributes : null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
