import { hash } from "node:crypto";
import { type FieldSettings, sourcesOf } from "../../fields/field-settings.ts";
import { IDP_FIELDS, possibleSources } from "../../fields/field-source.ts";
import type { MappedAttributes } from "../../integration/fields/field-mapping.ts";
import type { Rights } from "../../integration/rights.ts";
import type { ApiVersion } from "../../personio/employee.ts";
import type { ExclusionRules } from "./exclusion-rules.ts";
import type { OrgReference } from "./field-readers.ts";
import type { TranslatedPerson } from "./translate.ts";

/**
 * Raise it with every change of Personio's client, `translate` or `planChange` that reads the same record
 * differently. The next run then compares all people in full.
 */
const TRANSLATION_VERSION = 3;

export type HashSource = (person: TranslatedPerson) => string;

/**
 * Hashes a translated record. Two hashes are equal if the records are equal and mean the same. So they have
 * the same mapping and order of sources, and ids of the same API version. The names of departments and the
 * like are not part of the hash: a renamed department changes no person.
 */
export function createSourceHash(
  apiVersion: ApiVersion,
  mapping: MappedAttributes,
  fieldSettings: FieldSettings,
): HashSource {
  const meaning = hash("sha256", JSON.stringify(meaningOf(apiVersion, mapping, fieldSettings)), "base64");
  return ({ personioId, fields, unreadable, excluded }) => {
    const { department, office, legalEntity } = fields;
    const org = { department: idOf(department), office: idOf(office), legalEntity: idOf(legalEntity) };
    const content = JSON.stringify({ personioId, fields: { ...fields, ...org }, unreadable, excluded });
    return hash("sha256", meaning + content, "base64");
  };
}

/** What a translation means. A company with the default orders keeps its hashes. */
function meaningOf(apiVersion: ApiVersion, mapping: MappedAttributes, settings: FieldSettings): unknown[] {
  const orders = changedOrders(settings);
  return [TRANSLATION_VERSION, apiVersion, mapping, ...(orders.length > 0 ? [orders] : [])];
}

/** The hash of a record by the digest of its bytes. */
export type HashRecord = (digest: string) => string;

/** All that a translation reads beside the record. */
type TranslationRules = {
  readonly mapping: MappedAttributes;
  readonly fieldSettings: FieldSettings;
  readonly rights: Pick<Rights, "attributes">;
  readonly exclusions: ExclusionRules | null;
};

/**
 * Two hashes are equal if the bytes are equal and translate to the same. So it contains all that a
 * translation reads beside the record: also the types of attributes, and the settings that exclude people.
 */
// VERIFY(personio): that an unchanged record arrives with the same bytes. If not, it is translated again.
export function createRecordHash(
  apiVersion: ApiVersion,
  { mapping, fieldSettings, rights, exclusions }: TranslationRules,
): HashRecord {
  const types = rights.attributes.map(({ key, type }) => [key, type]);
  const rules = [...meaningOf(apiVersion, mapping, fieldSettings), types, exclusions];
  const meaning = hash("sha256", JSON.stringify(rules, listSet), "base64");
  return (digest) => hash("sha256", meaning + digest, "base64");
}

/** JSON has no sets. */
const listSet = (_key: string, value: unknown): unknown => (value instanceof Set ? [...value].sort() : value);

const changedOrders = (settings: FieldSettings): (readonly [string, string])[] =>
  IDP_FIELDS.map((field) => [field, sourcesOf(settings, field).join()] as const).filter(
    // The mapping names the hidden fields.
    ([field, order]) => order !== "" && order !== possibleSources(field).join(),
  );

/** Undefined (not sent) and null (empty) stay as they are. */
const idOf = (reference: OrgReference | null | undefined): string | null | undefined =>
  reference ? reference.personioId : reference;
