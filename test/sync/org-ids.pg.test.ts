import { describe, expect, test } from "vitest";
import type { SandboxOptions } from "../../src/sandbox/sandbox.ts";
import { type SharedApp, useSharedApp } from "../support/shared-app.ts";
import { untilEnded } from "../support/test-app.ts";

const shared = useSharedApp();
let service: SharedApp;
const start = async (sandbox: Partial<SandboxOptions> = {}): Promise<void> => {
  service = shared();
  await service.resetConnected(sandbox);
};

const use = (version: string) =>
  service.get(
    "mutation ($version: PersonioApiVersion!) { setPersonioApiVersion(version: $version) { apiVersion } }",
    { version },
  );

type Org = Record<"departments" | "offices" | "legalEntities", { id: string; name: string }[]>;
const UNITS = "departments { id name } offices { id name } legalEntities { id name }";
const org = () => service.get<Org>(`{ ${UNITS} }`);
/** The department, office and legal entity of each person. */
const people = () =>
  service.get<{ people: { edges: object[] } }>(
    "{ people(first: 100) { edges { node { id department { id name } office { id name } legalEntity { id name } } } } }",
  );
const directory = async () => ({ org: await org(), people: await people() });
const personioIds = () =>
  service.get("{ departments { personioId } offices { personioId } legalEntities { personioId } }");
/** The emitted changes of people. */
const changesTold = async (): Promise<number> => {
  const [row] = await service.app.database.dataSource.query<{ count: number }[]>(
    "select count(*)::int as count from lifecycle_events where kind in ('PERSON_CHANGED', 'PERSON_LEFT', 'PERSON_ADDED')",
  );
  return row?.count ?? 0;
};

const UNTOUCHED = { added: 0, changed: 0, left: 0, problem: null };

describe("the ids of departments, offices and legal entities after a switch of the API version", () => {
  test("the ids stay if the first read is empty, and is held", async () => {
    await start();
    const before = { directory: await directory(), ids: await personioIds() };
    await use("V2");
    await service.sandbox.admin.setFaults([{ kind: "empty-company" }]);
    expect(await service.sync()).toMatchObject({ status: "HELD" });
    expect(await personioIds()).toEqual(before.ids);

    await service.sandbox.admin.clearFaults();
    expect(await service.sync()).toMatchObject(UNTOUCHED);
    expect(await directory()).toEqual(before.directory);
    expect(await changesTold()).toBe(0);
  });

  test("the ids stay if the first run is dry, held or failed: none of them moves an id", async () => {
    await start();
    const before = { directory: await directory(), ids: await personioIds() };
    await use("V2");
    await service.get("mutation { planSyncPersonio { id } }");
    expect(await untilEnded(service.get)).toMatchObject({ status: "HELD", changed: 0, left: 0 });
    expect(await personioIds()).toEqual(before.ids);

    await service.sandbox.admin.setFaults([{ kind: "status", status: 400, path: "/v2/persons" }]);
    expect(await service.sync()).toMatchObject({ status: "FAILED" });
    await service.sandbox.admin.setFaults([
      { kind: "wrong-value", attribute: "employment_start_date", value: null },
    ]);
    expect(await service.sync()).toMatchObject({ status: "HELD", problem: { code: "FIELD_GUARD" } });
    expect(await personioIds()).toEqual(before.ids);

    await service.sandbox.admin.clearFaults();
    expect(await service.sync()).toMatchObject(UNTOUCHED);
    expect(await directory()).toEqual(before.directory);
    expect(await personioIds()).not.toEqual(before.ids);
    expect(await changesTold()).toBe(0);
  });

  test("the ids stay if the credential may read legal entities only later", async () => {
    await start();
    const before = await directory();
    await service.sandbox.admin.setRights({ legalEntities: false, orgUnits: false });
    await use("V2");
    expect(await service.sync()).toMatchObject(UNTOUCHED);
    expect(await directory()).toEqual(before);

    await service.sandbox.admin.setRights({ legalEntities: true, orgUnits: true });
    await service.get("mutation { finishPersonioSetup { id } }");
    expect(await untilEnded(service.get)).toMatchObject(UNTOUCHED);
    expect(await directory()).toEqual(before);
    expect(await service.sync()).toMatchObject(UNTOUCHED);
    expect(await changesTold()).toBe(0);
  });

  test("the ids stay if a right is missing at first, and a partial run is the first to read the names", async () => {
    await start();
    const before = await directory();
    await use("V2");
    await service.sandbox.admin.setRights({ legalEntities: false });
    expect(await service.sync()).toMatchObject(UNTOUCHED);

    await service.sandbox.admin.setRights({ legalEntities: true });
    const [someone] = await service.app.database.dataSource.query<{ personio_id: string }[]>(
      "select personio_id from people where status = 'ACTIVE' and legal_entity_id is not null limit 1",
    );
    await service.sandbox.admin.change(someone?.personio_id ?? "", {
      position: "Cartographer",
      gender: "diverse",
    });
    await service.get("mutation { syncPersonio(mode: INCREMENTAL) { id } }");
    expect(await untilEnded(service.get)).toMatchObject({ changed: 1, problem: null });
    expect(await directory()).toEqual(before);
    expect(await service.sync()).toMatchObject(UNTOUCHED);
    expect(await directory()).toEqual(before);
    expect(await changesTold()).toBe(1);
  });

  test("the ids stay if each number belongs to another legal entity in the other version", async () => {
    await start({ settings: { v2: { legalEntityIds: "overlapping" } } });
    const before = await directory();
    for (const version of ["V2", "V1"]) {
      await use(version);
      expect(await service.sync()).toMatchObject(UNTOUCHED);
      expect(await directory()).toEqual(before);
    }
    expect(await changesTold()).toBe(0);
  });
});

test("an incomplete read matches no ids, and the next complete one finds people who moved meanwhile", async () => {
  await start({ people: 150, settings: { v2: { legalEntityIds: "overlapping" } } });
  const { admin } = service.sandbox;
  await use("V2");
  await service.sync();
  const before = { directory: await directory(), ids: await personioIds() };
  const [someone] = await service.app.database.dataSource.query<{ personio_id: string; office: string }[]>(
    `select p.personio_id, o.name as office from people p join offices o on o.id = p.office_id
     where p.status = 'ACTIVE' and o.name <> 'Barcelona' order by p.personio_id limit 1`,
  );
  await use("V1");
  await admin.move(someone?.personio_id ?? "", { office: "Barcelona" });
  await admin.setFaults([{ kind: "missing-page", path: "/v1/company/employees?", offset: 100 }]);
  expect(await service.sync()).toMatchObject({
    ...UNTOUCHED,
    problem: { code: "PERSONIO_SNAPSHOT_INCOMPLETE" },
  });
  expect(await directory()).toEqual(before.directory);
  expect(await personioIds()).toEqual(before.ids);

  await admin.clearFaults();
  expect(await service.sync()).toMatchObject({ ...UNTOUCHED, changed: 1 });
  expect(await org()).toEqual(before.directory.org);
  expect(await changesTold()).toBe(1);
});

test("a legal entity unknown to the other version is not mistaken for the one with its number", async () => {
  await start({ settings: { v2: { legalEntityIds: "overlapping" } } });
  const { admin } = service.sandbox;
  const { dataSource } = service.app.database;
  // Its people are deleted in Personio, so no record refers to it any more.
  const [row] = await dataSource.query<{ name: string; people: string[] }[]>(
    `select l.name, array_agg(p.personio_id) as people from people p join legal_entities l on l.id = p.legal_entity_id
     group by l.name order by count(*) limit 1`,
  );
  const { name, people } = row!;
  const hisOrHers = () =>
    dataSource.query(
      `select p.id, p.legal_entity_id, l.name from people p join legal_entities l on l.id = p.legal_entity_id
       where p.personio_id = any($1) order by p.id`,
      [people],
    );
  const before = await hisOrHers();
  for (const id of people) await admin.remove(id);
  await use("V2");
  await service.sync();
  await service.sync();
  expect(await hisOrHers()).toEqual(before);
  const { legalEntities } = await org();
  expect(legalEntities.filter((entity) => entity.name === name)).toHaveLength(1);
});
