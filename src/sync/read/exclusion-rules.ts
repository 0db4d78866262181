import type { EntityManager } from "typeorm";
import type { Integration } from "../../integration/integration.ts";
import { listPersonioIds } from "../../org/org-changes.repository.ts";
import type { PeopleSettings } from "../../tenant/people-settings.ts";
import type { ExclusionRules } from "./exclude.ts";

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
