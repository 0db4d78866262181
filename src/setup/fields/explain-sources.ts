import { type FieldSource, type IdpField, isIdpField } from "../../fields/field-source.ts";
import { departmentKey } from "../../people/sources/find-department.ts";
import { personioRecord } from "../../people/sources/merge-sources.ts";
import type { IdpOffer, StoredPerson } from "../../people/sources/person-sources.repository.ts";
import { customKeyOf, displayNameOf, type PersonRecord } from "../../people/write/person-record.ts";
import { recordFieldsOf } from "../../sync/plan/hide-fields.ts";
import type { ListedField } from "./list-fields.ts";
import type { PersonFieldSource } from "./person-field-source.ts";

/** What decides about the sources of one person. */
export type SourceFacts = {
  readonly person: StoredPerson;
  /** The matched user of the identity provider. */
  readonly offer: IdpOffer | null;
  /** Names of departments and our ids of people, by Personio's id. */
  readonly departmentNames: ReadonlyMap<string, string>;
  readonly personIds: ReadonlyMap<string, string>;
  /** The fields of a record that the last full run could read. */
  readonly readable: ReadonlySet<string>;
};

type Field = Pick<ListedField, "name" | "of" | "visible" | "sensitivity">;

/** With the sensitivity of the field, which its losing value has, too. */
export type ExplainedSource = PersonFieldSource & Pick<ListedField, "sensitivity">;

/** The visible fields that a source has, each with the one that won. Pure. */
export function explainSources(facts: SourceFacts, fields: readonly Field[]): ExplainedSource[] {
  return fields.flatMap((field) => (field.visible ? (explainField(facts, field) ?? []) : []));
}

function explainField(facts: SourceFacts, { name, of, sensitivity }: Field): ExplainedSource | null {
  const { person, offer } = facts;
  const personio = personioRecord(person.served, person.sources);
  if (!isIdpField(name)) {
    const field = of.custom === null ? recordNameOf(name) : name;
    // Which people have a custom attribute is known by its value: an empty one is not stored.
    const isThere = (of.custom === null && facts.readable.has(field)) || hasValue(personio, field);
    return isThere
      ? { field: name, source: "PERSONIO", since: person.storedAt, other: null, sensitivity }
      : null;
  }
  const winner = person.sources?.winners[name];
  const source: FieldSource = winner?.source ?? "PERSONIO";
  const idp = offer && idpValue(offer, name);
  const ofPersonio = personioValue(facts, personio, name);
  const isThere =
    source === "IDP"
      ? offer?.offered[name] !== undefined
      : name === "displayName" || facts.readable.has(recordNameOf(name)) || ofPersonio !== null;
  if (!isThere) return null;
  const [mine, other] = source === "IDP" ? [idp, ofPersonio] : [ofPersonio, idp];
  const since = winner ? new Date(winner.since) : person.storedAt;
  return {
    field: name,
    source,
    since,
    other: isSame(name, mine, other) ? null : (other ?? null),
    sensitivity,
  };
}

/** The property of a record that holds the field; a derived one is always there. */
const recordNameOf = (name: string): string =>
  name === "displayName" ? name : (recordFieldsOf(name as Parameters<typeof recordFieldsOf>[0])[0] ?? name);

function hasValue(record: PersonRecord, field: string): boolean {
  const key = customKeyOf(field);
  const value = key === null ? record[field as keyof PersonRecord] : record.customAttributes[key];
  return value !== null && value !== undefined && value !== "";
}

/** As a client sees it: a department by its name, and a supervisor by our id. */
function personioValue(
  { departmentNames, personIds }: SourceFacts,
  personio: PersonRecord,
  name: IdpField,
): string | null {
  switch (name) {
    case "displayName":
      return displayNameOf(personio);
    case "department":
      return departmentNames.get(personio.departmentPersonioId ?? "") ?? null;
    case "supervisor":
      return personIds.get(personio.supervisorPersonioId ?? "") ?? null;
    default:
      return personio[name] || null;
  }
}

const idpValue = ({ offered, supervisorId }: IdpOffer, name: IdpField): string | null =>
  (name === "supervisor" ? supervisorId : offered[name]) || null;

const isSame = (name: IdpField, one: string | null, other: string | null): boolean =>
  name === "department" && one !== null && other !== null
    ? departmentKey(one) === departmentKey(other)
    : one === other;
