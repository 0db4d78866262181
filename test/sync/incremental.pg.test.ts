import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { requestSyncRun } from "../../src/sync/runs/request-sync-run.ts";
import { startSyncRun } from "../../src/sync/runs/sync-run.repository.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { NOON } from "../support/read-context.ts";
import { type RunRow, startTestApp, type TestApp, untilEnded } from "../support/test-app.ts";
import { startFollower } from "./support/follower.ts";

let service: TestApp;
beforeEach(async () => {
  service = await startTestApp();
  await service.connect();
});
afterEach(() => service[Symbol.asyncDispose]());

const syncIncrementally = async (): Promise<RunRow> => {
  await service.get("mutation { syncPersonio(mode: INCREMENTAL) { id mode } }");
  return untilEnded(service.get);
};

const somebody = async (count: number): Promise<string[]> => {
  const { people } = await service.get<{ people: { edges: { node: { personioId: string } }[] } }>(
    `{ people(first: ${count}, filter: { statuses: [ACTIVE] }) { edges { node { personioId } } } }`,
  );
  return people.edges.map(({ node }) => node.personioId);
};

describe("an incremental run", () => {
  test("reads only who changed lately, and brings the change and the newcomer", async () => {
    const [moved = ""] = await somebody(1);
    await service.sandbox.admin.change(moved, { position: "Head of Kites" });
    await service.sandbox.admin.hire({ email: "new@nordlicht.example" });
    const run = await syncIncrementally();
    expect(run).toMatchObject({ added: 1, changed: 1, left: 0, problem: null });
    expect(run.employeesRead).toBeLessThan(60);
  });

  test("marks who is inactive as gone", async () => {
    const [left = ""] = await somebody(1);
    await service.sandbox.admin.change(left, { status: "inactive" });
    expect(await syncIncrementally()).toMatchObject({ left: 1, problem: null });
  });

  test("marks nobody as gone by absence, however often, and a full run still does", async () => {
    const [gone = ""] = await somebody(1);
    await service.sandbox.admin.remove(gone);
    for (const _twice of [1, 2]) expect(await syncIncrementally()).toMatchObject({ left: 0 });
    expect(await service.sync()).toMatchObject({ left: 0 });
    await syncIncrementally();
    expect(await service.sync()).toMatchObject({ left: 1 });
  });

  test("of which nothing comes is no emergency, and writes nothing", async () => {
    const before = await readDirectoryRows(service.databaseUrl);
    await service.sandbox.admin.setFaults([{ kind: "empty-company", path: "/v1/company/employees?" }]);
    expect(await syncIncrementally()).toMatchObject({ problem: null, added: 0, changed: 0, left: 0 });
    expect(await readDirectoryRows(service.databaseUrl)).toEqual(before);
  });

  test("keeps the ledger's lines of people it did not read", async () => {
    const lines = async () =>
      (await service.get<{ skippedEmployees: { totalCount: number } }>("{ skippedEmployees { totalCount } }"))
        .skippedEmployees.totalCount;
    const before = await lines();
    expect(before).toBeGreaterThan(0);
    await service.sandbox.admin.setFaults([{ kind: "empty-company", path: "/v1/company/employees?" }]);
    await syncIncrementally();
    expect(await lines()).toBe(before);
  });

  test("that would empty too much is held like any other", async () => {
    for (const id of await somebody(8)) await service.sandbox.admin.change(id, { status: "inactive" });
    expect(await syncIncrementally()).toMatchObject({ status: "HELD", problem: { code: "LEAVER_GUARD" } });
  });
});

test("somebody whom the list misses twice, but whose record is still there, has not left", async () => {
  const [missed = ""] = await somebody(1);
  // The list loses the record; asked for by its id, it is there.
  await service.sandbox.admin.setFaults([{ kind: "hidden-employees", employees: [missed] }]);
  expect(await service.sync()).toMatchObject({ problem: null, employeesRead: 59 });
  expect(await service.sync()).toMatchObject({ problem: null, left: 0 });
});

test("an incremental run that still waits when another version of the API is chosen reads everybody", async () => {
  await using follower = await startFollower({ tenantId: "acme" });
  const asked = await inTenant(follower.dataSource, "acme", (manager) =>
    requestSyncRun(manager, follower.queue, { tenantId: "acme", trigger: "MANUAL", mode: "INCREMENTAL" }),
  );
  expect(asked.mode).toBe("INCREMENTAL");
  const started = await inTenant(follower.dataSource, "acme", async (manager) => {
    await manager.query("update integrations set api_version = 'V2'");
    return startSyncRun(manager, asked.id, NOON);
  });
  expect(started).toMatchObject({ id: asked.id, mode: "FULL", status: "RUNNING" });
});
