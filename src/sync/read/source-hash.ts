import { hash } from "node:crypto";
import type { MappedAttributes } from "../../integration/fields/field-mapping.ts";
import type { ApiVersion } from "../../personio/employee.ts";

/**
 * To be raised with every change of `translate` or `planChange` that makes something else of the same record: everybody is then
 * compared in full once more.
 */
const TRANSLATION_VERSION = 2;

/** Of a translated person as JSON. */
export type HashSource = (record: string) => string;

/**
 * What somebody's record said, as a hash. Two are equal when the same was said and it means the same: by the same mapping, and in the ids
 * of the same version of Personio's API. Where a department or the like is renamed, its people are compared in full once.
 */
export function createSourceHash(apiVersion: ApiVersion, mapping: MappedAttributes): HashSource {
  const meaning = hash("sha256", JSON.stringify([TRANSLATION_VERSION, apiVersion, mapping]), "base64");
  return (record) => hash("sha256", meaning + record, "base64");
}
