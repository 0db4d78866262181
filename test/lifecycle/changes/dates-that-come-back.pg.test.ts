import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Chronicle, startChronicle } from "./support.ts";

/** The attribute that holds the date of birth. */
const BORN = "dynamic_402117";

let company: Chronicle;
beforeAll(async () => {
  company = await startChronicle({ people: 10, resettable: true });
  for (const [kind, days] of [
    ["HIRE_DATE", -7],
    ["TERMINATION_DATE", -14],
    ["BIRTHDAY", -30],
    ["CONTRACT_END_DATE", -7],
  ])
    await company.follower.dataSource.query("insert into lifecycle_offsets values ('acme', $1, $2, $3)", [
      kind,
      days,
      company.follower.now,
    ]);
  // Days before the first sync and the registration are history.
  await company.advance(40);
});
afterAll(() => company[Symbol.asyncDispose]());

/** No two events have the same id. */
async function expectNoDuplicates(): Promise<void> {
  const rows: { ids: number; events: number }[] = await company.follower.dataSource.query(
    "select count(distinct id)::int as ids, count(*)::int as events from lifecycle_events",
  );
  expect(rows[0]?.ids).toBe(rows[0]?.events);
}

describe("F8: a date that fired, moved away and came back", () => {
  test("a date that comes back on its day fires again as an event with its own id", async () => {
    const on = company.day(0);
    const later = company.day(7);
    const id = await company.hire({ hire_date: on });
    await company.sync();
    expect(await company.newDates(id)).toEqual([
      { kind: "HIRE_DATE", on, offset: -7, late: true },
      { kind: "HIRE_DATE", on },
    ]);
    expect(await company.edit(id, { hire_date: later })).toEqual([
      { kind: "HIRE_DATE", on: later, offset: -7, change: "RESCHEDULED", instead: on },
      { kind: "HIRE_DATE", on: later, change: "RESCHEDULED", instead: on },
      { kind: "HIRE_DATE", on: later, offset: -7 },
    ]);
    expect(await company.edit(id, { hire_date: on })).toEqual([
      { kind: "HIRE_DATE", on, offset: -7, change: "RESCHEDULED", instead: later },
      { kind: "HIRE_DATE", on, change: "RESCHEDULED", instead: later },
      { kind: "HIRE_DATE", on, offset: -7, late: true },
      { kind: "HIRE_DATE", on },
    ]);
    expect(await company.edit(id, { position: "Lead" })).toEqual([]);
    await expectNoDuplicates();
  });

  test("a date that comes back before its day fires again on that day, and at once at offsets that are over", async () => {
    const on = company.day(5);
    const id = await company.hireAndSync({ contract_end_date: on });
    await company.edit(id, { contract_end_date: company.day(20) });
    expect(await company.edit(id, { contract_end_date: on })).toEqual([
      { kind: "CONTRACT_END_DATE", on, offset: -7, change: "RESCHEDULED", instead: company.day(20) },
      { kind: "CONTRACT_END_DATE", on, offset: -7, late: true },
    ]);
    await company.advance(5);
    expect(await company.newDates(id)).toEqual([{ kind: "CONTRACT_END_DATE", on }]);
  });

  test("a date that comes back after its day fires late, without a limit; one that moves to another past day does not fire", async () => {
    const on = company.day(0);
    const id = await company.hireAndSync({ probation_period_end: on });
    await company.edit(id, { probation_period_end: company.day(30) });
    await company.advance(10);
    expect(await company.edit(id, { probation_period_end: on })).toMatchObject([
      { change: "RESCHEDULED" },
      { kind: "PROBATION_END", on, late: true },
    ]);
    expect(await company.edit(id, { probation_period_end: company.day(-8) })).toMatchObject([
      { change: "RESCHEDULED" },
    ]);
  });

  test("a last day that was withdrawn and entered again fires again, at its offset too, and also for a leaver", async () => {
    const on = company.day(0);
    const id = await company.hireAndSync({ termination_date: on });
    expect(await company.edit(id, { termination_date: null })).toMatchObject([
      { kind: "TERMINATION_DATE", on, offset: -14, change: "CANCELLED" },
      { kind: "TERMINATION_DATE", on, change: "CANCELLED" },
    ]);
    await company.advance(6);
    expect(await company.edit(id, { termination_date: on })).toEqual([
      { kind: "TERMINATION_DATE", on, offset: -14, late: true },
      { kind: "TERMINATION_DATE", on, late: true },
    ]);
    await expectNoDuplicates();
  });

  test("a date that a last day cancelled fires again on its day when HR withdraws the last day", async () => {
    const on = company.day(0);
    const id = await company.hireAndSync({ contract_end_date: on });
    expect(await company.edit(id, { termination_date: on })).toContainEqual({
      kind: "CONTRACT_END_DATE",
      on,
      change: "CANCELLED",
      instead: on,
    });
    expect(await company.edit(id, { termination_date: null })).toContainEqual({
      kind: "CONTRACT_END_DATE",
      on,
    });
  });

  test("a birthday that HR corrects within the year and corrects back fires again", async () => {
    const on = company.day(0);
    const id = await company.hireAndSync({ [BORN]: `1990${on.slice(4)}` });
    await company.edit(id, { [BORN]: `1990${company.day(4).slice(4)}` });
    expect(await company.edit(id, { [BORN]: `1990${on.slice(4)}` })).toContainEqual({ kind: "BIRTHDAY", on });
  });

  test("a date fires again each time it comes back, and never with a known id", async () => {
    const on = company.day(0);
    const id = await company.hireAndSync({ contract_end_date: on });
    for (let time = 0; time < 3; time += 1) {
      await company.edit(id, { contract_end_date: null });
      expect(await company.edit(id, { contract_end_date: on })).toContainEqual({
        kind: "CONTRACT_END_DATE",
        on,
      });
    }
    await expectNoDuplicates();
  });
});

describe("an offset whose day is over when the date is entered", () => {
  test("an offset fires late while its date is in the future, for a new person and after an edit", async () => {
    const on = company.day(2);
    const id = await company.hire({ hire_date: on });
    await company.sync();
    expect(await company.newDates(id)).toEqual([{ kind: "HIRE_DATE", on, offset: -7, late: true }]);
    const born = `1990${on.slice(4)}`;
    expect(await company.edit(id, { [BORN]: born })).toEqual([
      { kind: "BIRTHDAY", on, offset: -30, late: true },
    ]);
    await company.advance(2);
    expect(await company.newDates(id)).toEqual([
      { kind: "HIRE_DATE", on },
      { kind: "BIRTHDAY", on },
    ]);
  });

  test("an offset that is registered after its day does not fire", async () => {
    const on = company.day(1);
    const id = await company.hireAndSync({ probation_period_end: on });
    await company.follower.dataSource.query(
      "insert into lifecycle_offsets values ('acme', 'PROBATION_END', -5, $1)",
      [company.follower.now],
    );
    await company.sync();
    await company.advance(1);
    expect(await company.newDates(id)).toEqual([{ kind: "PROBATION_END", on }]);
  });
});

describe("an offset whose day is over when its date applies again", () => {
  test("a contract end is announced late for a person who was inactive by mistake on the day of the offset", async () => {
    const on = company.day(12);
    const id = await company.hireAndSync({ contract_end_date: on });
    expect(await company.edit(id, { status: "inactive" })).toEqual([]);
    await company.advance(9);
    await company.sync();
    expect(await company.edit(id, { status: "active" })).toEqual([
      { kind: "CONTRACT_END_DATE", on, offset: -7, late: true },
    ]);
    expect(await company.edit(id, { position: "Lead" })).toEqual([]);
    await company.advance(3);
    expect(await company.newDates(id)).toEqual([{ kind: "CONTRACT_END_DATE", on }]);
  });

  test("a first day is announced late if the offer was withdrawn on the day of the offset, and is renewed", async () => {
    const on = company.day(12);
    const id = await company.hireAndSync({ hire_date: on });
    await company.edit(id, { termination_date: company.day(2) });
    await company.advance(9);
    await company.sync();
    await company.newDates(id);
    const renewed = await company.edit(id, { termination_date: null, status: "onboarding" });
    expect(renewed.filter(({ kind }) => kind === "HIRE_DATE")).toEqual([
      { kind: "HIRE_DATE", on, offset: -7, late: true },
    ]);
  });

  test("a last day is announced late if the person was to move on the day of the offset, and HR cancels the move", async () => {
    const id = await company.hireAndSync();
    const next = await company.admin.transfer(id, { hire_date: company.day(21) });
    const on = company.day(20);
    await company.sync();
    await company.advance(12);
    expect(await company.newDates(id)).toEqual([]);
    await company.admin.remove(next);
    await company.sync();
    await company.sync();
    expect(await company.newDates(id)).toEqual([{ kind: "TERMINATION_DATE", on, offset: -14, late: true }]);
  });

  test("an offset that fired does not fire again when a person is back, nor does one from before its registration", async () => {
    const on = company.day(6);
    const id = await company.hire({ contract_end_date: on, termination_date: null });
    await company.sync();
    expect(await company.newDates(id)).toEqual([{ kind: "CONTRACT_END_DATE", on, offset: -7, late: true }]);
    await company.follower.dataSource.query(
      "insert into lifecycle_offsets values ('acme', 'CONTRACT_END_DATE', -9, $1)",
      [company.follower.now],
    );
    await company.edit(id, { status: "inactive" });
    const back = await company.edit(id, { status: "active" });
    await company.follower.dataSource.query(
      "delete from lifecycle_offsets where kind = 'CONTRACT_END_DATE' and offset_days = -9",
    );
    expect(back.filter(({ change }) => !change)).toEqual([
      { kind: "CONTRACT_END_DATE", on, offset: -7, late: true },
    ]);
  });
});

describe("after PERSON_LEFT", () => {
  test("a person who is deleted before a known last day has no other event than that last day", async () => {
    const lastDay = company.day(9);
    const id = await company.hireAndSync({
      termination_date: lastDay,
      probation_period_end: company.day(4),
      [BORN]: `1990${company.day(5).slice(4)}`,
    });
    await company.admin.remove(id);
    await company.sync();
    await company.sync();
    expect((await company.newEvents(id)).filter(({ change }) => !change).map(({ kind }) => kind)).toEqual([
      "PERSON_LEFT",
    ]);
    await company.advance(9);
    await company.advance(1);
    expect(await company.newDates(id)).toEqual([{ kind: "TERMINATION_DATE", on: lastDay }]);
  });
});

describe("a withdrawn offer", () => {
  test("a withdrawn offer has no first day", async () => {
    const firstDay = company.day(20);
    const id = await company.hireAndSync({ hire_date: firstDay });
    expect(await company.edit(id, { termination_date: company.day(5) })).toEqual([
      { kind: "TERMINATION_DATE", on: company.day(5), offset: -14, late: true },
    ]);
    await company.advance(5);
    await company.advance(15);
    expect((await company.newDates(id)).filter(({ kind }) => kind === "HIRE_DATE")).toEqual([]);
  });
});

test("a birthday that is announced again after its first event was pruned gets another id", async () => {
  // Without the offsets and the days of the other tests.
  await company.reset();
  await company.follower.dataSource.query(
    "insert into lifecycle_offsets values ('acme', 'BIRTHDAY', -180, $1)",
    [company.follower.now],
  );
  const on = company.day(170);
  const id = await company.hire({ [BORN]: `1990${on.slice(4)}` });
  await company.sync();
  const announcements = async (): Promise<string[]> => {
    const rows: { id: string }[] = await company.follower.dataSource.query(
      "select id from lifecycle_events where kind = 'BIRTHDAY' and occurs_on = $1 and change is null and personio_id = $2",
      [on, id],
    );
    return rows.map((event) => event.id);
  };
  const [first] = await announcements();
  expect(first).toBeDefined();
  await company.advance(100);
  expect(await announcements()).toEqual([]);
  for (const day of [on, company.day(60), on]) {
    await company.admin.change(id, { [BORN]: `1990${day.slice(4)}` });
    await company.sync();
  }
  const [again] = await announcements();
  expect(again).toBeDefined();
  expect(again).not.toBe(first);
});
