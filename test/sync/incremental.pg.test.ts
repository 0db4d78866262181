import { beforeEach, describe, expect, test } from "vitest";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { type SharedApp, useSharedApp } from "../support/shared-app.ts";
import { type RunRow, untilEnded } from "../support/test-app.ts";

const shared = useSharedApp();
let service: SharedApp;
beforeEach(async () => {
  service = shared();
  await service.resetConnected();
});

const syncIncrementally = async (): Promise<RunRow> => {
  await service.get("mutation { syncPersonio(mode: INCREMENTAL) { id mode } }");
  return untilEnded(service.get);
};

const activePeople = async (count: number): Promise<string[]> => {
  const { people } = await service.get<{ people: { edges: { node: { personioId: string } }[] } }>(
    `{ people(first: ${count}, filter: { statuses: [ACTIVE] }) { edges { node { personioId } } } }`,
  );
  return people.edges.map(({ node }) => node.personioId);
};

describe("an incremental run", () => {
  test("an incremental run reads only recent changes, and applies the change and the newcomer", async () => {
    const [moved = ""] = await activePeople(1);
    await service.sandbox.admin.change(moved, { position: "Head of Kites" });
    await service.sandbox.admin.hire({ email: "new@nordlicht.example" });
    const run = await syncIncrementally();
    expect(run).toMatchObject({ added: 1, changed: 1, left: 0, problem: null });
    expect(run.employeesRead).toBeLessThan(60);
  });

  test("an incremental run makes inactive people leavers", async () => {
    const [left = ""] = await activePeople(1);
    await service.sandbox.admin.change(left, { status: "inactive" });
    expect(await syncIncrementally()).toMatchObject({ left: 1, problem: null });
  });

  test("an incremental run makes no missing person a leaver, however often, and a full run still does", async () => {
    const [gone = ""] = await activePeople(1);
    await service.sandbox.admin.remove(gone);
    for (const _twice of [1, 2]) expect(await syncIncrementally()).toMatchObject({ left: 0 });
    expect(await service.sync()).toMatchObject({ left: 0 });
    await syncIncrementally();
    expect(await service.sync()).toMatchObject({ left: 1 });
  });

  test("an incremental run without changes has no problem, and writes nothing", async () => {
    const before = await readDirectoryRows(service.databaseUrl);
    await service.sandbox.admin.setFaults([{ kind: "empty-company", path: "/v1/company/employees?" }]);
    expect(await syncIncrementally()).toMatchObject({ problem: null, added: 0, changed: 0, left: 0 });
    expect(await readDirectoryRows(service.databaseUrl)).toEqual(before);
  });

  test("an incremental run keeps the ledger entries of people it did not read", async () => {
    const lines = async () =>
      (await service.get<{ skippedEmployees: { totalCount: number } }>("{ skippedEmployees { totalCount } }"))
        .skippedEmployees.totalCount;
    const before = await lines();
    expect(before).toBeGreaterThan(0);
    await service.sandbox.admin.setFaults([{ kind: "empty-company", path: "/v1/company/employees?" }]);
    await syncIncrementally();
    expect(await lines()).toBe(before);
  });

  test("an incremental run that would empty too much is held like any other", async () => {
    for (const id of await activePeople(8)) await service.sandbox.admin.change(id, { status: "inactive" });
    expect(await syncIncrementally()).toMatchObject({ status: "HELD", problem: { code: "LEAVER_GUARD" } });
  });
});

test("a person missing from the list twice, but with a record, has not left", async () => {
  const [missed = ""] = await activePeople(1);
  // The list loses the record; a look-up by id finds it.
  await service.sandbox.admin.setFaults([{ kind: "hidden-employees", employees: [missed] }]);
  expect(await service.sync()).toMatchObject({ problem: null, employeesRead: 59 });
  expect(await service.sync()).toMatchObject({ problem: null, left: 0 });
});
