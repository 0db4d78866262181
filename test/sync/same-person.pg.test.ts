import { beforeEach, describe, expect, test } from "vitest";
import type { Chronicle } from "../lifecycle/changes/support.ts";
import { email, employeeId, ended, followAda, type Version } from "./support/one-person.ts";

let chronicle: Chronicle;
let ada: string;
let report: string;
const { begin, find, ledger, kindsOf, syncNamed, expectRest } = followAda();
const beginWithAda = async (version?: Version): Promise<void> => {
  ({ chronicle, ada, report } = await begin(version));
};

describe.each(["V1", "V2"] as const)("a record deleted and recreated, read with %s,", (version) => {
  beforeEach(() => beginWithAda(version));

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
  beforeEach(() => beginWithAda());

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

describe("a rehire", () => {
  beforeEach(() => beginWithAda());
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
