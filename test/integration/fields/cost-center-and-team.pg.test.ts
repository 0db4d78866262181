import { describe, expect, test } from "vitest";
import { startApp } from "../../../src/app.ts";
import { revertMigration } from "../../../src/database/migrate.ts";
import { createLogger } from "../../../src/log.ts";
import { PRESET_ATTRIBUTES } from "../../../src/sandbox/api-v1/preset-attributes.ts";
import { CUSTOM_ATTRIBUTE } from "../../../src/sandbox/company/attributes.ts";
import { MIGRATIONS } from "../../../src/service-database.ts";
import { eventually } from "../../support/eventually.ts";
import { useSharedApp } from "../../support/shared-app.ts";
import { createAsk, startTestApp, type TestApp, untilEnded } from "../../support/test-app.ts";

// A test migrates a database back and forth, and starts apps on it: the update is its statement.

const shared = useSharedApp();
let service: TestApp;

const NEW = ["team", "cost_centers"];
const OTHERS = PRESET_ATTRIBUTES.map(({ key }) => key).filter((key) => !NEW.includes(key));

/** The migration that adds the two columns, and each newer one. */
const SINCE_THE_FIELDS = MIGRATIONS.slice(
  MIGRATIONS.findIndex(({ name }) => name.startsWith("CostCenterAndTeam")),
);

type Row = { readonly team: string | null; readonly costCenter: string | null };
const people = async (get: TestApp["get"] = service.get): Promise<readonly Row[]> =>
  (await get<{ people: { nodes: Row[] } }>("{ people(first: 100) { nodes { team costCenter } } }")).people
    .nodes;
const having = (rows: readonly Row[], field: keyof Row) => rows.filter((row) => row[field] !== null).length;

const changes = async (get: TestApp["get"] = service.get): Promise<number> =>
  (
    await get<{ lifecycleEvents: { nodes: object[] } }>(
      "{ lifecycleEvents(first: 100, kinds: [PERSON_CHANGED]) { nodes { id } } }",
    )
  ).lifecycleEvents.nodes.length;

const finish = async (fieldMapping: readonly object[]) => {
  await service.get(
    "mutation ($fieldMapping: [FieldMappingInput!]) { finishPersonioSetup(fieldMapping: $fieldMapping) { id } }",
    { fieldMapping },
  );
  return untilEnded(service.get);
};

describe("the team and the cost center", () => {
  test("the mapping hides team and cost center, or reads them from another attribute", async () => {
    await shared().resetConnected();
    service = shared();
    expect(having(await people(), "team")).toBeGreaterThan(20);
    expect(having(await people(), "costCenter")).toBeGreaterThan(20);
    await finish([{ personField: "team", personioAttribute: null }]);
    expect(having(await people(), "team")).toBe(0);
    const sizes = ["team", "costCenter"].map((personField) => ({
      personField,
      personioAttribute: CUSTOM_ATTRIBUTE.tShirtSize,
    }));
    await finish(sizes);
    const rows = await people();
    expect(having(rows, "team")).toBeGreaterThan(5);
    expect(new Set(rows.map(({ team, costCenter }) => team === costCenter))).toEqual(new Set([true]));
  });

  test("the preview shows team and cost center", async () => {
    await shared().reset();
    service = shared();
    await service.get(
      "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }",
      service.sandbox.credentials,
    );
    type Preview = { ready: boolean; people: Row[] };
    const preview = async (): Promise<Preview> =>
      (
        await service.get<{ personioIntegration: { preview: Preview } }>(
          "{ personioIntegration { preview { ready people { team costCenter } } } }",
        )
      ).personioIntegration.preview;
    await eventually(async () => (await preview()).ready);
    const { people: shown } = await preview();
    expect(having(shown, "team")).toBeGreaterThan(5);
    expect(having(shown, "costCenter")).toBeGreaterThan(5);
  });

  test.each([
    ["team", "orgUnits", "team", 'tick "Org Units: Read"'],
    ["cost center", "costCenters", "costCenter", 'tick "Cost Centers: Read"'],
  ] as const)(
    "the directory keeps the %s and names the right that version 2 lacks",
    async (_, right, field, help) => {
      await shared().reset();
      service = shared();
      await service.sandbox.admin.setRights({ v1: false });
      await service.connect();
      const before = await people();
      await service.sandbox.admin.setRights({ [right]: false });
      expect(await service.sync()).toMatchObject({ changed: 0, problem: null });
      const { personioIntegration } = await service.get<{
        personioIntegration: { warnings: { message: string; help: string }[] };
      }>("{ personioIntegration { warnings { message help } } }");
      expect(personioIntegration.warnings).toContainEqual({
        message: expect.stringContaining(`which supplies ${field}`),
        help: expect.stringContaining(help),
      });
      expect(await people()).toEqual(before);
    },
  );
});

describe("an installation of the previous version", () => {
  test.each([
    ["that notes what it read", null],
    ["that does not", "update lifecycle_streams set read_fields = null"],
  ])(
    "%s reads every person once after the upgrade, and emits no change for every person",
    async (_, notes) => {
      await using own = await startTestApp();
      service = own;
      await service.sandbox.admin.setGrants(OTHERS);
      await service.connect();
      // Its mapping has no such rows, and its hashes do not include them.
      if (notes) await service.app.database.dataSource.query(notes);
      await service.app[Symbol.asyncDispose]();
      for (const _migration of SINCE_THE_FIELDS) await revertMigration(service.databaseUrl, MIGRATIONS);
      await service.sandbox.admin.setGrants([...OTHERS, ...NEW]);

      const migrating = { ...service.config.database, migrates: true };
      await using app = await startApp({ ...service.config, database: migrating }, createLogger("silent"));
      const ask = createAsk(`${app.url}/graphql`);
      const get: TestApp["get"] = async (query, variables) => (await ask<never>(query, variables)).data;
      expect(having(await people(get), "team")).toBe(0);
      await get("mutation { syncPersonio { id } }");
      const run = await untilEnded(get);
      expect(run).toMatchObject({ status: "SUCCEEDED_WITH_SKIPS", added: 0, left: 0 });
      const rows = await people(get);
      expect(run.changed).toBe(
        rows.filter(({ team, costCenter }) => team !== null || costCenter !== null).length,
      );
      expect(having(rows, "team")).toBeGreaterThan(20);
      expect(having(rows, "costCenter")).toBeGreaterThan(20);
      expect(await changes(get)).toBe(0);

      const { people: found } = await get<{ people: { nodes: { personioId: string }[] } }>(
        "{ people(first: 1) { nodes { personioId } } }",
      );
      await service.sandbox.admin.change(found.nodes[0]?.personioId ?? "", { team: "Night shift" });
      await get("mutation { syncPersonio { id } }");
      expect(await untilEnded(get)).toMatchObject({ changed: 1 });
      expect(await changes(get)).toBe(1);
    },
  );
});
