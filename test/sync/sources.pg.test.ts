import { beforeEach, describe, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import type { Trace } from "../../src/metrics/trace.ts";
import { lockForApply } from "../../src/people/sources/lock-people.repository.ts";
import { createRemergeJob } from "../../src/sync/remerge/remerge-people.ts";
import { listShownPlan } from "../../src/sync/review/shown-plan.repository.ts";
import { runSync } from "../../src/sync/sync.ts";
import type { SyncDeps } from "../../src/sync/sync-deps.ts";
import { countStatements } from "../support/count-statements.ts";
import { type Follower, useFollower } from "./support/follower.ts";
import { IdentityProvider, setOrder } from "./support/identity-provider.ts";

const company = useFollower({ people: 30 });
let follower: Follower;
let idp: IdentityProvider;
beforeEach(() => {
  follower = company();
  idp = new IdentityProvider(company);
});

const IDP_FIRST = ["IDP", "PERSONIO"] as const;

type Shown = {
  id: string;
  personioId: string;
  email: string;
  position: string | null;
  employeeId: string | null;
  firstName: string;
  displayName: string;
  department: string | null;
  supervisor: string | null;
  hash: string | null;
};

const query = <Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> =>
  inTenant(follower.dataSource, "acme", (manager) => manager.query(sql, parameters));
const readPeople = () =>
  query<Shown>(`select p.id, p.personio_id as "personioId", p.work_email as email, p.position, p.employee_id as "employeeId",
      p.first_name as "firstName", p.display_name as "displayName", d.name as department, s.personio_id as supervisor,
      p.source_hash as hash
    from people p left join departments d on d.id = p.department_id left join people s on s.id = p.supervisor_id
    where p.status = 'ACTIVE' and p.position is not null and p.department_id is not null and p.supervisor_id is not null
    order by p.personio_id`);
const person = async (id: string): Promise<Shown> => {
  const [found] = await query<Shown>(
    `select p.id, p.personio_id as "personioId", p.work_email as email, p.position, p.employee_id as "employeeId",
      p.first_name as "firstName", p.display_name as "displayName", d.name as department, s.personio_id as supervisor,
      p.source_hash as hash
    from people p left join departments d on d.id = p.department_id left join people s on s.id = p.supervisor_id where p.id = $1`,
    [id],
  );
  if (!found) throw new Error("The person is gone.");
  return found;
};
const events = async (): Promise<{ kind: string; personId: string; fields: string[] | null }[]> =>
  query(`select kind, person_id as "personId", changed_fields as fields from lifecycle_events
    where kind in ('PERSON_ADDED', 'PERSON_CHANGED', 'SUPERVISOR_CHANGED', 'PERSON_LEFT') order by seq`);
/** The events that `work` brings. */
async function eventsOf(work: () => Promise<unknown>) {
  const before = (await events()).length;
  await work();
  return (await events()).slice(before);
}

describe("a user of the identity provider", () => {
  test("a user of the identity provider changes nothing while Personio comes first and has the field", async () => {
    const [ada] = await readPeople();
    expect(await eventsOf(() => idp.create(ada!.email, { position: "Kite maker" }))).toEqual([]);
    expect(await person(ada!.id)).toEqual(ada);
    expect(await follower.syncManually()).toMatchObject({ changed: 0 });
  });

  test("a user of the identity provider wins where it comes first, with one event, and gives Personio's value back at once when it goes", async () => {
    const [ada] = await readPeople();
    await setOrder(follower.dataSource, "position", IDP_FIRST);
    const changed = [{ kind: "PERSON_CHANGED", personId: ada!.id, fields: ["position"] }];
    let user = await idp.create(null);
    expect(
      await eventsOf(async () => {
        user = await idp.create(ada!.email, { position: "Kite maker" });
      }),
    ).toEqual(changed);
    expect(await person(ada!.id)).toMatchObject({ position: "Kite maker" });
    const words = await query<{ word: string }>("select word from indexed_words where $1 = any(person_ids)", [
      ada!.id,
    ]);
    expect(words.map(({ word }) => word)).toContain("kite");

    expect(await eventsOf(() => idp.update(user, { email: "unknown@nordlicht.example" }))).toEqual(changed);
    expect((await person(ada!.id)).position).toBe(ada!.position);
    await idp.update(user, { email: ada!.email });
    expect(await eventsOf(() => idp.remove(user))).toEqual(changed);
    expect((await person(ada!.id)).position).toBe(ada!.position);
  });

  test("a user of the identity provider keeps its values when it is deactivated: HR decides who works here", async () => {
    const [ada] = await readPeople();
    await setOrder(follower.dataSource, "position", IDP_FIRST);
    const user = await idp.create(ada!.email, { position: "Kite maker" });
    expect(await eventsOf(() => idp.update(user, { active: false }))).toEqual([]);
    expect(await person(ada!.id)).toMatchObject({ position: "Kite maker" });
  });

  test("of two users with one address, the active one decides, and the other one when that is gone", async () => {
    const [ada] = await readPeople();
    await setOrder(follower.dataSource, "position", IDP_FIRST);
    const first = await idp.create(ada!.email, { position: "First" });
    const second = await idp.create(ada!.email, { position: "Second" });
    expect(await person(ada!.id)).toMatchObject({ position: "First" });
    await idp.update(first, { active: false });
    expect(await person(ada!.id)).toMatchObject({ position: "Second" });
    await idp.remove(second);
    expect(await person(ada!.id)).toMatchObject({ position: "First" });
  });

  test("a user of the identity provider belongs to a leaver until HR gives the address to another person", async () => {
    const [leaver, ada, other] = await readPeople();
    for (const field of ["position", "displayName", "supervisor"] as const)
      await setOrder(follower.dataSource, field, IDP_FIRST);
    const user = await idp.create(leaver!.email, { position: "Gardener" });
    expect(await person(leaver!.id)).toMatchObject({ position: "Gardener" });
    await follower.sandbox.admin.change(leaver!.personioId, { status: "inactive" });
    await follower.syncManually();
    expect(await person(leaver!.id)).toMatchObject({ email: leaver!.email, position: "Gardener" });

    await follower.sandbox.admin.change(ada!.personioId, { email: leaver!.email });
    await follower.syncManually();
    await idp.update(user, { offered: { position: "Kite maker", displayName: "Zephyr" } });
    expect(await person(ada!.id)).toMatchObject({ position: "Kite maker", displayName: "Zephyr" });
    expect(await person(leaver!.id)).toMatchObject({
      email: null,
      position: leaver!.position,
      displayName: leaver!.displayName,
    });
    await idp.create(other!.email, { supervisor: user.id });
    expect(await person(other!.id)).toMatchObject({ supervisor: ada!.personioId });
    expect(await eventsOf(() => follower.syncManually())).toEqual([]);
  });

  test("a user of the identity provider names a department that Personio has, without case, or one of its own", async () => {
    const [ada, other] = await readPeople();
    await setOrder(follower.dataSource, "department", IDP_FIRST);
    const known = (await readPeople()).find(({ department }) => department !== ada!.department)!.department!;
    const user = await idp.create(ada!.email, { department: ` ${known.toUpperCase()} ` });
    expect(await person(ada!.id)).toMatchObject({ department: known });
    await idp.update(user, { offered: { department: "Kite Lab" } });
    await idp.create(other!.email, { department: "kite lab" });
    expect(await person(ada!.id)).toMatchObject({ department: "Kite Lab" });
    const labs = () => query("select id from departments where lower(name) = 'kite lab'");
    expect(await labs()).toHaveLength(1);
    expect(await follower.syncManually()).toMatchObject({ changed: 0 });
    expect(await person(ada!.id)).toMatchObject({ department: "Kite Lab" });

    for (const one of idp.users.values()) await idp.remove(one);
    expect(await person(ada!.id)).toMatchObject({ department: ada!.department });
    expect(await labs()).toHaveLength(0);
  });

  test("a user of the identity provider names a supervisor by a user, who may be matched later, leave or get another address", async () => {
    const [ada, boss, next] = await readPeople();
    await setOrder(follower.dataSource, "supervisor", IDP_FIRST);
    const lead = await idp.create(null);
    await idp.create(ada!.email, { supervisor: lead.id });
    expect(await person(ada!.id)).toMatchObject({ supervisor: null });
    expect(await eventsOf(() => idp.update(lead, { email: boss!.email }))).toEqual([
      { kind: "PERSON_CHANGED", personId: ada!.id, fields: ["supervisor"] },
      { kind: "SUPERVISOR_CHANGED", personId: ada!.id, fields: null },
    ]);
    expect(await person(ada!.id)).toMatchObject({ supervisor: boss!.personioId });
    expect(await follower.syncManually()).toMatchObject({ changed: 0 });

    // HR gives the address to another person, and the run that sees it links ada to that one.
    await follower.sandbox.admin.change(boss!.personioId, { email: "boss-before@nordlicht.example" });
    await follower.syncManually();
    await follower.sandbox.admin.change(next!.personioId, { email: boss!.email });
    await follower.syncManually();
    expect(await person(ada!.id)).toMatchObject({ supervisor: next!.personioId });
    await idp.remove(lead);
    expect(await person(ada!.id)).toMatchObject({ supervisor: null });
  });

  test("a user of the identity provider shows its display name, which a search finds", async () => {
    const [ada] = await readPeople();
    await setOrder(follower.dataSource, "displayName", IDP_FIRST);
    await setOrder(follower.dataSource, "firstName", IDP_FIRST);
    const user = await idp.create(ada!.email, { displayName: "Zephyr", firstName: "Zeph" });
    expect(await person(ada!.id)).toMatchObject({ displayName: "Zephyr", firstName: "Zeph" });
    expect(await follower.syncManually()).toMatchObject({ changed: 0 });
    expect(await person(ada!.id)).toMatchObject({ displayName: "Zephyr", firstName: "Zeph" });
    await idp.update(user, { offered: { firstName: "Zeph" } });
    expect(await person(ada!.id)).toMatchObject({ displayName: ada!.displayName, firstName: "Zeph" });
    await idp.remove(user);
    expect(await person(ada!.id)).toMatchObject({ displayName: ada!.displayName, firstName: ada!.firstName });
  });
});

describe("a sync", () => {
  test("a sync keeps the winning value, stores the losing one and does not report it", async () => {
    const [ada] = await readPeople();
    await setOrder(follower.dataSource, "position", IDP_FIRST);
    const user = await idp.create(ada!.email, { position: "Kite maker" });
    await follower.syncManually();
    await follower.sandbox.admin.change(ada!.personioId, { position: "Head of Kites" });
    expect(
      await eventsOf(async () => expect(await follower.syncManually()).toMatchObject({ changed: 0 })),
    ).toEqual([]);
    expect(await person(ada!.id)).toMatchObject({ position: "Kite maker" });
    await idp.remove(user);
    expect(await person(ada!.id)).toMatchObject({ position: "Head of Kites" });
    expect(await follower.syncManually()).toMatchObject({ changed: 0 });
  });

  test("a sync compares all people once after a change of the order, and shows merged values in its plan", async () => {
    const [ada] = await readPeople();
    await idp.create(ada!.email, { position: "Kite maker", displayName: "Zephyr" });
    await follower.syncManually();
    await setOrder(follower.dataSource, "position", IDP_FIRST);
    await setOrder(follower.dataSource, "displayName", IDP_FIRST);
    const held = await follower.work(await follower.requestRun({ dry: true }));
    expect(held).toMatchObject({ status: "HELD", changed: 1 });
    const shown = await inTenant(follower.dataSource, "acme", (manager) =>
      listShownPlan(manager, held.planReadId ?? "", { limit: 10, after: null }),
    );
    expect(shown).toMatchObject([
      {
        personId: ada!.id,
        change: "CHANGE",
        before: { position: ada!.position, displayName: ada!.displayName },
        after: { position: "Kite maker", displayName: "Zephyr" },
      },
    ]);
    expect(await eventsOf(() => follower.syncManually())).toEqual([
      { kind: "PERSON_CHANGED", personId: ada!.id, fields: ["displayName", "position"] },
    ]);
    await setOrder(follower.dataSource, "position", null);
    await setOrder(follower.dataSource, "displayName", null);
    // Some people are known by their hash, beside the one who loses the name of the identity provider.
    await query("update people set source_hash = null where id = $1", [ada!.id]);
    expect(await follower.syncManually()).toMatchObject({ changed: 1 });
    expect(await person(ada!.id)).toMatchObject({ position: ada!.position, displayName: ada!.displayName });
    expect(await follower.syncManually()).toMatchObject({ changed: 0 });
  });

  test("a sync is held if the other source would empty a field for most people", async () => {
    await setOrder(follower.dataSource, "position", ["IDP"]);
    const before = await readPeople();
    const held = await follower.syncManually();
    expect(held).toMatchObject({ status: "HELD", problemCode: "FIELD_GUARD" });
    expect(await readPeople()).toEqual(before);
    await follower.approve(held);
    expect(await follower.work(held)).toMatchObject({ status: expect.stringMatching(/^SUCCEEDED/) });
    expect(await query("select id from people where position is not null")).toEqual([]);
    await setOrder(follower.dataSource, "position", null);
    await follower.syncManually();
    const positions = (people: readonly Shown[]) => people.map(({ id, position }) => [id, position]);
    expect(positions(await readPeople())).toEqual(positions(before));
  });

  test("a sync that changes an address matches the person again in the same plan", async () => {
    const [ada] = await readPeople();
    await setOrder(follower.dataSource, "position", IDP_FIRST);
    await idp.create("zephyr@nordlicht.example", { position: "Kite maker" });
    await follower.sandbox.admin.change(ada!.personioId, { email: "zephyr@nordlicht.example" });
    expect(await eventsOf(() => follower.syncManually())).toEqual([
      { kind: "PERSON_CHANGED", personId: ada!.id, fields: ["workEmail", "position"] },
    ]);
    expect(await person(ada!.id)).toMatchObject({ position: "Kite maker" });
  });

  test("a sync adds a person with the values of a user who was there first", async () => {
    await setOrder(follower.dataSource, "position", IDP_FIRST);
    const email = "newcomer@nordlicht.example";
    await idp.create(email, { position: "Kite maker", department: "Kite Lab" });
    await setOrder(follower.dataSource, "department", IDP_FIRST);
    await follower.sandbox.admin.hire({ first_name: "Nia", last_name: "New", email });
    await follower.syncManually();
    const [row] = await query<{ position: string; department: string }>(
      `select position, d.name as department from people p join departments d on d.id = p.department_id
        where work_email = $1`,
      [email],
    );
    expect(row).toEqual({ position: "Kite maker", department: "Kite Lab" });
  });

  test("a sync puts people of the identity provider's department into Personio's as soon as it has the name", async () => {
    const [ada, other] = await readPeople();
    await setOrder(follower.dataSource, "department", IDP_FIRST);
    await idp.create(ada!.email, { department: "Kite Lab" });
    await follower.syncManually();
    await follower.sandbox.admin.change(other!.personioId, { department: "Kite lab" });
    await follower.syncManually();
    const labs = await query<{ personioId: string }>(
      `select personio_id as "personioId" from departments where lower(name) = 'kite lab'`,
    );
    expect(labs).toHaveLength(1);
    expect(labs[0]?.personioId).not.toContain("IDP");
    expect(await person(ada!.id)).toMatchObject({ department: "Kite lab" });
  });

  test("a sync of a company with one source runs four more short statements, and writes no more", async () => {
    await follower.sandbox.admin.change((await readPeople())[0]!.personioId, { position: "Head of Kites" });
    const { statements } = await countStatements(follower.dataSource, () => follower.syncManually());
    const named = statements.flatMap(
      (sql) => /\/\* ((sources|fields)\.\w+|people\.lock\w+)/.exec(sql)?.[1] ?? [],
    );
    expect(named).toEqual([
      "fields.getFieldSettings",
      "sources.hasSecond",
      "people.lockForApply",
      "sources.hasSecond",
    ]);
    expect(await query("select person_id from person_sources")).toEqual([]);
  });
});

describe("a SCIM write during a sync", () => {
  /** A run whose plan is made by the order in which the identity provider comes first. */
  async function planned() {
    const [ada] = await readPeople();
    await setOrder(follower.dataSource, "position", IDP_FIRST);
    const user = await idp.create(ada!.email, { position: "Kite maker" });
    return { ada: ada!, user };
  }

  test("a SCIM write between a held plan and its approval is not undone, and its events stay the only ones", async () => {
    const { ada, user } = await planned();
    await follower.sandbox.admin.change(ada.personioId, { position: "Head of Kites" });
    const held = await follower.work(await follower.requestRun({ dry: true }));
    await idp.update(user, { offered: { position: "Kite pilot" } });
    await follower.approve(held);
    expect(await eventsOf(() => follower.work(held))).toEqual([]);
    expect(await person(ada.id)).toMatchObject({ position: "Kite pilot" });
    await idp.remove(user);
    expect(await person(ada.id)).toMatchObject({ position: "Head of Kites" });
  });

  /** Runs a sync, with `work` between its plan and the transaction that applies it. */
  async function syncWith(work: () => Promise<unknown>, deps: Partial<SyncDeps> = {}): Promise<void> {
    const run = await follower.requestRun();
    const trace: Trace = {
      ...follower.deps.trace,
      async span(name, attributes, traced) {
        if (name === "sync.apply") await work();
        return follower.deps.trace.span(name, attributes, traced);
      },
    };
    const { signal } = new AbortController();
    await runSync({ tenantId: "acme", runId: run.id, signal }, { ...follower.deps, trace, ...deps });
  }

  test("a SCIM write between plan and apply is not undone, and brings its own event only", async () => {
    const { ada, user } = await planned();
    await follower.sandbox.admin.change(ada.personioId, {
      position: "Head of Kites",
      hire_date: "2019-01-01",
    });
    const seen = await eventsOf(() =>
      syncWith(() => idp.update(user, { offered: { position: "Kite pilot" } })),
    );
    expect(seen).toMatchObject([
      { kind: "PERSON_CHANGED", fields: ["position"] },
      { kind: "PERSON_CHANGED", fields: expect.arrayContaining(["hireDate"]) },
    ]);
    expect(seen[1]?.fields).not.toContain("position");
    expect(await person(ada.id)).toMatchObject({ position: "Kite pilot" });
  });

  test("a SCIM write that deletes the last user between plan and apply gives Personio's value back", async () => {
    const [ada] = await readPeople();
    await setOrder(follower.dataSource, "position", IDP_FIRST);
    const user = await idp.create("zephyr@nordlicht.example", { position: "Kite maker" });
    await follower.sandbox.admin.change(ada!.personioId, { email: "zephyr@nordlicht.example" });
    await syncWith(() => idp.remove(user));
    expect(await person(ada!.id)).toMatchObject({ position: ada!.position });
  });

  test("a SCIM write while a run applies its plan does not wait for the run, and is in the directory when the run ends", async () => {
    const { ada, user } = await planned();
    await follower.sandbox.admin.change(ada.personioId, { hire_date: "2019-01-01" });
    let isApplying = false;
    let wrote = 0;
    // In another transaction, which commits while the run's is open.
    follower.whileApplying = async () => {
      if (isApplying && wrote++ === 0) await idp.update(user, { offered: { position: "Kite pilot" } });
    };
    await syncWith(async () => {
      isApplying = true;
    });
    expect(wrote).toBeGreaterThan(0);
    expect(await person(ada.id)).toMatchObject({ position: "Kite pilot" });
  });

  test("a SCIM write that a run of the same company has missed is merged by a job, which waits for the run", async () => {
    const { ada, user } = await planned();
    const run = () => follower.runJob(createRemergeJob);
    await inTenant(follower.dataSource, "acme", async (manager) => {
      await lockForApply(manager);
      await idp.update(user, { offered: { position: "Kite pilot" } });
      await run();
    });
    expect(await person(ada.id)).toMatchObject({ position: "Kite maker" });
    const [queued] = await follower.dataSource.query<{ jobs: number }[]>(
      "select count(*)::int as jobs from pgboss.job where name = 'remerge-people'",
    );
    expect(queued?.jobs).toBeGreaterThan(0);
    expect(await eventsOf(run)).toEqual([{ kind: "PERSON_CHANGED", personId: ada.id, fields: ["position"] }]);
    expect(await person(ada.id)).toMatchObject({ position: "Kite pilot" });
    expect(await eventsOf(run)).toEqual([]);
  });
});
