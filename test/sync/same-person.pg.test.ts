import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { insertWebhookEvents } from "../../src/integration/webhooks/webhook-event.repository.ts";
import { DATED_KINDS } from "../../src/lifecycle/event-kind.ts";
import { listUpcoming } from "../../src/lifecycle/forecast/forecast.ts";
import { findRecordOwner, hasLeftSql } from "../../src/people/person.repository.ts";
import type { SyncRun } from "../../src/sync/runs/sync-run.ts";
import { type Chronicle, startChronicle } from "../lifecycle/changes/support.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";

type Row = {
  readonly id: string;
  readonly personioId: string;
  readonly workEmail: string | null;
  readonly status: string;
  readonly hireDate: string | null;
  readonly originalHireDate: string | null;
  readonly terminationDate: string | null;
  readonly supervisorId: string | null;
};

const GOES_ON = expect.stringContaining("moves to another legal entity");
let chronicle: Chronicle;

/** The person of a record: by a former, current or coming id. */
const find = async (personioId: string): Promise<Row | undefined> => {
  const id = await inTenant(chronicle.follower.dataSource, "acme", (manager) =>
    findRecordOwner(manager, personioId),
  );
  const [row] = await chronicle.follower.dataSource.query<Row[]>(
    `select id, personio_id as "personioId", work_email as "workEmail", status, hire_date as "hireDate",
      original_hire_date as "originalHireDate", termination_date as "terminationDate", supervisor_id as "supervisorId"
     from people where id = $1`,
    [id],
  );
  return row;
};
const ledger = (...reasons: string[]): Promise<{ personioId: string; reason: string; message: string }[]> =>
  chronicle.follower.dataSource.query(
    `select personio_id as "personioId", reason, message from skipped_employees where reason <> all ($1)`,
    [["STATUS_EXCLUDED", ...reasons]],
  );
const ended = (run: SyncRun) => ({
  added: run.added,
  changed: run.changed,
  left: run.left,
});
const kindsOf = async (personioId: string): Promise<string[]> =>
  (await chronicle.newEvents(personioId)).map(({ kind, change, fields }) =>
    [kind, change, fields?.join()].filter(Boolean).join(" "),
  );

/** A run of the people named by webhooks. */
const syncNamed = async (...personioIds: string[]): Promise<SyncRun> => {
  const { dataSource, requestRun, work } = chronicle.follower;
  await inTenant(dataSource, "acme", (manager) => insertWebhookEvents(manager, personioIds));
  return work(await requestRun({ trigger: "WEBHOOK", mode: "INCREMENTAL" }));
};

/** Another run of an unchanged company writes nothing. */
const expectRest = async (): Promise<void> => {
  const before = await readDirectoryRows(chronicle.follower.databaseUrl);
  expect(ended(await chronicle.sync())).toEqual({ added: 0, changed: 0, left: 0 });
  expect(await readDirectoryRows(chronicle.follower.databaseUrl)).toEqual(before);
};

type Version = "V1" | "V2";

/** One company per version, with Ada and a report in the directory; each test begins with these. */
const companies = new Map<Version, Chronicle>();
afterAll(async () => {
  for (const company of companies.values()) await company[Symbol.asyncDispose]();
});
const connect = async (version: Version): Promise<Chronicle> => {
  const company = await startChronicle({ people: 10, resettable: true });
  companies.set(version, company);
  if (version === "V2")
    await inTenant(company.follower.dataSource, "acme", (manager) =>
      manager.query("update integrations set api_version = 'V2'"),
    );
  await hirePeople(company);
  await company.sync();
  await company.follower.save();
  return company;
};

const email = "ada@same.example";
const employeeId = "NR-7";
let ada: string;
let report: string;
/** Personio gives them the same ids each time. */
const hirePeople = async (company: Chronicle): Promise<void> => {
  ada = await company.hire({ email, first_name: "Ada", last_name: "Lind", dynamic_402118: employeeId });
  report = await company.hire({ email: "report@same.example", supervisor: ada });
};
const begin = async (version: Version = "V1"): Promise<void> => {
  chronicle = companies.get(version) ?? (await connect(version));
  await chronicle.reset();
  await hirePeople(chronicle);
  await chronicle.newEvents(ada);
  await chronicle.newEvents(report);
};

describe.each(["V1", "V2"] as const)("a record deleted and recreated, read with %s,", (version) => {
  beforeEach(() => begin(version));

  test("a recreated record is the same person at once, without PERSON_LEFT and without a ledger row", async () => {
    const before = await find(ada);
    const lines = await ledger();
    const anew = await chronicle.admin.recreate(ada);
    await chronicle.admin.move(report, { supervisor: anew });
    expect(ended(await chronicle.sync())).toMatchObject({ added: 0, left: 0 });
    expect(await find(anew)).toMatchObject({
      id: before?.id,
      personioId: anew,
      workEmail: email,
      status: "ACTIVE",
    });
    expect((await find(ada))?.id).toBe(before?.id);
    expect(await ledger()).toEqual(lines);
    expect(await kindsOf(ada)).toEqual(["PERSON_CHANGED personioId"]);
    expect(await kindsOf(report)).toEqual([]);
    await expectRest();
    await chronicle.advance(1);
    await expectRest();
    expect(await kindsOf(ada)).toEqual([]);
  });

  test("a recreated record is the same person if only a webhook names it", async () => {
    const before = await find(ada);
    const anew = await chronicle.admin.recreate(ada);
    expect(ended(await syncNamed(anew))).toMatchObject({ added: 0, changed: 1, left: 0 });
    expect(await find(anew)).toMatchObject({ id: before?.id, personioId: anew });
    expect(await kindsOf(ada)).toEqual(["PERSON_CHANGED personioId"]);
    expect(ended(await syncNamed(ada, anew))).toEqual({ added: 0, changed: 0, left: 0 });
    await chronicle.sync();
    await expectRest();
  });

  test("the new record is a duplicate while the old one exists, or while its look-up fails", async () => {
    const before = await find(ada);
    const anew = await chronicle.admin.hire({
      email,
      first_name: "Ada",
      last_name: "Lind",
      hire_date: "2020-01-15",
      dynamic_402117: "1990-09-09",
    });
    for (const _again of [1, 2]) {
      expect(ended(await chronicle.sync())).toEqual({ added: 0, changed: 0, left: 0 });
      expect((await ledger()).filter(({ personioId }) => personioId === anew)).toMatchObject([
        { reason: "DUPLICATE_WORK_EMAIL", message: expect.stringContaining(`${anew} and ${ada}`) },
      ]);
    }
    await chronicle.admin.remove(ada);
    const path = version === "V1" ? `/v1/company/employees/${ada}` : `/v2/persons/${ada}`;
    await chronicle.admin.setFaults([{ kind: "status", status: 403, path }]);
    for (const run of [await syncNamed(anew), await chronicle.sync()]) {
      expect(run).toMatchObject({
        added: 0,
        left: 0,
        status: "SUCCEEDED_WITH_SKIPS",
        problemCode: "PERSONIO_RECORD_UNREADABLE",
        problemMessage: expect.stringContaining("1 person missing from the list could not be looked up"),
      });
    }
    await chronicle.admin.clearFaults();
    expect(ended(await chronicle.sync())).toMatchObject({ added: 0, left: 0 });
    expect(await find(anew)).toMatchObject({ id: before?.id, personioId: anew });
    expect((await ledger()).filter(({ personioId }) => personioId === anew)).toEqual([]);
  });
});

describe("a recreated record", () => {
  beforeEach(() => begin());

  test("a recreated record with a new name, number and hire date is the same person if the birth dates agree", async () => {
    const before = await find(ada);
    const anew = await chronicle.admin.recreate(ada, {
      last_name: "Berg",
      dynamic_402118: "NR-9",
      hire_date: chronicle.day(-1),
    });
    await chronicle.sync();
    expect(await find(anew)).toMatchObject({
      id: before?.id,
      hireDate: chronicle.day(-1),
      originalHireDate: "2020-01-15",
    });
  });

  test("a record with another birth date is another person once the old one has left", async () => {
    const before = await find(ada);
    const other = await chronicle.admin.recreate(ada, { dynamic_402117: "1971-01-01" });
    expect(ended(await chronicle.sync())).toMatchObject({ added: 0, left: 0 });
    expect((await ledger()).map(({ personioId }) => personioId)).toContain(other);
    expect(ended(await chronicle.sync())).toMatchObject({ left: 1 });
    await chronicle.sync();
    expect((await find(other))?.id).not.toBe(before?.id);
    expect(await find(ada)).toMatchObject({ id: before?.id, status: "INACTIVE", workEmail: null });
  });

  test("many recreated records do not count as leavers, and a dry run plans the same", async () => {
    const ids = await Promise.all(
      Array.from({ length: 8 }, (_, index) => chronicle.hire({ email: `many${index}@same.example` })),
    );
    await chronicle.sync();
    for (const id of ids) await chronicle.admin.recreate(id);
    const { requestRun, work } = chronicle.follower;
    const dry = await work(await requestRun({ dry: true }));
    expect({ status: dry.status, problem: dry.problemCode, ...ended(dry) }).toEqual({
      status: "HELD",
      problem: "SYNC_PLANNED_ONLY",
      added: 0,
      changed: 8,
      left: 0,
    });
    expect(ended(await chronicle.sync())).toEqual({ added: 0, changed: 8, left: 0 });
  });

  test("a recreated record can still correct the emitted dates of the employment", async () => {
    const probation = chronicle.day(1);
    await chronicle.admin.change(ada, { probation_period_end: probation });
    await chronicle.sync();
    await chronicle.advance(1);
    expect(await kindsOf(ada)).toContain("PROBATION_END");
    const anew = await chronicle.admin.recreate(ada);
    await chronicle.sync();
    await chronicle.admin.change(anew, { probation_period_end: chronicle.day(30) });
    await chronicle.sync();
    expect(await kindsOf(ada)).toContain("PROBATION_END RESCHEDULED");
  });
});

describe.each(["V1", "V2"] as const)("a move between legal entities, read with %s,", (version) => {
  beforeEach(() => begin(version));
  const forecast = async (): Promise<
    { kind: string; occursOn: string; suppressedBecause: string | null }[]
  > => {
    const days = { from: chronicle.day(0), to: chronicle.day(30) };
    const id = (await find(ada))?.id;
    const upcoming = await inTenant(chronicle.follower.dataSource, "acme", (manager) =>
      listUpcoming(
        manager,
        { days, kinds: DATED_KINDS, seesDepartures: true },
        { after: null, limit: 1_000 },
      ),
    );
    return upcoming
      .filter(({ personId }) => personId === id)
      .map(({ kind, occursOn, suppressedBecause }) => ({ kind, occursOn, suppressedBecause }));
  };
  const anotherLegalEntity = async (): Promise<string> => {
    const [row] = await chronicle.follower.dataSource.query<{ name: string }[]>(
      "select name from legal_entities where id <> (select legal_entity_id from people where id = $1) order by name",
      [(await find(ada))?.id],
    );
    return row?.name ?? "";
  };
  const hasLeft = async (): Promise<boolean> => {
    const [row] = await chronicle.follower.dataSource.query(
      `select ${hasLeftSql("$2::timestamptz")} as "hasLeft" from people p where id = $1`,
      [(await find(ada))?.id, chronicle.follower.now],
    );
    return row.hasLeft;
  };

  test("a move does not offboard the person for a night: the old record is current until the new hire date", async () => {
    const before = await find(ada);
    const [lastDay, firstDay] = [chronicle.day(5), chronicle.day(6)];
    const next = await chronicle.admin.transfer(ada, {
      hire_date: firstDay,
      subcompany: await anotherLegalEntity(),
    });
    expect(ended(await chronicle.sync())).toMatchObject({ added: 0, left: 0 });
    expect(await find(next)).toMatchObject({
      id: before?.id,
      personioId: ada,
      workEmail: email,
      terminationDate: lastDay,
      hireDate: "2020-01-15",
    });
    expect(await kindsOf(ada)).toEqual(["PERSON_CHANGED terminationDate"]);
    expect(await forecast()).toEqual([
      { kind: "TERMINATION_DATE", occursOn: lastDay, suppressedBecause: GOES_ON },
      { kind: "HIRE_DATE", occursOn: firstDay, suppressedBecause: GOES_ON },
    ]);
    // A report with the new record as supervisor has the same supervisor.
    await chronicle.admin.move(report, { supervisor: next });
    await chronicle.sync();
    expect((await find(report))?.supervisorId).toBe(before?.id);
    expect(await kindsOf(report)).toEqual([]);
    await expectRest();

    // The day and the night pass before a sync.
    await chronicle.advance(5);
    await chronicle.sync();
    expect(await kindsOf(ada)).toEqual([]);
    await chronicle.advance(1);
    expect(await hasLeft()).toBe(false);
    expect(await forecast()).toMatchObject([{ kind: "HIRE_DATE", suppressedBecause: expect.any(String) }]);
    await chronicle.sync();
    expect(await find(ada)).toMatchObject({
      id: before?.id,
      personioId: next,
      workEmail: email,
      status: "ACTIVE",
      hireDate: firstDay,
      originalHireDate: "2020-01-15",
      terminationDate: null,
    });
    const [changed, ...others] = await kindsOf(ada);
    // The legal entity is mapped to an attribute of version 1.
    expect(changed).toMatch(
      version === "V1"
        ? /^PERSON_CHANGED personioId,.*legalEntity.*hireDate/
        : /^PERSON_CHANGED personioId,.*hireDate/,
    );
    expect(others).toEqual([]);
    expect((await find(report))?.supervisorId).toBe(before?.id);
    await chronicle.advance(1);
    await expectRest();
    await chronicle.advance(3);
    expect(await kindsOf(ada)).toEqual([]);
    expect((await ledger()).filter(({ personioId }) => [ada, next].includes(personioId))).toEqual([]);
  });

  test("a move is found whichever record a webhook names first", async () => {
    const before = await find(ada);
    const next = await chronicle.admin.transfer(ada, { hire_date: chronicle.day(2) });
    await syncNamed(next);
    expect(await find(next)).toMatchObject({ id: before?.id, personioId: ada, workEmail: email });
    await syncNamed(ada);
    expect(await find(next)).toMatchObject({ id: before?.id, personioId: ada, workEmail: email });
    await chronicle.advance(2);
    await syncNamed(ada);
    expect(await find(ada)).toMatchObject({ id: before?.id, personioId: next, status: "ACTIVE" });
    expect((await kindsOf(ada)).every((event) => event.startsWith("PERSON_CHANGED"))).toBe(true);
    await chronicle.sync();
    await expectRest();
  });

  test("a move that the first read of the person finds offboards the person for no night", async () => {
    const address = "cy@same.example";
    const former = await chronicle.hire({ email: address, first_name: "Cy", last_name: "Holm" });
    const next = await chronicle.admin.transfer(former, { hire_date: chronicle.day(4) });
    for (const added of [1, 0]) {
      expect(ended(await chronicle.sync())).toMatchObject({ added, left: 0 });
      expect(await find(former)).toMatchObject({ personioId: former, workEmail: address, status: "ACTIVE" });
    }
    const before = await find(former);
    expect(await find(next)).toMatchObject({ id: before?.id, terminationDate: chronicle.day(3) });
    expect(await kindsOf(former)).toEqual(["PERSON_ADDED"]);
    await expectRest();
    await chronicle.advance(3);
    await chronicle.advance(1);
    await chronicle.sync();
    expect(await find(next)).toMatchObject({
      id: before?.id,
      personioId: next,
      workEmail: address,
      status: "ACTIVE",
      originalHireDate: "2020-01-15",
    });
    expect((await kindsOf(former)).every((event) => event.startsWith("PERSON_CHANGED"))).toBe(true);
    expect((await ledger()).filter(({ personioId }) => [former, next].includes(personioId))).toEqual([]);
  });

  test.each([
    ["a full sync", async () => chronicle.sync()],
    ["a webhook", async (former: string, next: string) => syncNamed(former, next, report)],
  ])("a move that %s first reads on the last day offboards the person for no night", async (_by, read) => {
    const address = "cy@same.example";
    const former = await chronicle.hire({ email: address, first_name: "Cy", last_name: "Holm" });
    const next = await chronicle.admin.transfer(former, { hire_date: chronicle.day(1) });
    await chronicle.admin.move(report, { supervisor: next });
    expect(ended(await read(former, next))).toMatchObject({ added: 1, left: 0 });
    const before = await find(next);
    expect(before).toMatchObject({
      personioId: former,
      workEmail: address,
      terminationDate: chronicle.day(0),
    });
    expect((await ledger()).filter(({ personioId }) => [former, next].includes(personioId))).toEqual([]);
    expect((await find(report))?.supervisorId).toBe(before?.id);
    expect(await kindsOf(report)).toEqual(["PERSON_CHANGED supervisor", "SUPERVISOR_CHANGED"]);
    await chronicle.advance(1);
    expect(await kindsOf(former)).toEqual(["PERSON_ADDED"]);
    await chronicle.sync();
    for (const id of [former, next])
      expect(await find(id)).toMatchObject({
        id: before?.id,
        personioId: next,
        workEmail: address,
        status: "ACTIVE",
        hireDate: chronicle.day(0),
        originalHireDate: "2020-01-15",
        terminationDate: null,
      });
    expect((await find(report))?.supervisorId).toBe(before?.id);
    expect((await kindsOf(former)).map((event) => event.split(" ")[0])).toEqual(["PERSON_CHANGED"]);
    await chronicle.advance(1);
    await expectRest();
    expect(await kindsOf(former)).toEqual([]);
  });

  test("a move that the first run reads after the last day is one person under the next record", async () => {
    const address = "cy@same.example";
    const former = await chronicle.hire({ email: address, first_name: "Cy", last_name: "Holm" });
    const next = await chronicle.admin.transfer(former, { hire_date: chronicle.day(1) });
    // HR's status may lag behind the last day.
    await chronicle.admin.change(former, { status: "active" });
    await chronicle.advance(1);
    expect(ended(await chronicle.sync())).toMatchObject({ added: 1, left: 0 });
    const before = await find(next);
    await chronicle.advance(1);
    await chronicle.sync();
    for (const id of [former, next])
      expect(await find(id)).toMatchObject({
        id: before?.id,
        personioId: next,
        workEmail: address,
        status: "ACTIVE",
        hireDate: chronicle.day(-1),
        originalHireDate: "2020-01-15",
        terminationDate: null,
      });
    expect((await kindsOf(next)).map((event) => event.split(" ")[0])).toEqual([
      "PERSON_ADDED",
      "PERSON_CHANGED",
    ]);
    await expectRest();
  });

  test("a move that the first run reads on the first day hires no person who works here", async () => {
    const address = "cy@same.example";
    const former = await chronicle.hire({ email: address, first_name: "Cy", last_name: "Holm" });
    const next = await chronicle.admin.transfer(former, { hire_date: chronicle.day(1) });
    await chronicle.advance(1);
    for (const added of [1, 0]) {
      expect(ended(await chronicle.sync())).toMatchObject({ added, left: 0 });
      await chronicle.advance(0);
      expect(await find(next)).toMatchObject({
        personioId: next,
        workEmail: address,
        status: "ACTIVE",
        hireDate: chronicle.day(0),
        originalHireDate: "2020-01-15",
        terminationDate: null,
      });
    }
    expect((await ledger()).filter(({ personioId }) => [former, next].includes(personioId))).toEqual([]);
    await chronicle.advance(1);
    await expectRest();
    expect(await kindsOf(next)).toEqual(["PERSON_ADDED"]);
  });

  test("a record after a gap is a rehire also if the first read finds it on the last day", async () => {
    const former = await chronicle.hire({ email: "cy@same.example", first_name: "Cy", last_name: "Holm" });
    const next = await chronicle.admin.transfer(former, { hire_date: chronicle.day(3) });
    await chronicle.admin.change(former, { termination_date: chronicle.day(0) });
    expect(ended(await chronicle.sync())).toMatchObject({ added: 1, left: 0 });
    await chronicle.advance(1);
    await chronicle.sync();
    await chronicle.advance(2);
    await chronicle.sync();
    expect((await kindsOf(next)).map((event) => event.split(" ")[0])).toEqual(
      expect.arrayContaining(["PERSON_ADDED", "TERMINATION_DATE", "PERSON_RETURNED"]),
    );
  });

  test.each([
    ["a full sync", () => chronicle.sync()],
    ["a webhook", (former: string) => syncNamed(former)],
  ])(
    "a move of which a webhook named only the next record is one person once %s reads the former one",
    async (_by, read) => {
      const address = "cy@same.example";
      const former = await chronicle.hire({ email: address, first_name: "Cy", last_name: "Holm" });
      const next = await chronicle.admin.transfer(former, { hire_date: chronicle.day(4) });
      expect(ended(await syncNamed(next))).toMatchObject({ added: 1 });
      const before = await find(next);
      expect(await kindsOf(next)).toEqual(["PERSON_ADDED"]);
      await chronicle.admin.move(report, { supervisor: former });
      expect(ended(await read(former))).toMatchObject({ added: 0, left: 0 });
      for (const id of [former, next])
        expect(await find(id)).toMatchObject({
          id: before?.id,
          personioId: former,
          workEmail: address,
          status: "ACTIVE",
          hireDate: "2020-01-15",
          originalHireDate: "2020-01-15",
          terminationDate: chronicle.day(3),
        });
      await chronicle.sync();
      expect((await find(report))?.supervisorId).toBe(before?.id);
      expect((await kindsOf(next)).map((event) => event.split(" ")[0])).toEqual(["PERSON_CHANGED"]);
      await expectRest();
      await chronicle.advance(3);
      await chronicle.advance(1);
      await chronicle.sync();
      for (const id of [former, next])
        expect(await find(id)).toMatchObject({
          id: before?.id,
          personioId: next,
          workEmail: address,
          status: "ACTIVE",
          hireDate: chronicle.day(0),
          originalHireDate: "2020-01-15",
          terminationDate: null,
        });
      expect((await kindsOf(next)).map((event) => event.split(" ")[0])).toEqual(["PERSON_CHANGED"]);
      expect((await ledger()).filter(({ personioId }) => [former, next].includes(personioId))).toEqual([]);
      await expectRest();
    },
  );

  test("a move is one person although the former record is read only after the first day", async () => {
    const address = "cy@same.example";
    const former = await chronicle.hire({ email: address, first_name: "Cy", last_name: "Holm" });
    const next = await chronicle.admin.transfer(former, { hire_date: chronicle.day(1) });
    await syncNamed(next);
    const before = await find(next);
    await chronicle.admin.change(former, { status: "active" });
    await chronicle.advance(1);
    for (const _run of [1, 2]) expect(ended(await chronicle.sync())).toMatchObject({ added: 0, left: 0 });
    expect(await find(next)).toMatchObject({
      id: before?.id,
      personioId: next,
      workEmail: address,
      status: "ACTIVE",
    });
    const kinds = await kindsOf(next);
    expect(kinds.filter((kind) => !kind.startsWith("PERSON_CHANGED"))).toEqual([
      "PERSON_ADDED",
      "HIRE_DATE",
      "HIRE_DATE RESCHEDULED",
    ]);
    expect((await find(former))?.id).toBe(before?.id);
    await expectRest();
  });

  test("an event before the first day is corrected once the former record shows that the person works", async () => {
    const { dataSource } = chronicle.follower;
    await inTenant(dataSource, "acme", (manager) =>
      manager.query(
        "insert into lifecycle_offsets (tenant_id, kind, offset_days, since) values ('acme', 'HIRE_DATE', -7, '2026-01-01')",
      ),
    );
    const former = await chronicle.hire({ email: "cy@same.example", first_name: "Cy", last_name: "Holm" });
    const next = await chronicle.admin.transfer(former, { hire_date: chronicle.day(8) });
    await syncNamed(next);
    await chronicle.advance(1);
    expect(await kindsOf(next)).toEqual(["PERSON_ADDED", "HIRE_DATE"]);
    await chronicle.sync();
    expect((await kindsOf(next)).filter((event) => !event.startsWith("PERSON_CHANGED"))).toEqual([
      "HIRE_DATE RESCHEDULED",
    ]);
    await chronicle.advance(7);
    await chronicle.sync();
    await chronicle.advance(1);
    expect((await kindsOf(next)).filter((event) => !event.startsWith("PERSON_CHANGED"))).toEqual([]);
  });

  test.each([
    [
      "the former record of a move",
      async () => {
        const former = await chronicle.hire({
          email: "cy@same.example",
          first_name: "Cy",
          last_name: "Holm",
        });
        const next = await chronicle.admin.transfer(former, { hire_date: chronicle.day(4) });
        await syncNamed(next);
        return { address: "cy@same.example", current: former };
      },
    ],
    [
      "the recreated record of a person who moves",
      async () => {
        await chronicle.admin.transfer(ada, { hire_date: chronicle.day(4) });
        await chronicle.sync();
        return { address: email, current: await chronicle.admin.recreate(ada) };
      },
    ],
  ])("a person keeps the address against a newcomer in the run that reads %s", async (_which, prepare) => {
    const { address, current } = await prepare();
    const stranger = await chronicle.hire({ email: address, first_name: "Bo", dynamic_402117: "1971-01-01" });
    expect(ended(await chronicle.sync())).toMatchObject({ added: 0, left: 0 });
    expect(await find(current)).toMatchObject({ personioId: current, workEmail: address });
    expect(await find(stranger)).toBeUndefined();
    expect((await ledger()).filter(({ personioId }) => personioId === stranger)).toMatchObject([
      { reason: "DUPLICATE_WORK_EMAIL" },
    ]);
  });

  test("the former record of another person with such an address is a person of its own", async () => {
    const former = await chronicle.hire({ email: "cy@same.example", first_name: "Cy", last_name: "Holm" });
    const next = await chronicle.admin.transfer(former, {
      hire_date: chronicle.day(4),
      dynamic_402117: "1971-01-01",
    });
    await syncNamed(next);
    await chronicle.sync();
    expect((await find(former))?.id).not.toBe((await find(next))?.id);
    expect(await find(next)).toMatchObject({ personioId: next, workEmail: "cy@same.example" });
  });

  test("a person whose former record HR deletes before the move works under it until the first day", async () => {
    const before = await find(ada);
    const next = await chronicle.admin.transfer(ada, { hire_date: chronicle.day(3) });
    await chronicle.admin.move(report, { supervisor: next });
    await chronicle.sync();
    const known = await find(ada);
    await chronicle.newEvents(ada);
    await chronicle.admin.remove(ada);
    for (const run of [() => syncNamed(ada, next), () => chronicle.sync(), () => chronicle.sync()]) {
      const result = await run();
      expect({ ...ended(result), events: await kindsOf(ada), person: await find(next) }).toEqual({
        added: 0,
        changed: 0,
        left: 0,
        events: [],
        person: known,
      });
    }
    await chronicle.advance(2);
    await chronicle.advance(1);
    await chronicle.sync();
    expect(await find(ada)).toMatchObject({
      id: before?.id,
      personioId: next,
      workEmail: email,
      status: "ACTIVE",
      hireDate: chronicle.day(0),
      originalHireDate: "2020-01-15",
    });
    expect((await kindsOf(ada)).map((event) => event.split(" ")[0])).toEqual(["PERSON_CHANGED"]);
    await expectRest();
  });

  test("a person leaves if HR deletes both records of a move", async () => {
    const next = await chronicle.admin.transfer(ada, { hire_date: chronicle.day(3) });
    await chronicle.sync();
    await chronicle.admin.remove(ada);
    await chronicle.sync();
    await chronicle.admin.remove(next);
    await chronicle.sync();
    await chronicle.sync();
    expect(await find(ada)).toMatchObject({ status: "INACTIVE" });
    expect(await kindsOf(ada)).toContain("PERSON_LEFT");
  });

  test("a cancelled move leaves the last day, and its event is emitted", async () => {
    const next = await chronicle.admin.transfer(ada, { hire_date: chronicle.day(3) });
    await chronicle.sync();
    await chronicle.admin.remove(next);
    await chronicle.sync();
    await chronicle.newEvents(ada);
    await chronicle.advance(2);
    expect(await kindsOf(ada)).toEqual(["TERMINATION_DATE"]);
    await chronicle.advance(1);
    await chronicle.sync();
    expect(await kindsOf(ada)).toEqual(["PERSON_LEFT"]);
  });

  test("a move that HR cancels after the first read of the person leaves the last day, and its event is emitted", async () => {
    const former = await chronicle.hire({ email: "cy@same.example", first_name: "Cy", last_name: "Holm" });
    const next = await chronicle.admin.transfer(former, { hire_date: chronicle.day(3) });
    await chronicle.sync();
    await chronicle.admin.remove(next);
    await chronicle.sync();
    await chronicle.newEvents(former);
    await chronicle.advance(2);
    expect(await kindsOf(former)).toEqual(["TERMINATION_DATE"]);
    await chronicle.advance(1);
    await chronicle.sync();
    expect(await kindsOf(former)).toEqual(["PERSON_LEFT"]);
  });

  test("a move that is known only on the last day cancels the emitted event", async () => {
    await chronicle.admin.terminate(ada, chronicle.day(2));
    await chronicle.sync();
    await chronicle.advance(2);
    expect(await kindsOf(ada)).toContain("TERMINATION_DATE");
    const next = await chronicle.admin.transfer(ada, { hire_date: chronicle.day(1) });
    await chronicle.sync();
    expect(await kindsOf(ada)).toEqual(["TERMINATION_DATE CANCELLED"]);
    await chronicle.advance(1);
    await chronicle.sync();
    expect(await find(next)).toMatchObject({ personioId: next, status: "ACTIVE" });
    expect((await kindsOf(ada)).map((event) => event.split(" ")[0])).toEqual(["PERSON_CHANGED"]);
  });

  test("a record after a gap waits for the last day, even if a webhook names the altered address first", async () => {
    const before = await find(ada);
    const next = await chronicle.admin.transfer(ada, { hire_date: chronicle.day(6) });
    await chronicle.admin.terminate(ada, chronicle.day(1));
    await syncNamed(ada);
    expect(await find(ada)).toMatchObject({ id: before?.id, workEmail: email });
    await syncNamed(next);
    await chronicle.admin.change(ada, { position: "Lead" });
    await syncNamed(ada);
    expect(await find(ada)).toMatchObject({ id: before?.id, workEmail: email });
    await chronicle.sync();
    expect(await find(ada)).toMatchObject({ id: before?.id, personioId: ada, workEmail: email });
    expect(await kindsOf(ada)).toEqual(["PERSON_CHANGED terminationDate", "PERSON_CHANGED position"]);
    expect(await find(next)).toBeUndefined();
    expect((await ledger()).filter(({ personioId }) => personioId === next)).toMatchObject([
      { reason: "DUPLICATE_WORK_EMAIL", message: expect.stringContaining(`${next} and ${ada}`) },
    ]);
    await chronicle.advance(2);
    await chronicle.sync();
    expect(await find(next)).toMatchObject({ id: before?.id, personioId: next, workEmail: email });
    await chronicle.sync();
    await expectRest();
  });

  test("a second move does not offboard and hire the person either", async () => {
    const before = await find(ada);
    const second = await chronicle.admin.transfer(ada, { hire_date: chronicle.day(2) });
    await chronicle.sync();
    await chronicle.advance(2);
    await chronicle.sync();
    const third = await chronicle.admin.transfer(second, { hire_date: chronicle.day(3) });
    await chronicle.sync();
    expect(await find(third)).toMatchObject({ id: before?.id, personioId: second });
    expect(await forecast()).toContainEqual({
      kind: "TERMINATION_DATE",
      occursOn: chronicle.day(2),
      suppressedBecause: GOES_ON,
    });
    await expectRest();
    await chronicle.advance(1);
    await chronicle.advance(2);
    await chronicle.sync();
    for (const id of [ada, second, third])
      expect(await find(id)).toMatchObject({
        id: before?.id,
        personioId: third,
        status: "ACTIVE",
        workEmail: email,
        originalHireDate: "2020-01-15",
      });
    expect(new Set((await kindsOf(ada)).map((event) => event.split(" ")[0]))).toEqual(
      new Set(["PERSON_CHANGED"]),
    );
    await chronicle.advance(1);
    await expectRest();
  });

  test("a second move that HR enters before a run has read the first day of the first one is found, too", async () => {
    const before = await find(ada);
    const second = await chronicle.admin.transfer(ada, { hire_date: chronicle.day(2) });
    await chronicle.sync();
    await chronicle.advance(2);
    const third = await chronicle.admin.transfer(second, { hire_date: chronicle.day(3) });
    for (const _run of [1, 2]) {
      expect(ended(await chronicle.sync())).toMatchObject({ added: 0, left: 0 });
      expect(await find(ada)).toMatchObject({ id: before?.id, personioId: second, workEmail: email });
    }
    expect(await find(third)).toMatchObject({ id: before?.id });
    await expectRest();
    await chronicle.advance(2);
    await chronicle.advance(1);
    await chronicle.sync();
    for (const id of [ada, second, third])
      expect(await find(id)).toMatchObject({
        id: before?.id,
        personioId: third,
        workEmail: email,
        status: "ACTIVE",
        originalHireDate: "2020-01-15",
      });
    expect((await kindsOf(ada)).every((event) => event.startsWith("PERSON_CHANGED"))).toBe(true);
    expect((await ledger()).filter(({ personioId }) => [ada, second, third].includes(personioId))).toEqual(
      [],
    );
    await expectRest();
  });

  test("a new address that only looks altered comes with the full sync after the first day of a move", async () => {
    const married = email.replace("@", "_smith@");
    const next = await chronicle.admin.transfer(ada, { hire_date: chronicle.day(2) });
    await chronicle.sync();
    await chronicle.admin.change(next, { email: married });
    await chronicle.advance(2);
    await chronicle.sync();
    await chronicle.sync();
    expect(await find(ada)).toMatchObject({ personioId: next, workEmail: married });
    await expectRest();
  });

  test("a move keeps the person even if HR recreates the coming record", async () => {
    const before = await find(ada);
    const next = await chronicle.admin.transfer(ada, { hire_date: chronicle.day(4) });
    await chronicle.sync();
    const anew = await chronicle.admin.recreate(next);
    await chronicle.sync();
    expect(await find(anew)).toMatchObject({ id: before?.id, personioId: ada, workEmail: email });
    await chronicle.advance(4);
    await chronicle.sync();
    expect(await find(anew)).toMatchObject({ id: before?.id, personioId: anew, status: "ACTIVE" });
    expect((await kindsOf(ada)).every((event) => event.startsWith("PERSON_CHANGED"))).toBe(true);
  });

  test.each([
    ["of a known move", true],
    ["of a move that the same run reads first", false],
  ])("a move keeps the person even if HR recreates the current record %s", async (_which, isKnown) => {
    const before = await find(ada);
    const next = await chronicle.admin.transfer(ada, { hire_date: chronicle.day(4) });
    if (isKnown) await chronicle.sync();
    const anew = await chronicle.admin.recreate(ada);
    for (const _run of [1, 2]) {
      expect(ended(await chronicle.sync())).toMatchObject({ added: 0, left: 0 });
      expect(await find(anew)).toMatchObject({ id: before?.id, personioId: anew, workEmail: email });
    }
    expect(await find(next)).toMatchObject({ id: before?.id });
    expect((await ledger()).filter(({ personioId }) => [ada, next, anew].includes(personioId))).toEqual([]);
    await chronicle.advance(4);
    await chronicle.sync();
    expect(await find(next)).toMatchObject({ id: before?.id, personioId: next, status: "ACTIVE" });
    expect((await kindsOf(ada)).every((event) => event.startsWith("PERSON_CHANGED"))).toBe(true);
    await expectRest();
  });

  test("an address of a person with a last day that only looks altered comes with the next full sync", async () => {
    const married = email.replace("@", "_smith@");
    await chronicle.admin.terminate(ada, chronicle.day(20));
    await chronicle.admin.change(ada, { email: married });
    for (const position of ["Lead", "Head"]) {
      await chronicle.admin.change(ada, { position });
      await syncNamed(ada);
      expect(await find(ada)).toMatchObject({ workEmail: email });
    }
    await syncNamed(ada);
    await chronicle.sync();
    expect(await find(ada)).toMatchObject({ workEmail: married });
    await expectRest();
  });

  test("an address that only looks altered stays", async () => {
    const married = email.replace("@", "_smith@");
    await chronicle.admin.change(ada, { email: married });
    await syncNamed(ada);
    expect(await find(ada)).toMatchObject({ workEmail: married });
    await chronicle.sync();
    await chronicle.admin.hire({ email, dynamic_402117: "2001-01-01", hire_date: "2020-01-15" });
    await chronicle.sync();
    expect(await find(ada)).toMatchObject({ workEmail: married });
    await expectRest();
  });

  test("a record after a gap is a rehire: the events of the last day and of the return are emitted", async () => {
    const before = await find(ada);
    const next = await chronicle.admin.transfer(ada, {
      hire_date: chronicle.day(4),
    });
    await chronicle.admin.terminate(ada, chronicle.day(1));
    await chronicle.sync();
    expect(await find(ada)).toMatchObject({ personioId: ada, workEmail: email });
    await chronicle.advance(1);
    expect(await kindsOf(ada)).toContain("TERMINATION_DATE");
    await chronicle.advance(1);
    await chronicle.sync();
    expect(await find(ada)).toMatchObject({ id: before?.id, personioId: next, workEmail: email });
    expect((await kindsOf(ada)).map((event) => event.split(" ")[0])).toEqual([
      "PERSON_RETURNED",
      "PERSON_CHANGED",
    ]);
  });
});

describe("a rehire", () => {
  beforeEach(() => begin());
  const leave = async (): Promise<void> => {
    await chronicle.admin.terminate(ada, chronicle.day(0));
    await chronicle.sync();
    await chronicle.advance(1);
    await chronicle.sync();
    await chronicle.newEvents(ada);
  };

  test.each([
    ["a new personnel number", { dynamic_402118: "NR-99" }],
    ["a new name", { last_name: "Berg" }],
    ["a new name and number", { last_name: "Berg", dynamic_402118: "NR-99" }],
  ])("a rehire with %s keeps the id of the person if the birth dates agree", async (_case, changes) => {
    const before = await find(ada);
    await leave();
    const back = await chronicle.admin.rehire(ada, { hire_date: chronicle.day(0), ...changes });
    await chronicle.sync();
    expect(await find(back)).toMatchObject({
      id: before?.id,
      personioId: back,
      workEmail: email,
      originalHireDate: "2020-01-15",
    });
    expect((await kindsOf(ada))[0]).toBe("PERSON_RETURNED");
    expect((await ledger()).filter(({ personioId }) => [ada, back].includes(personioId))).toEqual([]);
  });

  test("a rehire that a webhook names is the same person, and needs no look-up of the old record", async () => {
    const before = await find(ada);
    await leave();
    const back = await chronicle.admin.rehire(ada, { hire_date: chronicle.day(0) });
    await chronicle.admin.setFaults([{ kind: "status", status: 403, path: `/v1/company/employees/${ada}` }]);
    expect(await syncNamed(back)).toMatchObject({ added: 0, changed: 1, problemCode: null });
    expect(await find(back)).toMatchObject({ id: before?.id, personioId: back, workEmail: email });
    expect((await kindsOf(ada))[0]).toBe("PERSON_RETURNED");
    await chronicle.admin.clearFaults();
    await chronicle.sync();
    await expectRest();
  });

  test("a rehire with the same number and another name is a new person, with a ledger entry for HR", async () => {
    const before = await find(ada);
    await chronicle.admin.change(ada, { dynamic_402117: null });
    await leave();
    const back = await chronicle.admin.rehire(ada, {
      hire_date: chronicle.day(0),
      last_name: "Berg",
    });
    await chronicle.sync();
    expect((await find(back))?.id).not.toBe(before?.id);
    const lines = async () => (await ledger()).filter(({ personioId }) => personioId === back);
    expect(await lines()).toEqual([]);
    await chronicle.admin.change(back, { dynamic_402118: employeeId });
    await chronicle.sync();
    expect(await lines()).toMatchObject([
      { reason: "AMBIGUOUS_REHIRE", message: expect.stringContaining(ada) },
    ]);
    await chronicle.sync();
    expect(await lines()).toHaveLength(1);
  });

  test("a rehire on the old record keeps the original hire date, whichever field HR edits first", async () => {
    await leave();
    await chronicle.admin.change(ada, { termination_date: null });
    await chronicle.sync();
    await chronicle.advance(10);
    const hireDate = chronicle.day(0);
    await chronicle.admin.change(ada, { hire_date: hireDate });
    await chronicle.sync();
    expect(await find(ada)).toMatchObject({ status: "ACTIVE", hireDate, originalHireDate: "2020-01-15" });

    await chronicle.admin.change(ada, { hire_date: chronicle.day(-1) });
    await chronicle.sync();
    expect(await find(ada)).toMatchObject({ hireDate: chronicle.day(-1), originalHireDate: "2020-01-15" });
  });

  test("a rehire on the old record in one edit keeps the original hire date; a correction moves both", async () => {
    await chronicle.admin.change(ada, { hire_date: "2020-02-01" });
    await chronicle.sync();
    expect(await find(ada)).toMatchObject({ hireDate: "2020-02-01", originalHireDate: "2020-02-01" });
    await leave();
    await chronicle.advance(5);
    await chronicle.admin.change(ada, { hire_date: chronicle.day(0), termination_date: null });
    await chronicle.sync();
    expect(await find(ada)).toMatchObject({ hireDate: chronicle.day(0), originalHireDate: "2020-02-01" });
  });
});
