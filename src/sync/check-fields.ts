import type { EntityManager } from "typeorm";
import { lockFieldMapping } from "../integration/fields/field-mapping.repository.ts";
import {
  type FieldMappingRow,
  type MappedAttributes,
  mappedAttributes,
} from "../integration/fields/field-mapping.ts";
import { countWipes } from "../lifecycle/events/wipe-events.repository.ts";
import { FieldsReplaced } from "./run-problems.ts";

/**
 * Checks that a read uses no field that an admin has hidden since it began. The mapping stays locked until
 * the transaction ends: what is stored in it is there before a later change is.
 *
 * @throws FieldsReplaced
 */
export async function checkFields(manager: EntityManager, used: MappedAttributes): Promise<void> {
  if (hidesUsed(await lockFieldMapping(manager), used)) throw new FieldsReplaced();
}

/** Whether the mapping hides a field, or has no row for a custom attribute, that is in use. Pure. */
export function hidesUsed(current: readonly FieldMappingRow[], used: MappedAttributes): boolean {
  const { hidden, customKeys } = mappedAttributes(current);
  return (
    hidden.some((field) => used.keyOf[field] !== undefined) ||
    used.customKeys.some((key) => !customKeys.includes(key))
  );
}

/**
 * Checks that no hidden value was deleted since the plan was made: the plan may have it.
 *
 * @throws FieldsReplaced
 */
export async function checkWipes(manager: EntityManager, wipes: number): Promise<void> {
  if ((await countWipes(manager)) !== wipes) throw new FieldsReplaced();
}
