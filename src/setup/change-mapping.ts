import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { EntityManager } from "typeorm";
import type { Actor } from "../access/actor.ts";
import { isSameCredential, type StoredCredential } from "../integration/credential.ts";
import { changeRows, proposeMore } from "../integration/fields/change-mapping.ts";
import { storeCheckedMapping } from "../integration/fields/field-mapping.repository.ts";
import {
  accessMissing,
  type FieldMappingRow,
  mappedAttributes,
  missingRequiredFields,
} from "../integration/fields/field-mapping.ts";
import { hidesMore } from "../integration/fields/field-visibility.ts";
import { findIntegrationForUpdate } from "../integration/integration.repository.ts";
import type { Integration } from "../integration/integration.ts";
import { personioNotConnected } from "../integration/open-account.ts";
import type { Rights } from "../integration/rights.ts";
import type { Queue } from "../jobs/queue.ts";
import { requestSyncRun } from "../sync/runs/request-sync-run.ts";
import { wipeFieldsJob } from "../sync/wipe/wipe-fields.job.ts";
import { checkHidden } from "../tenant/check-exclusions.ts";
import { getPeopleSettings } from "../tenant/people-settings.repository.ts";
import { previewJob } from "./preview.job.ts";

type Task = {
  readonly tenantId: string;
  readonly requestedBy: Actor;
  readonly changes: readonly FieldMappingRow[];
  /** The rights that Personio has just listed, and the credential that listed them. */
  readonly checked: { readonly rights: Rights; readonly readWith: StoredCredential };
};

/**
 * Changes rows of the mapping as it is now, under the integration's lock. During the review it queues another
 * preview, later a run, and the deletion of what the changes hide.
 *
 * @throws BAD_USER_INPUT, PERSONIO_NOT_CONNECTED
 */
export async function changeMapping(
  manager: EntityManager,
  task: Task,
  deps: { readonly queue: Queue },
): Promise<void> {
  const integration = await findIntegrationForUpdate(manager);
  if (!integration || integration.status === "DISCONNECTED") throw personioNotConnected();
  const { rights, readWith } = task.checked;
  // The check of a credential that replaced this one meanwhile is newer.
  const { attributes, missingRights } = isSameCredential(integration, readWith) ? rights : integration;
  const inReview = integration.status === "AWAITING_REVIEW";
  const current = inReview
    ? proposeMore(integration, { attributes, missingRights })
    : integration.fieldMapping;
  const fieldMapping = changeRows(current, task.changes, attributes);
  checkHidden(mappedAttributes(fieldMapping).hidden, await getPeopleSettings(manager));
  const checked = { attributes, missingRights, fieldMapping };
  await (inReview ? storeReview : applyMapping)(manager, { ...task, integration, checked }, deps.queue);
}

type Change = Omit<Task, "checked"> & {
  readonly integration: Integration;
  readonly checked: Rights & { readonly fieldMapping: readonly FieldMappingRow[] };
};

/** The preview stays if it would be the same: checking the rights again must not read all people. */
async function storeReview(
  manager: EntityManager,
  { tenantId, integration, checked }: Change,
  queue: Queue,
): Promise<void> {
  const missing = missingRequiredFields(checked.fieldMapping, checked.attributes);
  const problem = missing.length > 0 ? accessMissing(missing) : null;
  const isSame =
    isDeepStrictEqual(integration.fieldMapping, checked.fieldMapping) &&
    isDeepStrictEqual(integration.attributes, checked.attributes);
  const previewToken = isSame && integration.problemCode === null ? null : randomUUID();
  await storeCheckedMapping(manager, { ...checked, review: { problem, previewToken } });
  if (previewToken && !problem)
    await queue.enqueue(previewJob, { tenantId, token: previewToken }, { key: previewToken, manager });
}

async function applyMapping(
  manager: EntityManager,
  { tenantId, requestedBy, integration, checked }: Change,
  queue: Queue,
): Promise<void> {
  await storeCheckedMapping(manager, { ...checked, review: null });
  if (isDeepStrictEqual(integration.fieldMapping, checked.fieldMapping)) return;
  if (hidesMore(integration.fieldMapping, checked.fieldMapping))
    await queue.enqueue(wipeFieldsJob, { tenantId }, { manager });
  await requestSyncRun(manager, queue, { tenantId, trigger: "MANUAL", requestedBy, needsNewRun: true });
}
