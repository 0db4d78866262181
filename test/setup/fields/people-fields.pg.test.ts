import { beforeEach, describe, expect, test } from "vitest";
import type { FieldMappingRow } from "../../../src/integration/fields/field-mapping.ts";
import { peopleFields } from "../../../src/integration/fields/people-fields.ts";
import { countStatements } from "../../support/count-statements.ts";
import { type SharedApp, useSharedApp } from "../../support/shared-app.ts";
import { untilEnded } from "../../support/test-app.ts";

const shared = useSharedApp();
let service: SharedApp;
beforeEach(async () => {
  service = shared();
  await service.resetConnected();
});

type Field = {
  name: string;
  label: string;
  type: string;
  sources: string[];
  visible: boolean;
  sensitivity: string;
  required: boolean;
  coverage: { source: string; people: number }[];
};
const FIELD = "name label type sources visible sensitivity required coverage { source people }";
const list = async (): Promise<Field[]> =>
  (await service.get<{ peopleFields: Field[] }>(`{ peopleFields { ${FIELD} } }`)).peopleFields;
const field = async (name: string) => (await list()).find((one) => one.name === name);

const SET = `mutation ($name: String!, $sources: [FieldSource!], $visible: Boolean, $sensitivity: FieldSensitivity) {
  setPeopleField(name: $name, sources: $sources, visible: $visible, sensitivity: $sensitivity) { ${FIELD} } }`;
const set = async (change: object): Promise<Field> =>
  (await service.get<{ setPeopleField: Field }>(SET, change)).setPeopleField;
const refusal = async (change: object) => (await service.ask(SET, change)).errors?.[0]?.extensions;

const mapping = async (): Promise<FieldMappingRow[]> =>
  (
    await service.get<{ personioIntegration: { fieldMapping: FieldMappingRow[] } }>(
      "{ personioIntegration { fieldMapping { personField personioAttribute } } }",
    )
  ).personioIntegration.fieldMapping;
const rowsOf = async (name: string) => (await mapping()).filter(({ personField }) => personField === name);

const finish = async (fieldMapping?: readonly FieldMappingRow[]) => {
  await service.get(
    "mutation ($fieldMapping: [FieldMappingInput!]) { finishPersonioSetup(fieldMapping: $fieldMapping) { id } }",
    { fieldMapping },
  );
  return untilEnded(service.get);
};

describe("peopleFields", () => {
  test("it lists each field of a person and each custom attribute, with Personio's label", async () => {
    const fields = await list();
    const names = fields.map(({ name }) => name);
    expect(names.slice(0, peopleFields.length + 1)).toEqual([
      "displayName",
      ...peopleFields.map((entry) => entry.field),
    ]);
    expect(await field("dateOfBirth")).toMatchObject({
      type: "DATE",
      sensitivity: "SENSITIVE",
      sources: ["PERSONIO"],
      required: false,
      visible: true,
    });
    expect(await field("position")).toMatchObject({ label: "Position", sources: ["PERSONIO", "IDP"] });
    expect(await field("employeeId")).toMatchObject({ label: "Employee ID" });
    expect(await field("workEmail")).toMatchObject({
      required: true,
      sensitivity: "OPEN",
      sources: ["PERSONIO"],
    });
    expect(await field("customAttributes.dynamic_402190")).toMatchObject({
      label: "T-shirt size",
      type: "LIST",
      visible: true,
    });
    // It is the date of birth.
    expect(names).not.toContain("customAttributes.dynamic_402117");
  });

  test("coverage counts current people with a value, by source", async () => {
    const [counted] = await service.app.database.dataSource.query(
      `select count(*)::int as people, count(position)::int as position from people where status <> 'INACTIVE'`,
    );
    await service.app.database.dataSource.query(
      `insert into idp_users (tenant_id, id, user_name, user_name_key, email, active, resource, offered, version, created_at, modified_at)
      select tenant_id, gen_random_uuid(), work_email, work_email, work_email, true, '{}',
        jsonb_build_object('position', case when row_number() over () <= 3 then 'Pilot' end), 1, now(), now()
      from people where status <> 'INACTIVE' and work_email is not null limit 5`,
    );
    expect((await field("workEmail"))?.coverage).toEqual([{ source: "PERSONIO", people: counted.people }]);
    expect((await field("position"))?.coverage).toEqual([
      { source: "PERSONIO", people: counted.position },
      { source: "IDP", people: 3 },
    ]);
    const attribute = await field("customAttributes.dynamic_402190");
    expect(attribute?.coverage[0]?.people).toBeGreaterThan(5);
  });

  test("one count has the values of all fields of a list", async () => {
    const { result, statements } = await countStatements(service.serving, list);
    expect(result.length).toBeGreaterThan(20);
    expect(statements.filter((text) => text.includes("fields.countCoverage"))).toHaveLength(1);
  });

  test("fields are listed before an account is connected, and none can be hidden then", async () => {
    await service.reset();
    expect(await field("position")).toMatchObject({ label: "Position", visible: true });
    expect(await refusal({ name: "position", visible: false })).toMatchObject({
      code: "PERSONIO_NOT_CONNECTED",
    });
    expect(await set({ name: "position", sources: ["IDP"] })).toMatchObject({ sources: ["IDP"] });
  });
});

describe("setPeopleField", () => {
  test("what is left out stays", async () => {
    await set({ name: "position", sources: ["IDP", "PERSONIO"] });
    await untilEnded(service.get);
    await set({ name: "position", sensitivity: "HR" });
    expect(await field("position")).toMatchObject({
      sources: ["IDP", "PERSONIO"],
      sensitivity: "HR",
      visible: true,
    });
    await set({ name: "position", sources: null, visible: null, sensitivity: "OPEN" });
    expect(await field("position")).toMatchObject({ sources: ["IDP", "PERSONIO"], sensitivity: "OPEN" });
  });

  test.each([
    ["an unknown name", { name: "shoeSize" }, "shoeSize"],
    ["a custom attribute that does not exist", { name: "customAttributes.dynamic_1" }, "dynamic_1"],
    ["a hidden required field", { name: "lastName", visible: false }, "needs it"],
    ["a hidden display name", { name: "displayName", visible: false }, "needs it"],
    ["no source", { name: "position", sources: [] }, "at least one source"],
    ["a source that cannot have the field", { name: "office", sources: ["IDP"] }, "IDP cannot have"],
    ["a source twice", { name: "position", sources: ["IDP", "IDP"] }, "twice"],
    ["a lowered sensitivity", { name: "dateOfBirth", sensitivity: "HR" }, "SENSITIVE"],
  ])("%s is refused with a help", async (_, change, text) => {
    const { errors } = await service.ask(SET, change);
    expect(errors?.[0]?.message).toContain(text);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: "BAD_USER_INPUT",
      help: expect.stringMatching(/\w+/),
    });
    expect(errors).toHaveLength(1);
  });

  test("a hidden field and a null row of the mapping are one fact", async () => {
    expect(await set({ name: "office", visible: false })).toMatchObject({
      visible: false,
      coverage: [{ people: 0 }],
    });
    expect(await rowsOf("office")).toEqual([{ personField: "office", personioAttribute: null }]);
    expect(await set({ name: "office", visible: true })).toMatchObject({ visible: true });
    expect(await rowsOf("office")).toEqual([{ personField: "office", personioAttribute: "office" }]);

    await finish([{ personField: "position", personioAttribute: null }]);
    expect(await field("position")).toMatchObject({ visible: false });
    await set({ name: "position", visible: true });
    expect((await untilEnded(service.get)).problem).toBeNull();
    const [{ count }] = await service.app.database.dataSource.query(
      "select count(position)::int as count from people",
    );
    expect(count).toBeGreaterThan(30);
  });

  test("a hidden custom attribute has no row in the mapping, and can be shown again", async () => {
    const name = "customAttributes.dynamic_402190";
    const row = { personField: "customAttributes", personioAttribute: "dynamic_402190" };
    expect(await mapping()).toContainEqual(row);
    expect(await set({ name, visible: false })).toMatchObject({ visible: false });
    expect(await mapping()).not.toContainEqual(row);
    expect(await field(name)).toMatchObject({ visible: false, label: "T-shirt size" });
    await set({ name, visible: true });
    expect(await mapping()).toContainEqual(row);
  });

  test("a field stays hidden when an admin connects again and accepts the review as shown", async () => {
    await set({ name: "position", visible: false });
    const CONNECT =
      "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }";
    await service.get(CONNECT, service.sandbox.credentials);
    expect(await rowsOf("position")).toEqual([{ personField: "position", personioAttribute: null }]);
    // During the review, another one: the preview is read again.
    await set({ name: "office", visible: false });
    await finish();
    expect(await field("position")).toMatchObject({ visible: false });
    expect(await field("office")).toMatchObject({ visible: false });
  });
});

describe("a new mapping of a connected account", () => {
  test("it shows no hidden field that it does not name", async () => {
    for (const name of ["dateOfBirth", "customAttributes.dynamic_402190"])
      await set({ name, visible: false });
    await finish([{ personField: "team", personioAttribute: null }]);
    expect(await field("dateOfBirth")).toMatchObject({ visible: false });
    expect(await field("customAttributes.dynamic_402190")).toMatchObject({ visible: false });
    expect(await field("customAttributes.dynamic_402191")).toMatchObject({ visible: true });
    await finish([{ personField: "dateOfBirth", personioAttribute: "dynamic_402117" }]);
    expect(await field("dateOfBirth")).toMatchObject({ visible: true });
    expect(await field("team")).toMatchObject({ visible: false });
  });
});

describe("a field that decides who is in the directory", () => {
  const decide = (settings: object) =>
    service.get(
      "mutation ($settings: PeopleSettingsInput!) { setPeopleSettings(settings: $settings) { timeZone } }",
      { settings },
    );

  test("it is hidden neither by setPeopleField nor by the mapping, until no setting needs it", async () => {
    await decide({ syncedEmploymentTypes: ["INTERNAL", "EXTERNAL"] });
    expect(await refusal({ name: "employmentType", visible: false })).toMatchObject({
      code: "BAD_USER_INPUT",
      help: expect.stringContaining("syncedEmploymentTypes"),
    });
    const finished = await service.ask(
      "mutation ($fieldMapping: [FieldMappingInput!]) { finishPersonioSetup(fieldMapping: $fieldMapping) { id } }",
      { fieldMapping: [{ personField: "employmentType", personioAttribute: null }] },
    );
    expect(finished.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    expect(await rowsOf("employmentType")).not.toContainEqual(
      expect.objectContaining({ personioAttribute: null }),
    );
    // No setting needs this one.
    expect(await set({ name: "legalEntity", visible: false })).toMatchObject({ visible: false });

    await decide({ syncedEmploymentTypes: null });
    expect(await set({ name: "employmentType", visible: false })).toMatchObject({ visible: false });
  });

  test("of a setting and a hiding at the same time, only one is stored", async () => {
    const both = await Promise.all([
      service.ask(SET, { name: "employmentType", visible: false }),
      service.ask(
        "mutation { setPeopleSettings(settings: { syncedEmploymentTypes: [INTERNAL, EXTERNAL] }) { timeZone } }",
      ),
    ]);
    const codes = both.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions.code));
    expect(codes).toEqual(["BAD_USER_INPUT"]);
  });
});
