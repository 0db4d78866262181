import { randomUUID } from "node:crypto";
import type { DataSource } from "typeorm";
import { DEFAULT_TENANT_ID } from "../../../src/access/viewer.ts";
import { inTenant } from "../../../src/database/transaction.ts";
import { appendEvents, type NewEvent } from "../../../src/lifecycle/events/event-log.repository.ts";
import { lockStream, openStream } from "../../../src/lifecycle/events/event-stream.repository.ts";
import { addTenant } from "../../support/factories.ts";

/** A change of a person: unlike a date, the log accepts it any number of times. */
export const anEvent = (fields: Partial<NewEvent> = {}): NewEvent => ({
  kind: "PERSON_CHANGED",
  personId: randomUUID(),
  personioId: "1",
  occursOn: "2026-06-15",
  offsetDays: 0,
  change: null,
  supersedes: null,
  years: null,
  changedFields: ["position"],
  late: false,
  departmentId: null,
  officeId: null,
  content: "position",
  ...fields,
});

/** Begins the tenant's log, as its first sync does. */
export const beginLog = (dataSource: DataSource, tenantId = DEFAULT_TENANT_ID): Promise<void> =>
  inTenant(dataSource, tenantId, async (manager) => {
    await addTenant(manager);
    await openStream(manager, new Date());
  });

/** Appends events in one transaction, as a sync and a daily run do. */
export const emit = (
  dataSource: DataSource,
  events: readonly NewEvent[],
  tenantId = DEFAULT_TENANT_ID,
): Promise<unknown> =>
  inTenant(dataSource, tenantId, async (manager) => {
    await lockStream(manager);
    return appendEvents(manager, events, new Date());
  });

/** `count` events, from the oldest to the newest, each of another person. */
export const someEvents = (count: number): NewEvent[] => Array.from({ length: count }, () => anEvent());

/** Deletes the events up to `seq`, as pruning does. */
export const prune = (dataSource: DataSource, seq: number, tenantId = DEFAULT_TENANT_ID): Promise<void> =>
  inTenant(dataSource, tenantId, async (manager) => {
    await manager.query(
      "update lifecycle_streams set pruned_seq = $1, pruned_stamp = (select stamp from lifecycle_events where seq = $1)",
      [seq],
    );
    await manager.query("delete from lifecycle_events where seq <= $1", [seq]);
  });
