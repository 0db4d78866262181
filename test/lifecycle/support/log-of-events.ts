import { randomUUID } from "node:crypto";
import type { DataSource } from "typeorm";
import { DEFAULT_TENANT_ID } from "../../../src/access/viewer.ts";
import { inTenant } from "../../../src/database/transaction.ts";
import {
  appendEvents,
  lockStream,
  type NewEvent,
  openStream,
} from "../../../src/lifecycle/events/event-log.repository.ts";
import { addTenant } from "../../support/factories.ts";

/** A change of somebody: unlike a date it may be told any number of times. */
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

/** Writes events down, in one transaction, as a sync and a turn do. */
export const emit = (
  dataSource: DataSource,
  events: readonly NewEvent[],
  tenantId = DEFAULT_TENANT_ID,
): Promise<number> =>
  inTenant(dataSource, tenantId, async (manager) => {
    await lockStream(manager);
    return appendEvents(manager, events, new Date());
  });

/** `count` events, from the oldest to the newest; each is recognised by its person. */
export const someEvents = (count: number): NewEvent[] => Array.from({ length: count }, () => anEvent());

/** Forgets the events up to `seq`, as happens when they are too old. */
export const prune = (dataSource: DataSource, seq: number, tenantId = DEFAULT_TENANT_ID): Promise<void> =>
  inTenant(dataSource, tenantId, async (manager) => {
    await manager.query(
      "update lifecycle_streams set pruned_seq = $1, pruned_stamp = (select stamp from lifecycle_events where seq = $1)",
      [seq],
    );
    await manager.query("delete from lifecycle_events where seq <= $1", [seq]);
  });
