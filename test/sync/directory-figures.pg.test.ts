import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { type OpenQueue, openQueue } from "../../src/jobs/queue.ts";
import { createLogger } from "../../src/log.ts";
import { readDirectoryFigures } from "../../src/sync/directory-figures.repository.ts";
import { syncDueJob } from "../../src/sync/runs/sync.job.ts";
import { addPerson, addTenant } from "../support/factories.ts";
import { NOON } from "../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
let queue: OpenQueue;

beforeAll(async () => {
  database = await createTestDatabase();
  queue = await openQueue({ url: database.url, jobs: [syncDueJob], log: createLogger("silent") });
});
afterAll(async () => {
  await queue[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const hoursAgo = (hours: number): Date => new Date(NOON.getTime() - hours * 3_600_000);

const follow = async (
  tenantId: string,
  { status = "CONNECTED", connectedAt = hoursAgo(100), lastSucceededAt = null as Date | null } = {},
): Promise<void> => {
  await inTenant(database.dataSource, tenantId, async (manager) => {
    await addTenant(manager);
    await manager.query(
      `insert into integrations (tenant_id, id, status, client_id, connected_at, last_succeeded_at)
       values ($1, $2, $3, 'client', $4, $5)`,
      [tenantId, randomUUID(), status, connectedAt, lastSucceededAt],
    );
  });
  await queue.schedule(syncDueJob, { key: tenantId, cron: "0 0 * * *", payload: { tenantId } });
};

const read = () => readDirectoryFigures({ ...database, queue, clock: () => NOON });

describe("readDirectoryFigures", () => {
  test("the figures are empty without a connected tenant", async () => {
    expect(await read()).toEqual({ people: 0, agesSeconds: [], integrations: {} });
  });

  test("the figures add up all tenants on the timetable, each read through its own row-level security", async () => {
    await follow("acme", { lastSucceededAt: hoursAgo(2) });
    await follow("globex", { status: "BROKEN", lastSucceededAt: hoursAgo(50) });
    await follow("initech", { connectedAt: hoursAgo(1) });
    await inTenant(database.dataSource, "acme", async (manager) => {
      await addPerson(manager);
      await addPerson(manager, { status: "LEAVE" });
      await addPerson(manager, { status: "INACTIVE" });
    });
    await inTenant(database.dataSource, "globex", (manager) => addPerson(manager));
    // A tenant with people, and without a schedule.
    await inTenant(database.dataSource, "hooli", async (manager) => {
      await addTenant(manager);
      await addPerson(manager);
    });

    const figures = await read();
    expect(figures).toMatchObject({ people: 3, integrations: { CONNECTED: 2, BROKEN: 1 } });
    expect(figures.agesSeconds.toSorted((one, other) => one - other)).toEqual([3_600, 2 * 3_600, 50 * 3_600]);
  });

  test("the transaction is bound to no tenant afterwards", async () => {
    const rows = await inTenant(database.dataSource, "acme", async (manager) => {
      await manager.query("select * from directory_figures($1)", [["globex"]]);
      return manager.query("select tenant_id from integrations");
    });
    expect(rows).toEqual([]);
  });
});
