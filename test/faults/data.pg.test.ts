import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { STORED_COLUMNS } from "../../src/people/person-columns.ts";
import type { Fault } from "../../src/sandbox/api/faults.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { startTestApp, type TestApp, untilEnded } from "../support/test-app.ts";
import { type AdminView, createAdminView, PAGES } from "./support/admin-view.ts";

/**
 * The faults of the data itself (faults.md, part G), each through the whole service. Every record id is above
 * 2^53 (G8), so every test also fails when its path rounds an id.
 */

let service: TestApp;
let view: AdminView;
let sql: pg.Client;
beforeAll(async () => {
  service = await startTestApp({ sandbox: { people: 20, settings: { employeeIds: "huge" } } });
  await service.connect();
  view = createAdminView(service);
  sql = new pg.Client({ connectionString: service.databaseUrl });
  await sql.connect();
  // One sync applies the departures of several tests.
  await sql.query("update tenants set leaver_guard_percent = 100");
});
afterAll(async () => {
  await sql.end();
  await service[Symbol.asyncDispose]();
});
afterEach(() => service.sandbox.admin.clearFaults());

const admin = () => service.sandbox.admin;
const rows = () => readDirectoryRows(service.databaseUrl);
const byEmail = (workEmail: string, fields = "id personioId") => view.person({ workEmail }, fields);

/** Hires a person with an address of their own, who is not synced yet. */
async function hire(attributes: Parameters<ReturnType<typeof admin>["hire"]>[0] = {}) {
  const workEmail = `${randomUUID()}@nordlicht.example`;
  return { personioId: await admin().hire({ email: workEmail, supervisor: null, ...attributes }), workEmail };
}

const wrong = (attribute: string, value: string | object | null, ...employees: string[]): Fault => ({
  kind: "wrong-value",
  attribute,
  value: value as string,
  ...(employees.length > 0 && { employees }),
});

describe("G3: a supervisor", () => {
  test("a supervisor who cannot be synced leaves the link empty with a ledger row, until the next sync reads them", async () => {
    const boss = await hire({ email: null });
    const report = await hire({ supervisor: boss.personioId });
    await service.sync();
    expect(await byEmail(report.workEmail, "supervisor { id }")).toEqual({ supervisor: null });
    expect(await view.ledger(report.personioId)).toMatchObject([
      { reason: "SUPERVISOR_NOT_SYNCED", field: "supervisor" },
    ]);

    await admin().change(boss.personioId, { email: boss.workEmail });
    await service.sync();
    expect(await byEmail(report.workEmail, "supervisor { workEmail }")).toEqual({
      supervisor: { workEmail: boss.workEmail },
    });
    expect(await view.ledger(report.personioId)).toEqual([]);
  });

  test("a person whose supervisor does not exist in Personio is synced without a supervisor", async () => {
    const report = await hire();
    const missing = { type: "Employee", attributes: { id: { label: "ID", value: 999 } } };
    await admin().setFaults([wrong("supervisor", missing, report.personioId)]);
    await service.sync();
    expect(await byEmail(report.workEmail, "supervisor { id }")).toEqual({ supervisor: null });
    expect(await view.ledger(report.personioId)).toMatchObject([{ reason: "SUPERVISOR_NOT_SYNCED" }]);

    await admin().clearFaults();
    await service.sync();
    expect(await view.ledger(report.personioId)).toEqual([]);
  });

  test("a supervisor of another tenant cannot be linked, not even by a statement of our own", async () => {
    const [employee] = await view.peopleWithoutReports(1);
    const outsiderId = randomUUID();
    await sql.query("insert into tenants (id) values ('other') on conflict do nothing");
    const columns = ["tenant_id", ...STORED_COLUMNS.map(({ column }) => column)].join(", ");
    await sql.query(
      `insert into people (${columns}) select ${columns} from (
         select (jsonb_populate_record(p, jsonb_build_object(
           'tenant_id', 'other', 'id', $2::text, 'supervisor_id', null, 'department_id', null, 'office_id', null,
           'legal_entity_id', null))).* from people p where id = $1) outsider`,
      [employee?.id, outsiderId],
    );
    const linking = sql.query(
      "update people set supervisor_id = $2 where tenant_id = 'default' and id = $1",
      [employee?.id, outsiderId],
    );
    await expect(linking).rejects.toMatchObject({ code: "23503" });

    // The outsider has the same address and Personio id: a sync neither finds nor changes them.
    await admin().change(employee?.personioId ?? "", { position: "Keeper of the Kites" });
    expect(await service.sync()).toMatchObject({ added: 0, changed: 1 });
    const { rows: outsiders } = await sql.query("select position from people where id = $1", [outsiderId]);
    expect(outsiders[0]?.position).not.toBe("Keeper of the Kites");
    await sql.query("delete from people where tenant_id = 'other'");
  });
});

describe("G4: an email", () => {
  test("an email that a person has already, in any spelling, keeps the newcomer out and the ledger row names both", async () => {
    const holder = await hire({ email: "zoë.brück@nordlicht.example" });
    await service.sync();
    const spelled = "  ZOË.BRÜCK@Nordlicht.Example ".normalize("NFD");
    const newcomer = await hire({ email: spelled });
    expect(await service.sync()).toMatchObject({ added: 0, changed: 0 });
    expect(await view.ledger(newcomer.personioId)).toMatchObject([
      { reason: "DUPLICATE_WORK_EMAIL", field: null, message: expect.stringContaining(holder.personioId) },
    ]);
    expect((await view.ledger(newcomer.personioId))[0]?.message).toContain(newcomer.personioId);
    expect(await byEmail(spelled)).toMatchObject({ personioId: holder.personioId });
  });

  test("an email of two newcomers keeps both out: the sync does not guess", async () => {
    const one = await hire();
    const other = await hire({ email: one.workEmail });
    expect(await service.sync()).toMatchObject({ added: 0 });
    expect(await byEmail(one.workEmail)).toBeNull();
    for (const [newcomer, rival] of [[one, other] as const, [other, one] as const]) {
      expect(await view.ledger(newcomer.personioId)).toMatchObject([
        { reason: "DUPLICATE_WORK_EMAIL", message: expect.stringContaining(rival.personioId) },
      ]);
    }
    await admin().remove(other.personioId);
    expect(await service.sync()).toMatchObject({ added: 1 });
  });

  test("a missing email keeps the person out until HR fills it in", async () => {
    const newcomer = await hire({ email: null });
    expect(await service.sync()).toMatchObject({ added: 0 });
    expect(await view.ledger(newcomer.personioId)).toMatchObject([
      { reason: "MISSING_WORK_EMAIL", field: null },
    ]);
    await admin().change(newcomer.personioId, { email: newcomer.workEmail });
    expect(await service.sync()).toMatchObject({ added: 1 });
    expect(await view.ledger(newcomer.personioId)).toEqual([]);
  });
});

describe("G5: a newcomer with the address of a leaver", () => {
  const today = async (): Promise<string> => (await admin().summary()).now.slice(0, 10);
  const blank = { first_name: "", last_name: "", dynamic_402117: null, dynamic_402118: "" };
  const facts = { first_name: "Ada", last_name: "Lind", dynamic_402117: "1990-02-03", dynamic_402118: "" };
  const BLANKS = 5;

  type Left = {
    readonly leaver: Awaited<ReturnType<typeof hire>>;
    /** The leaver in the directory, while active. */
    readonly before: Awaited<ReturnType<typeof byEmail>>;
  };
  let [rehired, replaced]: Left[] = [];
  let blanks: Left[];
  let contested: Left[];

  // The leavers of all tests are hired in one sync; those without rivals leave in the next one.
  beforeAll(async () => {
    const hired = await Promise.all([
      // Late in the UTC day, a person hired "today" in Germany would leave before the first day.
      hire({ dynamic_402117: "1990-02-03", hire_date: "2024-01-15" }),
      hire(facts),
      ...Array.from({ length: BLANKS }, () => hire(blank)),
      ...Array.from({ length: 2 }, () => hire({ dynamic_402117: "1990-02-03" })),
    ]);
    await service.sync();
    const all = await Promise.all(
      hired.map(async (leaver) => ({ leaver, before: await byEmail(leaver.workEmail, "id hireDate") })),
    );
    contested = all.splice(-2);
    [rehired, replaced, ...blanks] = all;
    for (const { leaver } of all) await admin().terminate(leaver.personioId, await today());
    await admin().advanceClock({ days: 3 });
    await service.sync();
  });

  test("a rehire keeps the id of the person where the evidence agrees, although the old address is altered", async () => {
    const { leaver, before } = rehired as Left;
    const newId = await admin().rehire(leaver.personioId, { hire_date: await today() });
    expect(await service.sync()).toMatchObject({ added: 0, left: 0 });
    expect(await byEmail(leaver.workEmail, "id personioId status originalHireDate")).toEqual({
      id: before?.id,
      personioId: newId,
      status: "ACTIVE",
      originalHireDate: before?.hireDate,
    });
  });

  describe("without evidence", () => {
    const BIRTHDAY = "dynamic_402117";

    // One sync adds the newcomers of all tests.
    let pairs: (Left & { readonly back: Awaited<ReturnType<typeof hire>> })[];
    beforeAll(async () => {
      pairs = [];
      for (const { leaver, before } of blanks) {
        const back = await hire({ ...blank, email: leaver.workEmail, hire_date: await today() });
        pairs.push({ leaver, before, back });
      }
      expect(await service.sync()).toMatchObject({ added: BLANKS });
    });

    /** A leaver and a newcomer with the same address. No field shows whether they are one person. */
    const reuseAddress = () => pairs.pop() as (typeof pairs)[number];
    const ambiguous = { reason: "AMBIGUOUS_REHIRE", field: "originalHireDate" };

    test("a rehire without evidence stays a separate person, and each run keeps the ledger row", async () => {
      const { leaver, back, before } = reuseAddress();
      const [line] = await view.ledger(back.personioId);
      expect(line).toMatchObject(ambiguous);
      expect(line?.message).toContain(leaver.personioId);
      expect((await byEmail(leaver.workEmail))?.id).not.toBe(before?.id);
      expect(await view.person({ id: String(before?.id) }, "personioId status")).toEqual({
        personioId: leaver.personioId,
        status: "INACTIVE",
      });
      const written = await rows();
      for (const _again of [1, 2]) {
        expect(await service.sync()).toMatchObject({ added: 0, changed: 0 });
        expect(await rows()).toEqual(written);
      }
      await service.get("mutation { syncPersonio(mode: INCREMENTAL) { id } }");
      await untilEnded(service.get);
      expect(await view.ledger(back.personioId)).toEqual([line]);
      const { whyMissing } = await service.get<{
        whyMissing: { found: boolean; message: string; help: string };
      }>("query ($personioId: ID) { whyMissing(personioId: $personioId) { found message help } }", {
        personioId: back.personioId,
      });
      expect(whyMissing).toMatchObject({ found: true, message: expect.stringContaining("not complete") });
      expect(whyMissing.help).toContain("Birthday");
    });

    test.each([
      ["conflicting evidence removes the ledger row", "1990-02-03", "1971-01-01"],
      ["agreeing evidence removes the ledger row, and they stay two people", "1990-02-03", "1990-02-03"],
    ])("%s", async (_case, one, other) => {
      const { leaver, back, before } = reuseAddress();
      await admin().change(back.personioId, { [BIRTHDAY]: one });
      await service.sync();
      expect(await view.ledger(back.personioId)).toMatchObject([ambiguous]);
      // This change is the leaver's only: the record of the rehire candidate stays the same.
      await admin().change(leaver.personioId, { [BIRTHDAY]: other });
      await service.sync();
      expect(await view.ledger(back.personioId, leaver.personioId)).toEqual([]);
      expect(await byEmail(leaver.workEmail)).toMatchObject({ personioId: back.personioId });
      expect(await view.person({ id: String(before?.id) }, "personioId status")).toEqual({
        personioId: leaver.personioId,
        status: "INACTIVE",
      });
    });

    test("the ledger row returns when HR removes the evidence, and goes when the address is another one", async () => {
      const { leaver, back } = reuseAddress();
      for (const { personioId } of [leaver, back])
        await admin().change(personioId, { [BIRTHDAY]: "1990-02-03" });
      await service.sync();
      expect(await view.ledger(back.personioId)).toEqual([]);
      await admin().change(leaver.personioId, { [BIRTHDAY]: null });
      await service.sync();
      expect(await view.ledger(back.personioId)).toMatchObject([ambiguous]);
      await admin().change(back.personioId, { email: `other.${back.workEmail}` });
      await service.sync();
      expect(await view.ledger(back.personioId)).toEqual([]);
    });

    test("a leaver whose address was altered in the directory is a rehire candidate as well", async () => {
      const { leaver, back } = reuseAddress();
      const altered = leaver.workEmail.replace("@", "_ab12c@");
      await sql.query("update people set work_email = $2 where personio_id = $1", [
        leaver.personioId,
        altered,
      ]);
      await admin().change(leaver.personioId, { email: altered });
      await service.sync();
      expect(await byEmail(altered)).toMatchObject({ personioId: leaver.personioId });
      expect(await view.ledger(back.personioId)).toMatchObject([ambiguous]);
    });
  });

  test("a newcomer with the leaver's address is another person when the leaver is back under the old record", async () => {
    const { leaver, before } = replaced as Left;
    const backAt = `back.${leaver.workEmail}`;
    await admin().change(leaver.personioId, { status: "active", email: backAt });
    const namesake = await hire({ ...facts, email: leaver.workEmail });
    expect(await service.sync()).toMatchObject({ added: 1 });
    expect(await byEmail(backAt)).toEqual({ id: before?.id, personioId: leaver.personioId });
    expect(await byEmail(leaver.workEmail)).toMatchObject({ personioId: namesake.personioId });
  });

  describe("when another newcomer takes the leaver's address before the next read", () => {
    /** @returns the other newcomer, who took the address. */
    async function leaveAndContest({ personioId, workEmail }: Awaited<ReturnType<typeof hire>>) {
      await admin().terminate(personioId, await today());
      await admin().advanceClock({ days: 3 });
      return hire({ email: workEmail, dynamic_402117: "2001-01-01" });
    }

    test("the newcomer with agreeing evidence is the same person, and the other one is skipped", async () => {
      const { leaver, before } = contested.pop() as Left;
      const stranger = await leaveAndContest(leaver);
      const newId = await admin().rehire(leaver.personioId, { hire_date: await today() });
      expect(await service.sync()).toMatchObject({ added: 0 });
      expect(await byEmail(leaver.workEmail, "id personioId status")).toEqual({
        id: before?.id,
        personioId: newId,
        status: "ACTIVE",
      });
      const [line, ...others] = await view.ledger(stranger.personioId, newId, leaver.personioId);
      expect(line).toMatchObject({ personioId: stranger.personioId, reason: "DUPLICATE_WORK_EMAIL" });
      expect(line?.message).toContain(newId);
      expect(others).toEqual([]);
      expect(await service.sync()).toMatchObject({ added: 0, changed: 0, left: 0 });
    });

    test("neither newcomer gets the address without evidence, and the leaver stays INACTIVE", async () => {
      const { leaver, before } = contested.pop() as Left;
      const stranger = await leaveAndContest(leaver);
      const newId = await admin().rehire(leaver.personioId, {
        hire_date: await today(),
        first_name: "",
        last_name: "",
        dynamic_402117: null,
      });
      expect(await service.sync()).toMatchObject({ added: 0 });
      expect(await byEmail(leaver.workEmail, "id personioId status")).toEqual({
        id: before?.id,
        personioId: leaver.personioId,
        status: "INACTIVE",
      });
      expect(await view.ledger(stranger.personioId, newId)).toEqual([
        expect.objectContaining({ reason: "DUPLICATE_WORK_EMAIL" }),
        expect.objectContaining({ reason: "DUPLICATE_WORK_EMAIL" }),
      ]);
    });
  });
});

describe("G6: a name", () => {
  const FAMILY = "👨‍👩‍👧";
  const NAMES = [
    ["a name of combining marks is stored in NFC", "Zoe\u0308", "Zo\u00eb"],
    ["a name that runs from right to left is stored as it is", "محمد \u202eعلي", "محمد \u202eعلي"],
    ["a name of joined emoji is stored as it is", FAMILY, FAMILY],
    ["a name with a NUL loses the NUL", "Ann\u0000a", "Anna"],
    ["a name with half a surrogate pair loses that half", "Ann\ud83d", "Ann"],
    ["a name that is markup is stored as text", "<script>alert(1)</script>", "<script>alert(1)</script>"],
    [
      "a name that is a formula is stored as text",
      '=HYPERLINK("http://x","y")',
      '=HYPERLINK("http://x","y")',
    ],
    ["an empty name is stored as it is", "", ""],
  ] as const;
  let named: Awaited<ReturnType<typeof hire>>[];
  let anna: Awaited<ReturnType<typeof hire>>;
  let runs: Awaited<ReturnType<TestApp["sync"]>>[];

  // One sync reads the names of all tests, and the next one the same again.
  beforeAll(async () => {
    named = await Promise.all(NAMES.map(() => hire({ last_name: "Muster" })));
    for (const [place, [, written]] of NAMES.entries())
      await admin().change(named[place]?.personioId ?? "", { first_name: written });
    anna = await hire({ first_name: "Anna" });
    runs = [await service.sync(), await service.sync()];
  });

  test.each(NAMES.map(([name, , stored], place) => [name, stored, place] as const))(
    "%s",
    async (_case, stored, place) => {
      expect(runs).toMatchObject([{ added: NAMES.length + 1, problem: null }, { changed: 0 }]);
      const found = await byEmail(named[place]?.workEmail ?? "", "firstName lastName displayName");
      expect(found).toMatchObject({ firstName: stored, lastName: "Muster" });
    },
  );

  test("a name of 10,000 characters is not cut: the last good one stays, with a ledger row", async () => {
    const person = anna;
    await admin().change(person.personioId, { first_name: "x".repeat(10_000), position: "Promoted" });
    expect(await service.sync()).toMatchObject({ changed: 1 });
    expect(await byEmail(person.workEmail, "firstName position")).toEqual({
      firstName: "Anna",
      position: "Promoted",
    });
    expect(await view.ledger(person.personioId)).toMatchObject([
      { reason: "INVALID_RECORD", field: "firstName", message: expect.stringContaining("found 10000") },
    ]);
  });
});

describe("G7: a record", () => {
  const MEGABYTE = 1024 * 1024;

  const LONG = [
    ["text", "dynamic_402194", "x".repeat(MEGABYTE)],
    ["tags", "dynamic_402191", "German,".repeat(MEGABYTE / 7)],
  ] as const;
  type Hired = Awaited<ReturnType<typeof hire>>;
  const customOf = ({ workEmail }: Hired) => byEmail(workEmail, "customAttributes { key value }");
  let long: (Hired & { readonly before: Awaited<ReturnType<typeof byEmail>> })[];
  let [pictured, crowded]: Hired[] = [];
  let run: Awaited<ReturnType<TestApp["sync"]>>;

  // One sync reads the records of all tests.
  beforeAll(async () => {
    const known = await Promise.all(
      LONG.map(() => hire({ dynamic_402194: "Likes kites.", dynamic_402191: ["German", "English"] })),
    );
    await service.sync();
    long = await Promise.all(known.map(async (person) => ({ ...person, before: await customOf(person) })));
    pictured = await hire();
    crowded = await hire();
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, place) => [`dynamic_${place}`, "x"]));
    const office = { type: "Office", attributes: { ...many, id: 4, name: "Kiel" } };
    await admin().setFaults([
      wrong("profile_picture", "x".repeat(MEGABYTE), pictured.personioId),
      ...LONG.map(([, key, value], place) => wrong(key, value, long[place]?.personioId ?? "")),
      wrong("office", office, crowded.personioId),
    ]);
    run = await service.sync();
  });

  test("a record with a megabyte in an attribute that is not mapped is synced without the attribute", async () => {
    expect(run).toMatchObject({ added: 2, problem: null });
    expect(await byEmail(pictured?.workEmail ?? "", "personioId")).toEqual({
      personioId: pictured?.personioId,
    });
    expect(await view.ledger(pictured?.personioId ?? "")).toEqual([]);
  });

  test.each(LONG.map(([type, key], place) => [type, key, place] as const))(
    "a record with a megabyte of %s in a mapped attribute keeps the last good value, with a ledger row",
    async (_type, key, place) => {
      const { before, ...person } = long[place] as (typeof long)[number];
      expect(run).toMatchObject({ changed: 0, problem: null });
      expect(await customOf(person)).toEqual(before);
      expect(await view.ledger(person.personioId)).toMatchObject([{ reason: "INVALID_RECORD", field: key }]);
    },
  );

  test("a record with 5,000 more attributes than granted is stored without them", async () => {
    expect(run).toMatchObject({ added: 2, problem: null });
    const workEmail = crowded?.workEmail ?? "";
    expect(await byEmail(workEmail, "office { name }")).toEqual({ office: { name: "Kiel" } });
    const { rows: stored } = await sql.query(
      "select pg_column_size(p) as size from people p where work_email = $1",
      [workEmail],
    );
    expect(stored[0].size).toBeLessThan(4_096);
  });
});

describe("G8: a record id", () => {
  test("a record id beyond 2^53 is the same text in Personio, in the directory, in the skip ledger and in a look-up", async () => {
    const person = await hire();
    const outside = await hire({ email: null });
    await service.sync();
    expect(Number.isSafeInteger(Number(person.personioId))).toBe(false);
    expect(await byEmail(person.workEmail)).toMatchObject({ personioId: person.personioId });
    expect(await view.ledger(outside.personioId)).toHaveLength(1);
    const { whyMissing } = await service.get<{ whyMissing: { found: boolean } }>(
      "query ($personioId: ID) { whyMissing(personioId: $personioId) { found } }",
      { personioId: person.personioId },
    );
    expect(whyMissing.found).toBe(true);

    // Two ids that are the same double are two people.
    const next = String(BigInt(person.personioId) + 1n);
    expect(String(Number(next))).toBe(String(Number(person.personioId)));
    const missing = await service.get<{ whyMissing: { found: boolean } }>(
      "query ($personioId: ID) { whyMissing(personioId: $personioId) { found } }",
      { personioId: next },
    );
    expect(missing.whyMissing.found).toBe(false);

    await admin().remove(person.personioId);
    await service.sync();
    await admin().clearRequests();
    expect(await service.sync()).toMatchObject({ left: 1 });
    expect(await view.countRequests(`${PAGES}/${person.personioId}`)).toBe(1);
  });
});

describe("G9: a department", () => {
  type Named = { id: string; name: string; personioId: string; headcount: number };
  const departments = async () =>
    (await service.get<{ departments: Named[] }>("{ departments { id name personioId headcount } }"))
      .departments;
  const called = async (name: string) =>
    (await departments()).filter((department) => department.name === name);

  type Hired = Awaited<ReturnType<typeof hire>>;
  let falconer: Hired;
  let northerner: Hired;
  let southerner: Hired;
  beforeAll(async () => {
    falconer = await hire({ department: "Falconry" });
    northerner = await hire({ department: "North" });
    southerner = await hire({ department: "South" });
    await hire({ department: "Archive" });
    await service.sync();
  });

  test("a renamed department keeps its id, and the sync writes none of its people", async () => {
    const person = falconer;
    const [before] = await called("Falconry");
    const { people } = await rows();
    await admin().rename({ from: "Falconry", to: "Ornithology" });
    expect(await service.sync()).toMatchObject({ changed: 0 });
    expect(await called("Ornithology")).toEqual([{ ...before, name: "Ornithology" }]);
    expect(await called("Falconry")).toEqual([]);
    expect((await rows()).people).toEqual(people);
    expect(await byEmail(person.workEmail, "department { id }")).toEqual({ department: { id: before?.id } });
  });

  test("a department that is merged into another one is removed, and its people change once", async () => {
    const [one, other] = [northerner, southerner];
    const [south] = await called("South");
    await admin().move(one.personioId, { department: "South" });
    expect(await service.sync()).toMatchObject({ changed: 1 });
    expect(await called("North")).toEqual([]);
    expect(await called("South")).toEqual([{ ...south, headcount: 2 }]);
    expect(await byEmail(other.workEmail, "department { id }")).toEqual({ department: { id: south?.id } });
    expect(await service.sync()).toMatchObject({ changed: 0 });
  });

  test("a department of another tenant with the same name and Personio id stays unchanged", async () => {
    const [ours] = await called("Archive");
    await sql.query("insert into tenants (id) values ('other') on conflict do nothing");
    const theirs = randomUUID();
    await sql.query(
      "insert into departments (tenant_id, id, personio_id, name) values ('other', $1, $2, 'Archive')",
      [theirs, ours?.personioId],
    );
    expect(await called("Archive")).toEqual([ours]);
    await admin().rename({ from: "Archive", to: "Library" });
    await service.sync();
    expect(await called("Library")).toEqual([{ ...ours, name: "Library" }]);
    const { rows: kept } = await sql.query("select name from departments where id = $1", [theirs]);
    expect(kept).toEqual([{ name: "Archive" }]);
    await sql.query("delete from departments where tenant_id = 'other'");
  });
});

// The last of the file: each further sync reads the people of the large circle.
describe("G1: a circle of supervisors", () => {
  const SIZES = [1, 2, 120];
  type Ring = Awaited<ReturnType<typeof hire>>[];
  const above = (ring: Ring, place: number) => ring[(place + 1) % ring.length];
  const idsOf = (ring: Ring) => ring.map(({ personioId }) => personioId);
  const chainOf = async (workEmail: string) =>
    (await byEmail(workEmail, "reportingChain { workEmail }"))?.reportingChain;

  let rings: Ring[];
  beforeAll(async () => {
    rings = await Promise.all(SIZES.map((size) => Promise.all(Array.from({ length: size }, () => hire()))));
    for (const ring of rings)
      for (const [place, { personioId }] of ring.entries())
        await admin().move(personioId, { supervisor: above(ring, place)?.personioId ?? "" });
    await service.sync();
  });

  test.each(SIZES)(
    "a circle of %i supervisors is stored, has rows in the skip ledger, and its chains end",
    async (size) => {
      const ring = rings[SIZES.indexOf(size)] ?? [];
      const first = ring[0]?.workEmail ?? "";
      expect(await byEmail(first, "supervisor { workEmail }")).toEqual({
        supervisor: { workEmail: above(ring, 0)?.workEmail },
      });
      const { length } = (await chainOf(first)) as unknown[];
      expect(length).toBe(Math.min(size - 1, 50));
      const { rows: lines } = await sql.query(
        "select reason, count(*)::int from skipped_employees where personio_id = any($1) group by reason",
        [idsOf(ring)],
      );
      expect(lines).toEqual([{ reason: "SUPERVISOR_CYCLE", count: size }]);
      const { rows: shown } = await sql.query(
        "select reason, field from skipped_employees where personio_id = any($1)",
        [idsOf(ring)],
      );
      expect(shown[0]).toMatchObject({ reason: "SUPERVISOR_CYCLE", field: "supervisor" });

      await admin().move(ring[0]?.personioId ?? "", { supervisor: null });
      await service.sync();
      expect(await view.ledger(...idsOf(ring))).toEqual([]);
    },
  );
});
