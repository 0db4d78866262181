import { beforeEach, describe, expect, inject, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { DATED_KINDS } from "../../src/lifecycle/event-kind.ts";
import { listUpcoming } from "../../src/lifecycle/forecast/forecast.ts";
import { hasLeftSql } from "../../src/people/person.repository.ts";
import type { Chronicle } from "../lifecycle/changes/support.ts";
import { email, ended, followAda, type Version } from "./support/one-person.ts";

const GOES_ON = expect.stringContaining("moves to another legal entity");
let chronicle: Chronicle;
let ada: string;
let report: string;
const { begin, find, ledger, kindsOf, syncNamed, expectRest } = followAda();
const beginWithAda = async (version?: Version): Promise<void> => {
  ({ chronicle, ada, report } = await begin(version));
};

describe.each([inject("storyVersion")])("a move between legal entities, read with %s,", (version) => {
  beforeEach(() => beginWithAda(version));
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

  /** HR cancels a move whose former record ends in two days. */
  const expectLastDayAfterCancelling = async (former: string, next: string): Promise<void> => {
    await chronicle.admin.remove(next);
    await chronicle.sync();
    await chronicle.newEvents(former);
    await chronicle.advance(2);
    expect(await kindsOf(former)).toEqual(["TERMINATION_DATE"]);
    await chronicle.advance(1);
    await chronicle.sync();
    expect(await kindsOf(former)).toEqual(["PERSON_LEFT"]);
  };

  test("a cancelled move leaves the last day, and its event is emitted", async () => {
    const next = await chronicle.admin.transfer(ada, { hire_date: chronicle.day(3) });
    await chronicle.sync();
    await expectLastDayAfterCancelling(ada, next);
  });

  test("a move that HR cancels after the first read of the person leaves the last day, and its event is emitted", async () => {
    const former = await chronicle.hire({ email: "cy@same.example", first_name: "Cy", last_name: "Holm" });
    const next = await chronicle.admin.transfer(former, { hire_date: chronicle.day(3) });
    await chronicle.sync();
    await expectLastDayAfterCancelling(former, next);
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
