import type { EntityManager } from "typeorm";
import { recordOrgVersion } from "../../integration/integration.repository.ts";
import type { Integration } from "../../integration/integration.ts";
import { rematchOrg } from "../../org/org-changes.repository.ts";
import { forgetSourceHashes } from "../../people/changes/person-changes.repository.ts";
import { listStagedOrg } from "./staging.repository.ts";

/**
 * The first read with another version of Personio's API: departments, offices and legal entities have other ids there, and are matched by
 * name before anybody is compared. So nobody changes, and our ids stay.
 */
export async function rematchOrgOnce(
  manager: EntityManager,
  readId: string,
  { apiVersion, orgVersion }: Integration,
): Promise<void> {
  if (orgVersion === apiVersion) return;
  if (orgVersion !== null) {
    await rematchOrg(manager, "departments", await listStagedOrg(manager, readId, "department"));
    await rematchOrg(manager, "offices", await listStagedOrg(manager, readId, "office"));
    await rematchOrg(manager, "legal_entities", await listStagedOrg(manager, readId, "legalEntity"));
    // What people refer to has other ids now; whatever comes next is compared in full.
    await forgetSourceHashes(manager);
  }
  await recordOrgVersion(manager, apiVersion);
}
