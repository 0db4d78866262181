import { hash } from "node:crypto";
import type { MappedAttributes } from "../../integration/fields/field-mapping.ts";
import type { ApiVersion } from "../../personio/employee.ts";
import type { OrgReference } from "./read-values.ts";
import type { TranslatedPerson } from "./translate.ts";

/**
 * To be raised with every change of `translate` or `planChange` that makes something else of the same record: everybody is then
 * compared in full once more.
 */
const TRANSLATION_VERSION = 3;

export type HashSource = (person: TranslatedPerson) => string;

/**
 * What somebody's record said, as a hash. Two are equal when the same was said and it means the same: by the same mapping, and in the ids
 * of the same version of Personio's API. The names of departments and the like are not part of it: where one is renamed, nobody has
 * changed.
 */
export function createSourceHash(apiVersion: ApiVersion, mapping: MappedAttributes): HashSource {
  const meaning = hash("sha256", JSON.stringify([TRANSLATION_VERSION, apiVersion, mapping]), "base64");
  return ({ personioId, fields, unreadable }) => {
    const { department, office, legalEntity } = fields;
    const org = { department: idOf(department), office: idOf(office), legalEntity: idOf(legalEntity) };
    const said = JSON.stringify({ personioId, fields: { ...fields, ...org }, unreadable });
    return hash("sha256", meaning + said, "base64");
  };
}

/** Not sent stays not sent, and empty stays empty. */
const idOf = (reference: OrgReference | null | undefined): string | null | undefined =>
  reference ? reference.personioId : reference;
