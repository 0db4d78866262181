import { beforeEach, describe, expect, test } from "vitest";
import { countStatements } from "../../support/count-statements.ts";
import { useIssuerApp } from "../../support/issuer.ts";
import { createAsk, type GraphAnswer, untilEnded } from "../../support/test-app.ts";

const shared = useIssuerApp();
beforeEach(() => shared().service.resetConnected());

type Summary = {
  adds: number;
  changes: number;
  leaves: number;
  fields: { field: string; people: number; cleared: number }[];
};
type Shown = {
  syncRun: {
    planSummary: Summary | null;
    plan: {
      totalCount: number;
      edges: { cursor: string; node: { personioId: string; after: object } }[];
    } | null;
  };
};

const PLAN = `query ($id: ID!, $change: SyncPlanChange, $field: String, $search: String, $first: Int, $after: String) {
  syncRun(id: $id) { planSummary { adds changes leaves fields { field people cleared } }
    plan(first: $first, after: $after, change: $change, field: $field, search: $search) {
      totalCount edges { cursor node { personioId after } } } } }`;

/** Active people without reports: their departures change no other person. */
const current = async (): Promise<string[]> => {
  type People = {
    people: { edges: { node: { personioId: string; directReports: { totalCount: number } } }[] };
  };
  const { people } = await shared().service.get<People>(
    "{ people(first: 100, filter: { statuses: [ACTIVE] }) { edges { node { personioId directReports(first: 1) { totalCount } } } } }",
  );
  const nodes = people.edges.map(({ node }) => node);
  return nodes.flatMap(({ personioId, directReports }) => (directReports.totalCount === 0 ? personioId : []));
};

const planNow = async (): Promise<string> => {
  const { service } = shared();
  await service.get("mutation { planSyncPersonio { id } }");
  return (await untilEnded(service.get)).id;
};

const askAs = async (scopes: string, variables: object): Promise<GraphAnswer<Shown>> => {
  const { service, issuer } = shared();
  return createAsk(`${service.app.url}/graphql`, await issuer.bearer(scopes))<Shown>(PLAN, variables);
};

const listed = async (variables: object): Promise<string[]> => {
  const { syncRun } = await shared().service.get<Shown>(PLAN, { first: 100, ...variables });
  const ids = syncRun.plan?.edges.map(({ node }) => node.personioId) ?? [];
  expect(syncRun.plan?.totalCount).toBe(ids.length);
  return ids;
};

describe("a plan in numbers", () => {
  test("the summary counts people by change, and people and emptied values by field", async () => {
    const { sandbox } = shared().service;
    const [one = "", two = "", three = "", gone = ""] = await current();
    await sandbox.admin.change(one, { position: "Head of Kites", cost_centers: [] });
    await sandbox.admin.change(two, { position: "Head of Kites" });
    await sandbox.admin.setFaults([
      { kind: "wrong-value", attribute: "position", value: "", employees: [three] },
    ]);
    await sandbox.admin.remove(gone);
    await sandbox.admin.hire({ email: "new@nordlicht.example", first_name: "Nele", last_name: "Neu" });
    const { syncRun } = await shared().service.get<Shown>(PLAN, { id: await planNow() });

    expect(syncRun.planSummary).toMatchObject({ adds: 1, changes: 3, leaves: 1 });
    const counts = new Map(syncRun.planSummary?.fields.map(({ field, ...count }) => [field, count]));
    expect(counts.get("position")).toEqual({ people: 3, cleared: 1 });
    expect(counts.get("status")).toEqual({ people: 1, cleared: 0 });
    expect(syncRun.planSummary?.fields[0]?.field).toBe("position");
  });

  test("each field of the summary lists as many people of the plan", async () => {
    const { sandbox } = shared().service;
    const [one = "", two = "", other = ""] = await current();
    await sandbox.admin.change(one, { position: "Head of Kites", last_name: "Drachen", supervisor: other });
    await sandbox.admin.change(two, { dynamic_402190: "violet", last_name: "Drachen" });
    const id = await planNow();
    const { syncRun } = await shared().service.get<Shown>(PLAN, { id });
    const fields = syncRun.planSummary?.fields ?? [];
    expect(fields.map(({ field }) => field)).toEqual(
      expect.arrayContaining(["position", "lastName", "supervisor", "customAttributes.dynamic_402190"]),
    );
    for (const { field, people } of fields) expect(await listed({ id, field })).toHaveLength(people);
  });

  test("a run without a plan has no summary", async () => {
    const run = await shared().service.sync();
    expect((await shared().service.get<Shown>(PLAN, { id: run.id })).syncRun).toEqual({
      planSummary: null,
      plan: null,
    });
  });

  test("the summary takes one statement, and a filtered page with its count no more than any page", async () => {
    const [one = ""] = await current();
    await shared().service.sandbox.admin.change(one, { position: "Head of Kites" });
    const id = await planNow();
    const counted = async (variables: object) =>
      (
        await countStatements(shared().service.serving, () =>
          shared().service.get(PLAN, { id, ...variables }),
        )
      ).statements.filter((text) => /plan\./.test(text));
    const all = await counted({});
    expect(all.filter((text) => text.includes("plan.summarize"))).toHaveLength(1);
    expect(await counted({ field: "position", change: "CHANGE", search: "a" })).toHaveLength(all.length);
  });
});

describe("the filters of a plan", () => {
  test("change, field and words narrow the plan together, and pages of any size contain each row once", async () => {
    const { sandbox } = shared().service;
    const [one = "", two = "", three = "", gone = ""] = await current();
    await sandbox.admin.change(one, { position: "Head of Kites", last_name: "Zwölf_Boxkämpfer" });
    await sandbox.admin.change(two, { position: "Head of Kites" });
    await sandbox.admin.change(three, { last_name: "Zwölfling" });
    await sandbox.admin.remove(gone);
    const hired = await sandbox.admin.hire({
      email: "n@nordlicht.example",
      first_name: "N",
      last_name: "Zwölf",
    });
    const id = await planNow();

    expect(await listed({ id, change: "ADD" })).toEqual([hired]);
    expect(await listed({ id, change: "LEAVE" })).toEqual([gone]);
    expect(await listed({ id, field: "position" })).toEqual([one, two].sort());
    expect(await listed({ id, search: "  ZWÖLF " })).toEqual([one, three, hired].sort());
    expect(await listed({ id, search: "zwölf", change: "CHANGE" })).toEqual([one, three].sort());
    expect(await listed({ id, search: "f_box", field: "position" })).toEqual([one]);
    expect(await listed({ id, search: "%" })).toEqual([]);
    expect(await listed({ id, search: two })).toEqual([two]);
    expect(await listed({ id, field: "noSuchField" })).toEqual([]);

    const read: string[] = [];
    for (let after: string | undefined; ; ) {
      const { syncRun } = await shared().service.get<Shown>(PLAN, { id, field: "lastName", first: 1, after });
      const edge = syncRun.plan?.edges[0];
      if (!edge) break;
      read.push(edge.node.personioId);
      after = edge.cursor;
    }
    expect(read).toEqual([one, three].sort());
  });
});

describe("what a viewer may not see of a plan", () => {
  test("a field that needs another scope is in no count and cannot be filtered by", async () => {
    const { service } = shared();
    const [one = ""] = await current();
    await service.sandbox.admin.change(one, { contract_end_date: "2031-01-31", position: "Head of Kites" });
    const id = await planNow();
    const fieldsWith = async (scopes: string) =>
      (await askAs(scopes, { id })).data.syncRun.planSummary?.fields.map(({ field }) => field);
    expect(await fieldsWith("people:read people:admin people:hr")).toContain("contractEndDate");
    expect(await fieldsWith("people:read people:admin")).toEqual(["position"]);

    const refused = await askAs("people:read people:admin", { id, field: "contractEndDate" });
    expect(refused.errors?.[0]?.extensions).toMatchObject({
      code: "FORBIDDEN",
      help: expect.stringContaining("people:hr"),
    });
    expect(
      (await askAs("people:read people:admin people:hr", { id, field: "contractEndDate" })).errors,
    ).toBeUndefined();
  });

  test.each([
    ["department", { department: "Kites" }, "department"],
    ["customAttributes.dynamic_402190", { dynamic_402190: "violet" }, "customAttributes.dynamic_402190"],
  ])("a raised %s is in no count and cannot be filtered by", async (name, change, field) => {
    const { service } = shared();
    const [one = ""] = await current();
    await service.get("mutation ($name: String!) { setPeopleField(name: $name, sensitivity: HR) { name } }", {
      name,
    });
    await untilEnded(service.get);
    await service.sandbox.admin.change(one, { ...change, position: "Head of Kites" });
    const id = await planNow();
    const seen = await askAs("people:read people:admin", { id });
    expect(seen.data.syncRun.planSummary?.fields.map((count) => count.field)).toEqual(["position"]);
    const refused = await askAs("people:read people:admin", { id, field });
    expect(refused.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    const all = await askAs("people:read people:admin people:hr people:sensitive", { id });
    expect(all.data.syncRun.planSummary?.fields.map((count) => count.field)).toContain(field);
  });
});
