import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { openChanges } from "../../../src/lifecycle/changes/record-changes.ts";
import { findStream } from "../../../src/lifecycle/events/event-stream.repository.ts";
import { addTenant } from "../../support/factories.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

const NOW = new Date("2026-06-15T12:00:00Z");

let database: TestDatabase;
let tenant: string;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  tenant = randomUUID();
  await inTenant(database.dataSource, tenant, addTenant);
});

/** A sync that links one person's supervisor and changes nothing else. */
const sync = ({ partial }: { partial: boolean }): Promise<number> =>
  inTenant(database.dataSource, tenant, async (manager) => {
    const changes = await openChanges(manager, {
      partial,
      unreadableKinds: ["BIRTHDAY"],
      readableFields: ["status"],
      hidden: [],
      readNow: async () => NOW,
    });
    await changes.recordLinks([
      { personId: randomUUID(), personioId: "1", departmentId: null, officeId: null, supervisorId: null },
    ]);
    await changes.close();
    const [row] = await manager.query<{ count: number }[]>(
      "select count(*)::int as count from lifecycle_events",
    );
    return row?.count ?? 0;
  });

const stream = () => inTenant(database.dataSource, tenant, findStream);

test("a sync of some people begins no log: the people of the first full sync would look new", async () => {
  expect(await sync({ partial: true })).toBe(0);
  expect(await stream()).toBeNull();
});

test("the first full sync begins the log, and every later sync emits", async () => {
  expect(await sync({ partial: false })).toBe(0);
  expect(await stream()).toMatchObject({ baselinedAt: NOW, unreadableKinds: ["BIRTHDAY"] });
  expect(await sync({ partial: true })).toBe(2);
  expect(await sync({ partial: false })).toBe(4);
});
