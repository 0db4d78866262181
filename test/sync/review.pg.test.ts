import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { SYSTEM } from "../../src/access/actor.ts";
import { DEFAULT_TENANT_ID } from "../../src/access/viewer.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { readOpaqueId } from "../../src/request/opaque-id.ts";
import { insertSyncRun } from "../../src/sync/runs/sync-run.repository.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { eventually } from "../support/eventually.ts";
import { type SharedApp, useSharedApp } from "../support/shared-app.ts";
import { RUN_FIELDS, type RunRow, untilEnded } from "../support/test-app.ts";

let service: SharedApp;
const shared = useSharedApp();
beforeEach(async () => {
  service = shared();
  await service.resetConnected();
});

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

/** Active people without reports: their changes change no other person. */
const activePeople = async (count: number): Promise<string[]> => {
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

const everyone = async (): Promise<string[]> => {
  const { people } = await service.get<{ people: { edges: { node: { personioId: string } }[] } }>(
    "{ people(first: 100) { edges { node { personioId } } } }",
  );
  return people.edges.map(({ node }) => node.personioId);
};

describe("a dry run", () => {
  test("a plan shows names beside ids", async () => {
    const [moved = "", other = ""] = await activePeople(2);
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

  test("a dry run shows the changes person by person, and changes nothing", async () => {
    const [moved = "", gone = ""] = await activePeople(2);
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

  test("a dry run is applied when an admin approves it", async () => {
    const [moved = "", gone = ""] = await activePeople(2);
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

  test("an approval while the job that held the run still ends is not lost", async () => {
    const { id } = await dryRun();
    const { dataSource } = service.app.database;
    const setState = (state: "active" | "completed") =>
      dataSource.query("update pgboss.job set state = $1 where name = 'sync' and singleton_key = $2", [
        state,
        readOpaqueId(id),
      ]);
    await setState("active");
    await approve(id);
    await setState("completed");
    await eventually(async () => (await show(id)).finishedAt !== null, {
      what: "the end of the approved run",
    });
    expect((await show(id)).status).toMatch(/^SUCCEEDED/);
  });

  test("a sync that is requested during a dry run still runs", async () => {
    const [moved = ""] = await activePeople(1);
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
    expect(await show(planSyncPersonio.id)).toMatchObject({ status: "SUPERSEDED" });
  });

  test("an approved dry run applies ordinary changes since its plan was shown", async () => {
    const [moved = "", other = ""] = await activePeople(2);
    await service.sandbox.admin.change(moved, { position: "Head of Kites" });
    const { id } = await dryRun();
    await service.sandbox.admin.change(other, { position: "Head of Strings" });
    await approve(id);
    expect(await untilEnded(service.get)).toMatchObject({ id, status: "SUCCEEDED_WITH_SKIPS", changed: 2 });
  });

  test("a dry run leaves the plan of a held run, which can be approved afterwards", async () => {
    for (const id of await activePeople(8)) await service.sandbox.admin.remove(id);
    const held = await service.sync();
    await dryRun();
    expect(await show(held.id)).toMatchObject({ status: "HELD", plan: { totalCount: 8 } });
    await approve(held.id);
    await eventually(async () => (await show(held.id)).status === "SUCCEEDED_WITH_SKIPS");
  });
});

describe("a held run", () => {
  const removeMany = async (): Promise<RunRow> => {
    for (const id of await activePeople(8)) await service.sandbox.admin.remove(id);
    return service.sync();
  };

  test("a held run shows departures, and approving makes them leavers without a second run", async () => {
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

  test("a rejected run changes nothing and cannot be approved afterwards", async () => {
    const run = await removeMany();
    const before = await rows();
    expect(await reject(run.id)).toMatchObject({ data: { rejectSyncRun: { status: "REJECTED" } } });
    expect((await approve(run.id)).errors?.[0]?.extensions.code).toBe("SYNC_RUN_NOT_HELD");
    expect(await rows()).toEqual(before);
    expect(await service.get("{ personioIntegration { problem { code } } }")).toEqual({
      personioIntegration: { problem: null },
    });
  });

  test("an approved run that Personio fails is held again, with its plan and the problem, and can be approved again", async () => {
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

  test("a held run cannot be approved while another run is under way, and the error explains it", async () => {
    const run = await removeMany();
    await inTenant(service.app.database.dataSource, DEFAULT_TENANT_ID, (manager) =>
      insertSyncRun(manager, {
        id: randomUUID(),
        mode: "INCREMENTAL",
        trigger: "WEBHOOK",
        dry: false,
        requestedBy: SYSTEM,
      }),
    );
    const [error] = (await approve(run.id)).errors ?? [];
    expect(error?.extensions.code).toBe("SYNC_RUN_UNDER_WAY");
    expect(error?.extensions.help).toContain("approve");
    expect(await show(run.id)).toMatchObject({ status: "HELD", plan: { totalCount: 8 } });
  });

  test("a held run stays the integration's problem when a dry run is rejected", async () => {
    const held = await removeMany();
    const problem = () => service.get("{ personioIntegration { problem { code } } }");
    const { id } = await dryRun();
    await reject(id);
    expect(await problem()).toEqual({ personioIntegration: { problem: { code: "LEAVER_GUARD" } } });
    await reject(held.id);
    expect(await problem()).toEqual({ personioIntegration: { problem: null } });
  });

  const superseded = async (id: string): Promise<void> => {
    expect(await show(id)).toMatchObject({ status: "SUPERSEDED", plan: null });
    expect((await approve(id)).errors?.[0]?.extensions.code).toBe("SYNC_RUN_NOT_HELD");
    expect((await reject(id)).errors?.[0]?.extensions.code).toBe("SYNC_RUN_NOT_HELD");
  };

  test("a newer held FULL run supersedes a held run and a dry run", async () => {
    const planned = await dryRun();
    const first = await removeMany();
    const second = await service.sync();
    expect(second).toMatchObject({ status: "HELD", left: 8 });
    await superseded(planned.id);
    await superseded(first.id);
    expect(await show(second.id)).toMatchObject({ status: "HELD", plan: { totalCount: 8 } });
  });

  test("a newer applied FULL run supersedes a held run, and its plan is deleted", async () => {
    const held = await removeMany();
    await service.get(
      "mutation { setPeopleSettings(settings: { leaverGuardPeople: 8 }) { leaverGuardPeople } }",
    );
    expect(await service.sync()).toMatchObject({ problem: null });
    await superseded(held.id);
    const [items] = await service.app.database.dataSource.query(
      "select count(*)::int as left_behind from sync_plan_items",
    );
    expect(items).toEqual({ left_behind: 0 });
    expect(await service.get("{ personioIntegration { problem { code } } }")).toEqual({
      personioIntegration: { problem: null },
    });
  });

  test("a newer failed or INCREMENTAL run leaves a held run, which stays the shown problem", async () => {
    const held = await removeMany();
    const stillWaits = async () =>
      expect(await show(held.id)).toMatchObject({ status: "HELD", plan: { totalCount: 8 } });
    await service.sandbox.admin.setFaults([{ kind: "html" }]);
    expect(await service.sync()).toMatchObject({ status: "FAILED" });
    await stillWaits();
    await service.sandbox.admin.clearFaults();
    const [other = ""] = (await activePeople(9)).slice(8);
    await service.sandbox.admin.change(other, { position: "Head of Strings" });
    await service.get("mutation { syncPersonio(mode: INCREMENTAL) { id } }");
    expect(await untilEnded(service.get)).toMatchObject({ changed: 1, problem: null });
    await stillWaits();
    expect(await service.get("{ personioIntegration { problem { code } } }")).toEqual({
      personioIntegration: { problem: { code: "LEAVER_GUARD" } },
    });
    await approve(held.id);
    await eventually(async () => (await show(held.id)).status === "SUCCEEDED_WITH_SKIPS");
  });

  describe("the approval of a held run", () => {
    test("an approval covers the shown plan even after a crash of Postgres, which empties its rows", async () => {
      const run = await removeMany();
      await service.app.database.dataSource.query("delete from sync_plan_items");
      await approve(run.id);
      expect(await untilEnded(service.get)).toMatchObject({ id: run.id, left: 8, problem: null });
    });

    test("an approval also applies new titles, a newcomer and a return since the plan was shown", async () => {
      const run = await removeMany();
      const leaving = (await show(run.id)).plan?.edges.map(({ node }) => node.personioId) ?? [];
      const others = (await activePeople(11)).filter((id) => !leaving.includes(id));
      for (const id of others) await service.sandbox.admin.change(id, { position: "Head of Strings" });
      await service.sandbox.admin.hire({ email: "new@nordlicht.example", first_name: "N", last_name: "Neu" });
      await approve(run.id);
      expect(await untilEnded(service.get)).toMatchObject({
        id: run.id,
        left: 8,
        added: 1,
        changed: others.length,
        problem: null,
      });
    });

    test.each(["is removed", "becomes inactive"])(
      "an approved run is held again if another person %s, shows them, and can be approved again",
      async (how) => {
        const run = await removeMany();
        const before = await rows();
        const [other = ""] = (await activePeople(9)).slice(8);
        if (how === "is removed") await service.sandbox.admin.remove(other);
        else await service.sandbox.admin.change(other, { status: "inactive" });
        await approve(run.id);
        const ended = await untilEnded(service.get);
        expect(ended).toMatchObject({ id: run.id, status: "HELD", left: 9 });
        expect(ended.problem?.code).toBe("SYNC_PLAN_OUTDATED");
        expect(await rows()).toEqual(before);
        expect((await show(run.id)).plan?.totalCount).toBe(9);
        await approve(run.id);
        expect(await untilEnded(service.get)).toMatchObject({ id: run.id, left: 9, problem: null });
      },
    );

    /** Personio sends the position empty for these people. */
    const emptyPosition = (employees: readonly string[]) =>
      service.sandbox.admin.setFaults([
        { kind: "wrong-value", attribute: "position", value: "", employees: [...employees] },
      ]);

    test("an approved run is held again if a field is emptied for more people than shown; for fewer it is applied", async () => {
      const all = await everyone();
      await emptyPosition(all.slice(2));
      const run = await service.sync();
      expect(run).toMatchObject({ status: "HELD", problem: { code: "FIELD_GUARD" } });

      await emptyPosition(all.slice(1));
      await approve(run.id);
      expect(await untilEnded(service.get)).toMatchObject({
        id: run.id,
        status: "HELD",
        problem: { code: "SYNC_PLAN_OUTDATED", message: expect.stringContaining("position") },
      });

      await emptyPosition(all.slice(3));
      await approve(run.id);
      expect(await untilEnded(service.get)).toMatchObject({ id: run.id, problem: null });
    });

    test("an approved run is held again if another field is emptied, which the plan did not show", async () => {
      const run = await removeMany();
      await emptyPosition(await everyone());
      await approve(run.id);
      expect(await untilEnded(service.get)).toMatchObject({
        id: run.id,
        status: "HELD",
        problem: { code: "SYNC_PLAN_OUTDATED" },
      });
    });
  });
});

describe("a held run", () => {
  test.each(["00000000-0000-4000-8000-000000000000", "nonsense"])(
    "a run with the id %s cannot be approved or rejected",
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

  test("whyMissing explains by Personio's id what to fill in for a person without an email", async () => {
    const personioId = await service.sandbox.admin.hire({ email: null });
    await service.sync();
    expect(await ask({ personioId })).toMatchObject({
      found: false,
      rows: [{ reason: "MISSING_WORK_EMAIL" }],
    });
    expect((await ask({ personioId })).help).toContain("Email");
  });

  test("each sentence has its own code and parameters, never those of another message", async () => {
    const personioId = await service.sandbox.admin.hire({ email: null, status: "leave" });
    await service.sync();
    const query = `query ($personioId: ID!) { whyMissing(personioId: $personioId) { state accountIsActive
      rows { cause parameters } } }`;
    const explained = async () =>
      (await service.get<{ whyMissing: object }>(query, { personioId })).whyMissing;
    expect(await explained()).toEqual({
      state: "SKIPPED",
      accountIsActive: null,
      rows: [{ cause: "NO_WORK_EMAIL", parameters: null }],
    });
    await service.get("mutation { setPeopleSettings(settings: { syncedStatuses: [ACTIVE] }) { timeZone } }");
    await service.sync();
    expect(await explained()).toMatchObject({
      rows: [{ cause: "STATUS_NOT_SYNCED", parameters: { status: "LEAVE" } }],
    });
    // The previous version writes only messages.
    await service.app.database.dataSource.query(
      "update skipped_employees set message = 'Another sentence.' where personio_id = $1",
      [personioId],
    );
    expect(await explained()).toMatchObject({ rows: [{ cause: null, parameters: null }] });
    await service.app.database.dataSource.query(
      "update skipped_employees set cause = null where personio_id = $1",
      [personioId],
    );
    await service.sync();
    expect(await explained()).toMatchObject({ rows: [{ cause: "STATUS_NOT_SYNCED" }] });
  });

  test("whyMissing explains by email that a leaver who never was in the directory is excluded by status", async () => {
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

  test("whyMissing finds a person in the directory", async () => {
    const [personioId = ""] = await activePeople(1);
    expect(await ask({ personioId })).toMatchObject({
      found: true,
      rows: [],
      message: "The person is in the directory.",
    });
  });

  test("whyMissing explains for an unknown person that Personio did not list them, and when it was last read", async () => {
    const answer = await ask({ workEmail: "nobody@nordlicht.example" });
    expect(answer).toMatchObject({ found: false, rows: [] });
    expect(answer.message).toMatch(/\d{4}-\d\d-\d\dT/);
  });

  test("whyMissing accepts exactly one of the two arguments", async () => {
    const { errors } = await service.ask("{ whyMissing { found } }");
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });
});
