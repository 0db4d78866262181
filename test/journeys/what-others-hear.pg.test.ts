import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestApp, type TestApp, untilEnded } from "../support/test-app.ts";

let service: TestApp;
beforeEach(async () => {
  service = await startTestApp();
  await service.connect();
});
afterEach(() => service[Symbol.asyncDispose]());

type Heard = { personioId: string; kind: string };

/** The emitted events by person: changes only, because due dates are random. */
const changesHeard = (): Promise<Heard[]> =>
  service.app.database.dataSource.query(
    `select personio_id as "personioId", kind from lifecycle_events
     where kind like 'PERSON%' or kind like 'SUPERVISOR%' order by seq`,
  );

const somebody = async (count: number): Promise<string[]> => {
  const { people } = await service.get<{ people: { edges: { node: { personioId: string } }[] } }>(
    `{ people(first: ${count}, filter: { statuses: [ACTIVE] }) { edges { node { personioId } } } }`,
  );
  return people.edges.map(({ node }) => node.personioId);
};

describe("nobody hears", () => {
  test("of the people whom the first sync brings, or of a sync that changes nothing", async () => {
    await service.sync();
    expect(await changesHeard()).toEqual([]);
  });

  test("of a plan that is held, and everybody of it when it is approved", async () => {
    const gone = (await somebody(8)).sort();
    for (const personioId of gone) await service.sandbox.admin.remove(personioId);
    const { id, status } = await service.sync();
    expect(status).toBe("HELD");
    expect(await changesHeard()).toEqual([]);

    await service.get("mutation ($id: ID!) { approveSyncRun(id: $id) { status } }", { id });
    expect(await untilEnded(service.get)).toMatchObject({ id, left: 8 });
    expect((await changesHeard()).filter(({ kind }) => kind === "PERSON_LEFT")).toEqual(
      gone.map((personioId) => ({ personioId, kind: "PERSON_LEFT" })),
    );
  });

  test("of another version of Personio's API, or of the way back", async () => {
    for (const version of ["V2", "V1"]) {
      await service.get(`mutation { setPersonioApiVersion(version: ${version}) { apiVersion } }`);
      expect(await service.sync()).toMatchObject({ problem: null });
    }
    expect(await changesHeard()).toEqual([]);
  });

  test("of a sync that fails", async () => {
    const [moved = ""] = await somebody(1);
    await service.sandbox.admin.change(moved, { position: "Head of Kites" });
    await service.sandbox.admin.setFaults([{ kind: "empty-company" }]);
    expect(await service.sync()).toMatchObject({ status: "HELD" });
    expect(await changesHeard()).toEqual([]);

    await service.sandbox.admin.clearFaults();
    await service.sync();
    expect(await changesHeard()).toEqual([{ personioId: moved, kind: "PERSON_CHANGED" }]);
  });
});

test("an incremental sync tells of what it brings", async () => {
  const [moved = ""] = await somebody(1);
  await service.sandbox.admin.change(moved, { position: "Head of Kites" });
  const hired = await service.sandbox.admin.hire({ email: "new@nordlicht.example" });
  await service.get("mutation { syncPersonio(mode: INCREMENTAL) { id } }");
  await untilEnded(service.get);
  expect(await changesHeard()).toEqual(
    [
      { personioId: moved, kind: "PERSON_CHANGED" },
      { personioId: hired, kind: "PERSON_ADDED" },
    ].sort((one, other) => (one.personioId < other.personioId ? -1 : 1)),
  );
});
