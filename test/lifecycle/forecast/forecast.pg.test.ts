import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDays } from "../../../src/lifecycle/due/zone-days.ts";
import { DATED_KINDS, type DatedKind } from "../../../src/lifecycle/event-kind.ts";
import { countUpcoming, listUpcoming, type Upcoming } from "../../../src/lifecycle/forecast/forecast.ts";
import { addOffice, addPeople } from "../../support/factories.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { type CompanyOfDates, companyOfDates, type LoggedEvent } from "../support/company-of-dates.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const aCompany = (baselinedAt = "2026-06-01T12:00:00Z", timeZone = "UTC"): Promise<CompanyOfDates> =>
  companyOfDates(database.dataSource, { baselinedAt, timeZone });

type Window = { readonly from: string; readonly to: string; readonly kinds?: readonly DatedKind[] };

/** Reads all pages of a forecast, with `pageSize` entries each. */
async function forecastAll(company: CompanyOfDates, window: Window, pageSize = 100): Promise<Upcoming[]> {
  const request = { days: window, kinds: window.kinds ?? DATED_KINDS, seesDepartures: true };
  const all: Upcoming[] = [];
  for (;;) {
    const after = all.at(-1) ?? null;
    const page = await company.as((manager) => listUpcoming(manager, request, { after, limit: pageSize }));
    all.push(...page);
    if (page.length < pageSize) return all;
  }
}

const emitted = ({
  kind,
  personId,
  occursOn,
  offsetDays,
  years,
}: {
  kind: string;
  personId: string;
  occursOn: string;
  offsetDays: number;
  years: number | null;
}): string => [kind, personId, occursOn, offsetDays, years].join(" ");

describe("a forecast", () => {
  test("a forecast lists dates that will fire, with day and zone, and dates that will not, with the reason", async () => {
    const company = await aCompany("2026-06-01T12:00:00Z", "Europe/Berlin");
    const office = await company.as((manager) => addOffice(manager, { guessedTimeZone: "Europe/Lisbon" }));
    const personId = await company.add({
      hireDate: "2024-06-20",
      probationEndDate: "2026-06-22",
      terminationDate: "2026-06-21",
      officeId: office.id,
    });

    expect(await forecastAll(company, { from: "2026-06-15", to: "2026-06-30" })).toMatchObject([
      {
        kind: "WORK_ANNIVERSARY",
        personId,
        occursOn: "2026-06-20",
        firesOn: "2026-06-20",
        firesAt: new Date("2026-06-19T23:00:00Z"),
        offsetDays: 0,
        years: 2,
        timeZone: "Europe/Lisbon",
        suppressedBecause: null,
      },
      { kind: "TERMINATION_DATE", occursOn: "2026-06-21", suppressedBecause: null },
      { kind: "PROBATION_END", occursOn: "2026-06-22", suppressedBecause: "The person has left by then." },
    ]);
  });

  test("each date that will not fire has its reason", async () => {
    const company = await aCompany("2026-06-10T12:00:00Z");
    await company.add({ hireDate: "2026-06-20", status: "INACTIVE" });
    await company.add({ contractEndDate: "2026-06-21", terminationDate: "2026-06-01" });
    await company.add({ dateOfBirth: "1990-06-22" });
    await company.add({
      probationEndDate: "2026-06-23",
      terminationDate: "2026-06-30",
      status: "INACTIVE",
    });
    await company.add({
      hireDate: "2026-06-24",
      terminationDate: "2026-06-15",
      originalHireDate: "2026-06-24",
    });
    await company.add({ hireDate: "2026-06-09" });
    await company.add({ hireDate: "2026-06-12" });
    await company.as(async (manager) => {
      await manager.query(
        `insert into lifecycle_kinds (tenant_id, kind, enabled, since) values
         (current_setting('app.tenant'), 'BIRTHDAY', false, now())`,
      );
      await manager.query(
        `insert into lifecycle_offsets (tenant_id, kind, offset_days, since) values
         (current_setting('app.tenant'), 'HIRE_DATE', 1, '2026-06-14T12:00:00Z')`,
      );
    });
    await company.as((manager) =>
      manager.query("update people set hire_date = '2026-06-11' where hire_date = '2026-06-12'"),
    );
    await company.dailyRun("2026-06-20T12:00:00Z");

    const all = await forecastAll(company, { from: "2026-06-09", to: "2026-06-30" });
    expect(
      all.map(({ kind, firesOn, suppressedBecause }) => `${firesOn} ${kind}: ${suppressedBecause}`),
    ).toEqual([
      "2026-06-09 HIRE_DATE: The day was over before the company's first sync.",
      "2026-06-10 HIRE_DATE: The day was over before this offset was registered.",
      "2026-06-12 HIRE_DATE: The day was over before this offset was registered.",
      "2026-06-20 HIRE_DATE: The person left before the first day, or the offer was withdrawn.",
      "2026-06-21 HIRE_DATE: The person left before the first day, or the offer was withdrawn.",
      "2026-06-21 CONTRACT_END_DATE: The employment ends on or before this day.",
      "2026-06-22 BIRTHDAY: This kind of event is switched off for the company.",
      "2026-06-23 PROBATION_END: The person has left: only the last day of the employment still fires.",
      "2026-06-24 HIRE_DATE: The person left before the first day, or the offer was withdrawn.",
      "2026-06-25 HIRE_DATE: The person left before the first day, or the offer was withdrawn.",
      "2026-06-30 TERMINATION_DATE: null",
    ]);
    expect(all.map(({ suppressionReason }) => suppressionReason)).toEqual([
      "BEFORE_BASELINE",
      "BEFORE_REGISTERED",
      "BEFORE_REGISTERED",
      "NEVER_STARTED",
      "NEVER_STARTED",
      "TERMINATED_BEFORE",
      "SWITCHED_OFF",
      "LEFT",
      "NEVER_STARTED",
      "NEVER_STARTED",
      null,
    ]);
  });

  test("a date that is too long ago will not fire any more", async () => {
    const company = await aCompany();
    await company.dailyRun("2026-06-20T00:00:00Z");
    await company.add({ hireDate: "2026-06-16" });
    await company.add({ hireDate: "2026-06-17" });

    expect(await forecastAll(company, { from: "2026-06-10", to: "2026-06-30" })).toMatchObject([
      {
        occursOn: "2026-06-16",
        suppressedBecause: "The day is over: a date fires at most three days late.",
      },
      { occursOn: "2026-06-17", suppressedBecause: null },
    ]);
    expect(await company.dailyRun("2026-06-20T12:00:00Z")).toMatchObject([
      { occursOn: "2026-06-17", late: true },
    ]);
    expect(await forecastAll(company, { from: "2026-06-17", to: "2026-06-30" })).toEqual([]);
  });

  test("a forecast is empty before the first sync", async () => {
    const company = await aCompany();
    await company.add({ hireDate: "2026-06-16" });
    await company.as((manager) => manager.query("delete from lifecycle_streams"));
    const request = {
      days: { from: "2026-06-01", to: "2026-06-30" },
      kinds: DATED_KINDS,
      seesDepartures: true,
    };

    expect(await forecastAll(company, request.days)).toEqual([]);
    expect(await company.as((manager) => countUpcoming(manager, request))).toBe(0);
  });

  test("a forecast of the first and the last year does not overflow", async () => {
    const company = await aCompany();
    await company.add({ hireDate: "0001-01-01", contractEndDate: "9999-12-31" });

    expect(await forecastAll(company, { from: "9999-01-01", to: "9999-12-31" })).toMatchObject([
      { kind: "WORK_ANNIVERSARY", occursOn: "9999-01-01", years: 9998 },
      { kind: "CONTRACT_END_DATE", occursOn: "9999-12-31" },
    ]);
    expect(await forecastAll(company, { from: "0001-01-01", to: "0001-12-31" })).toMatchObject([
      { kind: "HIRE_DATE", occursOn: "0001-01-01", suppressedBecause: expect.stringContaining("first sync") },
    ]);
  });

  test("a forecast is the same list in pages of any size, and as long as its count", async () => {
    const company = await companyThatGoesThrough();
    const window = { from: "2027-01-01", to: "2027-08-31" };
    const whole = await forecastAll(company, window, 10_000);

    expect(whole.length).toBeGreaterThan(100);
    for (const pageSize of [1, 7, 100]) {
      expect((await forecastAll(company, window, pageSize)).map(emitted)).toEqual(whole.map(emitted));
    }
    const request = { days: window, kinds: DATED_KINDS, seesDepartures: true };
    expect(await company.as((manager) => countUpcoming(manager, request))).toBe(whole.length);
    const birthdays = await forecastAll(company, { ...window, kinds: ["BIRTHDAY"] });
    expect(birthdays.map(emitted)).toEqual(whole.filter(({ kind }) => kind === "BIRTHDAY").map(emitted));
  });
});

const ZONES = [
  "Europe/Berlin",
  "America/Sao_Paulo",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
  "Asia/Beirut",
];

/**
 * Thirty people in six zones, with hires, departures and birthdays from 2026 to 2029; some on 29 February.
 */
async function companyThatGoesThrough(): Promise<CompanyOfDates> {
  const company = await aCompany("2026-12-15T12:00:00Z", "Europe/Lisbon");
  await company.as(async (manager) => {
    const officeIds: string[] = [];
    for (const timeZone of ZONES) officeIds.push((await addOffice(manager, { timeZone })).id);
    await manager.query(
      `insert into lifecycle_offsets (tenant_id, kind, offset_days, since)
       select current_setting('app.tenant'), kind, days, '2026-12-20T12:00:00Z'
       from (values ('HIRE_DATE', -7), ('HIRE_DATE', 90), ('TERMINATION_DATE', 1), ('BIRTHDAY', -180), ('WORK_ANNIVERSARY', 180)) o (kind, days)`,
    );
    const day = (from: string, index: number, step: number): string => addDays(from, index * step);
    await addPeople(
      manager,
      Array.from({ length: 30 }, (_, index) => ({
        officeId: officeIds[index % 6] ?? null,
        hireDate: index % 9 === 0 ? "2024-02-29" : day("2023-11-05", index, 45),
        dateOfBirth: index % 7 === 0 ? "1992-02-29" : day("1980-03-27", index, 97),
        probationEndDate: index % 2 ? day("2026-12-20", index, 17) : null,
        contractEndDate: index % 3 ? null : day("2026-12-28", index, 20),
        terminationDate: index % 4 ? null : day("2027-01-03", index, 14),
        status: index % 10 === 5 ? ("INACTIVE" as const) : ("ACTIVE" as const),
      })),
    );
  });
  return company;
}

/** Within a date's three days of lateness, so that no date is lost in between. */
const QUIET_DAYS_MAX = 3;

test("a forecast for two years comes true day by day, and nothing else fires", async () => {
  const company = await companyThatGoesThrough();
  await company.dailyRun("2026-12-31T12:00:00Z");
  const forecast = await forecastAll(company, { from: "2026-12-29", to: "2029-01-02" });

  // At this hour the new day has begun in some zones only, so each zone gets a run of its own. Quiet days may
  // pass without a run: what the forecast lacks would fire late in the next one.
  const log: LoggedEvent[] = [];
  const firing = forecast.filter(({ suppressedBecause }) => suppressedBecause === null);
  const instants = firing.map(({ firesAt }) => firesAt.toISOString()).sort();
  let [next, ranAt] = [0, "2026-12-31T12:00:00.000Z"];
  for (let day = "2027-01-01"; day <= "2029-01-03"; day = addDays(day, 1)) {
    const at = `${day}T${day < "2028" ? "16:42" : "03:17"}:00.000Z`;
    while ((instants[next] ?? at) < ranAt) next += 1;
    if ((instants[next] ?? day) > at && addDays(ranAt.slice(0, 10), QUIET_DAYS_MAX) > day) continue;
    log.push(...(await company.dailyRun(at)));
    ranAt = at;
  }

  const events = log.filter(({ occursOn, offsetDays }) => {
    const firesOn = addDays(occursOn, offsetDays);
    return firesOn >= "2026-12-29" && firesOn <= "2029-01-02";
  });
  expect(events.map(emitted).sort()).toEqual(
    forecast
      .filter(({ suppressedBecause }) => suppressedBecause === null)
      .map(emitted)
      .sort(),
  );
  expect(events.filter(({ late }) => late)).toEqual([]);
  expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(DATED_KINDS));
  expect(forecast.filter(({ suppressedBecause }) => suppressedBecause !== null).length).toBeGreaterThan(50);
});
