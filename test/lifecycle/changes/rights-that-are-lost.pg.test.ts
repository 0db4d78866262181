import { beforeEach, expect, test } from "vitest";
import { type Chronicle, useChronicle } from "./support.ts";

/** All rights that dates need, except those for the last day and the end of probation. */
const WITHOUT_ENDS = [
  "email",
  "first_name",
  "last_name",
  "status",
  "office",
  "department",
  "supervisor",
  "hire_date",
  "contract_end_date",
  "dynamic_402117",
];

const shared = useChronicle();
let company: Chronicle;
beforeEach(async () => {
  company = shared();
  // Days before the first sync are history.
  await company.advance(10);
});

const loseRight = async (): Promise<void> => {
  await company.admin.setGrants(WITHOUT_ENDS);
  await company.sync();
};

const regainRight = async (): Promise<void> => {
  await company.admin.setGrants(null);
  await company.sync();
};

test("a lost right suppresses no date that was read before", async () => {
  const [lastDay, probation] = [company.day(2), company.day(1)];
  const id = await company.hire({ termination_date: lastDay, probation_period_end: probation });
  await company.sync();
  await loseRight();
  await company.advance(2);
  expect(await company.newDates(id)).toEqual([
    { kind: "PROBATION_END", on: probation, late: true },
    { kind: "TERMINATION_DATE", on: lastDay },
  ]);
  await regainRight();
  expect(await company.newDates(id)).toEqual([]);
});

test("a last day that HR enters while the right is missing fires when the right is back, however late", async () => {
  const id = await company.hire();
  await company.sync();
  await company.newEvents(id);
  await loseRight();
  const on = company.day(2);
  await company.admin.change(id, { termination_date: on, status: "active" });
  await company.advance(12);
  await company.sync();
  expect(await company.newDates(id)).toEqual([]);
  await regainRight();
  expect(await company.newDates(id)).toEqual([{ kind: "TERMINATION_DATE", on, late: true }]);
  await company.sync();
  expect(await company.newDates(id)).toEqual([]);
});

test("any other date that becomes readable fires at most three days late", async () => {
  await loseRight();
  const [late, tooLate] = [company.day(7), company.day(6)];
  const one = await company.hire({ probation_period_end: late });
  const other = await company.hire({ probation_period_end: tooLate });
  await company.sync();
  await company.advance(10);
  await company.sync();
  await regainRight();
  expect(await company.newDates(one)).toEqual([{ kind: "PROBATION_END", on: late, late: true }]);
  expect(await company.newDates(other)).toEqual([]);
});

test("a last day that moves while the right is missing is rescheduled when the right is back, and fires on its new day", async () => {
  const [first, moved] = [company.day(1), company.day(3)];
  const id = await company.hire({ termination_date: first });
  await company.sync();
  await loseRight();
  await company.admin.change(id, { termination_date: moved, status: "active" });
  await company.advance(1);
  expect(await company.newDates(id)).toEqual([{ kind: "TERMINATION_DATE", on: first }]);
  await company.advance(7);
  await regainRight();
  expect(await company.newDates(id)).toEqual([
    { kind: "TERMINATION_DATE", on: moved, change: "RESCHEDULED", instead: first },
    { kind: "TERMINATION_DATE", on: moved, late: true },
  ]);
});

test("a last day before the first sync does not fire when it becomes readable, even after an incremental sync", async () => {
  const before = company.day(-12);
  await loseRight();
  const id = await company.hire({ termination_date: before, status: "active" });
  await company.sync();
  await company.newEvents(id);
  await company.admin.setGrants(null);
  await company.follower.work(await company.follower.requestRun({ mode: "INCREMENTAL" }));
  await company.sync();
  expect(await company.newDates(id)).toEqual([]);
});
