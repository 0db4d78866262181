import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emitDueDates } from "../../../src/lifecycle/due/emit-due-dates.ts";
import { addOffice } from "../../support/factories.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { type CompanyOfDates, companyOfDates } from "../support/company-of-dates.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const aCompany = (baselinedAt = "2026-06-01T12:00:00Z", timeZone = "UTC"): Promise<CompanyOfDates> =>
  companyOfDates(database.dataSource, { baselinedAt, timeZone });

const addOfficeIn = async (company: CompanyOfDates, timeZone: string): Promise<string> =>
  (await company.as((manager) => addOffice(manager, { timeZone }))).id;

describe("a daily run", () => {
  test("each date fires when its day begins where the person works", async () => {
    const company = await aCompany("2026-06-01T12:00:00Z", "Europe/Berlin");
    const personId = await company.add({ hireDate: "2026-06-15" });

    expect(await company.dailyRun("2026-06-14T21:59:59Z")).toEqual([]);
    expect(await company.dailyRun("2026-06-14T22:00:00Z")).toMatchObject([
      { kind: "HIRE_DATE", personId, occursOn: "2026-06-15", offsetDays: 0, late: false, years: null },
    ]);
    expect(await company.dailyRun("2026-06-15T22:00:00Z")).toEqual([]);
  });

  test("dates of every kind fire in the order of days, kinds and people", async () => {
    const company = await aCompany();
    const [one, other] = [
      await company.add({
        hireDate: "2020-06-15",
        dateOfBirth: "1990-06-14",
        probationEndDate: "2026-06-15",
      }),
      await company.add({
        hireDate: "2026-06-14",
        dateOfBirth: "1990-06-14",
        contractEndDate: "2026-06-15",
        terminationDate: "2026-06-16",
      }),
    ];
    const birthdays = [one, other].sort().map((personId) => ["BIRTHDAY", personId, "2026-06-14", null]);

    const emitted = await company.dailyRun("2026-06-16T08:00:00Z");

    expect(emitted.map(({ kind, personId, occursOn, years }) => [kind, personId, occursOn, years])).toEqual([
      ["HIRE_DATE", other, "2026-06-14", null],
      ...birthdays,
      ["PROBATION_END", one, "2026-06-15", null],
      ["CONTRACT_END_DATE", other, "2026-06-15", null],
      ["WORK_ANNIVERSARY", one, "2026-06-15", 6],
      ["TERMINATION_DATE", other, "2026-06-16", null],
    ]);
    expect(emitted.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test("a daily run returns the number of events by kind", async () => {
    const company = await aCompany();
    await company.add({ hireDate: "2026-06-14" });
    await company.add({ hireDate: "2026-06-15" });
    await company.add({ hireDate: "2026-06-15" });

    const emitted = await company.as((manager) =>
      emitDueDates(manager, { now: new Date("2026-06-15T01:00:00Z") }),
    );

    expect(emitted).toEqual([
      { kind: "HIRE_DATE", late: true, count: 1 },
      { kind: "HIRE_DATE", late: false, count: 2 },
    ]);
  });

  test("registered offsets fire from the day of their registration", async () => {
    const company = await aCompany();
    await company.as((manager) =>
      manager.query(
        `insert into lifecycle_offsets (tenant_id, kind, offset_days, since)
         select current_setting('app.tenant'), 'HIRE_DATE', days, '2026-06-10T12:00:00Z' from unnest($1::int[]) days`,
        [[-7, 3]],
      ),
    );
    await company.add({ hireDate: "2026-06-16" });
    await company.add({ hireDate: "2026-06-20" });

    const emitted = [
      ...(await company.dailyRun("2026-06-10T13:00:00Z")),
      ...(await company.dailyRun("2026-06-30T13:00:00Z")),
    ];

    expect(emitted.map(({ occursOn, offsetDays }) => [occursOn, offsetDays])).toEqual([
      ["2026-06-20", -7],
      ["2026-06-16", 0],
      ["2026-06-16", 3],
      ["2026-06-20", 0],
      ["2026-06-20", 3],
    ]);
  });

  test("a kind that is off does not fire; one that is no longer readable does", async () => {
    const company = await aCompany();
    await company.add({ dateOfBirth: "1990-06-15", probationEndDate: "2026-06-15", hireDate: "2026-06-15" });
    await company.as(async (manager) => {
      await manager.query(
        `insert into lifecycle_kinds (tenant_id, kind, enabled, since)
         values (current_setting('app.tenant'), 'BIRTHDAY', false, '2026-06-02T00:00:00Z')`,
      );
      await manager.query("update lifecycle_streams set unreadable_kinds = '{PROBATION_END}'");
    });

    expect((await company.dailyRun("2026-06-15T13:00:00Z")).map(({ kind }) => kind)).toEqual([
      "HIRE_DATE",
      "PROBATION_END",
    ]);
  });

  test("a date that passed while its kind was off does not fire", async () => {
    const company = await aCompany();
    await company.add({ hireDate: "2026-06-14" });
    await company.add({ hireDate: "2026-06-15" });
    await company.as((manager) =>
      manager.query(
        `insert into lifecycle_kinds (tenant_id, kind, enabled, since)
         values (current_setting('app.tenant'), 'HIRE_DATE', true, '2026-06-15T09:00:00Z')`,
      ),
    );

    expect((await company.dailyRun("2026-06-15T13:00:00Z")).map(({ occursOn }) => occursOn)).toEqual([
      "2026-06-15",
    ]);
  });

  test("a date that is entered three days late fires, and one that is entered later does not", async () => {
    const company = await aCompany();
    await company.dailyRun("2026-06-20T00:00:00Z");
    await company.add({ hireDate: "2026-06-17" });
    await company.add({ hireDate: "2026-06-16" });

    expect(await company.dailyRun("2026-06-20T13:00:00Z")).toMatchObject([
      { occursOn: "2026-06-17", late: true },
    ]);
    expect(await company.dailyRun("2026-06-21T13:00:00Z")).toEqual([]);
  });

  test("a date that is entered four days late does not fire after a new day has begun either", async () => {
    const company = await aCompany();
    await company.dailyRun("2026-06-19T00:00:00Z");
    await company.add({ hireDate: "2026-06-16" });

    expect(await company.dailyRun("2026-06-20T00:00:00Z")).toEqual([]);
  });

  test("a person who moves between zones loses no date and gets none twice", async () => {
    const company = await aCompany("2026-06-01T12:00:00Z", "Pacific/Pago_Pago");
    const office = await addOfficeIn(company, "Pacific/Kiritimati");
    const personId = await company.add({ hireDate: "2026-06-15" });
    // In Kiritimati the 15th began ten hours ago; in Pago Pago it is still the 14th.
    expect(await company.dailyRun("2026-06-14T20:00:00Z")).toEqual([]);
    await company.as((manager) => manager.query("update people set office_id = $1", [office]));

    expect(await company.dailyRun("2026-06-14T20:01:00Z")).toMatchObject([{ personId, late: false }]);
    await company.as((manager) => manager.query("update people set office_id = null"));
    expect(await company.dailyRun("2026-06-16T20:01:00Z")).toEqual([]);
  });

  test("an office without a set zone has the guessed one", async () => {
    const company = await aCompany();
    const office = await company.as((manager) => addOffice(manager, { guessedTimeZone: "Pacific/Auckland" }));
    await company.add({ hireDate: "2026-06-15", officeId: office.id });

    expect(await company.dailyRun("2026-06-14T11:59:00Z")).toEqual([]);
    expect(await company.dailyRun("2026-06-14T12:00:00Z")).toHaveLength(1);
  });

  test("a run without dates on a known day writes nothing", async () => {
    const company = await aCompany();
    await company.dailyRun("2026-06-15T00:00:00Z");
    const readRows = (): Promise<unknown> =>
      company.as((manager) =>
        manager.query("select t.xmin, t.turned_on, s.xmin from lifecycle_turns t, lifecycle_streams s"),
      );
    const before = await readRows();

    await company.dailyRun("2026-06-15T23:00:00Z");

    expect(await readRows()).toEqual(before);
  });

  test("the service forgets zones without people", async () => {
    const company = await aCompany();
    const office = await addOfficeIn(company, "Europe/Berlin");
    await company.dailyRun("2026-06-15T12:00:00Z");
    await company.as((manager) => manager.query("delete from offices where id = $1", [office]));
    await company.dailyRun("2026-06-15T13:00:00Z");

    const zones = await company.as((manager) => manager.query("select time_zone from lifecycle_turns"));
    expect(zones).toEqual([{ time_zone: "UTC" }]);
  });

  test("events are deleted after 90 days, and the log knows where it begins", async () => {
    const company = await aCompany();
    await company.add({ hireDate: "2026-06-14" });
    await company.add({ hireDate: "2026-06-15" });
    await company.add({ hireDate: "2026-06-15" });
    await company.dailyRun("2026-06-14T12:00:00Z");
    await company.dailyRun("2026-06-15T12:00:00Z");
    const readStream = (): Promise<unknown> =>
      company.as((manager) =>
        manager.query("select last_seq::int as last, pruned_seq::int as pruned from lifecycle_streams"),
      );

    await company.dailyRun("2026-09-12T11:00:00Z");
    expect(await readStream()).toEqual([{ last: 3, pruned: 0 }]);
    await company.dailyRun("2026-09-13T11:00:00Z");
    expect(await readStream()).toEqual([{ last: 3, pruned: 1 }]);
    expect((await company.readLog()).map(({ seq }) => seq)).toEqual([2, 3]);
    await company.dailyRun("2026-12-31T11:00:00Z");
    expect(await readStream()).toEqual([{ last: 3, pruned: 3 }]);
  });

  test("no date fires before the first sync", async () => {
    const company = await aCompany();
    await company.add({ hireDate: "2026-06-15" });
    await company.as((manager) => manager.query("delete from lifecycle_streams"));

    expect(await company.dailyRun("2026-06-15T12:00:00Z")).toEqual([]);
  });
});

describe("29 February", () => {
  const emitFebruary = async (rules: readonly [string, string][]): Promise<string[]> => {
    const company = await aCompany("2027-02-01T12:00:00Z");
    await company.add({ dateOfBirth: "1992-02-29", hireDate: "2024-02-29" });
    for (const [day, rule] of rules) {
      await company.as((manager) => manager.query("update tenants set leap_day_rule = $1", [rule]));
      await company.dailyRun(`2027-${day}T12:00:00Z`);
    }
    return (await company.readLog()).map(({ kind, occursOn }) => `${kind} ${occursOn}`);
  };

  test("29 February fires once when the company changes its rule from 28 February to 1 March in between", async () => {
    const emitted = await emitFebruary([
      ["02-28", "FEBRUARY_28"],
      ["03-01", "MARCH_1"],
      ["03-02", "MARCH_1"],
    ]);
    expect(emitted).toEqual(["WORK_ANNIVERSARY 2027-02-28", "BIRTHDAY 2027-02-28"]);
  });

  test("29 February fires once when the company changes its rule from 1 March to 28 February right after", async () => {
    const emitted = await emitFebruary([
      ["02-28", "MARCH_1"],
      ["03-01", "MARCH_1"],
      ["03-02", "FEBRUARY_28"],
    ]);
    expect(emitted).toEqual(["WORK_ANNIVERSARY 2027-03-01", "BIRTHDAY 2027-03-01"]);
  });
});
