import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { countStatements } from "../../support/count-statements.ts";
import { eventually } from "../../support/eventually.ts";
import { type TestIssuer, useIssuerApp } from "../../support/issuer.ts";
import type { SharedApp } from "../../support/shared-app.ts";
import { createAsk, untilEnded } from "../../support/test-app.ts";

const opened = useIssuerApp();
let issuer: TestIssuer;
let service: SharedApp;
beforeEach(async () => {
  ({ issuer, service } = opened());
  await service.resetConnected();
});

type Source = { field: string; source: string; since: string; other: unknown };
type Shown = {
  id: string;
  workEmail: string;
  position: string | null;
  department: { name: string } | null;
  supervisor: { person: { id: string } } | null;
  fieldSources: Source[];
};
const PERSON = `id workEmail position department { name } supervisor { person { id } }
  fieldSources { field source since other }`;

const list = async (): Promise<Shown[]> =>
  (
    await service.get<{ people: { nodes: Shown[] } }>(
      `{ people(first: 20, filter: { statuses: [ACTIVE] }) { nodes { ${PERSON} } } }`,
    )
  ).people.nodes;
/** A person with a title, a department and a supervisor. */
const findAda = async (): Promise<Shown> =>
  (await list()).find((person) => person.position && person.department && person.supervisor)!;
const read = async (id: string): Promise<Shown> =>
  (await service.get<{ person: Shown }>(`query ($id: ID!) { person(id: $id) { ${PERSON} } }`, { id })).person;
const sourceOf = async (id: string, name: string): Promise<Source | undefined> =>
  (await read(id)).fieldSources.find(({ field }) => field === name);

const setSources = async (name: string, sources: readonly string[]) => {
  const mutation =
    "mutation ($name: String!, $sources: [FieldSource!]) { setPeopleField(name: $name, sources: $sources) { name } }";
  await service.get(mutation, { name, sources });
};

/** A user of the identity provider; the next run merges the person of the same address. */
const addUser = (email: string | null, offered: object = {}, id = randomUUID()): Promise<unknown> =>
  inTenant(service.serving, "default", (manager) =>
    manager.query(
      `insert into idp_users (tenant_id, id, user_name, user_name_key, email, active, resource, offered, supervisor_id,
         version, created_at, modified_at)
       values ('default', $1::uuid, $1::text, $1::text, $2, true, '{}', $3::jsonb, ($3::jsonb ->> 'supervisor')::uuid, 1, now(), now())`,
      [id, email, JSON.stringify(offered)],
    ),
  );

const changes = async () => {
  const { lifecycleEvents } = await service.get<{
    lifecycleEvents: { nodes: { person: { id: string }; changedFields: string[] }[] };
  }>("{ lifecycleEvents(first: 100, kinds: [PERSON_CHANGED]) { nodes { person { id } changedFields } } }");
  return lifecycleEvents.nodes.map(({ person, changedFields }) => [person.id, changedFields]);
};

test("a person shows each field with its source, and a new order changes the directory in one SETTINGS run", async () => {
  const ada = await findAda();
  await addUser(ada.workEmail, { position: "Kite maker", department: ada.department?.name.toUpperCase() });
  expect(await service.sync()).toMatchObject({ changed: 0 });
  const first = await sourceOf(ada.id, "position");
  expect(first).toMatchObject({ source: "PERSONIO", other: "Kite maker" });
  // The same department, in capitals.
  expect(await sourceOf(ada.id, "department")).toMatchObject({ source: "PERSONIO", other: null });
  expect(await sourceOf(ada.id, "hireDate")).toEqual({
    field: "hireDate",
    source: "PERSONIO",
    since: first?.since,
    other: null,
  });

  const before = (await changes()).length;
  await setSources("position", ["IDP", "PERSONIO"]);
  expect(await untilEnded(service.get)).toMatchObject({ trigger: "SETTINGS", changed: 1 });
  expect(await read(ada.id)).toMatchObject({ position: "Kite maker", department: ada.department });
  const won = await sourceOf(ada.id, "position");
  expect(won).toMatchObject({ source: "IDP", other: ada.position });
  expect(Date.parse(won?.since ?? "")).toBeGreaterThan(Date.parse(first?.since ?? ""));
  expect((await changes()).slice(before)).toEqual([[ada.id, ["position"]]]);
  await service.sync();
  expect(await sourceOf(ada.id, "position")).toEqual(won);
});

test("the losing supervisor is a person of the directory, and the losing name the derived one", async () => {
  const ada = await findAda();
  const boss = (await list()).find(({ id }) => id !== ada.id && id !== ada.supervisor?.person.id)!;
  const lead = randomUUID();
  await addUser(boss.workEmail, {}, lead);
  await addUser(ada.workEmail, { supervisor: lead, displayName: "Zephyr" });
  await service.sync();
  expect(await sourceOf(ada.id, "supervisor")).toMatchObject({ source: "PERSONIO", other: boss.id });
  await setSources("supervisor", ["IDP", "PERSONIO"]);
  await untilEnded(service.get);
  expect(await sourceOf(ada.id, "supervisor")).toMatchObject({
    source: "IDP",
    other: ada.supervisor?.person.id,
  });
  expect((await read(ada.id)).supervisor?.person.id).toBe(boss.id);
  expect(await sourceOf(ada.id, "displayName")).toMatchObject({ source: "PERSONIO", other: "Zephyr" });
});

test("a rejected SETTINGS run leaves the order, reports that, and the next run is held again until the order is restored", async () => {
  const { people } = await service.get<{ people: { nodes: Shown[] } }>(
    "{ people(first: 100) { nodes { workEmail } } }",
  );
  const before = await list();
  for (const { workEmail } of people.nodes) await addUser(workEmail, { position: null });
  await service.sync();
  await setSources("position", ["IDP", "PERSONIO"]);
  const held = await untilEnded(service.get);
  expect(held).toMatchObject({ trigger: "SETTINGS", status: "HELD", problem: { code: "FIELD_GUARD" } });
  const { rejectSyncRun } = await service.get<{ rejectSyncRun: { status: string; problem: object } }>(
    "mutation ($id: ID!) { rejectSyncRun(id: $id) { status problem { code message help } } }",
    { id: held.id },
  );
  expect(rejectSyncRun).toEqual({
    status: "REJECTED",
    problem: { ...held.problem, help: expect.stringContaining("set the former order with setPeopleField") },
  });
  const { peopleFields } = await service.get<{ peopleFields: { name: string; sources: string[] }[] }>(
    "{ peopleFields { name sources } }",
  );
  expect(peopleFields).toContainEqual({ name: "position", sources: ["IDP", "PERSONIO"] });
  expect(await service.sync()).toMatchObject({ status: "HELD", problem: { code: "FIELD_GUARD" } });
  await setSources("position", ["PERSONIO", "IDP"]);
  expect(await untilEnded(service.get)).toMatchObject({
    status: expect.stringMatching(/^SUCCEEDED/),
    changed: 0,
  });
  expect((await list()).map(({ position }) => position)).toEqual(before.map(({ position }) => position));
});

test("an order that is changed while no account is connected applies to all people once one is", async () => {
  const ada = await findAda();
  await addUser(ada.workEmail, { position: "Kite maker" });
  await service.sync();
  await service.get("mutation { disconnectPersonio { status } }");
  const runs = async () =>
    (await service.get<{ syncRuns: { totalCount: number } }>("{ syncRuns { totalCount } }")).syncRuns
      .totalCount;
  const [countBefore, before] = [await runs(), (await changes()).length];
  await setSources("position", ["IDP", "PERSONIO"]);
  expect(await runs()).toBe(countBefore);
  expect((await read(ada.id)).position).toBe(ada.position);
  expect(await service.connect()).toMatchObject({ trigger: "SETUP", changed: 1 });
  expect(await read(ada.id)).toMatchObject({ position: "Kite maker" });
  expect(await sourceOf(ada.id, "position")).toMatchObject({ source: "IDP", other: ada.position });
  expect((await changes()).slice(before)).toEqual([[ada.id, ["position"]]]);
});

test("a hidden field has no source, and its losing value is deleted", async () => {
  const ada = await findAda();
  await addUser(ada.workEmail, { position: "Kite maker", department: "Kite Lab" });
  await setSources("position", ["IDP", "PERSONIO"]);
  await untilEnded(service.get);
  await setSources("department", ["IDP", "PERSONIO"]);
  await untilEnded(service.get);
  expect(await sourceOf(ada.id, "department")).toMatchObject({ source: "IDP", other: ada.department?.name });
  const hide = "mutation ($name: String!) { setPeopleField(name: $name, visible: false) { visible } }";
  for (const name of ["position", "department"]) await service.get(hide, { name });
  await eventually(async () => (await read(ada.id)).position === null);
  await service.sync();
  expect(await read(ada.id)).toMatchObject({ position: null, department: null });
  expect(await sourceOf(ada.id, "position")).toBeUndefined();
  const rows = await service.app.database.dataSource.query<object[]>(
    `select personio, winners from person_sources
     where personio ?| '{position,departmentPersonioId}' or winners ?| '{position,department}' or personio_department_id is not null`,
  );
  expect(rows).toEqual([]);
});

test("the sources list the custom attributes that a person has, as far as the viewer may see them", async () => {
  type Attributes = { customAttributes: { key: string }[]; fieldSources: { field: string }[] };
  const custom = ({ fieldSources }: Attributes): string[] =>
    fieldSources.flatMap(({ field }) => field.split("customAttributes.")[1] ?? []).sort();
  const query = "{ people(first: 20) { nodes { customAttributes { key } fieldSources { field } } } }";
  const { people } = await service.get<{ people: { nodes: Attributes[] } }>(query);
  for (const person of people.nodes)
    expect(custom(person)).toEqual(person.customAttributes.map(({ key }) => key).sort());
  const counts = people.nodes.map((person) => custom(person).length);
  expect(Math.max(...counts)).toBeGreaterThan(Math.min(...counts));

  const raised = custom(people.nodes.find((person) => custom(person).length > 0)!)[0]!;
  await service.get(
    "mutation ($name: String!) { setPeopleField(name: $name, sensitivity: SENSITIVE) { name } }",
    { name: `customAttributes.${raised}` },
  );
  const ask = createAsk(`${service.app.url}/graphql`, await issuer.bearer("people:read people:admin"));
  const { data } = await ask<{ people: { nodes: Attributes[] } }>(query);
  expect(data.people.nodes.flatMap(custom)).not.toContain(raised);
});

test("the sources of a page of people cost as many statements as those of one person", async () => {
  const count = async (first: number) =>
    (
      await countStatements(service.serving, () =>
        service.get(`{ people(first: ${first}) { nodes { fieldSources { field } } } }`),
      )
    ).statements.length;
  expect(await count(20)).toBe(await count(1));
});

test("the viewer's own record does not show where the company's fields come from", async () => {
  const { id, workEmail } = await findAda();
  const query = "{ me { person { id fieldSources { field } } } }";
  const askAs = async (scopes: string) =>
    createAsk(
      `${service.app.url}/graphql`,
      await issuer.bearer(scopes, workEmail),
    )<{ me: { person: Shown } }>(query);
  const { errors } = await askAs("people:read");
  expect(errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
  const {
    data: { me },
  } = await askAs("people:read people:admin");
  expect(me.person.id).toBe(id);
  expect(me.person.fieldSources).toContainEqual({ field: "displayName" });
});
