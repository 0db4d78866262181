import { beforeEach, describe, expect, test } from "vitest";
import { RAISABLE_COORDINATES, RAISABLE_FIELDS } from "../../../src/graphql/raised-rules.ts";
import { createEventStreamClient } from "../../graphql/support/event-stream-client.ts";
import { anEvent, emit } from "../../lifecycle/support/log-of-events.ts";
import { countStatements } from "../../support/count-statements.ts";
import { eventually } from "../../support/eventually.ts";
import { type TestIssuer, useIssuerApp } from "../../support/issuer.ts";
import type { SharedApp } from "../../support/shared-app.ts";
import { type GraphAnswer, untilEnded } from "../../support/test-app.ts";

const opened = useIssuerApp();
let issuer: TestIssuer;
let service: SharedApp;
beforeEach(async () => {
  ({ issuer, service } = opened());
  await service.resetConnected();
});

const READER = "people:read";
const HR = "people:read people:hr";
const SENSITIVE = "people:read people:sensitive";

/** Asks as a viewer with these scopes. */
async function askAs<Data>(
  scopes: string,
  query: string,
  variables: object = {},
): Promise<GraphAnswer<Data>> {
  const response = await fetch(`${service.app.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: await issuer.bearer(scopes) },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphAnswer<Data>;
}
const codesOf = ({ errors = [] }: GraphAnswer<unknown>) => [
  ...new Set(errors.map(({ extensions }) => extensions.code)),
];

const SET =
  "mutation ($name: String!, $sensitivity: FieldSensitivity!) { setPeopleField(name: $name, sensitivity: $sensitivity) { sensitivity } }";
const raise = (name: string, sensitivity: string) => service.get(SET, { name, sensitivity });

const forecastOf = (field: string): string =>
  `{ upcomingLifecycleEvents(from: "2026-01-01", to: "2028-01-01", first: 1) { nodes { ${field} } } }`;

/** A query of each place that shows a field of a person. */
const QUERY_OF: Readonly<Record<string, string>> = {
  "Department.people": "{ departments { people { nodes { id } } } }",
  "Office.people": "{ offices { people { nodes { id } } } }",
  "LegalEntity.people": "{ legalEntities { people { nodes { id } } } }",
  "UpcomingLifecycleEvent.timeZone": forecastOf("timeZone"),
  "UpcomingLifecycleEvent.firesAt": forecastOf("firesAt"),
  "Query.orgIssues": "{ orgIssues { totalCount } }",
  "Query.orgTree": "{ orgTree { isCut } }",
  "OrgTreeNode.position": "{ orgTree { nodes { position } } }",
  "OrgTreeNode.departmentName": "{ orgTree { nodes { departmentName } } }",
  "OrgTreeNode.isPreHire": "{ orgTree { nodes { isPreHire } } }",
  "Query.orgIssueCounts": "{ orgIssueCounts { count } }",
  "Supervisor.position": "{ people { nodes { supervisor { position } } } }",
  "Supervisor.supervisor": "{ people { nodes { supervisor { supervisor { id } } } } }",
  "Supervisor.directReports": "{ people { nodes { supervisor { directReports { totalCount } } } } }",
  "Supervisor.directReportCount": "{ people { nodes { supervisor { directReportCount } } } }",
  "Supervisor.reportCount": "{ people { nodes { supervisor { reportCount } } } }",
};
const OBJECTS: Readonly<Record<string, string>> = {
  department: "{ id }",
  legalEntity: "{ id }",
  office: "{ id }",
  supervisor: "{ id }",
  directReports: "{ totalCount }",
  reportingChain: "{ id }",
  approver: "{ outcome }",
};
const queryOf = (coordinate: string): string => {
  const field = coordinate.split(".")[1] ?? "";
  return QUERY_OF[coordinate] ?? `{ people { nodes { ${field} ${OBJECTS[field] ?? ""} } } }`;
};

describe("a raised sensitivity", () => {
  test("each field is FORBIDDEN in each place that shows it, with a help that names the scope", async () => {
    const places = [...RAISABLE_COORDINATES].filter(([place]) => !/^(PreviewPerson|OrgIssue)\./.test(place));
    expect(places.length).toBeGreaterThan(20);
    for (const field of RAISABLE_FIELDS) {
      await raise(field, "SENSITIVE");
      for (const [place, shown] of places) {
        if (!shown.includes(field)) continue;
        const scopes = place.startsWith("Query.orgIssue") ? "people:read people:admin people:hr" : HR;
        const refused = await askAs(scopes, queryOf(place));
        expect([place, codesOf(refused)]).toEqual([place, ["FORBIDDEN"]]);
        expect(refused.errors?.[0]?.extensions.help).toContain("people:sensitive");
        expect([place, codesOf(await askAs(`${scopes} ${SENSITIVE}`, queryOf(place)))]).toEqual([place, []]);
      }
      await service.app.database.dataSource.query("delete from field_settings");
    }
  });

  test.each([
    ["position", 'filter: { search: "engineer" }'],
    ["department", "filter: { departmentIds: [] }"],
    ["office", "filter: { officeIds: [] }"],
    ["legalEntity", "filter: { legalEntityIds: [] }"],
    ["supervisor", 'filter: { supervisorId: "x" }'],
    ["supervisor", "filter: { hasSupervisor: true }"],
    ["employmentType", "filter: { employmentTypes: [EXTERNAL] }"],
    ["hireDate", "filter: { isPreHire: false }"],
    ["hireDate", 'filter: { hiredFrom: "2020-01-01" }'],
    ["hireDate", 'filter: { hiredTo: "2020-01-01" }'],
    ["hireDate", "orderBy: { field: HIRE_DATE, direction: ASC }"],
    ["position", "orderBy: { field: POSITION, direction: ASC }"],
    ["position", 'filter: { search: "a" }, orderBy: { field: RELEVANCE, direction: ASC }'],
    ["department", "orderBy: { field: DEPARTMENT, direction: ASC }"],
    ["office", "orderBy: { field: OFFICE, direction: DESC }"],
  ])("%s is not to be inferred by %s", async (field, argument) => {
    const queries = [
      `{ people(${argument}) { totalCount } }`,
      `{ departments { people(${argument}) { totalCount } } }`,
    ];
    for (const query of queries) expect(codesOf(await askAs(READER, query))).toEqual([]);
    await raise(field, "HR");
    for (const query of queries) {
      const refused = await askAs(READER, query);
      expect(codesOf(refused)).toEqual(["FORBIDDEN"]);
      expect(refused.errors?.[0]?.extensions.help).toContain("people:hr");
      expect(codesOf(await askAs(HR, query))).toEqual([]);
    }
    expect(codesOf(await askAs(READER, "{ people { nodes { id displayName workEmail } } }"))).toEqual([]);
  });

  test("a raised custom attribute is left out for viewers without the scope", async () => {
    const query = "{ people(first: 100) { nodes { customAttributes { key } } } }";
    type Listed = { people: { nodes: { customAttributes: { key: string }[] }[] } };
    const keys = async (scopes: string) =>
      (await askAs<Listed>(scopes, query)).data.people.nodes.flatMap((node) =>
        node.customAttributes.map(({ key }) => key),
      );
    expect(await keys(READER)).toContain("dynamic_402190");
    await raise("customAttributes.dynamic_402190", "HR");
    expect(await keys(READER)).not.toContain("dynamic_402190");
    expect(await keys(READER)).toContain("dynamic_402191");
    expect(await keys(HR)).toContain("dynamic_402190");
  });

  test("an administrator without the scope sees a planned change without the value", async () => {
    const [{ id }] = await service.app.database.dataSource.query(
      "select personio_id as id from people where status = 'ACTIVE' order by id limit 1",
    );
    await raise("position", "HR");
    await service.sandbox.admin.change(id, { position: "Pilot", dynamic_402194: "A secret" });
    await raise("customAttributes.dynamic_402194", "HR");
    await service.get("mutation { planSyncPersonio { id } }");
    await untilEnded(service.get);
    const plan = "{ syncRuns(first: 1) { edges { node { plan { edges { node { before after } } } } } } }";
    const shownTo = async (scopes: string) => JSON.stringify(await askAs(scopes, plan));
    expect(await shownTo("people:admin people:read")).toContain('"position":"(hidden)"');
    expect(await shownTo("people:admin people:read")).not.toMatch(/Pilot|A secret/);
    expect(await shownTo("people:admin people:hr")).toMatch(/Pilot.*A secret|A secret.*Pilot/);
  });
});

describe("the skip ledger about an excluded person", () => {
  type Row = { personioId: string; reason: string; message: string; help: string };
  const ROW = "personioId reason message help cause parameters";
  const reasonsShownTo = async (scopes: string, personioId: string): Promise<string> => {
    const { data } = await askAs<{ skippedEmployees: { nodes: Row[] }; whyMissing: Row & { rows: Row[] } }>(
      scopes,
      `query ($id: ID!) { skippedEmployees(first: 100) { nodes { ${ROW} } }
        whyMissing(personioId: $id) { message help rows { ${ROW} } } }`,
      { id: personioId },
    );
    const { skippedEmployees, whyMissing } = data;
    return JSON.stringify([
      skippedEmployees.nodes.filter((row) => row.personioId === personioId),
      whyMissing,
    ]);
  };

  test.each([
    ["employmentType", "EXTERNAL", { syncedEmploymentTypes: ["INTERNAL"] }],
    ["legalEntity", "Kite Works", null],
  ])("%s is quoted only to those who may see it", async (field, value, settings) => {
    const personioId = await service.sandbox.admin.hire(
      field === "legalEntity" ? { subcompany: value } : { employment_type: "external" },
    );
    await service.sync();
    const { legalEntities } = await service.get<{ legalEntities: { id: string; name: string }[] }>(
      "{ legalEntities { id name } }",
    );
    const others = legalEntities.flatMap(({ id, name }) => (name === value ? [] : id));
    await service.get(
      "mutation ($settings: PeopleSettingsInput!) { setPeopleSettings(settings: $settings) { timeZone } }",
      { settings: { ...(settings ?? { syncedLegalEntityIds: others }), leaverGuardPercent: 100 } },
    );
    await service.sync();
    const [admin, hrAdmin] = ["people:read people:admin", "people:read people:admin people:hr"];
    expect(await reasonsShownTo(admin, personioId)).toContain(value);
    await raise(field, "HR");
    expect(await reasonsShownTo(admin, personioId)).not.toContain(value);
    expect(await reasonsShownTo(admin, personioId)).toMatch(
      /EXCLUDED.*The company's settings exclude the person/,
    );
    expect(await reasonsShownTo(hrAdmin, personioId)).toContain(value);
  });
});

describe("events of a raised field", () => {
  type Events = {
    lifecycleEvents: { totalCount: number; nodes: { kind: string; changedFields: string[] | null }[] };
  };
  const EVENTS = "{ lifecycleEvents(first: 100) { totalCount nodes { kind changedFields } } }";
  const change = async (attributes: Record<string, string | null>) => {
    const [{ id }] = await service.app.database.dataSource.query(
      "select personio_id as id from people where status = 'ACTIVE' and supervisor_id is not null order by id limit 1",
    );
    await service.sandbox.admin.change(id, attributes);
    await service.sync();
  };

  test("kinds and names of the field are left out of the log and of the forecast, also from totals", async () => {
    await change({ position: "Pilot", supervisor: null });
    const before = (await askAs<Events>(READER, EVENTS)).data.lifecycleEvents;
    expect(before.nodes.map(({ kind }) => kind)).toContain("SUPERVISOR_CHANGED");
    await raise("supervisor", "HR");
    await raise("hireDate", "HR");
    const after = (await askAs<Events>(READER, EVENTS)).data.lifecycleEvents;
    const changed = after.nodes.find(({ kind }) => kind === "PERSON_CHANGED");
    expect(changed?.changedFields).toEqual(["position"]);
    const hidden = ["SUPERVISOR_CHANGED", "HIRE_DATE", "WORK_ANNIVERSARY"];
    expect(after.nodes.filter(({ kind }) => hidden.includes(kind))).toEqual([]);
    expect(after.totalCount).toBe(before.nodes.filter(({ kind }) => !hidden.includes(kind)).length);
    const requested = await askAs(READER, "{ lifecycleEvents(kinds: [SUPERVISOR_CHANGED]) { totalCount } }");
    expect(requested.errors?.[0]?.extensions).toMatchObject({
      code: "FORBIDDEN",
      help: expect.stringContaining("people:hr"),
    });
    const forecast = '{ upcomingLifecycleEvents(from: "2026-01-01", to: "2028-01-01") { totalCount } }';
    expect((await askAs<object>(READER, forecast)).data).toEqual({
      upcomingLifecycleEvents: { totalCount: 0 },
    });
    expect(codesOf(await askAs(READER, "{ lifecycleEvents(departmentIds: []) { totalCount } }"))).toEqual([]);
    await raise("department", "HR");
    expect(codesOf(await askAs(READER, "{ lifecycleEvents(departmentIds: []) { totalCount } }"))).toEqual([
      "FORBIDDEN",
    ]);
  });

  test("E13: a subscription follows at once, also for events that the process keeps", async () => {
    const received: string[] = [];
    const client = createEventStreamClient(service.app.url, { authorization: await issuer.bearer(READER) });
    const { data } = await askAs<{ lifecycleEvents: { pageInfo: { endCursor: string } } }>(
      READER,
      "{ lifecycleEvents(kinds: []) { pageInfo { endCursor } } }",
    );
    const after = data.lifecycleEvents.pageInfo.endCursor;
    const end = client.subscribe(
      {
        query: "subscription ($after: String) { lifecycleEvent(after: $after) { kind changedFields } }",
        variables: { after },
      },
      {
        next: (frame) => void received.push(JSON.stringify(frame)),
        error: () => undefined,
        complete: () => undefined,
      },
    );
    try {
      await change({ position: "Pilot" });
      await eventually(() => received.length === 1);
      await raise("position", "HR");
      await change({ position: "Captain" });
      await change({ position: "Captain", first_name: "Ada", preferred_name: "" });
      await eventually(() => received.some((frame) => frame.includes("firstName")));
      expect(received).toHaveLength(2);
      expect(received[0]).toContain('"changedFields":["position"]');
      expect(received[1]).not.toContain("position");
    } finally {
      end();
      await client.dispose();
    }
  });

  test("20 subscriptions that select plain fields answer an event without a read of their own", async () => {
    const { dataSource } = service.app.database;
    const authorization = await issuer.bearer(READER);
    const client = createEventStreamClient(service.app.url, { authorization });
    const received: string[] = [];
    // Different operations, so that no answer is shared.
    const ends = Array.from({ length: 20 }, (_, index) =>
      client.subscribe(
        { query: `subscription { lifecycleEvent { n${index}: kind changedFields } }` },
        {
          next: (frame) => void received.push(JSON.stringify(frame)),
          error: () => undefined,
          complete: () => undefined,
        },
      ),
    );
    const answersOf = (field: string) => new Set(received.filter((frame) => frame.includes(`"${field}"`)));
    try {
      // Until all of them follow the log.
      await eventually(async () => {
        await emit(dataSource, [anEvent()]);
        return answersOf("position").size === ends.length;
      });
      const { transactions } = await countStatements(service.serving, async () => {
        await emit(dataSource, [anEvent({ changedFields: ["team"] })]);
        await eventually(() => answersOf("team").size === ends.length);
      });
      // Reads of the tail: one, and one for each poll meanwhile.
      expect(transactions).toBeGreaterThanOrEqual(1);
      expect(transactions).toBeLessThan(ends.length / 2);
    } finally {
      for (const end of ends) end();
      client.dispose();
    }
  });
});
