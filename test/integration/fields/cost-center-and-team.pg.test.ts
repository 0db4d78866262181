import { describe, expect, test } from "vitest";
import { CUSTOM_ATTRIBUTE } from "../../../src/sandbox/company/attributes.ts";
import { eventually } from "../../support/eventually.ts";
import { useSharedApp } from "../../support/shared-app.ts";
import { type TestApp, untilEnded } from "../../support/test-app.ts";

const shared = useSharedApp();
let service: TestApp;

type Row = { readonly team: string | null; readonly costCenter: string | null };
const people = async (): Promise<readonly Row[]> =>
  (await service.get<{ people: { nodes: Row[] } }>("{ people(first: 100) { nodes { team costCenter } } }"))
    .people.nodes;
const having = (rows: readonly Row[], field: keyof Row) => rows.filter((row) => row[field] !== null).length;

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
