import type { Person } from "../company/person.ts";
import type { Fault } from "../control/faults.ts";
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
  /** The attribute that must be granted, by its key; null for what is always there. */
  readonly grant: string | null;
  /** Undefined where the field is made of several attributes and none of them is granted. */
  read(person: Person, context: ResourceContext): Json | undefined;
};

/** What the fields depend on besides the record. */
export type ResourceContext = {
  readonly records: Records;
  readonly units: Units;
  readonly today: Today;
  /** Where the API is reached, for the addresses in it. */
  readonly url: string;
  readonly settings: SettingsV2;
  readonly faults: readonly Fault[];
  canRead(attributeKey: string): boolean;
};

/** Writes somebody's fields; what is not granted is simply not there. */
export function createResourceWriter(
  fields: readonly Field[],
  context: ResourceContext,
): (person: Person) => Resource {
  const { canRead, faults, settings } = context;
  const readable = fields.filter(
    ({ name, grant }) => (grant === null || canRead(grant)) && !isStruckOut(faults, name),
  );
  return (person) => {
    const resource: Record<string, Json> = {};
    for (const { name, read } of readable) {
      const value = valueUnder(faults, { key: name, personId: person.id, value: read(person, context) });
      if (value !== undefined && !isOmitted(value, settings)) resource[name] = value;
    }
    return resource;
  };
}

export const isOmitted = (value: Json, { emptyValues }: SettingsV2): boolean =>
  value === null && emptyValues === "absent";

/** Version 2 writes instants in UTC, to the second. */
export const instantText = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

/** Whether a fault takes the field, or the custom attribute of this id, out of the answer. */
export const isStruckOut = (faults: readonly Fault[], key: string): boolean =>
  faults.some((fault) => fault.kind === "missing-attributes" && fault.attributes.includes(key));

type Value = { readonly key: string; readonly personId: string; readonly value: Json | undefined };

/** The value as these faults leave it. */
export function valueUnder(faults: readonly Fault[], { key, personId, value }: Value): Json | undefined {
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
