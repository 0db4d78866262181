import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { readDatabaseTime } from "../../src/database/database-time.ts";
import { cronFor, nextDueTime } from "../../src/jobs/timetable.ts";
import { emitDueDates } from "../../src/lifecycle/due/emit-due-dates.ts";
import { addDays, startOfDay } from "../../src/lifecycle/due/zone-days.ts";
import { type Chronicle, startChronicle } from "../lifecycle/changes/support.ts";
import {
  type CompanyOfDates,
  companyOfDates,
  type LoggedEvent,
} from "../lifecycle/support/company-of-dates.ts";
import { addOffice } from "../support/factories.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
/** A company of Personio: each of its tests begins with `reset`. */
let connected: Chronicle;
beforeAll(async () => {
  database = await createTestDatabase();
  connected = await startChronicle({ people: 10, resettable: true });
});
afterAll(async () => {
  await connected[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const MINUTES = 60_000;

const aCompany = (baselinedAt: string, timeZone: string): Promise<CompanyOfDates> =>
  companyOfDates(database.dataSource, { baselinedAt, timeZone });

const inOffice = async (company: CompanyOfDates, timeZone: string): Promise<string> =>
  (await company.as((manager) => addOffice(manager, { timeZone }))).id;

/**
 * Runs the due dates every hour, which is when the days of these zones begin. @returns the instants that
 * emitted events, with the events.
 */
async function runThrough(company: CompanyOfDates, from: Date, to: Date): Promise<[string, LoggedEvent[]][]> {
  const emitted: [string, LoggedEvent[]][] = [];
  for (let at = from; at <= to; at = new Date(at.getTime() + 60 * MINUTES)) {
    const events = await company.dailyRun(at);
    if (events.length > 0) emitted.push([at.toISOString(), events]);
  }
  return emitted;
}

/** The hours between the runs of a timetable, from the day before `day` to the day after. */
function hoursBetweenRuns(day: string, everyHours: number): number[] {
  const hours: number[] = [];
  let turn = nextDueTime("acme", everyHours, startOfDay(addDays(day, -1), "UTC"));
  while (turn < startOfDay(addDays(day, 2), "UTC")) {
    const next = nextDueTime("acme", everyHours, turn);
    hours.push((next.getTime() - turn.getTime()) / (60 * MINUTES));
    turn = next;
  }
  return hours;
}

describe("F1: the hour that does not exist on 28 March 2027 in Berlin", () => {
  test("each date around the missing hour is emitted once, when its day begins", async () => {
    const company = await aCompany("2027-03-01T12:00:00Z", "Europe/Berlin");
    for (const hireDate of ["2027-03-27", "2027-03-28", "2027-03-29"]) await company.add({ hireDate });
    const emitted = await runThrough(
      company,
      new Date("2027-03-26T22:00:00Z"),
      new Date("2027-03-29T22:00:00Z"),
    );
    expect(emitted).toMatchObject([
      ["2027-03-26T23:00:00.000Z", [{ occursOn: "2027-03-27", late: false }]],
      ["2027-03-27T23:00:00.000Z", [{ occursOn: "2027-03-28", late: false }]],
      ["2027-03-28T22:00:00.000Z", [{ occursOn: "2027-03-29", late: false }]],
    ]);
  });

  test("the timetable keeps all its runs, because it counts in UTC", () => {
    expect(cronFor("acme", 24)).toMatch(/^\d+ \d+ \* \* \*$/);
    expect(new Set(hoursBetweenRuns("2027-03-28", 4))).toEqual(new Set([4]));
    expect(new Set(hoursBetweenRuns("2027-03-28", 24))).toEqual(new Set([24]));
  });

  test("a day without a midnight, as in Cairo and Beirut, begins an hour later, once", async () => {
    const company = await aCompany("2026-03-01T12:00:00Z", "Africa/Cairo");
    await company.add({ hireDate: "2026-04-24" });
    await company.add({ hireDate: "2026-03-29", officeId: await inOffice(company, "Asia/Beirut") });
    const emitted = await runThrough(
      company,
      new Date("2026-03-28T12:00:00Z"),
      new Date("2026-03-29T12:00:00Z"),
    );
    expect(emitted).toMatchObject([["2026-03-28T22:00:00.000Z", [{ occursOn: "2026-03-29" }]]]);
    await company.dailyRun("2026-04-22T23:00:00Z");
    expect(
      await runThrough(company, new Date("2026-04-23T12:00:00Z"), new Date("2026-04-24T22:00:00Z")),
    ).toMatchObject([["2026-04-23T22:00:00.000Z", [{ occursOn: "2026-04-24" }]]]);
  });
});

describe("F2: the hour that comes twice on 25 October 2026 in Berlin", () => {
  test("each date around the repeated hour is emitted once, when its day begins", async () => {
    const company = await aCompany("2026-10-01T12:00:00Z", "Europe/Berlin");
    for (const hireDate of ["2026-10-24", "2026-10-25", "2026-10-26"]) await company.add({ hireDate });
    const emitted = await runThrough(
      company,
      new Date("2026-10-23T21:00:00Z"),
      new Date("2026-10-26T23:00:00Z"),
    );
    expect(emitted).toMatchObject([
      ["2026-10-23T22:00:00.000Z", [{ occursOn: "2026-10-24", late: false }]],
      ["2026-10-24T22:00:00.000Z", [{ occursOn: "2026-10-25", late: false }]],
      ["2026-10-25T23:00:00.000Z", [{ occursOn: "2026-10-26", late: false }]],
    ]);
  });

  test("the timetable has no run twice", () => {
    expect(new Set(hoursBetweenRuns("2026-10-25", 4))).toEqual(new Set([4]));
    expect(new Set(hoursBetweenRuns("2026-10-25", 24))).toEqual(new Set([24]));
  });
});

describe("29 February", () => {
  /** Runs the due dates at each noon from 25 February to 4 March. @returns the emitted events as text. */
  async function lateFebruary(company: CompanyOfDates, year: number): Promise<string[]> {
    const emitted: LoggedEvent[] = [];
    for (let day = `${year}-02-25`; day <= `${year}-03-04`; day = addDays(day, 1))
      emitted.push(...(await company.dailyRun(`${day}T12:00:00Z`)));
    return emitted.map(({ kind, occursOn, years }) => [kind, occursOn, years].filter(Boolean).join(" "));
  }

  const RULES = [
    ["the default rule", null, "02-28"],
    ["the rule MARCH_1", "MARCH_1", "03-01"],
  ] as const;

  test.each(RULES)(
    "F3: a birthday on 29 February is emitted once in a year without that day, by %s",
    async (_, rule, day) => {
      const company = await aCompany("2026-06-01T12:00:00Z", "UTC");
      if (rule) await company.as((manager) => manager.query("update tenants set leap_day_rule = $1", [rule]));
      await company.add({ dateOfBirth: "1992-02-29" });
      expect(await lateFebruary(company, 2027)).toEqual([`BIRTHDAY 2027-${day}`]);
      expect(await lateFebruary(company, 2028)).toEqual(["BIRTHDAY 2028-02-29"]);
    },
  );

  test.each(RULES)(
    "F4: an anniversary on 29 February is emitted once in a year without that day, by %s",
    async (_, rule, day) => {
      const company = await aCompany("2026-06-01T12:00:00Z", "UTC");
      if (rule) await company.as((manager) => manager.query("update tenants set leap_day_rule = $1", [rule]));
      await company.add({ hireDate: "2024-02-29" });
      expect(await lateFebruary(company, 2027)).toEqual([`WORK_ANNIVERSARY 2027-${day} 3`]);
      expect(await lateFebruary(company, 2028)).toEqual(["WORK_ANNIVERSARY 2028-02-29 4"]);
    },
  );
});

test("F5: after nine days of downtime over New Year each date is emitted once and in order, late where its day is over", async () => {
  const company = await aCompany("2026-12-01T12:00:00Z", "Europe/Berlin");
  const days = Array.from({ length: 12 }, (_, index) => addDays("2026-12-27", index));
  for (const day of days) {
    await company.add({ hireDate: day });
    await company.add({ dateOfBirth: `1990-${day.slice(5)}`, contractEndDate: day });
  }
  await company.dailyRun("2026-12-27T08:00:00Z");

  const caughtUp = await company.dailyRun("2027-01-05T08:00:00Z");

  const missed = days.slice(1, 10);
  expect(caughtUp.map(({ kind, occursOn, late }) => [kind, occursOn, late])).toEqual(
    missed.flatMap((day) => {
      const late = day < "2027-01-05";
      return [
        ["HIRE_DATE", day, late],
        ["CONTRACT_END_DATE", day, late],
        ["BIRTHDAY", day, late],
      ];
    }),
  );
  expect(await company.dailyRun("2027-01-05T09:00:00Z")).toEqual([]);
});

describe("F6: a clock that jumps", () => {
  afterEach(() => vi.useRealTimers());

  test("a clock that jumps back by an hour or by days emits no event twice and loses none", async () => {
    const company = await aCompany("2026-06-01T12:00:00Z", "Europe/Berlin");
    for (const hireDate of ["2026-06-14", "2026-06-15", "2026-06-16", "2026-06-17"])
      await company.add({ hireDate });
    const emitted: string[] = [];
    for (const at of ["14T22:30", "14T21:30", "15T22:10", "13T12:00", "14T12:00", "15T21:00", "16T22:00"])
      emitted.push(...(await company.dailyRun(`2026-06-${at}:00Z`)).map(({ occursOn }) => occursOn));
    expect(emitted).toEqual(["2026-06-14", "2026-06-15", "2026-06-16", "2026-06-17"]);
  });

  test("a host clock that is a day ahead emits no date that has not begun by the time of the database", async () => {
    const company = await aCompany("2020-01-01T12:00:00Z", "UTC");
    const timeZone = await company.as(async (manager) => zoneWhereItIsNoon(await readDatabaseTime(manager)));
    await company.as((manager) => manager.query("update tenants set time_zone = $1", [timeZone]));
    const [today, tomorrow]: [string, string] = await company.as(async (manager) => {
      const [row] = await manager.query(
        "select (now() at time zone $1)::date as today, (now() at time zone $1)::date + 1 as tomorrow",
        [timeZone],
      );
      return [row.today, row.tomorrow];
    });
    for (const hireDate of [today, tomorrow]) await company.add({ hireDate });

    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 24 * 60 * MINUTES });
    await company.as(async (manager) => emitDueDates(manager, { now: await readDatabaseTime(manager) }));

    expect((await company.readLog()).map(({ occursOn }) => occursOn)).toEqual([today]);
  });
});

/** Chooses a zone whose day does not end while a test runs. */
function zoneWhereItIsNoon(now: Date): string {
  const westward = now.getUTCHours() - 12;
  return `Etc/GMT${westward < 0 ? westward : `+${westward}`}`;
}

test("F7: events of people in UTC+14 and in UTC-11 are emitted on their own days", async () => {
  const company = await aCompany("2026-06-01T12:00:00Z", "UTC");
  const east = await company.add({
    hireDate: "2026-06-15",
    officeId: await inOffice(company, "Pacific/Kiritimati"),
  });
  const west = await company.add({
    hireDate: "2026-06-15",
    officeId: await inOffice(company, "Pacific/Pago_Pago"),
  });
  const between = await company.add({ hireDate: "2026-06-15" });

  const emitted = await runThrough(
    company,
    new Date("2026-06-14T00:00:00Z"),
    new Date("2026-06-16T12:00:00Z"),
  );

  expect(emitted).toMatchObject([
    ["2026-06-14T10:00:00.000Z", [{ personId: east, late: false }]],
    ["2026-06-15T00:00:00.000Z", [{ personId: between, late: false }]],
    ["2026-06-15T11:00:00.000Z", [{ personId: west, late: false }]],
  ]);
});

describe("F9: the last day of a contract", () => {
  test("the last day is emitted when it begins, and still counts as employment", async () => {
    const company = await aCompany("2026-06-01T12:00:00Z", "Europe/Berlin");
    await company.add({ contractEndDate: "2026-06-15", dateOfBirth: "1990-06-15" });
    await company.add({ terminationDate: "2026-06-15", dateOfBirth: "1990-06-15" });

    expect(await company.dailyRun("2026-06-14T21:59:00Z")).toEqual([]);
    expect((await company.dailyRun("2026-06-14T22:00:00Z")).map(({ kind }) => kind)).toEqual([
      "CONTRACT_END_DATE",
      "TERMINATION_DATE",
      "BIRTHDAY",
      "BIRTHDAY",
    ]);
    expect(await company.dailyRun("2026-06-15T21:59:00Z")).toEqual([]);
  });

  test("the last day is the same whether Personio writes it with 00:00 or with 23:59", async () => {
    await connected.reset();
    const { admin } = connected;
    const ids = [await connected.hire(), await connected.hire()];
    await admin.setFaults(
      ["T00:00:00+01:00", "T23:59:59+01:00"].map((time, index) => ({
        kind: "wrong-value",
        attribute: "contract_end_date",
        value: `${connected.day(1)}${time}`,
        employees: [ids[index] ?? ""],
      })),
    );
    await connected.sync();
    await connected.advance(1);

    for (const id of ids)
      expect((await connected.newEvents(id)).at(-1)).toEqual({
        kind: "CONTRACT_END_DATE",
        on: connected.day(0),
      });
  });
});

describe("F10: a hire date", () => {
  test("a hire date of the year 1, 2100 or 9999 is accepted, and nothing overflows", async () => {
    await connected.reset();
    const ids = {
      first: await connected.hire({ hire_date: "0001-01-01" }),
      last: await connected.hire({ hire_date: "9999-12-31" }),
      later: await connected.hire({ hire_date: "2100-02-28" }),
    };
    await connected.sync();
    await connected.advance(1);
    await connected.sync();

    const rows = await connected.follower.dataSource.query(
      "select personio_id as id, hire_date as hired from people where personio_id = any($1)",
      [Object.values(ids)],
    );
    expect(Object.fromEntries(rows.map(({ id, hired }: Record<string, string>) => [id, hired]))).toEqual({
      [ids.first]: "0001-01-01",
      [ids.last]: "9999-12-31",
      [ids.later]: "2100-02-28",
    });
    for (const id of Object.values(ids))
      expect(await connected.newEvents(id)).toMatchObject([{ kind: "PERSON_ADDED" }]);
    await connected.advance(366);
    expect((await connected.newEvents(ids.first)).map(({ kind, years }) => [kind, years])).toContainEqual([
      "WORK_ANNIVERSARY",
      2026,
    ]);
  });

  describe("that is not a day", () => {
    const NO_DAYS = ["2100-02-29", "26-03-02", "0000-01-01"];
    let ids: string[];
    // One sync reads all of them.
    beforeAll(async () => {
      await connected.reset();
      ids = [];
      for (const _ of NO_DAYS) ids.push(await connected.hire({ hire_date: connected.day(1) }));
      await connected.admin.setFaults(
        NO_DAYS.map((value, place) => ({
          kind: "wrong-value",
          attribute: "hire_date",
          value,
          employees: [ids[place] ?? ""],
        })),
      );
      await connected.sync();
      await connected.advance(1);
    });

    test.each(NO_DAYS)(
      "%s is not a day: it gets a ledger row, and no event of that date is emitted",
      async (written) => {
        const id = ids[NO_DAYS.indexOf(written)] ?? "";
        expect((await connected.newEvents(id)).map(({ kind }) => kind)).toEqual(["PERSON_ADDED"]);
        const ledger = await connected.follower.dataSource.query(
          "select reason, field from skipped_employees where personio_id = $1",
          [id],
        );
        expect(ledger).toEqual([{ reason: "INVALID_RECORD", field: "hireDate" }]);
      },
    );
  });
});
