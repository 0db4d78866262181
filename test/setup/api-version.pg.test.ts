import { beforeEach, describe, expect, test } from "vitest";
import { type SharedApp, useSharedApp } from "../support/shared-app.ts";
import { untilEnded } from "../support/test-app.ts";

const shared = useSharedApp();
let service: SharedApp;
beforeEach(async () => {
  service = shared();
  await service.reset();
});

const V1_REFUSED = { v1: false } as const;

const apiVersion = async (): Promise<string> =>
  (
    await service.get<{ personioIntegration: { apiVersion: string } }>(
      "{ personioIntegration { apiVersion } }",
    )
  ).personioIntegration.apiVersion;
const use = (version: string) =>
  service.ask(
    "mutation ($version: PersonioApiVersion!) { setPersonioApiVersion(version: $version) { apiVersion } }",
    { version },
  );

/** All people as a client sees them, without values that version 2 does not have. */
const readPeople = async (): Promise<object[]> => {
  const { people } = await service.get<{
    people: { edges: { node: object }[] };
  }>(`{ people(first: 100) { edges { node {
    personioId workEmail employeeId firstName lastName displayName position status employmentType hireDate probationEndDate
    contractEndDate terminationDate birthday department { name } team costCenter office { name } legalEntity { name }
    supervisor { workEmail } customAttributes { key value }
  } } } }`);
  return people.edges.map(({ node }) => node);
};
const orgIds = () => service.get("{ departments { id name } offices { id name } legalEntities { id name } }");

describe("the version of Personio's API", () => {
  test("the API version is 1 if the credential may use it", async () => {
    await service.resetConnected();
    expect(await apiVersion()).toBe("V1");
  });

  test("the API version is 2 if Personio refuses version 1, and the sync still fills the directory", async () => {
    await service.sandbox.admin.setRights(V1_REFUSED);
    const run = await service.connect();
    expect(await apiVersion()).toBe("V2");
    const { present } = await service.sandbox.admin.summary();
    expect(run).toMatchObject({ added: present, problem: null });
  });

  test("an admin can switch the API version, and people and offices keep their ids", async () => {
    await service.resetConnected();
    const before = { people: await readPeople(), org: await orgIds() };
    expect(await use("V2")).toMatchObject({ data: { setPersonioApiVersion: { apiVersion: "V2" } } });
    expect(await service.sync()).toMatchObject({ added: 0, changed: 0, left: 0, problem: null });
    expect(await readPeople()).toEqual(before.people);
    expect(await orgIds()).toEqual(before.org);

    await use("V1");
    expect(await service.sync()).toMatchObject({ added: 0, changed: 0, left: 0, problem: null });
    expect(await orgIds()).toEqual(before.org);
  });

  test("the first run after a switch reads all people, even if it was requested as incremental", async () => {
    await service.resetConnected();
    const org = await orgIds();
    const syncIncrementally = async () => {
      const { syncPersonio } = await service.get<{ syncPersonio: { mode: string } }>(
        "mutation { syncPersonio(mode: INCREMENTAL) { mode } }",
      );
      return { ...(await untilEnded(service.get)), ...syncPersonio };
    };
    // No record has changed for days, so only a full run reads people.
    await service.sandbox.admin.advanceClock({ days: 30 });
    await use("V2");
    expect(await syncIncrementally()).toMatchObject({ mode: "FULL", employeesRead: 60, added: 0 });
    expect(await orgIds()).toEqual(org);
    expect(await syncIncrementally()).toMatchObject({ mode: "INCREMENTAL" });
  });

  test("an admin cannot switch to an API version that the credential may not use", async () => {
    await service.resetConnected();
    await service.sandbox.admin.setRights({ persons: false });
    expect((await use("V2")).errors?.[0]?.extensions.code).toBe("PERSONIO_ACCESS_MISSING");
    expect(await apiVersion()).toBe("V1");
  });
});

test("connecting fails with a clear error if neither version lets the credential read people", async () => {
  await service.sandbox.admin.setRights({ v1: false, persons: false });
  const { errors } = await service.ask(
    "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }",
    service.sandbox.credentials,
  );
  expect(errors?.[0]?.extensions.code).toBe("PERSONIO_ACCESS_MISSING");
});

test("both API versions bring the same people, except for values that only version 1 has", async () => {
  // Version 2 sends no labels, so the proposal cannot find the personnel number: the mapping names its
  // attribute.
  const finish = `mutation { finishPersonioSetup(fieldMapping: [
    { personField: "employeeId", personioAttribute: "dynamic_402118" }
    { personField: "customAttributes", personioAttribute: "dynamic_402190" }
  ]) { id } }`;
  const read = async () => {
    const connect =
      "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }";
    await service.get(connect, service.sandbox.credentials);
    await service.get(finish);
    await untilEnded(service.get);
    return readPeople();
  };
  const people = await read();
  await service.reset();
  await service.sandbox.admin.setRights(V1_REFUSED);
  expect(await read()).toEqual(people);
});
