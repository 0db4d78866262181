import { beforeEach, describe, expect, test } from "vitest";
import { type SharedApp, useSharedApp } from "../support/shared-app.ts";
import { untilEnded } from "../support/test-app.ts";

const shared = useSharedApp();
let service: SharedApp;
beforeEach(async () => {
  service = shared();
  await service.resetConnected();
});

type Heard = { personioId: string; kind: string };

/** The emitted events by person: changes only, because due dates are random. */
const emittedChanges = (): Promise<Heard[]> =>
  service.app.database.dataSource.query(
    `select personio_id as "personioId", kind from lifecycle_events
     where kind like 'PERSON%' or kind like 'SUPERVISOR%' order by seq`,
  );

const firstPeople = async (count: number): Promise<string[]> => {
  const { people } = await service.get<{ people: { edges: { node: { personioId: string } }[] } }>(
    `{ people(first: ${count}, filter: { statuses: [ACTIVE] }) { edges { node { personioId } } } }`,
  );
  return people.edges.map(({ node }) => node.personioId);
};

describe("no event is emitted", () => {
  test("the first sync and a sync without changes emit no event", async () => {
    await service.sync();
    expect(await emittedChanges()).toEqual([]);
  });

  test("a held plan emits no event, and all its events when it is approved", async () => {
    const gone = (await firstPeople(8)).sort();
    for (const personioId of gone) await service.sandbox.admin.remove(personioId);
    const { id, status } = await service.sync();
    expect(status).toBe("HELD");
    expect(await emittedChanges()).toEqual([]);

    await service.get("mutation ($id: ID!) { approveSyncRun(id: $id) { status } }", { id });
    expect(await untilEnded(service.get)).toMatchObject({ id, left: 8 });
    expect((await emittedChanges()).filter(({ kind }) => kind === "PERSON_LEFT")).toEqual(
      gone.map((personioId) => ({ personioId, kind: "PERSON_LEFT" })),
    );
  });

  test("a switch of Personio's API version and back emits no event", async () => {
    for (const version of ["V2", "V1"]) {
      await service.get(`mutation { setPersonioApiVersion(version: ${version}) { apiVersion } }`);
      expect(await service.sync()).toMatchObject({ problem: null });
    }
    expect(await emittedChanges()).toEqual([]);
  });

  test("a held run of an empty company emits no event, and the next sync emits the change", async () => {
    const [moved = ""] = await firstPeople(1);
    await service.sandbox.admin.change(moved, { position: "Head of Kites" });
    await service.sandbox.admin.setFaults([{ kind: "empty-company" }]);
    expect(await service.sync()).toMatchObject({ status: "HELD" });
    expect(await emittedChanges()).toEqual([]);

    await service.sandbox.admin.clearFaults();
    await service.sync();
    expect(await emittedChanges()).toEqual([{ personioId: moved, kind: "PERSON_CHANGED" }]);
  });
});

test("an incremental sync emits its changes", async () => {
  const [moved = ""] = await firstPeople(1);
  await service.sandbox.admin.change(moved, { position: "Head of Kites" });
  const hired = await service.sandbox.admin.hire({ email: "new@nordlicht.example" });
  await service.get("mutation { syncPersonio(mode: INCREMENTAL) { id } }");
  await untilEnded(service.get);
  expect(await emittedChanges()).toEqual(
    [
      { personioId: moved, kind: "PERSON_CHANGED" },
      { personioId: hired, kind: "PERSON_ADDED" },
    ].sort((one, other) => (one.personioId < other.personioId ? -1 : 1)),
  );
});
