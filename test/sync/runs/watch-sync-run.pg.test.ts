import { DataSource } from "typeorm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SYSTEM } from "../../../src/access/actor.ts";
import { inTenant } from "../../../src/database/transaction.ts";
import { insertSyncRun } from "../../../src/sync/runs/sync-run.repository.ts";
import { createWatchSyncRun } from "../../../src/sync/runs/watch-sync-run.ts";
import { ensureTenant } from "../../../src/tenant/tenant.repository.ts";
import { countConnections } from "../../support/count-connections.ts";
import { countStatements } from "../../support/count-statements.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

const RUN = {
  id: "01890000-0000-7000-8000-000000000001",
  mode: "FULL",
  trigger: "MANUAL",
  dry: false,
} as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await inTenant(database.dataSource, "acme", async (manager) => {
    await ensureTenant(manager);
    await insertSyncRun(manager, { ...RUN, requestedBy: SYSTEM });
  });
});
afterAll(() => database[Symbol.asyncDispose]());

/** Wakes all watchers, as Postgres does with a notification. */
function createNotifications() {
  const listeners = new Map<string, Set<(payload: string) => void>>();
  return {
    listen(channel: string, listener: (payload: string) => void) {
      const of = listeners.get(channel) ?? new Set();
      listeners.set(channel, of.add(listener));
      return () => void of.delete(listener);
    },
    wake() {
      for (const of of listeners.values()) for (const listener of of) listener("");
    },
    count: () => listeners.values().reduce((sum, { size }) => sum + size, 0),
  };
}

test.each([
  ["one run", RUN.id],
  ["all runs of a company", null],
])("D18: however many subscribers watch %s, they read it together", async (_, id) => {
  const notifications = createNotifications();
  const watch = createWatchSyncRun({ dataSource: database.dataSource, notifications });
  const watchers = Array.from({ length: 100 }, () => watch({ tenantId: "acme", id }));
  const stranger = watch({ tenantId: "globex", id });
  const begun = await countStatements(database.dataSource, async () =>
    Promise.all(watchers.map((watcher) => watcher.next())),
  );
  expect(begun.result.map(({ value }) => value?.id)).toEqual(watchers.map(() => RUN.id));
  // One read is under way when the others come, and the next one serves all of them.
  expect(begun.transactions).toBeLessThanOrEqual(2);

  const changes = watchers.map((watcher) => watcher.next());
  // They look once more before they wait.
  await new Promise((resolve) => setTimeout(resolve, 50));
  await inTenant(database.dataSource, "acme", (manager) =>
    manager.query("update sync_runs set employees_total = coalesce(employees_total, 0) + 1"),
  );
  const changed = await countStatements(database.dataSource, async () => {
    notifications.wake();
    return Promise.all(changes);
  });
  expect(new Set(changed.result.map(({ value }) => value?.employeesTotal)).size).toBe(1);
  expect(changed.result[0]?.value?.employeesTotal).toBeGreaterThan(0);
  expect(changed.transactions).toBeLessThanOrEqual(2);
  if (id !== null) expect(await stranger.next()).toEqual({ done: true, value: undefined });
  for (const watcher of [...watchers, stranger]) await watcher.return?.();
});

test.each([
  ["one run", RUN.id],
  ["all runs of a company", null],
])("D18: however many companies watch %s, they are read with two connections", async (_, id) => {
  const notifications = createNotifications();
  const watch = createWatchSyncRun({ dataSource: database.dataSource, notifications });
  const watchers = Array.from({ length: 20 }, (_company, at) => watch({ tenantId: `company-${at}`, id }));
  const first: Promise<unknown>[] = [];
  const begin = (): void => {
    for (const watcher of watchers) first.push(watcher.next());
  };
  expect(await countConnections(database.dataSource, watchers.length, begin)).toBeLessThanOrEqual(2);
  for (const watcher of watchers) await watcher.return?.();
  await Promise.all(first);
});

test.each([
  ["one run", RUN.id],
  ["all runs of a company", null],
])("a watcher of %s that cannot read ends, and no longer listens", async (_, id) => {
  const notifications = createNotifications();
  const watch = createWatchSyncRun({ dataSource: new DataSource({ type: "postgres" }), notifications });
  const watcher = watch({ tenantId: "acme", id });
  expect(notifications.count()).toBe(1);
  await expect(watcher.next()).rejects.toThrow();

  expect(notifications.count()).toBe(0);
  expect(await watcher.next()).toEqual({ done: true, value: undefined });
});
