import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { listUpcoming } from "../../../src/lifecycle/forecast/forecast.ts";
import { type Chronicle, type EmittedEvent, startChronicle } from "./support.ts";

let company: Chronicle;
beforeAll(async () => {
  company = await startChronicle({ people: 10, resettable: true });
  // Days before the first sync are history.
  await company.advance(14);
});
afterAll(() => company[Symbol.asyncDispose]());

describe("a date that is entered late", () => {
  test.each([1, 2, 3])("a date that is entered %s days late fires late", async (days) => {
    const id = await company.hireAndSync();
    const on = company.day(-days);
    expect(await company.edit(id, { probation_period_end: on })).toEqual([
      { kind: "PROBATION_END", on, late: true },
    ]);
  });

  test("a date that is entered four days late does not fire", async () => {
    const id = await company.hireAndSync();
    expect(await company.edit(id, { probation_period_end: company.day(-4) })).toEqual([]);
  });

  test("a date that is entered on its day fires at once and is not late", async () => {
    const id = await company.hireAndSync();
    const on = company.day(0);
    expect(await company.edit(id, { probation_period_end: on })).toEqual([{ kind: "PROBATION_END", on }]);
  });

  test("a last day fires a month late, even from before the first sync", async () => {
    const id = await company.hireAndSync();
    const on = company.day(-31);
    expect(await company.edit(id, { termination_date: on })).toEqual([
      { kind: "TERMINATION_DATE", on, late: true },
    ]);
    expect(await company.edit(id, { position: "Emeritus" })).toEqual([]);
  });
});

describe("a last day that is over when the sync first reads it, beside a later hire date on the same record", () => {
  test("a leaver that the directory never had is hired again, and is not offboarded", async () => {
    const id = await company.hire({
      hire_date: "2015-01-01",
      termination_date: "2019-05-31",
      status: "inactive",
    });
    await company.sync();
    const on = company.day(5);
    await company.admin.change(id, { hire_date: on, status: "onboarding" });
    await company.sync();
    expect(await company.newEvents(id)).toEqual([{ kind: "PERSON_ADDED", on: company.day(0) }]);
    await company.advance(5);
    expect(await company.newDates(id)).toEqual([{ kind: "HIRE_DATE", on }]);
  });

  test("if one sync reads the end and the rehire of a person, the person keeps the first hire date, and starts without an offboarding", async () => {
    const id = await company.hireAndSync();
    await company.advance(20);
    const on = company.day(5);
    expect(
      await company.edit(id, { hire_date: on, termination_date: company.day(-6), status: "onboarding" }),
    ).toEqual([]);
    await company.advance(5);
    expect(await company.newDates(id)).toEqual([{ kind: "HIRE_DATE", on }]);
  });

  test("the offsets of a last day do not fire any more when the person works again", async () => {
    await company.follower.dataSource.query(
      "insert into lifecycle_offsets values ('acme', 'TERMINATION_DATE', 10, $1), ('acme', 'TERMINATION_DATE', 2, $1)",
      [company.follower.now],
    );
    const on = company.day(1);
    const id = await company.hireAndSync({ termination_date: on });
    await company.advance(1);
    await company.sync();
    await company.newDates(id);
    const hiredOn = company.day(4);
    await company.edit(id, { hire_date: hiredOn, status: "onboarding" });
    await company.advance(2);
    expect(await company.newDates(id)).toEqual([{ kind: "TERMINATION_DATE", on, offset: 2 }]);
    await company.advance(2);
    expect(await company.newDates(id)).toEqual([{ kind: "HIRE_DATE", on: hiredOn }]);
    await company.advance(6);
    const ended = await company.newDates(id);
    await company.follower.dataSource.query("delete from lifecycle_offsets where kind = 'TERMINATION_DATE'");
    expect(ended).toEqual([]);
  });
});

describe("a date that moves", () => {
  test("a date that moves before its day fires on the new day only", async () => {
    const id = await company.hireAndSync({ probation_period_end: company.day(3) });
    const on = company.day(5);
    expect(await company.edit(id, { probation_period_end: on })).toEqual([]);
    await company.advance(4);
    expect(await company.newDates(id)).toEqual([]);
    await company.advance(1);
    expect(await company.newDates(id)).toEqual([{ kind: "PROBATION_END", on }]);
  });

  test("F8: a date that moves from the past to the future is rescheduled, and fires again on the new day", async () => {
    const id = await company.hireAndSync();
    const [emitted, moved] = [company.day(-1), company.day(4)];
    expect(await company.edit(id, { probation_period_end: emitted })).toHaveLength(1);
    expect(await company.edit(id, { probation_period_end: moved })).toEqual([
      { kind: "PROBATION_END", on: moved, change: "RESCHEDULED", instead: emitted },
    ]);
    await company.advance(4);
    expect(await company.newDates(id)).toEqual([{ kind: "PROBATION_END", on: moved }]);
  });

  test("F8: a date that moves from today to two days ago is rescheduled, and fires late", async () => {
    const id = await company.hireAndSync();
    const [emitted, moved] = [company.day(0), company.day(-2)];
    await company.edit(id, { probation_period_end: emitted });
    expect(await company.edit(id, { probation_period_end: moved })).toEqual([
      { kind: "PROBATION_END", on: moved, change: "RESCHEDULED", instead: emitted },
      { kind: "PROBATION_END", on: moved, late: true },
    ]);
  });

  test("F8: a date that moves back is rescheduled again, supersedes the last correction, and fires again", async () => {
    const id = await company.hireAndSync();
    const [emitted, moved] = [company.day(0), company.day(2)];
    await company.edit(id, { probation_period_end: emitted });
    await company.edit(id, { probation_period_end: moved });
    expect(await company.edit(id, { probation_period_end: emitted })).toEqual([
      { kind: "PROBATION_END", on: emitted, change: "RESCHEDULED", instead: moved },
      { kind: "PROBATION_END", on: emitted },
    ]);
    await company.advance(3);
    expect(await company.newDates(id)).toEqual([]);
    expect(await company.edit(id, { position: "Lead" })).toEqual([]);
  });

  test("F8: a date that is removed after it fired is cancelled, and fires again when HR enters it again", async () => {
    const id = await company.hireAndSync();
    const on = company.day(0);
    await company.edit(id, { contract_end_date: on });
    expect(await company.edit(id, { contract_end_date: null })).toEqual([
      { kind: "CONTRACT_END_DATE", on, change: "CANCELLED", instead: on },
    ]);
    expect(await company.edit(id, { contract_end_date: on })).toEqual([{ kind: "CONTRACT_END_DATE", on }]);
    expect(await company.edit(id, { position: "Lead" })).toEqual([]);
  });

  test("a date that is removed before its day never fires and is not cancelled", async () => {
    const id = await company.hireAndSync({ contract_end_date: company.day(1) });
    expect(await company.edit(id, { contract_end_date: null })).toEqual([]);
    await company.advance(1);
    expect(await company.newDates(id)).toEqual([]);
  });

  test("this year's anniversary moves with the hire date", async () => {
    const today = company.day(0);
    const id = await company.hireAndSync({ hire_date: `2020${today.slice(4)}` });
    const inTwoDays = company.day(2);
    expect(await company.edit(id, { hire_date: `2020${inTwoDays.slice(4)}` })).toEqual([
      { kind: "WORK_ANNIVERSARY", on: inTwoDays, change: "RESCHEDULED", instead: today, years: 6 },
    ]);
  });
});

describe("an anniversary that fired, when the hire date moves by whole years", () => {
  test("an anniversary with a wrong number of years is rescheduled to the same day with the right one, once", async () => {
    const on = company.day(0);
    const id = await company.hireAndSync({ hire_date: `2020${on.slice(4)}` });
    const correction = { kind: "WORK_ANNIVERSARY", on, change: "RESCHEDULED", instead: on };
    expect(await company.edit(id, { hire_date: `2018${on.slice(4)}` })).toEqual([
      { ...correction, years: 8 },
    ]);
    expect(await company.edit(id, { position: "Lead" })).toEqual([]);
    expect(await company.edit(id, { hire_date: `2019${on.slice(4)}` })).toEqual([
      { ...correction, years: 7 },
    ]);
    await company.advance(1);
    expect(await company.newDates(id)).toEqual([]);
  });

  test("an anniversary is cancelled if the hire date moves to this year: it was the first day", async () => {
    const on = company.day(0);
    const id = await company.hireAndSync({ hire_date: `2020${on.slice(4)}` });
    expect(await company.edit(id, { hire_date: on })).toEqual([
      { kind: "WORK_ANNIVERSARY", on, change: "CANCELLED", instead: on },
      { kind: "HIRE_DATE", on },
    ]);
  });
});

describe("a birthday at New Year", () => {
  let newYear: Chronicle;
  beforeAll(async () => {
    newYear = await startChronicle({
      people: 10,
      now: new Date("2026-12-20T08:00:00Z"),
      resettable: true,
    });
  });
  afterAll(() => newYear[Symbol.asyncDispose]());

  /** The attribute that holds the date of birth. */
  const BORN = "dynamic_402117";
  const birthdaysOf = async (id: string): Promise<EmittedEvent[]> =>
    (await newYear.newEvents(id)).filter(({ kind }) => kind === "BIRTHDAY");
  const born = async (id: string, date: string): Promise<EmittedEvent[]> => {
    await newYear.admin.change(id, { [BORN]: date });
    await newYear.sync();
    return birthdaysOf(id);
  };

  test("a birthday that fired a day early fires once on its own day, each year, and moves back", async () => {
    const [early, late] = [
      await newYear.hire({ [BORN]: "1990-12-31" }),
      await newYear.hire({ [BORN]: "1990-12-31" }),
    ];
    await newYear.sync();
    await newYear.advance(11);
    expect(await birthdaysOf(early)).toEqual([{ kind: "BIRTHDAY", on: "2026-12-31" }]);
    await newYear.advance(2);
    const moved = { kind: "BIRTHDAY", on: "2027-01-01", change: "RESCHEDULED", instead: "2026-12-31" };
    expect(await born(early, "1990-01-01")).toEqual([
      moved,
      { kind: "BIRTHDAY", on: "2027-01-01", late: true },
    ]);
    expect(await born(early, "1990-01-01")).toEqual([]);

    await newYear.advance(8);
    await birthdaysOf(late);
    // Its day is too long ago to fire; the correction names the new day.
    expect(await born(late, "1990-01-01")).toEqual([moved]);
    expect(await born(late, "1990-12-31")).toEqual([
      { kind: "BIRTHDAY", on: "2026-12-31", change: "RESCHEDULED", instead: "2027-01-01" },
    ]);

    const nextYear = { from: "2027-01-11", to: "2028-01-01" };
    const forecast = await inTenant(newYear.follower.dataSource, "acme", (manager) =>
      listUpcoming(
        manager,
        { days: nextYear, kinds: ["BIRTHDAY"], seesDepartures: true },
        { after: null, limit: 100 },
      ),
    );
    await newYear.advance(355);
    await newYear.advance(1);
    const [earlier, later] = [await birthdaysOf(early), await birthdaysOf(late)];
    expect(earlier).toEqual([{ kind: "BIRTHDAY", on: "2028-01-01" }]);
    expect(later).toEqual([{ kind: "BIRTHDAY", on: "2027-12-31" }]);
    const birthdays = (await newYear.log()).filter(({ kind }) => kind === "BIRTHDAY");
    const emitted = birthdays.filter(({ occursOn }) => occursOn >= nextYear.from);
    const asLine = ({ personId, occursOn }: { personId: string; occursOn: string }) =>
      `${personId} ${occursOn}`;
    expect(emitted.map(asLine).sort()).toEqual(forecast.map(asLine).sort());
  });

  test("a birthday that fired after New Year but is before it is RESCHEDULED, and fires only once", async () => {
    // The day before is New Year's Day.
    const next = newYear.day(0).slice(0, 4);
    expect(newYear.day(1)).toBe(`${next}-01-02`);
    const id = await newYear.hire({ [BORN]: "1990-01-02" });
    await newYear.sync();
    await newYear.newEvents(id);
    await newYear.advance(1);
    expect(await birthdaysOf(id)).toEqual([{ kind: "BIRTHDAY", on: `${next}-01-02` }]);
    expect(await born(id, "1990-12-30")).toEqual([
      { kind: "BIRTHDAY", on: `${next}-12-30`, change: "RESCHEDULED", instead: `${next}-01-02` },
    ]);
    await newYear.advance(1);
    expect(await birthdaysOf(id)).toEqual([]);
    await newYear.advance(362);
    expect(await birthdaysOf(id)).toEqual([{ kind: "BIRTHDAY", on: `${next}-12-30` }]);
  });

  test("a birthday that is announced 7 days ahead over New Year, and corrected to this year, is RESCHEDULED and fires once a year", async () => {
    await newYear.reset();
    await newYear.follower.dataSource.query(
      "insert into lifecycle_offsets values ('acme', 'BIRTHDAY', -7, $1)",
      [newYear.follower.now],
    );
    const id = await newYear.hire({ [BORN]: "1990-01-02" });
    await newYear.sync();
    const birthdays = () => birthdaysOf(id);
    await newYear.advance(6);
    expect(await birthdays()).toEqual([{ kind: "BIRTHDAY", on: "2027-01-02", offset: -7 }]);
    await newYear.advance(1);
    await newYear.admin.change(id, { [BORN]: "1990-12-30" });
    await newYear.sync();
    expect(await birthdays()).toEqual([
      { kind: "BIRTHDAY", on: "2026-12-30", offset: -7, change: "RESCHEDULED", instead: "2027-01-02" },
    ]);
    await newYear.advance(3);
    await newYear.advance(30);
    await newYear.sync();
    expect(await birthdays()).toEqual([{ kind: "BIRTHDAY", on: "2026-12-30" }]);
    await newYear.advance(328);
    await newYear.advance(7);
    expect(await birthdays()).toEqual([
      { kind: "BIRTHDAY", on: "2027-12-30", offset: -7 },
      { kind: "BIRTHDAY", on: "2027-12-30" },
    ]);
  });
});

describe("the end of a contract and of an employment", () => {
  test("a contract and an employment that end on one day fire as TERMINATION_DATE only", async () => {
    const on = company.day(2);
    const id = await company.hireAndSync({ contract_end_date: on, termination_date: on });
    await company.advance(2);
    expect(await company.newDates(id)).toEqual([{ kind: "TERMINATION_DATE", on }]);
  });

  test("a last day that becomes known after CONTRACT_END_DATE fired leaves that event as it is", async () => {
    const id = await company.hireAndSync();
    const on = company.day(0);
    await company.edit(id, { contract_end_date: on });
    const lastDay = company.day(1);
    expect(await company.edit(id, { termination_date: lastDay })).toEqual([]);
    await company.advance(1);
    expect(await company.newDates(id)).toEqual([{ kind: "TERMINATION_DATE", on: lastDay }]);
  });

  test("a last day before a contract end that was announced ahead cancels the announcement", async () => {
    await company.follower.dataSource.query(
      "insert into lifecycle_offsets values ('acme', 'CONTRACT_END_DATE', -7, $1)",
      [company.follower.now],
    );
    const id = await company.hireAndSync();
    await company.advance(3);
    const on = company.day(5);
    expect(await company.edit(id, { contract_end_date: on })).toEqual([
      { kind: "CONTRACT_END_DATE", on, offset: -7, late: true },
    ]);
    expect(await company.edit(id, { termination_date: company.day(2) })).toEqual([
      { kind: "CONTRACT_END_DATE", on, offset: -7, change: "CANCELLED", instead: on },
    ]);
  });
});

test("a birthday that fired before a move between legal entities is RESCHEDULED when HR corrects it after the move", async () => {
  await company.reset();
  const [emitted, own] = [company.day(1), company.day(8)];
  const former = await company.hire({ dynamic_402117: `1990${emitted.slice(4)}` });
  await company.sync();
  const next = await company.admin.transfer(former, { hire_date: company.day(3) });
  await company.sync();
  await company.advance(1);
  await company.advance(3);
  await company.sync();
  await company.newEvents(next);
  await company.admin.change(next, { dynamic_402117: `1990${own.slice(4)}` });
  await company.sync();
  await company.advance(4);
  expect((await company.newEvents(next)).filter(({ kind }) => kind === "BIRTHDAY")).toEqual([
    { kind: "BIRTHDAY", on: own, change: "RESCHEDULED", instead: emitted },
    { kind: "BIRTHDAY", on: own },
  ]);
});
