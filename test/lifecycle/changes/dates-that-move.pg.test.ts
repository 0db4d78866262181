import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { listUpcoming } from "../../../src/lifecycle/forecast/forecast.ts";
import type { EditedAttributes } from "../../../src/sandbox/company/attributes.ts";
import { type Chronicle, startChronicle, type Told } from "./support.ts";

let company: Chronicle;
beforeAll(async () => {
  company = await startChronicle();
  // Days before the first sync are history.
  await company.advance(14);
});
afterAll(() => company[Symbol.asyncDispose]());

/** Somebody who was added, and of whom everything was read that was told so far. */
async function settled(attributes: EditedAttributes = {}): Promise<string> {
  const id = await company.hire(attributes);
  await company.sync();
  await company.news(id);
  return id;
}

/** What is told of somebody's dates after an edit; that the field changed is told anyway. */
async function edit(id: string, attributes: EditedAttributes): Promise<Told[]> {
  await company.admin.change(id, attributes);
  await company.sync();
  return datesOf(id);
}

const datesOf = async (id: string): Promise<Told[]> =>
  (await company.news(id)).filter(({ kind }) => !/^PERSON_|^SUPERVISOR_/.test(kind));

describe("a date that is entered late", () => {
  test.each([1, 2, 3])("by %s days is told, and called late", async (days) => {
    const id = await settled();
    const on = company.day(-days);
    expect(await edit(id, { probation_period_end: on })).toEqual([{ kind: "PROBATION_END", on, late: true }]);
  });

  test("by four days is not", async () => {
    const id = await settled();
    expect(await edit(id, { probation_period_end: company.day(-4) })).toEqual([]);
  });

  test("today is told at once, and is not late", async () => {
    const id = await settled();
    const on = company.day(0);
    expect(await edit(id, { probation_period_end: on })).toEqual([{ kind: "PROBATION_END", on }]);
  });

  test("is told by a month, and from before the first sync, where it is the last day of employment", async () => {
    const id = await settled();
    const on = company.day(-31);
    expect(await edit(id, { termination_date: on })).toEqual([{ kind: "TERMINATION_DATE", on, late: true }]);
    expect(await edit(id, { position: "Emeritus" })).toEqual([]);
  });
});

describe("a date that moves", () => {
  test("before it came is told on its new day only", async () => {
    const id = await settled({ probation_period_end: company.day(3) });
    const on = company.day(5);
    expect(await edit(id, { probation_period_end: on })).toEqual([]);
    await company.advance(4);
    expect(await datesOf(id)).toEqual([]);
    await company.advance(1);
    expect(await datesOf(id)).toEqual([{ kind: "PROBATION_END", on }]);
  });

  test("F8: from the past to the future is rescheduled, and told again when it comes", async () => {
    const id = await settled();
    const [told, moved] = [company.day(-1), company.day(4)];
    expect(await edit(id, { probation_period_end: told })).toHaveLength(1);
    expect(await edit(id, { probation_period_end: moved })).toEqual([
      { kind: "PROBATION_END", on: moved, change: "RESCHEDULED", instead: told },
    ]);
    await company.advance(4);
    expect(await datesOf(id)).toEqual([{ kind: "PROBATION_END", on: moved }]);
  });

  test("F8: from today to the past is rescheduled, and told of that day when it is not long ago", async () => {
    const id = await settled();
    const [told, moved] = [company.day(0), company.day(-2)];
    await edit(id, { probation_period_end: told });
    expect(await edit(id, { probation_period_end: moved })).toEqual([
      { kind: "PROBATION_END", on: moved, change: "RESCHEDULED", instead: told },
      { kind: "PROBATION_END", on: moved, late: true },
    ]);
  });

  test("F8: and goes back is rescheduled again, in place of what was said last, and fires again, once", async () => {
    const id = await settled();
    const [told, moved] = [company.day(0), company.day(2)];
    await edit(id, { probation_period_end: told });
    await edit(id, { probation_period_end: moved });
    expect(await edit(id, { probation_period_end: told })).toEqual([
      { kind: "PROBATION_END", on: told, change: "RESCHEDULED", instead: moved },
      { kind: "PROBATION_END", on: told },
    ]);
    await company.advance(3);
    expect(await datesOf(id)).toEqual([]);
    expect(await edit(id, { position: "Lead" })).toEqual([]);
  });

  test("F8: after it was told, and is emptied, is cancelled, and fires again when it is entered again", async () => {
    const id = await settled();
    const on = company.day(0);
    await edit(id, { contract_end_date: on });
    expect(await edit(id, { contract_end_date: null })).toEqual([
      { kind: "CONTRACT_END_DATE", on, change: "CANCELLED", instead: on },
    ]);
    expect(await edit(id, { contract_end_date: on })).toEqual([{ kind: "CONTRACT_END_DATE", on }]);
    expect(await edit(id, { position: "Lead" })).toEqual([]);
  });

  test("before it came, and is emptied, was never told and is not cancelled", async () => {
    const id = await settled({ contract_end_date: company.day(1) });
    expect(await edit(id, { contract_end_date: null })).toEqual([]);
    await company.advance(1);
    expect(await datesOf(id)).toEqual([]);
  });

  test("with the hire date, the anniversary of this year moves as well", async () => {
    const today = company.day(0);
    const id = await settled({ hire_date: `2020${today.slice(4)}` });
    const inTwoDays = company.day(2);
    expect(await edit(id, { hire_date: `2020${inTwoDays.slice(4)}` })).toEqual([
      { kind: "WORK_ANNIVERSARY", on: inTwoDays, change: "RESCHEDULED", instead: today, years: 6 },
    ]);
  });
});

describe("an anniversary that was told, when the hire date moves by whole years", () => {
  test("is told again with the right number of years, once", async () => {
    const on = company.day(0);
    const id = await settled({ hire_date: `2020${on.slice(4)}` });
    const correction = { kind: "WORK_ANNIVERSARY", on, change: "RESCHEDULED", instead: on };
    expect(await edit(id, { hire_date: `2018${on.slice(4)}` })).toEqual([{ ...correction, years: 8 }]);
    expect(await edit(id, { position: "Lead" })).toEqual([]);
    expect(await edit(id, { hire_date: `2019${on.slice(4)}` })).toEqual([{ ...correction, years: 7 }]);
    await company.advance(1);
    expect(await datesOf(id)).toEqual([]);
  });

  test("to this year is taken back: it was the first day", async () => {
    const on = company.day(0);
    const id = await settled({ hire_date: `2020${on.slice(4)}` });
    expect(await edit(id, { hire_date: on })).toEqual([
      { kind: "WORK_ANNIVERSARY", on, change: "CANCELLED", instead: on },
      { kind: "HIRE_DATE", on },
    ]);
  });
});

describe("a birthday at New Year", () => {
  let turning: Chronicle;
  beforeAll(async () => {
    turning = await startChronicle({ people: 10, now: new Date("2026-12-20T08:00:00Z") });
  });
  afterAll(() => turning[Symbol.asyncDispose]());

  /** The attribute that holds the date of birth. */
  const BORN = "dynamic_402117";
  const birthdaysOf = async (id: string): Promise<Told[]> =>
    (await turning.news(id)).filter(({ kind }) => kind === "BIRTHDAY");
  const born = async (id: string, date: string): Promise<Told[]> => {
    await turning.admin.change(id, { [BORN]: date });
    await turning.sync();
    return birthdaysOf(id);
  };

  test("that was told a day early is told once on its own day, each year, and moves back as it came", async () => {
    const [early, late] = [
      await turning.hire({ [BORN]: "1990-12-31" }),
      await turning.hire({ [BORN]: "1990-12-31" }),
    ];
    await turning.sync();
    await turning.advance(11);
    expect(await birthdaysOf(early)).toEqual([{ kind: "BIRTHDAY", on: "2026-12-31" }]);
    await turning.advance(2);
    const moved = { kind: "BIRTHDAY", on: "2027-01-01", change: "RESCHEDULED", instead: "2026-12-31" };
    expect(await born(early, "1990-01-01")).toEqual([
      moved,
      { kind: "BIRTHDAY", on: "2027-01-01", late: true },
    ]);
    expect(await born(early, "1990-01-01")).toEqual([]);

    await turning.advance(8);
    await birthdaysOf(late);
    // Too late to be told by itself; that it has moved says when it was.
    expect(await born(late, "1990-01-01")).toEqual([moved]);
    expect(await born(late, "1990-12-31")).toEqual([
      { kind: "BIRTHDAY", on: "2026-12-31", change: "RESCHEDULED", instead: "2027-01-01" },
    ]);

    const nextYear = { from: "2027-01-11", to: "2028-01-01" };
    const forecast = await inTenant(turning.follower.dataSource, "acme", (manager) =>
      listUpcoming(manager, { days: nextYear, kinds: ["BIRTHDAY"] }, { after: null, limit: 100 }),
    );
    await turning.advance(355);
    await turning.advance(1);
    const [earlier, later] = [await birthdaysOf(early), await birthdaysOf(late)];
    expect(earlier).toEqual([{ kind: "BIRTHDAY", on: "2028-01-01" }]);
    expect(later).toEqual([{ kind: "BIRTHDAY", on: "2027-12-31" }]);
    const birthdays = (await turning.log()).filter(({ kind }) => kind === "BIRTHDAY");
    const told = birthdays.filter(({ occursOn }) => occursOn >= nextYear.from);
    const asLine = ({ personId, occursOn }: { personId: string; occursOn: string }) =>
      `${personId} ${occursOn}`;
    expect(told.map(asLine).sort()).toEqual(forecast.map(asLine).sort());
  });

  test("that was told after New Year and lies before it is RESCHEDULED, and no second event comes for it", async () => {
    // The day before is New Year's Day.
    const next = turning.day(0).slice(0, 4);
    expect(turning.day(1)).toBe(`${next}-01-02`);
    const id = await turning.hire({ [BORN]: "1990-01-02" });
    await turning.sync();
    await turning.news(id);
    await turning.advance(1);
    expect(await birthdaysOf(id)).toEqual([{ kind: "BIRTHDAY", on: `${next}-01-02` }]);
    expect(await born(id, "1990-12-30")).toEqual([
      { kind: "BIRTHDAY", on: `${next}-12-30`, change: "RESCHEDULED", instead: `${next}-01-02` },
    ]);
    await turning.advance(1);
    expect(await birthdaysOf(id)).toEqual([]);
    await turning.advance(362);
    expect(await birthdaysOf(id)).toEqual([{ kind: "BIRTHDAY", on: `${next}-12-30` }]);
  });
});

test("a birthday announced 7 days before New Year, and corrected to a day of this year, is announced as moved and comes once each year", async () => {
  await using turning = await startChronicle({ people: 10, now: new Date("2026-12-20T08:00:00Z") });
  await turning.follower.dataSource.query(
    "insert into lifecycle_offsets values ('acme', 'BIRTHDAY', -7, $1)",
    [turning.follower.now],
  );
  const id = await turning.hire({ dynamic_402117: "1990-01-02" });
  await turning.sync();
  const birthdays = async () => (await turning.news(id)).filter(({ kind }) => kind === "BIRTHDAY");
  await turning.advance(6);
  expect(await birthdays()).toEqual([{ kind: "BIRTHDAY", on: "2027-01-02", offset: -7 }]);
  await turning.advance(1);
  await turning.admin.change(id, { dynamic_402117: "1990-12-30" });
  await turning.sync();
  expect(await birthdays()).toEqual([
    { kind: "BIRTHDAY", on: "2026-12-30", offset: -7, change: "RESCHEDULED", instead: "2027-01-02" },
  ]);
  await turning.advance(3);
  await turning.advance(30);
  await turning.sync();
  expect(await birthdays()).toEqual([{ kind: "BIRTHDAY", on: "2026-12-30" }]);
  await turning.advance(328);
  await turning.advance(7);
  expect(await birthdays()).toEqual([
    { kind: "BIRTHDAY", on: "2027-12-30", offset: -7 },
    { kind: "BIRTHDAY", on: "2027-12-30" },
  ]);
});

test("a birthday told before a move between legal entities, and corrected after it, is RESCHEDULED", async () => {
  await using moving = await startChronicle({ people: 10 });
  const [told, own] = [moving.day(1), moving.day(8)];
  const former = await moving.hire({ dynamic_402117: `1990${told.slice(4)}` });
  await moving.sync();
  const next = await moving.admin.transfer(former, { hire_date: moving.day(3) });
  await moving.sync();
  await moving.advance(1);
  await moving.advance(3);
  await moving.sync();
  await moving.news(next);
  await moving.admin.change(next, { dynamic_402117: `1990${own.slice(4)}` });
  await moving.sync();
  await moving.advance(4);
  expect((await moving.news(next)).filter(({ kind }) => kind === "BIRTHDAY")).toEqual([
    { kind: "BIRTHDAY", on: own, change: "RESCHEDULED", instead: told },
    { kind: "BIRTHDAY", on: own },
  ]);
});

describe("the end of a contract and of an employment", () => {
  test("on one day is told as the end of the employment", async () => {
    const on = company.day(2);
    const id = await settled({ contract_end_date: on, termination_date: on });
    await company.advance(2);
    expect(await datesOf(id)).toEqual([{ kind: "TERMINATION_DATE", on }]);
  });

  test("that comes to be known after the contract's was told leaves that as it was told", async () => {
    const id = await settled();
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
    const id = await settled();
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
