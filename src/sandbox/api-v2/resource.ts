import type { Fault } from "../api/faults.ts";
import type { Person } from "../company/person.ts";
import type { Records } from "../records/records.ts";
import type { Today } from "../records/status.ts";
import type { Units } from "../records/units.ts";
import type { SettingsV2 } from "../settings.ts";

export type Json = null | string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** An object of version 2. */
export type Resource = Readonly<Record<string, Json>>;

/** One field of a person or an employment. */
export type Field = {
  readonly name: string;
  /** The key of the attribute that must be granted; null for fields that are always present. */
  readonly grant: string | null;
  /** Undefined when the field consists of several attributes and none is granted. */
  read(person: Person, context: ResourceContext): Json | undefined;
};

/** The context of the fields, besides the record. */
export type ResourceContext = {
  readonly records: Records;
  readonly units: Units;
  readonly today: Today;
  /** The base URL of the API, for addresses in fields. */
  readonly url: string;
  readonly settings: SettingsV2;
  readonly faults: readonly Fault[];
  canRead(attributeKey: string): boolean;
};

/** Writes a person's fields; fields that are not granted are absent. */
export function createResourceWriter(
  fields: readonly Field[],
  context: ResourceContext,
): (person: Person) => Resource {
  const { canRead, faults, settings } = context;
  const readable = fields.filter(
    ({ name, grant }) => (grant === null || canRead(grant)) && !isRemovedByFault(faults, name),
  );
  return (person) => {
    const resource: Record<string, Json> = {};
    for (const { name, read } of readable) {
      const value = applyValueFault(faults, { key: name, personId: person.id, value: read(person, context) });
      if (value !== undefined && !isOmitted(value, settings)) resource[name] = value;
    }
    return resource;
  };
}

export const isOmitted = (value: Json, { emptyValues }: SettingsV2): boolean =>
  value === null && emptyValues === "absent";

/** Version 2 writes instants in UTC, to the second. */
export const instantText = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

/** Whether a fault removes the field, or the custom attribute of this id. */
export const isRemovedByFault = (faults: readonly Fault[], key: string): boolean =>
  faults.some((fault) => fault.kind === "missing-attributes" && fault.attributes.includes(key));

type Value = { readonly key: string; readonly personId: string; readonly value: Json | undefined };

/** The value after these faults. */
export function applyValueFault(faults: readonly Fault[], { key, personId, value }: Value): Json | undefined {
  const wrong = faults.find(
    (fault) =>
      fault.kind === "wrong-value" &&
      fault.attribute === key &&
      (fault.employees?.includes(personId) ?? true),
  );
  return wrong?.kind === "wrong-value" ? wrong.value : value;
}

export const hasFault = (faults: readonly Fault[], kind: Fault["kind"]): boolean =>
  faults.some((fault) => fault.kind === kind);
