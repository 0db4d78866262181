import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import type { Actor } from "../../access/actor.ts";
import { getFieldSettings, storeFieldSetting } from "../../fields/field-settings.repository.ts";
import { possibleSources } from "../../fields/field-source.ts";
import { storeFieldMapping } from "../../integration/fields/field-mapping.repository.ts";
import { hideField, showField } from "../../integration/fields/field-visibility.ts";
import { findIntegrationForUpdate, voidPreview } from "../../integration/integration.repository.ts";
import type { Integration } from "../../integration/integration.ts";
import { isConnected, personioNotConnected } from "../../integration/open-account.ts";
import type { Queue } from "../../jobs/queue.ts";
import { wakeReaders } from "../../lifecycle/events/event-stream.repository.ts";
import { requestSyncRun } from "../../sync/runs/request-sync-run.ts";
import { wipeFieldsJob } from "../../sync/wipe/wipe-fields.job.ts";
import { checkHidden } from "../../tenant/check-exclusions.ts";
import { getPeopleSettings } from "../../tenant/people-settings.repository.ts";
import { ensureTenant } from "../../tenant/tenant.repository.ts";
import { previewJob } from "../preview.job.ts";
import { checkFieldChange, type FieldChange } from "./check-field-change.ts";
import { type ListedField, listFields } from "./list-fields.ts";

type Task = {
  readonly tenantId: string;
  readonly name: string;
  readonly change: FieldChange;
  readonly requestedBy: Actor;
};

/**
 * Stores what an admin decided about a field, and queues what follows: deleting stored values, or a run that
 * brings others.
 *
 * @returns the field as it is then.
 * @throws BAD_USER_INPUT, PERSONIO_NOT_CONNECTED
 */
export async function changeField(manager: EntityManager, task: Task, queue: Queue): Promise<ListedField> {
  const { name, change } = task;
  await ensureTenant(manager);
  const integration = await findIntegrationForUpdate(manager);
  const field = checkFieldChange(listFields(integration, await getFieldSettings(manager)), name, change);
  if (change.visible === false) checkHidden([name], await getPeopleSettings(manager));
  const sources = change.sources ?? field.sources;
  const sensitivity = change.sensitivity ?? field.sensitivity;
  await storeFieldSetting(manager, {
    name,
    sources: sameOrder(sources, possibleSources(name)) ? null : [...sources],
    sensitivity: sensitivity === field.builtIn ? null : sensitivity,
  });
  if (sensitivity !== field.sensitivity) await wakeReaders(manager);
  const visible = change.visible ?? field.visible;
  if (visible !== field.visible)
    await changeVisibility(manager, { ...task, field, visible, integration }, queue);
  const isOrderNew = !sameOrder(sources, field.sources);
  if (integration && (isOrderNew || (visible && !field.visible)) && isConnected(integration))
    await requestSyncRun(manager, queue, {
      tenantId: task.tenantId,
      trigger: isOrderNew ? "SETTINGS" : "MANUAL",
      requestedBy: task.requestedBy,
      needsNewRun: true,
    });
  return { ...field, sources, sensitivity, visible };
}

const sameOrder = (one: readonly string[], other: readonly string[]): boolean => one.join() === other.join();

/** The null row of the mapping is the only place where it is stored that a field is hidden. */
async function changeVisibility(
  manager: EntityManager,
  {
    tenantId,
    field,
    visible,
    integration,
  }: Pick<Task, "tenantId"> & {
    readonly field: ListedField;
    readonly visible: boolean;
    readonly integration: Integration | null;
  },
  queue: Queue,
): Promise<void> {
  if (!integration) throw personioNotConnected();
  const { fieldMapping } = integration;
  await storeFieldMapping(
    manager,
    visible ? showField(fieldMapping, field.of, integration) : hideField(fieldMapping, field.of),
  );
  if (!visible) await queue.enqueue(wipeFieldsJob, { tenantId }, { manager });
  if (integration.status !== "AWAITING_REVIEW") return;
  const token = randomUUID();
  await voidPreview(manager, token);
  await queue.enqueue(previewJob, { tenantId, token }, { key: token, manager });
}
