import type { EntityManager } from "typeorm";
import type { Integration } from "../../integration/integration.ts";
import { listPersonioIds } from "../../org/org-changes.repository.ts";
import type { EmploymentType } from "../../tenant/employment-type.ts";
import type { PeopleSettings } from "../../tenant/people-settings.ts";

/**
 * Why the company's settings leave a person out: by the id of the record, by the employment type, or by the
 * legal entity. `UNKNOWN` means that the read lacks the field on which a setting depends. A missing value
 * takes no person out of the directory, and none into it.
 */
export type Exclusion =
  | { readonly by: "RECORD" }
  | { readonly by: "EMPLOYMENT_TYPE"; readonly employmentType: EmploymentType }
  | { readonly by: "LEGAL_ENTITY"; readonly name: string }
  | { readonly by: "UNKNOWN"; readonly field: DecidingField };

export type DecidingField = "employmentType" | "legalEntity";

/** The settings that exclude people, with the legal entities by Personio's ids. */
export type ExclusionRules = {
  readonly personioIds: ReadonlySet<string>;
  /** Null: all. */
  readonly employmentTypes: ReadonlySet<EmploymentType> | null;
  /** Null: all. UNMATCHED: the stored ids belong to the other version of Personio's API. */
  readonly legalEntityIds: ReadonlySet<string> | "UNMATCHED" | null;
};

/** The settings of a company as a read applies them; null if they exclude no person. */
export async function readExclusionRules(
  manager: EntityManager,
  settings: PeopleSettings,
  integration: Pick<Integration, "apiVersion" | "orgVersions">,
): Promise<ExclusionRules | null> {
  const { syncedEmploymentTypes, syncedLegalEntityIds, excludedPersonioIds } = settings;
  if (!syncedEmploymentTypes && !syncedLegalEntityIds && excludedPersonioIds.length === 0) return null;
  // After a switch of the API's version, the plan matches the stored ids first.
  const isMatched = integration.orgVersions.legal_entities === integration.apiVersion;
  const stored = isMatched
    ? await listPersonioIds(manager, "legal_entities", syncedLegalEntityIds ?? [])
    : null;
  return {
    personioIds: new Set(excludedPersonioIds),
    employmentTypes: syncedEmploymentTypes && new Set(syncedEmploymentTypes),
    legalEntityIds: syncedLegalEntityIds && (stored ? new Set(stored) : "UNMATCHED"),
  };
}
