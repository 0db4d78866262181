import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_TENANT_ID } from "../../src/access/viewer.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { insertSyncRun } from "../../src/runs/sync-run.repository.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { eventually } from "../support/eventually.ts";
import { RUN_FIELDS, type RunRow, startTestApp, type TestApp, untilEnded } from "../support/test-app.ts";

let service: TestApp;
beforeEach(async () => {
  service = await startTestApp();
  await service.connect();
});
afterEach(() => service[Symbol.asyncDispose]());

const rows = () => readDirectoryRows(service.databaseUrl);

type Item = {
  personioId: string;
  change: string;
  person: { displayName: string } | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
};
type Shown = RunRow & { plan: { totalCount: number; edges: { node: Item }[] } | null };

const show = async (id: string): Promise<Shown> =>
  (
    await service.get<{ syncRun: Shown }>(
      `query ($id: ID!) { syncRun(id: $id) { ${RUN_FIELDS} plan(first: 100) { totalCount edges { node {
        personioId change person { displayName } before after } } } } }`,
      { id },
    )
  ).syncRun;

const dryRun = async (): Promise<Shown> => {
  await service.get("mutation { planSyncPersonio { id } }");
  return show((await untilEnded(service.get)).id);
};
const approve = (id: string) =>
  service.ask("mutation ($id: ID!) { approveSyncRun(id: $id) { status } }", { id });
const reject = (id: string) =>
  service.ask("mutation ($id: ID!) { rejectSyncRun(id: $id) { status } }", { id });

/** Active people whom nobody reports to: what happens to them happens to nobody else. */
const somebody = async (count: number): Promise<string[]> => {
  const { people } = await service.get<{
    people: { edges: { node: { personioId: string; directReports: { totalCount: number } } }[] };
  }>(
    "{ people(first: 100, filter: { statuses: [ACTIVE] }) { edges { node { personioId directReports(first: 1) { totalCount } } } } }",
  );
  const nodes = people.edges
    .map(({ node }) => node)
    .filter(({ directReports }) => directReports.totalCount === 0);
  return nodes.slice(0, count).map(({ personioId }) => personioId);
};

describe("a dry run", () => {
  test("names what the ids of a plan stand for", async () => {
    const [moved = "", other = ""] = await somebody(2);
    const named = await service.get<{
      people: { edges: { node: { personioId: string; displayName: string } }[] };
    }>("{ people(first: 100) { edges { node { personioId displayName } } } }");
    await service.sandbox.admin.change(moved, { supervisor: other });
    const { plan } = await dryRun();
    expect(plan?.edges[0]?.node.after).toEqual({
      supervisorPersonioId: other,
      supervisor: named.people.edges.find(({ node }) => node.personioId === other)?.node.displayName,
    });
  });

  test("shows person by person what would change, and changes nothing", async () => {
    const [moved = "", gone = ""] = await somebody(2);
    await service.sandbox.admin.change(moved, { position: "Head of Kites" });
    await service.sandbox.admin.remove(gone);
    const hired = await service.sandbox.admin.hire({
      email: "new@nordlicht.example",
      first_name: "Nele",
      last_name: "Neu",
    });
    const before = await rows();

    const run = await dryRun();
    expect(run).toMatchObject({
      status: "HELD",
      problem: { code: "SYNC_PLANNED_ONLY" },
      added: 1,
      changed: 1,
      left: 1,
    });
    expect(run.plan?.totalCount).toBe(3);
    const of = (id: string) => run.plan?.edges.find(({ node }) => node.personioId === id)?.node;
    expect(of(moved)).toMatchObject({ change: "CHANGE", after: { position: "Head of Kites" } });
    expect(Object.keys(of(moved)?.before ?? {})).toEqual(["position"]);
    expect(of(gone)).toMatchObject({ change: "LEAVE", after: { status: "INACTIVE" } });
    expect(of(gone)?.person?.displayName).toEqual(expect.any(String));
    expect(of(hired)).toMatchObject({
      change: "ADD",
      person: null,
      before: null,
      after: { firstName: "Nele" },
    });
    expect(await rows()).toEqual(before);
    expect(await service.get("{ personioIntegration { problem { code } } }")).toEqual({
      personioIntegration: { problem: null },
    });
  });

  test("is applied exactly as shown when it is approved", async () => {
    const [moved = "", gone = ""] = await somebody(2);
    await service.sandbox.admin.change(moved, { position: "Head of Kites" });
    await service.sandbox.admin.remove(gone);
    const { id } = await dryRun();
    expect(await approve(id)).toMatchObject({ data: { approveSyncRun: { status: "QUEUED" } } });
    expect(await untilEnded(service.get)).toMatchObject({
      id,
      status: "SUCCEEDED_WITH_SKIPS",
      changed: 1,
      left: 1,
    });
    expect((await show(id)).plan).toBeNull();
  });

  test("does not swallow a sync that is asked for while it is running", async () => {
    const [moved = ""] = await somebody(1);
    await service.sandbox.admin.change(moved, { position: "Head of Kites" });
    await service.sandbox.admin.setFaults([
      { kind: "delay", milliseconds: 600_000, path: "/v1/company/employees/attributes", times: 1 },
    ]);
    const { planSyncPersonio } = await service.get<{ planSyncPersonio: { id: string } }>(
      "mutation { planSyncPersonio { id } }",
    );
    await eventually(async () => (await show(planSyncPersonio.id)).status === "RUNNING");
    expect(await service.get("mutation { syncPersonio { id } }")).toEqual({ syncPersonio: planSyncPersonio });
    await service.sandbox.admin.clearFaults();
    await eventually(async () => (await untilEnded(service.get)).id !== planSyncPersonio.id);
    expect(await untilEnded(service.get)).toMatchObject({ trigger: "MANUAL", changed: 1, problem: null });
    expect(await show(planSyncPersonio.id)).toMatchObject({ status: "HELD" });
  });

  test("is held again when Personio has changed since, with the plan as it is now", async () => {
    const [moved = "", other = ""] = await somebody(2);
    await service.sandbox.admin.change(moved, { position: "Head of Kites" });
    const { id } = await dryRun();
    await service.sandbox.admin.change(other, { position: "Head of Strings" });
    const before = await rows();
    await approve(id);
    expect(await untilEnded(service.get)).toMatchObject({
      id,
      status: "HELD",
      problem: { code: "SYNC_PLAN_OUTDATED" },
    });
    expect(await rows()).toEqual(before);
    expect((await show(id)).plan?.totalCount).toBe(2);

    await approve(id);
    expect(await untilEnded(service.get)).toMatchObject({ id, status: "SUCCEEDED_WITH_SKIPS", changed: 2 });
  });
});

describe("a held run", () => {
  const removeMany = async (): Promise<RunRow> => {
    for (const id of await somebody(8)) await service.sandbox.admin.remove(id);
    return service.sync();
  };

  test("of departures shows them, and approving makes them leavers without a second run", async () => {
    const run = await removeMany();
    expect(run).toMatchObject({ status: "HELD", problem: { code: "LEAVER_GUARD" }, left: 8 });
    const shown = await show(run.id);
    expect(shown.plan?.edges.map(({ node }) => node.change)).toEqual(Array(8).fill("LEAVE"));
    await approve(run.id);
    expect(await untilEnded(service.get)).toMatchObject({ id: run.id, left: 8, problem: null });
    expect(
      await service.get(
        "{ people(filter: { statuses: [INACTIVE] }) { totalCount } personioIntegration { problem { code } } }",
      ),
    ).toEqual({ people: { totalCount: 8 }, personioIntegration: { problem: null } });
  });

  test("that is rejected changes nothing and cannot be approved afterwards", async () => {
    const run = await removeMany();
    const before = await rows();
    expect(await reject(run.id)).toMatchObject({ data: { rejectSyncRun: { status: "REJECTED" } } });
    expect((await approve(run.id)).errors?.[0]?.extensions.code).toBe("SYNC_RUN_NOT_HELD");
    expect(await rows()).toEqual(before);
    expect(await service.get("{ personioIntegration { problem { code } } }")).toEqual({
      personioIntegration: { problem: null },
    });
  });

  test("that Personio fails while it is applied is held again, with its plan and with what happened, and can be approved again", async () => {
    const run = await removeMany();
    const { plan } = await show(run.id);
    await service.sandbox.admin.setFaults([{ kind: "html" }]);
    await approve(run.id);
    const ended = await untilEnded(service.get);
    expect(ended).toMatchObject({ id: run.id, status: "HELD", left: 8 });
    expect(ended.problem).toMatchObject({
      code: "PERSONIO_UNAVAILABLE",
      help: expect.stringContaining("approve"),
    });
    expect((await show(run.id)).plan).toEqual(plan);

    await service.sandbox.admin.clearFaults();
    expect((await approve(run.id)).errors).toBeUndefined();
    expect(await untilEnded(service.get)).toMatchObject({ id: run.id, left: 8, problem: null });
    // The worker removes the plan after the run has ended.
    await eventually(async () => {
      const items = await service.app.database.dataSource.query("select from sync_plan_items");
      return items.length === 0;
    });
  });

  test("that is approved while another run is under way still waits, and says for what", async () => {
    const run = await removeMany();
    await inTenant(service.app.database.dataSource, DEFAULT_TENANT_ID, (manager) =>
      insertSyncRun(manager, { id: randomUUID(), mode: "INCREMENTAL", trigger: "WEBHOOK", dry: false }),
    );
    const [error] = (await approve(run.id)).errors ?? [];
    expect(error?.extensions.code).toBe("SYNC_RUN_UNDER_WAY");
    expect(error?.extensions.help).toContain("approve");
    expect(await show(run.id)).toMatchObject({ status: "HELD", plan: { totalCount: 8 } });
  });

  test("of two takes back, when it is rejected, only what it has said itself", async () => {
    const older = await removeMany();
    const newer = await service.sync();
    const problem = () => service.get("{ personioIntegration { problem { code } } }");
    await reject(older.id);
    expect(await problem()).toEqual({ personioIntegration: { problem: { code: "LEAVER_GUARD" } } });
    const { id } = await dryRun();
    await reject(id);
    expect(await problem()).toEqual({ personioIntegration: { problem: { code: "LEAVER_GUARD" } } });
    await reject(newer.id);
    expect(await problem()).toEqual({ personioIntegration: { problem: null } });
  });

  test("is superseded by a newer one", async () => {
    const first = await removeMany();
    const second = await service.sync();
    expect(second.id).not.toBe(first.id);
    expect((await show(first.id)).plan).toBeNull();
    expect((await approve(first.id)).errors?.[0]?.extensions.code).toBe("SYNC_RUN_NOT_HELD");
  });

  test.each(["00000000-0000-4000-8000-000000000000", "nonsense"])(
    "of the id %s does not exist",
    async (id) => {
      expect((await approve(id)).errors?.[0]?.extensions.code).toBe("SYNC_RUN_NOT_HELD");
      expect((await reject(id)).errors?.[0]?.extensions.code).toBe("SYNC_RUN_NOT_HELD");
    },
  );
});

describe("whyMissing", () => {
  type Answer = {
    whyMissing: {
      found: boolean;
      person: object | null;
      rows: { reason: string }[];
      message: string;
      help: string;
    };
  };
  const ask = async (argument: { workEmail: string } | { personioId: string }) =>
    (
      await service.get<Answer>(
        "query ($workEmail: EmailAddress, $personioId: ID) { whyMissing(workEmail: $workEmail, personioId: $personioId) { found person { id } rows { reason } message help } }",
        argument,
      )
    ).whyMissing;

  test("says of somebody without an email what to fill in, by Personio's id", async () => {
    const personioId = await service.sandbox.admin.hire({ email: null });
    await service.sync();
    expect(await ask({ personioId })).toMatchObject({
      found: false,
      rows: [{ reason: "MISSING_WORK_EMAIL" }],
    });
    expect((await ask({ personioId })).help).toContain("Email");
  });

  test("says of a leaver who was never here that the status keeps them out, by email", async () => {
    const personioId = await service.sandbox.admin.hire({
      email: "old@nordlicht.example",
      status: "inactive",
    });
    await service.sync();
    expect(await ask({ workEmail: "Old@Nordlicht.example" })).toMatchObject({
      found: false,
      rows: [{ reason: "STATUS_EXCLUDED" }],
    });
    expect(await ask({ personioId })).toMatchObject({ found: false, rows: [{ reason: "STATUS_EXCLUDED" }] });
  });

  test("says of somebody who is here that they are found", async () => {
    const [personioId = ""] = await somebody(1);
    expect(await ask({ personioId })).toMatchObject({
      found: true,
      rows: [],
      message: "The person is in the directory.",
    });
  });

  test("says of nobody that Personio did not list them, and when it was last read", async () => {
    const answer = await ask({ workEmail: "nobody@nordlicht.example" });
    expect(answer).toMatchObject({ found: false, rows: [] });
    expect(answer.message).toMatch(/\d{4}-\d\d-\d\dT/);
  });

  test("wants exactly one of the two", async () => {
    const { errors } = await service.ask("{ whyMissing { found } }");
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });
});
