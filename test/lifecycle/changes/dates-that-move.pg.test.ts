import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { listUpcoming } from "../../../src/lifecycle/forecast/forecast.ts";
import type { EditedAttributes } from "../../../src/sandbox/company/attributes.ts";
import { type Chronicle, type EmittedEvent, startChronicle } from "./support.ts";

let company: Chronicle;
beforeAll(async () => {
  company = await startChronicle();
  // Days before the first sync are history.
  await company.advance(14);
});
afterAll(() => company[Symbol.asyncDispose]());

/** Hires a person, syncs, and skips the events of that. */
async function hireAndSync(attributes: EditedAttributes = {}): Promise<string> {
  const id = await company.hire(attributes);
  await company.sync();
  await company.newEvents(id);
  return id;
}

/** The date events that an edit causes, without PERSON_CHANGED. */
async function edit(id: string, attributes: EditedAttributes): Promise<EmittedEvent[]> {
  await company.admin.change(id, attributes);
  await company.sync();
  return datesOf(id);
}

const datesOf = async (id: string): Promise<EmittedEvent[]> =>
  (await company.newEvents(id)).filter(({ kind }) => !/^PERSON_|^SUPERVISOR_/.test(kind));

describe("a date that is entered late", () => {
  test.each([1, 2, 3])("by %s days is told, and called late", async (days) => {
    const id = await hireAndSync();
    const on = company.day(-days);
    expect(await edit(id, { probation_period_end: on })).toEqual([{ kind: "PROBATION_END", on, late: true }]);
  });

  test("by four days is not", async () => {
    const id = await hireAndSync();
    expect(await edit(id, { probation_period_end: company.day(-4) })).toEqual([]);
  });

  test("today is told at once, and is not late", async () => {
    const id = await hireAndSync();
    const on = company.day(0);
    expect(await edit(id, { probation_period_end: on })).toEqual([{ kind: "PROBATION_END", on }]);
  });

  test("is told by a month, and from before the first sync, where it is the last day of employment", async () => {
    const id = await hireAndSync();
    const on = company.day(-31);
    expect(await edit(id, { termination_date: on })).toEqual([{ kind: "TERMINATION_DATE", on, late: true }]);
    expect(await edit(id, { position: "Emeritus" })).toEqual([]);
  });
});

describe("a date that moves", () => {
  test("before it came is told on its new day only", async () => {
    const id = await hireAndSync({ probation_period_end: company.day(3) });
    const on = company.day(5);
    expect(await edit(id, { probation_period_end: on })).toEqual([]);
    await company.advance(4);
    expect(await datesOf(id)).toEqual([]);
    await company.advance(1);
    expect(await datesOf(id)).toEqual([{ kind: "PROBATION_END", on }]);
  });

  test("F8: from the past to the future is rescheduled, and told again when it comes", async () => {
    const id = await hireAndSync();
    const [emitted, moved] = [company.day(-1), company.day(4)];
    expect(await edit(id, { probation_period_end: emitted })).toHaveLength(1);
    expect(await edit(id, { probation_period_end: moved })).toEqual([
      { kind: "PROBATION_END", on: moved, change: "RESCHEDULED", instead: emitted },
    ]);
    await company.advance(4);
    expect(await datesOf(id)).toEqual([{ kind: "PROBATION_END", on: moved }]);
  });

  test("F8: from today to the past is rescheduled, and told of that day when it is not long ago", async () => {
    const id = await hireAndSync();
    const [emitted, moved] = [company.day(0), company.day(-2)];
    await edit(id, { probation_period_end: emitted });
    expect(await edit(id, { probation_period_end: moved })).toEqual([
      { kind: "PROBATION_END", on: moved, change: "RESCHEDULED", instead: emitted },
      { kind: "PROBATION_END", on: moved, late: true },
    ]);
  });

  test("F8: and goes back is rescheduled again, in place of what was said last, and fires again, once", async () => {
    const id = await hireAndSync();
    const [emitted, moved] = [company.day(0), company.day(2)];
    await edit(id, { probation_period_end: emitted });
    await edit(id, { probation_period_end: moved });
    expect(await edit(id, { probation_period_end: emitted })).toEqual([
      { kind: "PROBATION_END", on: emitted, change: "RESCHEDULED", instead: moved },
      { kind: "PROBATION_END", on: emitted },
    ]);
    await company.advance(3);
    expect(await datesOf(id)).toEqual([]);
    expect(await edit(id, { position: "Lead" })).toEqual([]);
  });

  test("F8: after it was told, and is emptied, is cancelled, and fires again when it is entered again", async () => {
    const id = await hireAndSync();
    const on = company.day(0);
    await edit(id, { contract_end_date: on });
    expect(await edit(id, { contract_end_date: null })).toEqual([
      { kind: "CONTRACT_END_DATE", on, change: "CANCELLED", instead: on },
    ]);
    expect(await edit(id, { contract_end_date: on })).toEqual([{ kind: "CONTRACT_END_DATE", on }]);
    expect(await edit(id, { position: "Lead" })).toEqual([]);
  });

  test("before it came, and is emptied, was never told and is not cancelled", async () => {
    const id = await hireAndSync({ contract_end_date: company.day(1) });
    expect(await edit(id, { contract_end_date: null })).toEqual([]);
    await company.advance(1);
    expect(await datesOf(id)).toEqual([]);
  });

  test("with the hire date, the anniversary of this year moves as well", async () => {
    const today = company.day(0);
    const id = await hireAndSync({ hire_date: `2020${today.slice(4)}` });
    const inTwoDays = company.day(2);
    expect(await edit(id, { hire_date: `2020${inTwoDays.slice(4)}` })).toEqual([
      { kind: "WORK_ANNIVERSARY", on: inTwoDays, change: "RESCHEDULED", instead: today, years: 6 },
    ]);
  });
});

describe("an anniversary that was told, when the hire date moves by whole years", () => {
  test("is told again with the right number of years, once", async () => {
    const on = company.day(0);
    const id = await hireAndSync({ hire_date: `2020${on.slice(4)}` });
    const correction = { kind: "WORK_ANNIVERSARY", on, change: "RESCHEDULED", instead: on };
    expect(await edit(id, { hire_date: `2018${on.slice(4)}` })).toEqual([{ ...correction, years: 8 }]);
    expect(await edit(id, { position: "Lead" })).toEqual([]);
    expect(await edit(id, { hire_date: `2019${on.slice(4)}` })).toEqual([{ ...correction, years: 7 }]);
    await company.advance(1);
    expect(await datesOf(id)).toEqual([]);
  });

  test("to this year is taken back: it was the first day", async () => {
    const on = company.day(0);
    const id = await hireAndSync({ hire_date: `2020${on.slice(4)}` });
    expect(await edit(id, { hire_date: on })).toEqual([
      { kind: "WORK_ANNIVERSARY", on, change: "CANCELLED", instead: on },
      { kind: "HIRE_DATE", on },
    ]);
  });
});

describe("a birthday at New Year", () => {
  let newYear: Chronicle;
  beforeAll(async () => {
    newYear = await startChronicle({ people: 10, now: new Date("2026-12-20T08:00:00Z") });
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

  test("that was told a day early is told once on its own day, each year, and moves back as it came", async () => {
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
      listUpcoming(manager, { days: nextYear, kinds: ["BIRTHDAY"] }, { after: null, limit: 100 }),
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

  test("that was told after New Year and lies before it is RESCHEDULED, and no second event comes for it", async () => {
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
});

test("a birthday announced 7 days before New Year, and corrected to a day of this year, is announced as moved and comes once each year", async () => {
  await using newYear = await startChronicle({ people: 10, now: new Date("2026-12-20T08:00:00Z") });
  await newYear.follower.dataSource.query(
    "insert into lifecycle_offsets values ('acme', 'BIRTHDAY', -7, $1)",
    [newYear.follower.now],
  );
  const id = await newYear.hire({ dynamic_402117: "1990-01-02" });
  await newYear.sync();
  const birthdays = async () => (await newYear.newEvents(id)).filter(({ kind }) => kind === "BIRTHDAY");
  await newYear.advance(6);
  expect(await birthdays()).toEqual([{ kind: "BIRTHDAY", on: "2027-01-02", offset: -7 }]);
  await newYear.advance(1);
  await newYear.admin.change(id, { dynamic_402117: "1990-12-30" });
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

test("a birthday told before a move between legal entities, and corrected after it, is RESCHEDULED", async () => {
  await using moving = await startChronicle({ people: 10 });
  const [emitted, own] = [moving.day(1), moving.day(8)];
  const former = await moving.hire({ dynamic_402117: `1990${emitted.slice(4)}` });
  await moving.sync();
  const next = await moving.admin.transfer(former, { hire_date: moving.day(3) });
  await moving.sync();
  await moving.advance(1);
  await moving.advance(3);
  await moving.sync();
  await moving.newEvents(next);
  await moving.admin.change(next, { dynamic_402117: `1990${own.slice(4)}` });
  await moving.sync();
  await moving.advance(4);
  expect((await moving.newEvents(next)).filter(({ kind }) => kind === "BIRTHDAY")).toEqual([
    { kind: "BIRTHDAY", on: own, change: "RESCHEDULED", instead: emitted },
    { kind: "BIRTHDAY", on: own },
  ]);
});

describe("the end of a contract and of an employment", () => {
  test("on one day is told as the end of the employment", async () => {
    const on = company.day(2);
    const id = await hireAndSync({ contract_end_date: on, termination_date: on });
    await company.advance(2);
    expect(await datesOf(id)).toEqual([{ kind: "TERMINATION_DATE", on }]);
  });

  test("that comes to be known after the contract's was told leaves that as it was told", async () => {
    const id = await hireAndSync();
    const on = company.day(0);
    await edit(id, { contract_end_date: on });
    const lastDay = company.day(1);
    expect(await edit(id, { termination_date: lastDay })).toEqual([]);
    await company.advance(1);
    expect(await datesOf(id)).toEqual([{ kind: "TERMINATION_DATE", on: lastDay }]);
  });

  test("before the contract's, which was told ahead, takes that back", async () => {
    await company.follower.dataSource.query(
      "insert into lifecycle_offsets values ('acme', 'CONTRACT_END_DATE', -7, $1)",
      [company.follower.now],
    );
    const id = await hireAndSync();
    await company.advance(3);
    const on = company.day(5);
    expect(await edit(id, { contract_end_date: on })).toEqual([
      { kind: "CONTRACT_END_DATE", on, offset: -7, late: true },
    ]);
    expect(await edit(id, { termination_date: company.day(2) })).toEqual([
      { kind: "CONTRACT_END_DATE", on, offset: -7, change: "CANCELLED", instead: on },
    ]);
  });
});
