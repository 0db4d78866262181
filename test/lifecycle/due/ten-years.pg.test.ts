import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listEmittedDates } from "../../../src/lifecycle/changes/changes.repository.ts";
import { correctDates } from "../../../src/lifecycle/changes/correct-dates.ts";
import type { LinkedRecord } from "../../../src/lifecycle/changes/detect-events.ts";
import { emitDueDates } from "../../../src/lifecycle/due/emit-due-dates.ts";
import { DATED_KINDS, type DatedKind } from "../../../src/lifecycle/event-kind.ts";
import { appendEvents } from "../../../src/lifecycle/events/event-log.repository.ts";
import { lockStream } from "../../../src/lifecycle/events/event-stream.repository.ts";
import { getDateRules } from "../../../src/lifecycle/settings/lifecycle-settings.repository.ts";
import { EMPTY_RECORD } from "../../../src/sync/plan/merge-record.ts";
import { addOffice, addPeople } from "../../support/factories.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { type CompanyOfDates, companyOfDates } from "../support/company-of-dates.ts";
import {
  DateOracle,
  daysLater,
  FIELD,
  type ModelEvent,
  type ModelPerson,
  standingEvents,
  wallDay,
} from "./date-oracle.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const BASELINE = "2026-06-01T12:00:00Z";
const TEN_YEARS_LATER = new Date("2036-06-01T12:00:00Z");
const PEOPLE = 12;
/** The test's name contains it; `MODEL_SEED` repeats a run. */
const SEED = Number(process.env.MODEL_SEED) || Math.floor(Math.random() * 1e6);
/** For more, set `MODEL_RUNS`. */
const RUNS = Number(process.env.MODEL_RUNS ?? 1);
const STEPS = { minLength: 100, maxLength: 100 };
const OFFICES = 3;
const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/Sao_Paulo",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
  "Asia/Beirut",
];
const FIELDS = [...new Set(Object.values(FIELD))];
const OFFSETS: Partial<Record<DatedKind, number[]>> = {
  HIRE_DATE: [-7],
  TERMINATION_DATE: [-14, 1],
  BIRTHDAY: [-180],
  WORK_ANNIVERSARY: [180],
  PROBATION_END: [-30],
};

const person = fc.nat({ max: PEOPLE - 1 });
const day = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -6, max: 6 }) },
  { weight: 3, arbitrary: fc.integer({ min: -400, max: 400 }) },
  { weight: 1, arbitrary: fc.constant("leap" as const) },
  // The same day of another year: an anniversary keeps its day and changes its number.
  { weight: 1, arbitrary: fc.constant("a year before" as const) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 24 * 40 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 30 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("wait" as const), hours: fc.integer({ min: -48, max: -1 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("date" as const),
      person,
      field: fc.constantFrom(...FIELDS),
      day,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("status" as const),
      person,
      status: fc.constantFrom("ACTIVE" as const, "INACTIVE" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("move" as const), person, office: fc.nat({ max: OFFICES - 1 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("zone" as const),
      office: fc.nat({ max: OFFICES - 1 }),
      zone: fc.constantFrom(...ZONES),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

type PersonOfOffice = ModelPerson & { office: number };
type OfficeInZone = { readonly id: string; timeZone: string };

/** A company in the tables, the same company in the model, and a clock. */
class Years {
  now = new Date(BASELINE);
  readonly log: ModelEvent[] = [];
  readonly #company: CompanyOfDates;
  readonly #oracle: DateOracle;
  readonly #people: readonly PersonOfOffice[];
  readonly #offices: readonly OfficeInZone[];
  #seq = 0;

  private constructor(
    company: CompanyOfDates,
    oracle: DateOracle,
    rows: { people: PersonOfOffice[]; offices: OfficeInZone[] },
  ) {
    this.#company = company;
    this.#oracle = oracle;
    this.#people = rows.people;
    this.#offices = rows.offices;
  }

  static async begin(leapDayRule: "FEBRUARY_28" | "MARCH_1"): Promise<Years> {
    const company = await companyOfDates(database.dataSource, { baselinedAt: BASELINE, timeZone: "UTC" });
    const rows = await company.as(async (manager) => {
      await manager.query("update tenants set leap_day_rule = $1", [leapDayRule]);
      for (const [kind, days] of Object.entries(OFFSETS))
        await manager.query(
          `insert into lifecycle_offsets (tenant_id, kind, offset_days, since)
           select current_setting('app.tenant'), $1, days, $3 from unnest($2::int[]) days`,
          [kind, days, BASELINE],
        );
      const offices: OfficeInZone[] = [];
      for (const timeZone of ZONES.slice(0, OFFICES)) {
        const { id } = await addOffice(manager, { timeZone });
        offices.push({ id, timeZone });
      }
      const people = await addPeople(
        manager,
        Array.from({ length: PEOPLE }, (_, index) => ({
          officeId: offices[index % OFFICES]?.id ?? null,
          hireDate: daysLater("2024-02-25", index),
          originalHireDate: daysLater("2024-02-25", index),
          dateOfBirth: daysLater("1992-02-26", index),
        })),
      );
      return { offices, people };
    });
    const offsets = DATED_KINDS.map((kind) => [kind, [0, ...(OFFSETS[kind] ?? [])]]);
    const oracle = new DateOracle({
      baselinedAt: new Date(BASELINE),
      leapDaySubstitute: leapDayRule === "MARCH_1" ? "03-01" : "02-28",
      offsets: Object.fromEntries(offsets),
    });
    const people = rows.people.map(({ id, hireDate, dateOfBirth }, index) => ({
      id,
      status: "ACTIVE" as const,
      hireDate,
      originalHireDate: hireDate,
      probationEndDate: null,
      contractEndDate: null,
      terminationDate: null,
      dateOfBirth,
      office: index % OFFICES,
      get timeZone() {
        return rows.offices[this.office]?.timeZone ?? "";
      },
    }));
    return new Years(company, oracle, { offices: rows.offices, people });
  }

  async take(step: Step): Promise<void> {
    if (step.do === "wait") {
      this.now = new Date(Math.max(Date.parse(BASELINE), this.now.getTime() + step.hours * 3_600_000));
      await this.#dailyRun();
    } else if (step.do === "zone") {
      const office = this.#offices[step.office];
      if (office) office.timeZone = step.zone;
      await this.#write("update offices set time_zone = $2 where id = $1", [office?.id, step.zone]);
    } else {
      await this.#edit(step);
    }
  }

  async #edit(step: Extract<Step, { person: number }>): Promise<void> {
    const person = this.#people[step.person];
    if (!person) return;
    if (step.do === "move") {
      person.office = step.office;
      return this.#write("update people set office_id = $2 where id = $1", [
        person.id,
        this.#offices[step.office]?.id,
      ]);
    }
    const before = { ...person };
    if (step.do === "status") person.status = step.status;
    else person[step.field] = this.#dayOf(step.day, person[step.field]);
    // HR corrects the first day, unless it hires again on the old record.
    const { hireDate, terminationDate } = person;
    const isHiredAgain = hireDate !== null && terminationDate !== null && hireDate > terminationDate;
    if (before.hireDate !== hireDate && before.hireDate === before.originalHireDate && !isHiredAgain)
      person.originalHireDate = hireDate;
    await this.#write(
      `update people set status = $2, hire_date = $3, probation_end_date = $4, contract_end_date = $5, termination_date = $6,
        date_of_birth = $7, original_hire_date = $8 where id = $1`,
      [person.id, person.status, ...FIELDS.map((field) => person[field]), person.originalHireDate],
    );
    await this.#sync(before, person);
  }

  #dayOf(day: number | "leap" | "a year before" | null, before: string | null): string | null {
    if (day === "leap") return "2024-02-29";
    if (day === "a year before")
      return before && !before.endsWith("02-29")
        ? `${Number(before.slice(0, 4)) - 1}${before.slice(4)}`
        : before;
    return day === null ? null : daysLater(this.now.toISOString().slice(0, 10), day);
  }

  #write = (statement: string, values: unknown[]): Promise<void> =>
    this.#company.as((manager) => manager.query(statement, values));

  /** Does what a sync does after it has seen the change. */
  async #sync(before: ModelPerson, person: ModelPerson & { office: number }): Promise<void> {
    const today = wallDay(this.now, person.timeZone);
    const isChanged =
      before.status !== person.status || FIELDS.some((field) => before[field] !== person[field]);
    const moved = new Set(FIELDS.filter((field) => before[field] !== person[field]));
    const log = await this.#retained();
    const expected = isChanged
      ? [
          ...this.#oracle.correct(log, person, today),
          ...this.#oracle.enter(log, person, { moved, before, today }),
        ]
      : [];
    await this.#company.as(async (manager) => {
      await lockStream(manager);
      const rules = await getDateRules(manager);
      if (!rules || !isChanged) return;
      const emitted = (await listEmittedDates(manager, [person.id])).get(person.id) ?? [];
      const [{ personioId }] = await manager.query(
        `select personio_id as "personioId" from people where id = $1`,
        [person.id],
      );
      const change = {
        personId: person.id,
        before: recordOf(before, personioId),
        after: recordOf(person, personioId),
        continuation: null,
        departmentId: null,
        officeId: null,
      };
      const { timeZone } = person;
      const when = { rules, today, timeZone, newlyReadable: new Set<DatedKind>(), hidden: [] };
      await appendEvents(manager, correctDates(change, emitted, when), this.now);
    });
    await this.#compare(expected);
    await this.#dailyRun();
  }

  /** The log without pruned events. */
  async #retained(): Promise<ModelEvent[]> {
    const [stream] = await this.#company.as((manager) =>
      manager.query("select pruned_seq::int as pruned from lifecycle_streams"),
    );
    return this.log.slice(stream.pruned);
  }

  async #dailyRun(): Promise<void> {
    const zones = [...new Set(["UTC", ...this.#offices.map(({ timeZone }) => timeZone)])];
    const expected = this.#oracle.dailyRun(this.#people, zones, this.now);
    await this.#company.as((manager) => emitDueDates(manager, { now: this.now }));
    await this.#compare(expected);
    this.#oracle.remember(await this.#retained());
  }

  async #compare(expected: readonly ModelEvent[]): Promise<void> {
    const rows = await this.#company.readLog(this.#seq);
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => this.#seq + index + 1));
    const events = rows.map(({ seq: _, revision: __, ...event }) => event as ModelEvent);
    expect(events.map(asLine)).toEqual(expected.map(asLine));
    this.log.push(...events);
    this.#seq += rows.length;
  }
}

const recordOf = ({ id: _, ...dates }: ModelPerson, personioId: string): LinkedRecord => ({
  record: { ...EMPTY_RECORD, ...dates, personioId },
  supervisorId: null,
});

/** Asserts that no date fires again unless it was revoked in between. */
function expectOnce(log: readonly ModelEvent[]): void {
  const again: ModelEvent[] = [];
  standingEvents(log, (event) => again.push(event));
  // After 90 days events are pruned. A later edit then repeats the end of an employment, and offsets further
  // ahead than that.
  const isForgotten = ({ kind, offsetDays }: ModelEvent): boolean =>
    kind === "TERMINATION_DATE" || offsetDays < -90;
  expect(again.filter((event) => !isForgotten(event))).toEqual([]);
}

const asLine = ({ kind, personId, occursOn, offsetDays, change, years, late }: ModelEvent): string =>
  [kind, personId.slice(0, 8), occursOn, offsetDays, change, years, late].join(" ");

test(`over ten years of HR edits, moves and clock changes, every date fires exactly once, in order, and none is lost (seed ${SEED})`, async () => {
  let events = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("FEBRUARY_28" as const, "MARCH_1" as const),
      fc.array(step, STEPS),
      async (leapDayRule, steps) => {
        const years = await Years.begin(leapDayRule);
        for (const step of steps) await years.take(step);
        while (years.now < TEN_YEARS_LATER) await years.take({ do: "wait", hours: 24 * 40 });
        expectOnce(years.log);
        expect(new Set(years.log.map(({ id }) => id)).size).toBe(years.log.length);
        events += years.log.length;
      },
    ),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
  expect(events).toBeGreaterThan(200 * RUNS);
});
