import { beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "../../src/sandbox/api/faults.ts";
import { type AdminView, createAdminView, PAGES } from "../faults/support/admin-view.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { type SharedApp, useSharedApp } from "../support/shared-app.ts";
import { type RunRow, untilEnded } from "../support/test-app.ts";

const shared = useSharedApp();
let service: SharedApp;
let view: AdminView;
/** Each test of a group begins with the same company. */
const startWith = (people: number): void => {
  beforeEach(async () => {
    service = shared();
    view = createAdminView(service);
    await service.resetConnected({ people });
  });
};

const hidden = (employees: string[]): Fault => ({ kind: "hidden-employees", employees });
const goneById = (id: string): Fault => ({ kind: "status", status: 404, path: `${PAGES}/${id}` });
const currentPeople = async (count: number): Promise<string[]> =>
  (await view.peopleWithoutReports(count)).map(({ personioId }) => personioId);

/** How many records the sync looked up by id. */
const lookUps = async (): Promise<number> =>
  (await service.sandbox.admin.requests())
    .filter(({ path }) => /\/employees\/\d+$/.test(path))
    .reduce((sum, { count }) => sum + count, 0);

const syncCounting = async (): Promise<RunRow & { lookUps: number }> => {
  await service.sandbox.admin.clearRequests();
  const run = await service.sync();
  return { ...run, lookUps: await lookUps() };
};

const approve = async (id: string): Promise<RunRow> => {
  await service.get("mutation ($id: ID!) { approveSyncRun(id: $id) { status } }", { id });
  return untilEnded(service.get);
};
const shown = async (id: string): Promise<string[]> => {
  const { syncRun } = await service.get<{
    syncRun: { plan: { edges: { node: { personioId: string } }[] } };
  }>("query ($id: ID!) { syncRun(id: $id) { plan(first: 100) { edges { node { personioId } } } } }", { id });
  return syncRun.plan.edges.map(({ node }) => node.personioId).toSorted();
};

describe("before a missing person becomes a leaver", () => {
  startWith(150);

  test("the run looks up each of 51 missing people, and those with a record stay", async () => {
    const { rows } = await service.get<{ rows: { edges: { node: { personioId: string } }[] } }>(
      "{ rows: people(first: 51) { edges { node { personioId } } } }",
    );
    const [gone = "", ...ids] = rows.edges.map(({ node }) => node.personioId);
    await service.sandbox.admin.setFaults([hidden([gone, ...ids]), goneById(gone)]);
    expect(await service.sync()).toMatchObject({ left: 0, problem: null });
    expect(await syncCounting()).toMatchObject({ left: 1, problem: null, lookUps: 51 });
    expect(await syncCounting()).toMatchObject({ left: 0, problem: null, lookUps: 50 });
  });
});

describe("a company without an entry in the ledger", () => {
  startWith(20);

  test("a run with an unanswered look-up does not end as a plain success", async () => {
    const skipped = () =>
      service.app.database.dataSource.query<{ id: string }[]>(
        "select distinct personio_id as id from skipped_employees",
      );
    for (const { id } of await skipped()) await service.sandbox.admin.remove(id);
    const [missing = ""] = await currentPeople(1);
    await service.sync();
    expect(await service.sync()).toMatchObject({ status: "SUCCEEDED", problem: null });
    expect(await skipped()).toEqual([]);

    await service.sandbox.admin.setFaults([
      hidden([missing]),
      { kind: "status", status: 403, path: `${PAGES}/${missing}` },
    ]);
    await service.sync();
    expect(await service.sync()).toMatchObject({
      status: "SUCCEEDED_WITH_SKIPS",
      left: 0,
      problem: { code: "PERSONIO_RECORD_UNREADABLE" },
    });
    expect(await skipped()).toEqual([]);
  });
});

describe("before a missing person becomes a leaver", () => {
  startWith(1_150);

  test("an admin reviews more missing people than a run may look up, whatever the threshold", async () => {
    const { dataSource } = service.app.database;
    await dataSource.query("update tenants set leaver_guard_percent = 100");
    const rows = await dataSource.query<{ id: string }[]>(
      "select personio_id as id from people where status <> 'INACTIVE' order by personio_id limit 1001",
    );
    expect(rows).toHaveLength(1_001);
    await service.sandbox.admin.setFaults([hidden(rows.map(({ id }) => id))]);
    expect(await service.sync()).toMatchObject({ left: 0, problem: null });
    const held = await syncCounting();
    expect(held).toMatchObject({
      status: "HELD",
      left: 1_001,
      lookUps: 0,
      problem: { code: "LEAVER_GUARD", message: expect.stringContaining("too many to look up") },
    });
    expect(await service.sync()).toMatchObject({ status: "HELD", problem: { code: "LEAVER_GUARD" } });
    const [{ id = "" } = {}] = await view.runs();
    expect(await approve(id)).toMatchObject({ left: 1_001, problem: null });
  });
});

describe("a plan for an admin", () => {
  startWith(60);

  test("a plan is not held if all missing people still have a record", async () => {
    const before = await view.totalCount();
    await service.sandbox.admin.setFaults([hidden(await currentPeople(8))]);
    for (const _again of [1, 2])
      expect(await syncCounting()).toMatchObject({ left: 0, problem: null, lookUps: 8 });
    expect(await view.totalCount()).toBe(before);
  });

  test("a held plan shows only people without a record, and approving removes exactly those", async () => {
    const [stays = "", ...leaving] = await currentPeople(9);
    await service.sandbox.admin.setFaults([hidden([stays, ...leaving]), ...leaving.map(goneById)]);
    const held = await syncCounting();
    expect(held).toMatchObject({
      status: "HELD",
      left: 8,
      lookUps: 9,
      problem: { code: "LEAVER_GUARD", message: expect.stringContaining("8 of") },
    });
    expect(await shown(held.id)).toEqual(leaving.toSorted());
    await service.sandbox.admin.clearRequests();
    expect(await approve(held.id)).toMatchObject({ id: held.id, left: 8, problem: null });
    expect(await lookUps()).toBe(9);
    const left = await service.app.database.dataSource.query<{ id: string }[]>(
      "select personio_id as id from people where status = 'INACTIVE' order by personio_id",
    );
    expect(left.map(({ id }) => id)).toEqual(leaving.toSorted());
  });

  test("the plan of an empty answer removes no person with a record, even if it is approved", async () => {
    const before = await view.totalCount();
    await service.sandbox.admin.setFaults([{ kind: "empty-company", path: `${PAGES}?` }]);
    const held = await syncCounting();
    expect(held).toMatchObject({
      status: "HELD",
      left: 0,
      lookUps: before,
      problem: { code: "PERSONIO_SNAPSHOT_EMPTY" },
    });
    expect(await approve(held.id)).toMatchObject({ id: held.id, left: 0, problem: null });
    expect(await view.totalCount()).toBe(before);
  });

  test("an approved plan removes the others if one of the missing people has a record again", async () => {
    const [back = "", ...leaving] = await currentPeople(9);
    await service.sandbox.admin.setFaults([hidden([back, ...leaving]), ...[back, ...leaving].map(goneById)]);
    const held = await service.sync();
    expect(await shown(held.id)).toHaveLength(9);
    await service.sandbox.admin.setFaults([hidden([back, ...leaving]), ...leaving.map(goneById)]);
    expect(await approve(held.id)).toMatchObject({ left: 8, problem: null });
  });

  test("an approved plan is outdated if another person is gone meanwhile: no person leaves unless shown", async () => {
    const [spared = "", ...others] = await currentPeople(9);
    await service.sandbox.admin.setFaults([hidden([spared])]);
    await service.sync();
    for (const id of others) await service.sandbox.admin.change(id, { status: "inactive" });
    const held = await service.sync();
    expect(held).toMatchObject({ status: "HELD", left: 8 });
    expect(await shown(held.id)).toEqual(others.toSorted());
    await service.sandbox.admin.remove(spared);
    const before = await readDirectoryRows(service.databaseUrl);
    expect(await approve(held.id)).toMatchObject({ status: "HELD", problem: { code: "SYNC_PLAN_OUTDATED" } });
    expect(await readDirectoryRows(service.databaseUrl)).toEqual(before);
  });
});
