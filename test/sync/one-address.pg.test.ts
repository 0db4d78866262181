import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { EditedAttributes } from "../../src/sandbox/company/attributes.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { type RunRow, startTestApp, type TestApp, untilEnded } from "../support/test-app.ts";

const ADA = { dynamic_402117: "1990-09-09", first_name: "Ada", last_name: "Lind" };

type Seen = { id: string; workEmail: string | null; status: string; isPreHire: boolean };

/** Adas that are hired before the first test, because a sync for each would take longer. */
const CURRENT_ADAS = 6;
const FORMER_ADAS = 8;
type Ada = { readonly ada: string; readonly email: string };

let service: TestApp;
let [current, former]: [Ada[], Ada[]] = [[], []];
beforeAll(async () => {
  service = await startTestApp({ sandbox: { people: 15 } });
  const { admin } = service.sandbox;
  const hireAda = async (_: unknown, index: number): Promise<Ada> => {
    const address = `ada${index}@one.example`;
    return { ada: await admin.hire({ ...ADA, email: address, supervisor: null }), email: address };
  };
  const adas = await Promise.all(Array.from({ length: CURRENT_ADAS + FORMER_ADAS }, hireAda));
  [current, former] = [adas.slice(0, CURRENT_ADAS), adas.slice(CURRENT_ADAS)];
  await service.connect();
  await service.get(
    "mutation { setPeopleSettings(settings: { leaverGuardPercent: 100 }) { leaverGuardPercent } }",
  );
  for (const { ada: left } of former) await admin.change(left, { status: "inactive" });
  await service.sync();
});
afterAll(() => service[Symbol.asyncDispose]());
beforeEach(() => service.sandbox.admin.clearFaults());

let email: string;
let rehired: EditedAttributes;
let stranger: EditedAttributes;
let ada: string;
let id: string;
const meet = async (adas: Ada[]): Promise<void> => {
  const next = adas.pop();
  if (!next) throw new Error("No Ada is left: raise the number of them.");
  ({ ada, email } = next);
  rehired = { ...ADA, email };
  stranger = { dynamic_402117: "2001-01-01", first_name: "Bo", last_name: "Berg", email };
  id = (await byEmail(email))?.id ?? "";
};
/** The Ada of the test has left already. */
const meetLeaver = () => meet(former);
const meetCurrent = () => meet(current);

const FIELDS = "id workEmail status isPreHire";
const byEmail = async (workEmail: string): Promise<Seen | null> =>
  (
    await service.get<{ person: Seen | null }>(
      `query ($workEmail: EmailAddress) { person(workEmail: $workEmail) { ${FIELDS} } }`,
      { workEmail },
    )
  ).person;
const byId = async (personId: string): Promise<Seen | null> =>
  (
    await service.get<{ person: Seen | null }>(`query ($id: ID) { person(id: $id) { ${FIELDS} } }`, {
      id: personId,
    })
  ).person;
const leave = async (): Promise<void> => {
  await service.sandbox.admin.change(ada, { status: "inactive" });
  await service.sync();
};
const changesOf = (personId: string): Promise<{ kind: string; fields: string[] | null }[]> =>
  service.app.database.dataSource.query(
    `select kind, changed_fields as fields from lifecycle_events
     where person_id = $1 and (kind like 'PERSON_%') order by seq`,
    [personId],
  );
const expectOneHolderEach = async (): Promise<void> => {
  const rows = await service.app.database.dataSource.query(
    "select work_email from people where work_email is not null group by work_email having count(*) > 1",
  );
  expect(rows).toEqual([]);
};
const planOf = async (run: RunRow) =>
  (
    await service.get<{ syncRun: { plan: { edges: { node: { change: string; after: object } }[] } } }>(
      "query ($id: ID!) { syncRun(id: $id) { plan(first: 100) { edges { node { change after } } } } }",
      { id: run.id },
    )
  ).syncRun.plan.edges.map(({ node }) => node);

describe("a leaver whose address another person gets", () => {
  test("the leaver has no address until they return, and PERSON_CHANGED names the field", async () => {
    await meetLeaver();
    expect(await byEmail(email)).toMatchObject({ id, workEmail: email });
    const other = await service.sandbox.admin.hire(stranger);
    expect(await service.sync()).toMatchObject({ added: 1, changed: 1, left: 0 });
    await expectOneHolderEach();
    expect(await byId(id)).toMatchObject({ workEmail: null, status: "INACTIVE" });
    expect((await byEmail(email))?.id).not.toBe(id);
    expect((await changesOf(id)).at(-1)).toEqual({ kind: "PERSON_CHANGED", fields: ["workEmail"] });
    const before = await readDirectoryRows(service.databaseUrl);
    expect(await service.sync()).toMatchObject({ added: 0, changed: 0, left: 0 });
    expect(await readDirectoryRows(service.databaseUrl)).toEqual(before);

    // The holder's departure does not restore it, only a return does.
    await service.sandbox.admin.change(other, { status: "inactive" });
    await service.sync();
    expect(await byId(id)).toMatchObject({ workEmail: null });
    await service.sandbox.admin.change(ada, { status: "active" });
    await service.sync();
    expect(await byId(id)).toMatchObject({ workEmail: email, status: "ACTIVE" });
    expect((await byEmail(email))?.id).toBe(id);
    await expectOneHolderEach();
  });

  test("the leaver is the same person if they are rehired after the other one has left", async () => {
    await meetLeaver();
    const other = await service.sandbox.admin.hire(stranger);
    await service.sync();
    await service.sandbox.admin.change(other, { status: "inactive" });
    await service.sync();
    await service.sandbox.admin.hire(rehired);
    expect(await service.sync()).toMatchObject({ added: 0 });
    expect(await byId(id)).toMatchObject({ workEmail: email, status: "ACTIVE" });
    await expectOneHolderEach();
  });

  test("the leaver loses the address in the same run, and to a person who is in the directory already", async () => {
    await meetCurrent();
    const colleague = await service.sandbox.admin.hire({
      email: `bo-${ada}@one.example`,
      dynamic_402117: "2001-01-01",
    });
    await service.sync();
    await service.sandbox.admin.change(ada, { status: "inactive" });
    await service.sandbox.admin.change(colleague, { email });
    expect(await service.sync()).toMatchObject({ left: 1, changed: 1 });
    expect(await byId(id)).toMatchObject({ workEmail: null });
    expect(await byEmail(email)).toMatchObject({ status: "ACTIVE" });
    expect((await changesOf(id)).slice(-2)).toEqual([
      { kind: "PERSON_LEFT", fields: null },
      { kind: "PERSON_CHANGED", fields: ["workEmail"] },
    ]);
    await expectOneHolderEach();
  });

  test("a person who is rehired with a colleague's address keeps the former one, also if another person wants it", async () => {
    await meetCurrent();
    const bo = `bo-${ada}@one.example`;
    const cy = `cy-${ada}@one.example`;
    await service.sandbox.admin.hire({ email: bo, dynamic_402117: "2001-01-01" });
    const other = await service.sandbox.admin.hire({ email: cy, dynamic_402117: "2002-02-02" });
    await service.sync();
    // All before the next run: bo still holds the address of the new record.
    await service.sandbox.admin.change(ada, { email: bo, hire_date: "2020-01-01" });
    await service.sandbox.admin.terminate(ada, "2026-01-31");
    await service.sandbox.admin.rehire(ada, { hire_date: "2026-02-01" });
    await service.sandbox.admin.change(other, { email });
    expect(await service.sync()).toMatchObject({ status: "SUCCEEDED_WITH_SKIPS", left: 0 });
    expect(await byId(id)).toMatchObject({ workEmail: email, status: "ACTIVE" });
    expect(await byEmail(cy)).toMatchObject({ workEmail: cy });
    await expectOneHolderEach();
  });

  test("the leaver returns with an address of their own while the other person holds the old one", async () => {
    await meetLeaver();
    await service.sandbox.admin.hire(stranger);
    await service.sync();
    await service.sandbox.admin.change(ada, { status: "active" });
    await service.sync();
    expect(await byId(id)).toMatchObject({ workEmail: null, status: "INACTIVE" });
    await service.sandbox.admin.change(ada, { email: "ada.lind@one.example" });
    await service.sync();
    expect(await byId(id)).toMatchObject({ workEmail: "ada.lind@one.example", status: "ACTIVE" });
  });

  test("the plan that an admin reviews shows the loss", async () => {
    await meetLeaver();
    await service.sandbox.admin.hire(stranger);
    await service.get("mutation { planSyncPersonio { id } }");
    const planned = await planOf(await untilEnded(service.get));
    expect(planned).toContainEqual({ change: "CHANGE", after: { workEmail: null } });
    expect(await byId(id)).toMatchObject({ workEmail: email });
  });

  test("a leaver who shares an address from before this rule loses it with the next full sync, without a change", async () => {
    await meetLeaver();
    await service.sandbox.admin.hire(stranger);
    await service.sync();
    // As an earlier version stored it.
    await service.app.database.dataSource.query("update people set work_email = $2 where id = $1", [
      id,
      email,
    ]);
    expect(await service.sync()).toMatchObject({ changed: 1 });
    expect(await byId(id)).toMatchObject({ workEmail: null });
    expect((await changesOf(id)).at(-1)).toEqual({ kind: "PERSON_CHANGED", fields: ["workEmail"] });
    await expectOneHolderEach();
  });

  test("of two leavers who share an address from before this rule, the one who left last keeps it", async () => {
    await meetLeaver();
    const shared = `shared-${ada}@one.example`;
    const former = await service.sandbox.admin.hire({ ...stranger, email: shared });
    await service.sync();
    const other = (await byEmail(shared))?.id ?? "";
    // As an earlier version stored them.
    await service.app.database.dataSource.query(
      `update people set work_email = $3, status = 'INACTIVE', source_hash = null,
        termination_date = case id when $1 then date '2025-01-31' else date '2025-06-30' end where id in ($1, $2)`,
      [id, other, shared],
    );
    for (const record of [ada, former]) await service.sandbox.admin.remove(record);
    await service.sync();
    expect(await byId(id)).toMatchObject({ workEmail: null });
    expect((await byEmail(shared))?.id).toBe(other);
    await expectOneHolderEach();
  });

  test("the entity of a null key is null to a gateway, without an error", async () => {
    await meetCurrent();
    const answer = await service.ask<{ _entities: (object | null)[] }>(
      "query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on Person { id } } }",
      {
        keys: [
          { __typename: "Person", workEmail: null },
          { __typename: "Person", workEmail: email },
        ],
      },
    );
    expect(answer).toEqual({ data: { _entities: [null, { id }] } });
  });

  test("the leaver stays the supervisor of their reports, without an address", async () => {
    await meetCurrent();
    const report = await service.sandbox.admin.hire({ email: "report@one.example", supervisor: ada });
    await service.sync();
    await leave();
    await service.sandbox.admin.hire(stranger);
    await service.sync();
    const { person } = await service.get<{ person: object }>(
      '{ person(workEmail: "report@one.example") { supervisor { id workEmail displayName } } }',
    );
    expect(person).toEqual({ supervisor: { id, workEmail: null, displayName: "Ada Lind" } });
    expect(report).toBeTruthy();
  });
});

test("a leaver is not a pre-hire, even if the first day was in the future", async () => {
  const { now } = await service.sandbox.admin.summary();
  const soon = new Date(Date.parse(now) + 20 * 86_400_000).toISOString().slice(0, 10);
  const offer = await service.sandbox.admin.hire({ email: "offer@one.example", hire_date: soon });
  await service.sync();
  expect(await byEmail("offer@one.example")).toMatchObject({ isPreHire: true });
  await service.sandbox.admin.change(offer, { status: "inactive" });
  await service.sync();
  expect(await byEmail("offer@one.example")).toMatchObject({ isPreHire: false, status: "INACTIVE" });
  const list = async (isPreHire: boolean) =>
    (
      await service.get<{ people: { edges: { node: Seen }[] } }>(
        `query ($isPreHire: Boolean) { people(first: 100, filter: { statuses: [INACTIVE], isPreHire: $isPreHire }) { edges { node { ${FIELDS} } } } }`,
        { isPreHire },
      )
    ).people.edges.map(({ node }) => node.workEmail);
  expect(await list(true)).toEqual([]);
  expect(await list(false)).toContain("offer@one.example");
});

describe("the skip ledger has no entries about leavers", () => {
  const linesOf = async (personioId: string): Promise<string[]> =>
    (
      await service.app.database.dataSource.query<{ line: string }[]>(
        "select reason || ' ' || field as line from skipped_employees where personio_id = $1 order by 1",
        [personioId],
      )
    ).map(({ line }) => line);

  test("an emptied address of a leaver gets no entry", async () => {
    await meetLeaver();
    await service.sandbox.admin.change(ada, { email: null });
    await service.sync();
    expect(await linesOf(ada)).toEqual([]);
    expect(await byId(id)).toMatchObject({ workEmail: email, status: "INACTIVE" });
  });

  test("the entry of a current person goes when they leave", async () => {
    await meetCurrent();
    await service.sandbox.admin.change(ada, { email: null });
    await service.sync();
    expect(await linesOf(ada)).toEqual(["MISSING_WORK_EMAIL workEmail"]);
    await leave();
    expect(await linesOf(ada)).toEqual([]);
  });

  test("a leaver in a supervisor cycle gets no entry", async () => {
    await meetCurrent();
    const other = await service.sandbox.admin.hire({ email: `bo-${ada}@one.example`, supervisor: ada });
    await service.sandbox.admin.move(ada, { supervisor: other });
    await service.sync();
    expect(await linesOf(ada)).toEqual(["SUPERVISOR_CYCLE supervisor"]);
    await leave();
    expect(await linesOf(ada)).toEqual([]);
    expect(await linesOf(other)).toEqual(["SUPERVISOR_CYCLE supervisor"]);
    await service.sync();
    expect(await linesOf(ada)).toEqual([]);
  });

  test("an unreadable value of a leaver gets no entry", async () => {
    await meetLeaver();
    await service.sandbox.admin.setFaults([
      { kind: "wrong-value", attribute: "contract_end_date", value: "0000-00-00" },
    ]);
    await service.sync();
    expect(await linesOf(ada)).toEqual([]);
  });
});
