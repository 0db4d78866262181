import type { AttributeValue } from "../employee.ts";
import { readAnyId } from "../http/record-id.ts";
import type { OrgKind } from "./org-names.ts";
import { fieldOf, plainValue } from "./plain-value.ts";
import type { V2Context } from "./v2-context.ts";

/*
 * What employments refer to by id, nested and named as version 1 does it. Without the right to the names a reference is of no
 * use and missing. One that the list of names does not know, such as a department that was made a moment ago, has no name:
 * it is there and cannot be read, which keeps what is known of it and shows.
 */

type Value = AttributeValue | undefined;

/** Version 1 sends names and email along; the id is all that is needed. */
export function supervisor(value: unknown): Value {
  const id = idIn(value);
  return id === undefined ? plainValue(value) : { type: "Employee", attributes: { id } };
}

export function officeOrEntity(value: unknown, kind: "office" | "legal_entity", context: V2Context): Value {
  if (context.names[kind] === null) return undefined;
  const id = idIn(value);
  return id === undefined ? plainValue(value) : reference(kind, id, context);
}

/**
 * One list holds departments and teams. An employment without a department has none only if departments may be read: else
 * it would look the same.
 */
export function orgUnit(value: unknown, kind: "department" | "team", context: V2Context): Value {
  const { names, granted } = context;
  if (value === undefined || names[kind] === null) return undefined;
  if (value !== null && !Array.isArray(value)) return plainValue(value);
  const units: readonly unknown[] = value ?? [];
  const unit = units.find((item) => typeIn(item) === kind);
  if (unit === undefined) return granted?.some(({ key }) => key === kind) ? null : undefined;
  const id = idIn(unit);
  return id === undefined ? plainValue(unit) : reference(kind, id, context);
}

export function costCenters(value: unknown, context: V2Context): Value {
  if (context.names.cost_centers === null) return undefined;
  if (!Array.isArray(value) || value.length === 0) return plainValue(value);
  return value.map((center: unknown) => {
    const id = idIn(center);
    if (id === undefined) return center;
    const { type, attributes } = reference("cost_centers", id, context);
    return { type, attributes: { ...attributes, percentage: fieldOf(center, "weight") } };
  });
}

/** Version 1's words for the types. */
const TYPES: Readonly<Record<OrgKind, string>> = {
  department: "Department",
  team: "Team",
  office: "Office",
  legal_entity: "LegalEntity",
  cost_centers: "CostCenter",
};

const reference = (kind: OrgKind, id: string, { names }: V2Context) => ({
  type: TYPES[kind],
  attributes: { id, name: names[kind]?.get(id) ?? null },
});

/** Some are numbers, some are uuids, and none of them is more than a word to us. */
const idIn = (value: unknown): string | undefined => readAnyId(fieldOf(value, "id")) ?? undefined;

function typeIn(value: unknown): string | undefined {
  const type = fieldOf(value, "type");
  return typeof type === "string" ? type.toLowerCase() : undefined;
}
