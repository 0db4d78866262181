import { beforeEach, describe, expect, inject, test } from "vitest";
import type { Chronicle } from "../lifecycle/changes/support.ts";
import { email, ended, followAda, type Version } from "./support/one-person.ts";

const FIRST_HIRE = "2020-01-15";
const CY = { email: "cy@same.example", first_name: "Cy", last_name: "Holm" };
let chronicle: Chronicle;
let ada: string;
let report: string;
const { begin, find, ledger, kindsOf, syncNamed, expectRest } = followAda();
const beginWithAda = async (version?: Version): Promise<void> => {
  ({ chronicle, ada, report } = await begin(version));
};

/** One record of a person, with its first and its last day. */
type Record = { readonly id: string; readonly from: string; readonly until: string | null };

/** HR enters moves on these days from today, all at once. The result begins with the given record. */
async function enterMoves(id: string, days: readonly number[]): Promise<Record[]> {
  const firstDays = days.map((day) => chronicle.day(day));
  const records: Record[] = [];
  let current = { id, from: FIRST_HIRE };
  for (const [place, from] of firstDays.entries()) {
    const next = await chronicle.admin.transfer(current.id, { hire_date: from });
    records.push({ ...current, until: chronicle.day((days[place] ?? 0) - 1) });
    current = { id: next, from };
  }
  return [...records, { ...current, until: null }];
}

const currentOf = (records: readonly Record[]): number =>
  records.findLastIndex(({ from }) => from <= chronicle.day(0));

const countPeople = async (): Promise<number> => {
  const [row] = await chronicle.follower.dataSource.query("select count(*)::int as count from people");
  return row.count;
};

/** The records are one person under the one that covers today, and each of them finds that person. */
async function expectOnePerson(records: readonly Record[], address: string): Promise<string> {
  const place = currentOf(records);
  const { id, from, until } = records[place]!;
  const person = await find(id);
  expect(person).toMatchObject({
    personioId: id,
    workEmail: address,
    status: "ACTIVE",
    hireDate: from,
    originalHireDate: FIRST_HIRE,
    terminationDate: until,
  });
  for (const known of records)
    expect({ of: known.id, is: (await find(known.id))?.id }).toEqual({ of: known.id, is: person?.id });
  const ids = records.map((record) => record.id);
  expect((await ledger()).filter(({ personioId }) => ids.includes(personioId))).toEqual([]);
  return person?.id ?? "";
}

const kindsOnly = (events: readonly string[]): string[] => [
  ...new Set(events.filter((event) => !event.startsWith("PERSON_CHANGED"))),
];

/** How many moves, when a run first reads them, their first days, and the days of the runs. */
const POINTS = [
  ["two moves", "before the first one", [2, 5], [0, 1, 2, 4, 5, 6]],
  ["two moves", "between the first days", [2, 5], [3, 5, 7]],
  ["two moves", "after both", [2, 5], [7, 8]],
  ["two moves", "before the first one, and next after the second one", [2, 5], [0, 6]],
  ["two moves", "on the first day of the first one", [2, 5], [2, 5]],
  ["two moves", "on the first day of the second one", [2, 5], [5, 6]],
  ["three moves", "before the first one", [2, 4, 6], [0, 2, 5, 7]],
  ["three moves", "between the first days", [2, 4, 6], [5, 6]],
  ["three moves", "after all", [2, 4, 6], [8]],
  ["three moves", "before the first one, and next after all", [2, 4, 6], [0, 8]],
] as const;
/** The versions differ in what a read finds, and not in how a plan orders it. */
const POINTS_OF = { V1: POINTS, V2: POINTS.slice(0, 3) };

describe.each([inject("storyVersion")])("moves that HR enters between two runs, read with %s,", (version) => {
  beforeEach(() => beginWithAda(version));
  const fully = () => chronicle.sync();
  const byWebhook = (records: readonly Record[]) => syncNamed(...records.map(({ id }) => id));
  /** Whether a run first reads the moves after the last day of the record that it knows: that is a return. */
  const isLate = (moves: readonly number[], runs: readonly number[]) => (runs[0] ?? 0) >= (moves[0] ?? 0);
  const CASES = POINTS_OF[version].flatMap((point) => [
    [...point, "a full run", fully] as const,
    [...point, "a webhook", byWebhook] as const,
  ]);

  // A webhook may have left out the record of a gap, so a run of it reports no return.
  const OF_KNOWN = CASES.filter(([, , moves, runs, , read]) => read === fully || !isLate(moves, runs));

  test.each(OF_KNOWN)("%s of a known person that a run reads %s are one person (%#)", async (...chosen) => {
    const [, , moves, runs, , read] = chosen;
    const before = await find(ada);
    const people = await countPeople();
    const records = await enterMoves(ada, moves);
    let today = 0;
    for (const day of runs) {
      for (; today < day; today += 1) await chronicle.advance(1);
      expect(ended(await read(records))).toMatchObject({ added: 0, left: 0 });
      expect(await expectOnePerson(records, email)).toBe(before?.id);
    }
    await expectRest();
    await chronicle.advance(1);
    const kinds = kindsOnly(await kindsOf(ada)).filter((kind) => kind !== "HIRE_DATE");
    expect(kinds).toEqual(isLate(moves, runs) ? ["PERSON_RETURNED"] : []);
    expect(await countPeople()).toBe(people);
  });

  test.each(CASES)("%s that the first read of a person finds %s are one person (%#)", async (...chosen) => {
    const [, , moves, runs, , read] = chosen;
    const people = await countPeople();
    const records = await enterMoves(await chronicle.hire(CY), moves);
    let today = 0;
    let id: string | null = null;
    for (const day of runs) {
      for (; today < day; today += 1) await chronicle.advance(1);
      expect(ended(await read(records))).toMatchObject({ added: id ? 0 : 1, left: 0 });
      id ??= await expectOnePerson(records, CY.email);
      expect(await expectOnePerson(records, CY.email)).toBe(id);
    }
    await expectRest();
    await chronicle.advance(1);
    const current = records[currentOf(records)]!;
    expect(kindsOnly(await kindsOf(current.id))).toEqual(["PERSON_ADDED"]);
    expect(await countPeople()).toBe(people + 1);
  });

  test.each([0, 1, 2])(
    "webhooks that name one record after the other find one person (%#)",
    async (first) => {
      const before = await find(ada);
      const records = await enterMoves(ada, [2, 5]);
      for (const place of [first, (first + 1) % 3, (first + 2) % 3]) await syncNamed(records[place]!.id);
      await chronicle.sync();
      expect(await expectOnePerson(records, email)).toBe(before?.id);
      for (const days of [2, 3]) {
        for (let day = 0; day < days; day += 1) await chronicle.advance(1);
        await chronicle.sync();
        expect(await expectOnePerson(records, email)).toBe(before?.id);
      }
      expect(kindsOnly(await kindsOf(ada))).toEqual([]);
      await expectRest();
    },
  );

  test("a move of which a webhook names only the next record, after the former one has ended, is one person", async () => {
    const people = await countPeople();
    const records = await enterMoves(await chronicle.hire(CY), [1]);
    const next = records[1]!;
    await chronicle.admin.move(report, { supervisor: records[0]!.id });
    await chronicle.advance(1);
    await syncNamed(next.id);
    await chronicle.advance(0);
    const before = await find(next.id);
    expect(before).toMatchObject({ originalHireDate: next.from });
    expect(kindsOnly(await kindsOf(next.id))).toEqual(["PERSON_ADDED", "HIRE_DATE"]);
    expect(ended(await chronicle.sync())).toMatchObject({ added: 0, left: 0 });
    expect(await expectOnePerson(records, CY.email)).toBe(before?.id);
    expect((await find(report))?.supervisorId).toBe(before?.id);
    expect(kindsOnly(await kindsOf(next.id))).toEqual(["HIRE_DATE CANCELLED"]);
    await expectRest();
    await chronicle.advance(1);
    await expectRest();
    expect(await kindsOf(next.id)).toEqual([]);
    expect(await countPeople()).toBe(people + 1);
  });

  test.each([
    ["moves", true, ["HIRE_DATE CANCELLED"]],
    ["returns", false, ["PERSON_RETURNED", "HIRE_DATE CANCELLED", "HIRE_DATE"]],
  ])(
    "the hire of a person whose former record no webhook has named is cancelled, also if the person %s before the full run",
    async (_how, isNamed, kinds) => {
      const records = await enterMoves(await chronicle.hire(CY), [1]);
      const [first, second] = [records[0]!, records[1]!];
      await chronicle.advance(1);
      await syncNamed(second.id);
      await chronicle.advance(0);
      const person = await find(second.id);
      expect(kindsOnly(await kindsOf(second.id))).toEqual(["PERSON_ADDED", "HIRE_DATE"]);
      const last = await chronicle.admin.transfer(second.id, { hire_date: chronicle.day(1) });
      if (isNamed) await syncNamed(second.id, last);
      await chronicle.advance(1);
      await chronicle.sync();
      await chronicle.advance(0);
      for (const id of [first.id, second.id, last])
        expect(await find(id)).toMatchObject({
          id: person?.id,
          personioId: last,
          originalHireDate: FIRST_HIRE,
        });
      expect(kindsOnly(await kindsOf(second.id))).toEqual(kinds);
      await expectRest();
      await chronicle.advance(1);
      expect(kindsOnly(await kindsOf(second.id))).toEqual([]);
    },
  );

  test.each([0, 1, 2])(
    "a webhook that names one of three records alone, after two have ended, reports no departure (%#)",
    async (place) => {
      const before = await find(ada);
      const people = await countPeople();
      const records = await enterMoves(ada, [2, 5]);
      for (let day = 0; day < 6; day += 1) await chronicle.advance(1);
      expect(ended(await syncNamed(records[place]!.id))).toMatchObject({ added: 0, left: 0 });
      expect(await find(ada)).toMatchObject({ id: before?.id, status: "ACTIVE", workEmail: email });
      await chronicle.sync();
      expect(await expectOnePerson(records, email)).toBe(before?.id);
      await chronicle.advance(1);
      const kinds = kindsOnly(await kindsOf(ada)).filter((kind) => kind !== "HIRE_DATE");
      expect(kinds).toEqual(["PERSON_RETURNED"]);
      expect(await countPeople()).toBe(people);
      await expectRest();
    },
  );

  test.each([0, 1, 2])(
    "a person enters with the record that a webhook names, and stays one (%#)",
    async (place) => {
      const people = await countPeople();
      const records = await enterMoves(await chronicle.hire(CY), [2, 5]);
      await syncNamed(records[place]!.id);
      const before = await find(records[place]!.id);
      await chronicle.sync();
      await chronicle.sync();
      expect(await expectOnePerson(records, CY.email)).toBe(before?.id);
      for (let day = 0; day < 6; day += 1) await chronicle.advance(1);
      await chronicle.sync();
      expect(await expectOnePerson(records, CY.email)).toBe(before?.id);
      expect(kindsOnly(await kindsOf(records[2]!.id))).toEqual(["PERSON_ADDED"]);
      expect(await countPeople()).toBe(people + 1);
      await expectRest();
    },
  );

  test("of several records without the last one, a webhook makes one person", async () => {
    const people = await countPeople();
    const records = await enterMoves(await chronicle.hire(CY), [2, 5, 8]);
    await syncNamed(records[0]!.id, records[2]!.id);
    const before = await find(records[0]!.id);
    expect(await countPeople()).toBe(people + 1);
    for (let run = 0; run < 2; run += 1) await chronicle.sync();
    expect(await expectOnePerson(records, CY.email)).toBe(before?.id);
    expect(await countPeople()).toBe(people + 1);
    expect(kindsOnly(await kindsOf(records[0]!.id))).toEqual(["PERSON_ADDED"]);
    await expectRest();
  });

  test("a webhook that names the last of four known records ends no work under the second one", async () => {
    const records = await enterMoves(ada, [1, 3, 5]);
    await chronicle.sync();
    await chronicle.advance(1);
    await syncNamed(records[3]!.id);
    await expectOnePerson(records, email);
    for (let day = 0; day < 2; day += 1) await chronicle.advance(1);
    await chronicle.sync();
    await expectOnePerson(records, email);
    expect(kindsOnly(await kindsOf(ada))).toEqual([]);
  });

  test("a stranger does not get the address of a person whose return waits for the next full run", async () => {
    const before = await find(ada);
    await chronicle.admin.terminate(ada, chronicle.day(0));
    await chronicle.advance(1);
    const back = await chronicle.admin.rehire(ada, { hire_date: chronicle.day(0) });
    const stranger = await chronicle.hire({ ...CY, email, dynamic_402117: "1971-01-01" });
    const run = await syncNamed(ada, back, stranger);
    expect(run).toMatchObject({ status: "SUCCEEDED_WITH_SKIPS", added: 0, left: 0 });
    await chronicle.sync();
    expect(await find(ada)).toMatchObject({ id: before?.id, personioId: back, workEmail: email });
    expect(await find(stranger)).toBeUndefined();
    expect((await ledger("SUPERVISOR_CYCLE")).map(({ personioId, reason }) => [personioId, reason])).toEqual([
      [stranger, "DUPLICATE_WORK_EMAIL"],
    ]);
  });

  test("a person leaves with the ended record that HR recreated, and stays the supervisor", async () => {
    const before = await find(ada);
    const anew = await chronicle.admin.recreate(ada);
    await chronicle.admin.terminate(anew, chronicle.day(0));
    await chronicle.admin.move(report, { supervisor: anew });
    await chronicle.advance(1);
    expect(ended(await chronicle.sync())).toMatchObject({ added: 0, left: 1 });
    for (const id of [ada, anew])
      expect(await find(id)).toMatchObject({ id: before?.id, personioId: anew, status: "INACTIVE" });
    expect(kindsOnly(await kindsOf(ada))).toEqual(["PERSON_LEFT", "TERMINATION_DATE"]);
    expect((await find(report))?.supervisorId).toBe(before?.id);
    expect(await kindsOf(report)).toEqual([]);
    expect(await ledger("SUPERVISOR_CYCLE")).toEqual([]);
    await expectRest();
  });

  test.each([3, 6])("a rehire and a move that one run reads are one return (%#)", async (day) => {
    const before = await find(ada);
    const people = await countPeople();
    await chronicle.admin.terminate(ada, chronicle.day(0));
    await chronicle.sync();
    await chronicle.advance(1);
    await chronicle.sync();
    await kindsOf(ada);
    const back = await chronicle.admin.rehire(ada, { hire_date: chronicle.day(2) });
    const moved = await chronicle.admin.transfer(back, { hire_date: chronicle.day(5) });
    for (let today = 0; today < day; today += 1) await chronicle.advance(1);
    expect(ended(await chronicle.sync())).toMatchObject({ added: 0, left: 0 });
    for (const id of [ada, back, moved])
      expect(await find(id)).toMatchObject({
        id: before?.id,
        personioId: day < 5 ? back : moved,
        workEmail: email,
        originalHireDate: FIRST_HIRE,
      });
    await chronicle.advance(1);
    const kinds = await kindsOf(ada);
    expect(kinds.filter((kind) => kind === "PERSON_RETURNED")).toHaveLength(1);
    for (let today = day + 1; today < 7; today += 1) await chronicle.advance(1);
    await chronicle.sync();
    expect(await find(ada)).toMatchObject({ id: before?.id, personioId: moved, status: "ACTIVE" });
    expect(kindsOnly(await kindsOf(ada))).toEqual([]);
    expect(await countPeople()).toBe(people);
    await expectRest();
  });
});
