import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Fault } from "../../src/sandbox/api/faults.ts";
import { type AdminView, createAdminView } from "../faults/support/admin-view.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

let service: TestApp;
let view: AdminView;
beforeAll(async () => {
  service = await startTestApp();
  await service.connect();
  view = createAdminView(service);
});
afterAll(() => service[Symbol.asyncDispose]());
afterEach(() => service.sandbox.admin.clearFaults());

const rows = () => readDirectoryRows(service.databaseUrl);

/** Personio sends the attribute empty, for all people or for these. */
const emptied = (attribute: string, employees?: readonly string[]): Fault => ({
  kind: "wrong-value",
  attribute,
  value: "",
  ...(employees && { employees: [...employees] }),
});

const labelOf = async (key: string): Promise<string | undefined> => {
  const { personioIntegration } = await service.get<{
    personioIntegration: { attributes: { key: string; label: string }[] };
  }>("{ personioIntegration { attributes { key label } } }");
  return personioIntegration.attributes.find((attribute) => attribute.key === key)?.label;
};

describe("the field guard", () => {
  test.each([
    ["first_name", "firstName"],
    ["last_name", "lastName"],
    ["position", "position"],
    ["supervisor", "supervisor"],
    ["department", "department"],
    ["office", "office"],
    ["subcompany", "subCompany"],
    ["cost_centers", "costCenter"],
    ["team", "team"],
  ])(
    "a run that would empty %s for all people is held, and its problem names the field",
    async (attribute, field) => {
      const before = await rows();
      await service.sandbox.admin.setFaults([emptied(attribute)]);
      const run = await service.sync();
      expect(run).toMatchObject({ status: "HELD", problem: { code: "FIELD_GUARD" } });
      expect(run.problem?.message).toContain(`${field} would be emptied`);
      expect(await rows()).toEqual(before);
    },
  );

  test("a run that would empty a custom attribute for all people is held, and its problem has the label", async () => {
    const before = await rows();
    await service.sandbox.admin.setFaults([emptied("dynamic_402190")]);
    const run = await service.sync();
    expect(run).toMatchObject({ status: "HELD", problem: { code: "FIELD_GUARD" } });
    expect(run.problem?.message).toContain(`"${await labelOf("dynamic_402190")}" would be emptied`);
    expect(await rows()).toEqual(before);
  });

  test("a run that would empty a field for all people is held, whatever leaverGuardPeople is", async () => {
    const settings =
      "mutation ($people: Int!) { setPeopleSettings(settings: { leaverGuardPeople: $people }) { timeZone } }";
    await service.get(settings, { people: 1_000 });
    await service.sandbox.admin.setFaults([emptied("position")]);
    expect(await service.sync()).toMatchObject({ status: "HELD", problem: { code: "FIELD_GUARD" } });
    await service.get(settings, { people: 5 });
  });

  test("a run that empties names and custom attributes of a few is not held: people with an unchanged hash have theirs", async () => {
    const few = (await view.peopleWithoutReports(8)).map(({ personioId }) => personioId);
    await service.sandbox.admin.setFaults([emptied("last_name", few), emptied("dynamic_402190", few)]);
    expect(await service.sync()).toMatchObject({ status: "SUCCEEDED_WITH_SKIPS", changed: 8, problem: null });
    await service.sandbox.admin.clearFaults();
    expect(await service.sync()).toMatchObject({ changed: 8, problem: null });
  });
});

test("a run that drops an unmapped custom attribute is not held", async () => {
  await service.get(
    `mutation { finishPersonioSetup(fieldMapping: [{ personField: "customAttributes", personioAttribute: "dynamic_402190" }]) { id } }`,
  );
  expect(await service.sync()).toMatchObject({ problem: null });
  const { people } = await service.get<{
    people: { edges: { node: { customAttributes: { key: string }[] } }[] };
  }>("{ people(first: 100) { edges { node { customAttributes { key } } } } }");
  const keys = people.edges.flatMap(({ node }) => node.customAttributes.map(({ key }) => key));
  expect(new Set(keys)).toEqual(new Set(["dynamic_402190"]));
});
