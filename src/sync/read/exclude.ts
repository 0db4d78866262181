import type { Exclusion, ExclusionRules } from "./exclusion-rules.ts";
import type { TranslatedPerson } from "./translate.ts";

/**
 * Marks a person that the settings exclude as such, and as inactive. So plan, guard and events treat them
 * like any leaver. A person who has left in Personio needs no mark. The mark is part of the person's hash,
 * so a changed setting is a changed record. Pure.
 */
export function markExcluded(person: TranslatedPerson, rules: ExclusionRules): TranslatedPerson {
  if (person.fields.status === "INACTIVE") return person;
  const excluded = findExclusion(person, rules);
  if (excluded === null) return person;
  if (excluded.by === "UNKNOWN") return { ...person, excluded };
  return { ...person, fields: { ...person.fields, status: "INACTIVE" }, excluded };
}

/** An empty value excludes no person: a setting excludes only what it could have named. */
function findExclusion(
  { personioId, fields }: TranslatedPerson,
  { personioIds, employmentTypes, legalEntityIds }: ExclusionRules,
): Exclusion | null {
  if (personioIds.has(personioId)) return { by: "RECORD" };
  const { employmentType, legalEntity } = fields;
  if (employmentTypes && employmentType && !employmentTypes.has(employmentType))
    return { by: "EMPLOYMENT_TYPE", employmentType };
  const isMatched = legalEntityIds !== null && legalEntityIds !== "UNMATCHED";
  if (isMatched && legalEntity && !legalEntityIds.has(legalEntity.personioId))
    return { by: "LEGAL_ENTITY", name: legalEntity.name };
  if (employmentTypes && employmentType === undefined) return { by: "UNKNOWN", field: "employmentType" };
  const isUnknown = legalEntity === undefined || (legalEntity && !isMatched);
  return legalEntityIds && isUnknown ? { by: "UNKNOWN", field: "legalEntity" } : null;
}
