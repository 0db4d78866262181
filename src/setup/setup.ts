import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import type { Actor } from "../access/actor.ts";
import {
  accessMissing,
  type FieldMappingRow,
  mappedAttributes,
  missingRequiredFields,
} from "../integration/fields/field-mapping.ts";
import { hidesMore, keepHidden, keepUnnamed } from "../integration/fields/field-visibility.ts";
import {
  completeFieldMapping,
  proposeFieldMapping,
  translateFieldMapping,
} from "../integration/fields/propose-mapping.ts";
import {
  connectIntegration,
  disconnectIntegration,
  findIntegrationForUpdate,
  replaceCredentials,
  switchApiVersion,
  upsertIntegrationForReview,
} from "../integration/integration.repository.ts";
import type { Integration } from "../integration/integration.ts";
import { openAccount, openCredentials, personioNotConnected } from "../integration/open-account.ts";
import { type Rights, readRights } from "../integration/rights.ts";
import { type SecretKey, sealSecret } from "../integration/secret.ts";
import type { Queue } from "../jobs/queue.ts";
import { cronFor } from "../jobs/timetable.ts";
import { scheduleDailyRuns } from "../lifecycle/due/daily-run.job.ts";
import type { ApiVersion, Personio } from "../personio/employee.ts";
import { requestSyncRun } from "../sync/runs/request-sync-run.ts";
import { syncDueJob } from "../sync/runs/sync.job.ts";
import { wipeFieldsJob } from "../sync/wipe/wipe-fields.job.ts";
import { checkHidden } from "../tenant/check-exclusions.ts";
import { getPeopleSettings } from "../tenant/people-settings.repository.ts";
import { ensureTenant } from "../tenant/tenant.repository.ts";
import type { CheckedCredentials } from "./check-credentials.ts";
import { previewJob } from "./preview.job.ts";

export type SetupDeps = {
  readonly personio: Personio;
  readonly secretKeys: readonly SecretKey[];
  readonly queue: Queue;
  readonly syncEveryHours: number;
};

/**
 * The states from a pasted credential to a synced directory:
 *
 *     connect ──▶ AWAITING_REVIEW ──▶ finish ──▶ CONNECTED ──▶ disconnect ──▶ DISCONNECTED
 *        │               └ a job reads the preview   │ ▲
 *        └ checked against Personio                  ▼ │ a run succeeds, or the credential is replaced
 *          before anything is stored               BROKEN
 *
 * Each step has two halves: requests to Personio outside any transaction, then writes in the caller's
 * transaction.
 */

/**
 * Stores a checked credential for review and requests the preview. An account connected before keeps its id.
 */
export async function storeForReview(
  manager: EntityManager,
  checked: CheckedCredentials & { readonly tenantId: string },
  deps: SetupDeps,
): Promise<void> {
  const { tenantId, attributes, missingRights } = checked;
  await ensureTenant(manager);
  const existing = await findIntegrationForUpdate(manager);
  const id = existing?.id ?? randomUUID();
  const proposal = proposeFieldMapping(attributes, missingRights);
  const fieldMapping = keepHidden(existing?.fieldMapping ?? [], proposal);
  const missing = missingRequiredFields(fieldMapping, attributes);
  const previewToken = randomUUID();
  const { clientId, clientSecret } = checked.credentials;
  await upsertIntegrationForReview(manager, {
    id,
    apiVersion: checked.apiVersion,
    clientId,
    secret: sealSecret(deps.secretKeys, { tenantId, integrationId: id }, clientSecret),
    attributes,
    missingRights,
    fieldMapping,
    problem: missing.length > 0 ? accessMissing(missing) : null,
    previewToken,
  });
  if (missing.length > 0) return;
  await deps.queue.enqueue(previewJob, { tenantId, token: previewToken }, { key: previewToken, manager });
}

/**
 * Reads the current rights: attributes granted since connecting count without pasting the credential again.
 */
export const readGrantedRights = (integration: Integration, deps: SetupDeps): Promise<Rights> =>
  readRights(openAccount(integration, deps, { interactive: true }), { known: integration.attributes });

/**
 * Sets the reviewed integration to CONNECTED and queues the first run. For an integration that is CONNECTED
 * already, it changes the mapping.
 *
 * @throws BAD_USER_INPUT and PERSONIO_ACCESS_MISSING as `completeFieldMapping` does, PERSONIO_NOT_CONNECTED,
 * BAD_USER_INPUT if a setting excludes people by a hidden field.
 */
export async function finishSetup(
  manager: EntityManager,
  reviewed: Rights & {
    readonly tenantId: string;
    readonly mapping: readonly FieldMappingRow[] | undefined;
    readonly requestedBy: Actor;
    readonly now: Date;
  },
  deps: SetupDeps,
): Promise<void> {
  const { tenantId, attributes, missingRights } = reviewed;
  const integration = await findIntegrationForUpdate(manager);
  if (!integration || integration.status === "DISCONNECTED") throw personioNotConnected();
  const first = integration.status === "AWAITING_REVIEW";
  const completed = completeFieldMapping(reviewed.mapping, attributes, missingRights);
  // The review showed hidden fields as hidden, and a mapping changes what it names.
  const keeps = first || reviewed.mapping !== undefined;
  const fieldMapping = keeps
    ? keepUnnamed(integration.fieldMapping, { completed, named: reviewed.mapping ?? [], first })
    : completed;
  checkHidden(mappedAttributes(fieldMapping).hidden, await getPeopleSettings(manager));
  await connectIntegration(manager, {
    attributes,
    missingRights,
    fieldMapping,
    connectedAt: reviewed.now,
  });
  if (first || hidesMore(integration.fieldMapping, fieldMapping))
    await deps.queue.enqueue(wipeFieldsJob, { tenantId }, { manager });
  await requestSyncRun(manager, deps.queue, {
    tenantId,
    trigger: first ? "SETUP" : "MANUAL",
    requestedBy: reviewed.requestedBy,
    needsNewRun: true,
  });
}

/**
 * Puts a tenant on the timetable: every `syncEveryHours` hours, at a minute of its own. Harmless to repeat.
 */
export async function startTimetable(
  tenantId: string,
  deps: Pick<SetupDeps, "queue" | "syncEveryHours">,
): Promise<void> {
  await scheduleDailyRuns(deps.queue, tenantId);
  await deps.queue.schedule(syncDueJob, {
    key: tenantId,
    cron: cronFor(tenantId, deps.syncEveryHours),
    payload: { tenantId },
  });
}

/** Stops syncing, but not the daily lifecycle dates: the directory is kept, so its dates still fire. */
export const stopTimetable = (tenantId: string, { queue }: Pick<SetupDeps, "queue">): Promise<void> =>
  queue.unschedule(syncDueJob, tenantId);

/**
 * Replaces the credential with a checked one. For a BROKEN integration it queues a run, because the directory
 * is out of date. While the setup awaits its review, it requests a new preview.
 */
export async function swapCredentials(
  manager: EntityManager,
  checked: CheckedCredentials & { readonly tenantId: string; readonly requestedBy: Actor },
  deps: SetupDeps,
): Promise<void> {
  const { tenantId, attributes, missingRights, requestedBy } = checked;
  const integration = await findIntegrationForUpdate(manager);
  if (!integration || integration.status === "DISCONNECTED") throw personioNotConnected();
  const missing = missingRequiredFields(integration.fieldMapping, attributes);
  const previewToken = integration.status === "AWAITING_REVIEW" ? randomUUID() : null;
  const { clientId, clientSecret } = checked.credentials;
  await replaceCredentials(manager, {
    previewToken,
    clientId,
    secret: sealSecret(deps.secretKeys, { tenantId, integrationId: integration.id }, clientSecret),
    attributes,
    missingRights,
    problem: missing.length > 0 ? accessMissing(missing) : null,
  });
  if (missing.length > 0) return;
  if (previewToken)
    await deps.queue.enqueue(previewJob, { tenantId, token: previewToken }, { key: previewToken, manager });
  if (integration.status === "BROKEN")
    await requestSyncRun(manager, deps.queue, {
      tenantId,
      trigger: "MANUAL",
      requestedBy,
      needsNewRun: true,
    });
}

/** Reads the rights with another API version. @throws if the credential may not use it. */
export async function checkApiVersion(
  integration: Integration,
  version: ApiVersion,
  deps: SetupDeps,
): Promise<Rights> {
  await deps.personio.probe(openCredentials(integration, deps.secretKeys), { version });
  return readRights(openAccount({ ...integration, apiVersion: version }, deps, { interactive: true }));
}

/** Switches to another API version from the next run on. */
export async function useApiVersion(
  manager: EntityManager,
  checked: Rights & { readonly apiVersion: ApiVersion },
): Promise<void> {
  const { attributes, missingRights } = checked;
  const integration = await findIntegrationForUpdate(manager);
  if (!integration || integration.status === "DISCONNECTED") throw personioNotConnected();
  const fieldMapping = translateFieldMapping(integration.fieldMapping, attributes, missingRights);
  await switchApiVersion(manager, { ...checked, fieldMapping });
}

/** Deletes the secret and sets the integration to DISCONNECTED; the directory stays as it is. */
export async function forgetCredentials(manager: EntityManager): Promise<void> {
  if (!(await findIntegrationForUpdate(manager))) throw personioNotConnected();
  await disconnectIntegration(manager);
}
