import type { AttributeValue } from "../employee.ts";
import { readAnyId } from "../http/record-id.ts";
import { type OrgKind, orgTypeOf } from "./org-names.ts";
import { fieldOf, plainValue } from "./plain-value.ts";
import type { V2Context } from "./v2-context.ts";

/*
 * References by id in employments, nested and named as in version 1. Without the right to read the names, a
 * reference is useless, so the attribute is missing. If the list lacks the id, such as that of a brand-new
 * department, the name is null. Then the attribute is present but unreadable: the directory keeps its stored
 * value and reports the problem.
 */

type Value = AttributeValue | undefined;

/** Version 1 includes names and email; only the id is needed. */
export function supervisor(value: unknown): Value {
  const id = idIn(value);
  return id === undefined ? plainValue(value) : { type: "Employee", attributes: { id } };
}

export function officeOrEntity(value: unknown, kind: OrgKind, context: V2Context): Value {
  if (context.names[kind] === null) return undefined;
  const id = idIn(value);
  return id === undefined ? plainValue(value) : reference(kind, id, context);
}

/**
 * One list has departments and teams. An employment without a department has none only if departments are
 * readable: without the right, it looks the same.
 */
export function orgUnit(value: unknown, kind: OrgKind, context: V2Context): Value {
  const { names, granted } = context;
  if (value === undefined || names[kind] === null) return undefined;
  if (value !== null && !Array.isArray(value)) return plainValue(value);
  const units: readonly unknown[] = value ?? [];
  const unit = units.find((item) => typeIn(item) === kind);
  if (unit === undefined) return granted?.some(({ key }) => key === kind) ? null : undefined;
  const id = idIn(unit);
  return id === undefined ? plainValue(unit) : reference(kind, id, context);
}

/** A list of references, each with its weight. */
export function weightedReferences(value: unknown, kind: OrgKind, context: V2Context): Value {
  if (context.names[kind] === null) return undefined;
  if (!Array.isArray(value) || value.length === 0) return plainValue(value);
  return value.map((item: unknown) => {
    const id = idIn(item);
    if (id === undefined) return item;
    const { type, attributes } = reference(kind, id, context);
    return { type, attributes: { ...attributes, percentage: fieldOf(item, "weight") } };
  });
}

const reference = (kind: OrgKind, id: string, { names }: V2Context) => ({
  type: orgTypeOf(kind),
  attributes: { id, name: names[kind]?.get(id) ?? null },
});

/** Some ids are numbers, some are uuids; we treat both as text. */
const idIn = (value: unknown): string | undefined => readAnyId(fieldOf(value, "id")) ?? undefined;

function typeIn(value: unknown): string | undefined {
  const type = fieldOf(value, "type");
  return typeof type === "string" ? type.toLowerCase() : undefined;
}
