import { beforeEach, describe, expect, test } from "vitest";
import type { DeniedStatus } from "../../src/sandbox/settings.ts";
import { type SharedApp, useSharedApp } from "../support/shared-app.ts";
import { untilEnded } from "../support/test-app.ts";

const shared = useSharedApp();
let service: SharedApp;
beforeEach(() => {
  service = shared();
});

type Integration = {
  status: string;
  apiVersion: string;
  clientId: string;
  problem: { code: string } | null;
  warnings: { code: string; message: string; help: string; parameters: object }[];
  attributes: {
    key: string;
    granted: boolean;
    neededFor: string[];
    missingHelp: string | null;
    missingReason: string | null;
    missingRight: string | null;
  }[];
};
const FIELDS = `status apiVersion clientId problem { code } warnings { code message help parameters }
  attributes { key granted neededFor missingHelp missingReason missingRight }`;
const integration = async (): Promise<Integration> =>
  (await service.get<{ personioIntegration: Integration }>(`{ personioIntegration { ${FIELDS} } }`))
    .personioIntegration;
const missingHelp = async (key: string): Promise<string | null | undefined> =>
  (await integration()).attributes.find((attribute) => attribute.key === key)?.missingHelp;

const reasonOf = async (key: string): Promise<readonly (string | null | undefined)[]> => {
  const found = (await integration()).attributes.find((attribute) => attribute.key === key);
  return [found?.missingReason, found?.missingRight];
};

const mutate = (mutation: string, pair: object) =>
  service.ask(
    `mutation ($clientId: String!, $clientSecret: String!) {
      ${mutation}(clientId: $clientId, clientSecret: $clientSecret) { id } }`,
    pair,
  );
const useV2 = () => service.get("mutation { setPersonioApiVersion(version: V2) { apiVersion } }");
const departments = async () =>
  (await service.get<{ departments: object[] }>("{ departments { id name } }")).departments;

describe("a missing right of version 2", () => {
  test("a missing right is listed with its cost from the switch on, until a run finds it ticked", async () => {
    await service.resetConnected();
    const before = await departments();
    await service.sandbox.admin.setRights({ orgUnits: false });
    await useV2();
    const { warnings } = await integration();
    // One for the department, one for the team.
    expect(warnings).toMatchObject([{ code: "ATTRIBUTE_NOT_READABLE" }, { code: "ATTRIBUTE_NOT_READABLE" }]);
    for (const help of [warnings[0]?.help, await missingHelp("department")]) {
      expect(help).toContain("There are no departments");
      expect(help).toContain('tick "Org Units: Read"');
      expect(help).not.toContain("Readable employee attributes");
    }
    expect(warnings[0]?.parameters).toMatchObject({ right: "Org Units: Read" });
    expect(await reasonOf("department")).toEqual(["RIGHT_MISSING", "Org Units: Read"]);
    await service.sync();
    expect(await missingHelp("department")).toContain('tick "Org Units: Read"');

    await service.sandbox.admin.setRights({ orgUnits: true });
    expect(await service.sync()).toMatchObject({ changed: 0, problem: null });
    expect(await missingHelp("department")).toBeNull();
    expect((await integration()).warnings).toEqual([]);
    expect(await departments()).toEqual(before);
  });

  test("the next run notices a lost right", async () => {
    await service.reset();
    await service.sandbox.admin.setRights({ v1: false });
    await service.connect();
    expect((await integration()).warnings).toEqual([]);
    await service.sandbox.admin.setRights({ workplaces: false });
    expect(await service.sync()).toMatchObject({ changed: 0, problem: null });
    expect((await integration()).warnings).toMatchObject([
      {
        message: expect.stringContaining("office"),
        help: expect.stringContaining('tick "Workplaces: Read"'),
      },
    ]);
  });

  const refused: [DeniedStatus, string][] = [
    [401, 'tick "Legal Entities: Read"'],
    [403, 'tick "Legal Entities: Read"'],
    [404, "does not offer this part of its API"],
    [412, "does not offer this part of its API"],
  ];
  test.each(refused)("the help for a missing right fits Personio's status %i", async (status, help) => {
    const refusals = {
      persons: 401,
      employments: 403,
      orgUnits: 403,
      legalEntities: status,
      workplaces: 403,
      costCenters: 403,
      webhooks: 403,
    } as const;
    await service.reset({ settings: { v2: { refusals } } });
    await service.sandbox.admin.setRights({ v1: false, legalEntities: false });
    await mutate("connectPersonio", service.sandbox.credentials);
    expect(await missingHelp("legal_entity")).toContain(help);
    expect(await missingHelp("legal_entity")).toContain(String(status));
  });

  test("an admin can accept the proposed mapping despite a missing right", async () => {
    await service.reset();
    await service.sandbox.admin.setRights({ v1: false, orgUnits: false });
    await mutate("connectPersonio", service.sandbox.credentials);
    const { personioIntegration } = await service.get<{
      personioIntegration: { fieldMapping: { personField: string; personioAttribute: string | null }[] };
    }>("{ personioIntegration { fieldMapping { personField personioAttribute } } }");
    const { fieldMapping } = personioIntegration;
    expect(fieldMapping).toContainEqual({ personField: "department", personioAttribute: "department" });
    await service.get(
      "mutation ($fieldMapping: [FieldMappingInput!]) { finishPersonioSetup(fieldMapping: $fieldMapping) { id } }",
      { fieldMapping },
    );
    expect(await untilEnded(service.get)).toMatchObject({ problem: null });
    expect(await departments()).toEqual([]);
    await service.sandbox.admin.setRights({ orgUnits: true });
    await service.sync();
    expect((await departments()).length).toBeGreaterThan(0);
  });

  test("the help for an attribute that only version 1 has names the version, not a right", async () => {
    await service.resetConnected();
    await useV2();
    expect(await missingHelp("subcompany")).toContain("Only version V1");
    expect(await reasonOf("subcompany")).toEqual(["OTHER_API_VERSION", null]);
  });
});

test("a new credential for only the other version is refused, with help to switch, and the one in use stays", async () => {
  await service.resetConnected();
  const before = await integration();
  await service.sandbox.admin.setRights({ v1: false });
  const pair = { clientId: "second", clientSecret: "second-secret" };
  await service.sandbox.admin.setCredentials(pair);
  const { errors } = await mutate("updatePersonioCredentials", pair);
  expect(errors?.[0]).toMatchObject({
    message: expect.stringContaining("may only use V2"),
    extensions: {
      code: "PERSONIO_ACCESS_MISSING",
      help: expect.stringContaining("setPersonioApiVersion(version: V2)"),
      version: "V1",
      other: "V2",
    },
  });
  expect(await integration()).toEqual(before);

  // The help is right: the credential can be connected, reviewed and read with its version.
  expect((await mutate("connectPersonio", pair)).errors).toBeUndefined();
  await service.get("mutation { finishPersonioSetup { id } }");
  expect(await untilEnded(service.get)).toMatchObject({ added: 0, left: 0, problem: null });
  expect(await integration()).toMatchObject({ status: "CONNECTED", apiVersion: "V2", clientId: "second" });
});

test("a new credential that neither version accepts is refused with Personio's error", async () => {
  await service.resetConnected();
  await service.sandbox.admin.setRights({ v1: false, persons: false });
  const { errors } = await mutate("updatePersonioCredentials", service.sandbox.credentials);
  expect(errors?.[0]?.extensions.code).toBe("PERSONIO_ACCESS_MISSING");
  expect(errors?.[0]?.extensions.help).not.toContain("setPersonioApiVersion");
});

describe("with only version 2, where only the people show what the credential may read", () => {
  const startWithoutPeople = async (): Promise<void> => {
    await service.reset();
    await service.sandbox.admin.setRights({ v1: false });
  };
  const headcount = () => service.get("{ people { totalCount } }");

  test("(A6) a run that reads zero people is held, and the next good one finds all people unchanged", async () => {
    await startWithoutPeople();
    await service.connect();
    const before = await headcount();
    await service.sandbox.admin.setFaults([{ kind: "empty-company" }]);
    expect(await service.sync()).toMatchObject({
      status: "HELD",
      problem: { code: "PERSONIO_SNAPSHOT_EMPTY" },
    });
    expect(await integration()).toMatchObject({
      status: "CONNECTED",
      problem: { code: "PERSONIO_SNAPSHOT_EMPTY" },
      warnings: [],
    });
    expect(await headcount()).toEqual(before);
    await service.sandbox.admin.clearFaults();
    expect(await service.sync()).toMatchObject({ added: 0, changed: 0, left: 0, problem: null });
  });

  test("an account without any visible person cannot be connected, and the error names no missing right", async () => {
    await startWithoutPeople();
    await service.sandbox.admin.setFaults([{ kind: "empty-company" }]);
    const { errors } = await mutate("connectPersonio", service.sandbox.credentials);
    expect(errors?.[0]?.extensions.code).toBe("PERSONIO_SNAPSHOT_EMPTY");
    expect(await service.get("{ personioIntegration { id } }")).toEqual({ personioIntegration: null });
  });
});
