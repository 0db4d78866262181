import type { DataSource } from "typeorm";
import { expect } from "vitest";

/** A person in the directory, column by column. */
type Row = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly status: string;
  readonly personio_id: string;
  readonly hire_date: string | null;
  readonly original_hire_date: string | null;
  readonly termination_date: string | null;
  readonly next_personio_id: string | null;
  readonly continues_on: string | null;
};

type LoggedEvent = {
  readonly id: string;
  readonly seq: number;
  readonly kind: string;
  readonly personId: string;
  readonly personioId: string;
  readonly occursOn: string;
  readonly change: string | null;
  readonly supersedes: string | null;
  readonly fields: readonly string[] | null;
};

/** The value of each field of `Person` on a day, including derived ones, in the order of `changedFields`. */
const SHOWN: Readonly<Record<string, (row: Row, today: string) => unknown>> = {
  personioId: (row) => row.personio_id,
  workEmail: (row) => row.work_email,
  employeeId: (row) => row.employee_id,
  firstName: (row) => row.first_name,
  lastName: (row) => row.last_name,
  displayName: (row) => row.display_name,
  position: (row) => row.position,
  department: (row) => row.department_id,
  subCompany: (row) => row.sub_company,
  costCenter: (row) => row.cost_center,
  team: (row) => row.team,
  legalEntity: (row) => row.legal_entity_id,
  office: (row) => row.office_id,
  supervisor: (row) => row.supervisor_id,
  status: (row) => row.status,
  isPreHire: ({ status, hire_date }, today) =>
    status !== "INACTIVE" && (status === "ONBOARDING" || String(hire_date ?? "") > today),
  employmentType: (row) => row.employment_type,
  hireDate: (row) => row.hire_date,
  originalHireDate: (row) => row.original_hire_date,
  probationEndDate: (row) => row.probation_end_date,
  contractEndDate: (row) => row.contract_end_date,
  terminationDate: (row) => row.termination_date,
  dateOfBirth: (row) => row.date_of_birth,
  birthday: (row) => String(row.date_of_birth ?? "").slice(5),
  customAttributes: (row) => row.custom_attributes,
};

/** Dates that occur once, by kind. */
const ONCE: Readonly<Record<string, string>> = {
  HIRE_DATE: "hire_date",
  PROBATION_END: "probation_end_date",
  CONTRACT_END_DATE: "contract_end_date",
  TERMINATION_DATE: "termination_date",
};
const YEARLY: Readonly<Record<string, string>> = { WORK_ANNIVERSARY: "hire_date", BIRTHDAY: "date_of_birth" };
const DECISIVE = [
  ...new Set([...Object.values(ONCE), ...Object.values(YEARLY)]),
  "status",
  "personio_id",
  "next_personio_id",
  "continues_on",
];

/**
 * Computes what the event log must contain, independently of the code that writes it. Its sources are two
 * states of the directory, and the calendar, day by day. Each check must find exactly that.
 */
export class EventOracle {
  readonly #dataSource: DataSource;
  #people = new Map<string, Row>();
  #seq = 0;
  #today = "";
  /** The day of the first sync. */
  readonly #baseline: string;
  /** Every date that fired and was not cancelled since: the log itself deletes old events. */
  readonly #standing = new Set<string>();
  /** Every date that ever fired. */
  readonly #fired = new Set<string>();
  /** Records that HR recreated. */
  readonly #anew = new Set<string>();

  private constructor(dataSource: DataSource, baseline: string) {
    this.#dataSource = dataSource;
    this.#baseline = baseline;
  }

  /** To be called after the first sync. */
  static async begin(dataSource: DataSource, today: string): Promise<EventOracle> {
    const oracle = new EventOracle(dataSource, today);
    const log = await oracle.#readLog();
    oracle.#remember(await oracle.#readPeople(), log, today);
    return oracle;
  }

  /**
   * HR recreated a record as this one: it is not a return, unless the last day of the former one was over.
   * The last day before a known move ends no work.
   */
  continuesEmployment(personioId: string): void {
    this.#anew.add(personioId);
  }

  /** To be called after each sync, when the dates up to today have been emitted. */
  async check(today: string): Promise<void> {
    const [people, log] = [await this.#readPeople(), await this.#readLog()];
    const news = log.filter(({ seq }) => seq > this.#seq);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => (log[0]?.seq ?? 0) + index));
    expect(news[0]?.seq ?? this.#seq + 1).toBe(this.#seq + 1);
    expect(news.filter(isChange).map(describe).sort()).toEqual(this.#changes(people, today).sort());
    this.#checkDates(
      people,
      news.filter((event) => !isChange(event)),
      today,
    );
    checkThreads(people, log, { today, baseline: this.#baseline });
    this.#remember(people, log, today);
  }

  /** The changes between the two states. */
  #changes(people: ReadonlyMap<string, Row>, today: string): string[] {
    return [...people.values()].flatMap((now) => {
      const before = this.#people.get(now.id);
      if (!before) return [`${now.id} PERSON_ADDED`];
      const left = now.status === "INACTIVE" && before.status !== "INACTIVE";
      const wasOver =
        before.next_personio_id === null &&
        before.termination_date !== null &&
        before.termination_date < today;
      const continuesEmployment =
        before.next_personio_id === now.personio_id || (this.#anew.has(now.personio_id) && !wasOver);
      const isAnother = before.personio_id !== now.personio_id && !continuesEmployment;
      const returned = now.status !== "INACTIVE" && (before.status === "INACTIVE" || isAnother);
      const fields = Object.entries(SHOWN)
        .filter(([, show]) => JSON.stringify(show(before, today)) !== JSON.stringify(show(now, today)))
        .map(([field]) => field)
        .filter((field) => !(left || returned) || (field !== "status" && field !== "isPreHire"));
      return [
        ...(left ? [`${now.id} PERSON_LEFT`] : []),
        ...(returned ? [`${now.id} PERSON_RETURNED`] : []),
        ...(fields.length > 0 ? [`${now.id} PERSON_CHANGED ${fields.join()}`] : []),
        ...(fields.includes("supervisor") ? [`${now.id} SUPERVISOR_CHANGED`] : []),
      ];
    });
  }

  /** For a person without a decisive change, exactly the dates since the last check were emitted. */
  #checkDates(people: ReadonlyMap<string, Row>, news: readonly LoggedEvent[], today: string): void {
    const emitted = news.filter(({ change }) => change === null);
    expect(emitted.filter(({ occursOn }) => occursOn > today)).toEqual([]);
    const emittedOf = Map.groupBy(emitted, ({ personId }) => personId);
    for (const now of people.values()) {
      const before = this.#people.get(now.id);
      const dates = (emittedOf.get(now.id) ?? []).map(dateOf).sort();
      if (before && DECISIVE.every((column) => before[column] === now[column])) {
        const days = { from: dayAfter(this.#today), to: today, baseline: this.#baseline };
        const due = [...datesIn(now, days)].filter((date) => !this.#standing.has(date));
        expect(dates).toEqual(due.sort());
      } else if (before?.personio_id === now.personio_id) {
        expect(dates).toEqual(expect.arrayContaining(this.#again(now, before, today)));
      }
    }
  }

  /**
   * Dates that must fire at once: a late end of employment, and a date that is back after it was cancelled.
   */
  #again(now: Row, before: Row, today: string): string[] {
    return Object.entries(ONCE).flatMap(([kind, column]) => {
      const day = now[column];
      if (typeof day !== "string" || day > today) return [];
      const date = `${now.id} ${kind} ${day}`;
      const isNew = kind === "TERMINATION_DATE" && day !== before[column];
      if (this.#standing.has(date) || !(isNew || this.#fired.has(date))) return [];
      return [...datesIn(now, { from: day, to: day, baseline: this.#baseline })].filter(
        (one) => one === date,
      );
    });
  }

  #remember(people: Map<string, Row>, log: readonly LoggedEvent[], today: string): void {
    this.#people = people;
    this.#today = today;
    const byId = new Map(log.map((event) => [event.id, event]));
    for (const event of log.filter((one) => !isChange(one) && one.seq > this.#seq)) {
      const former = event.supersedes && byId.get(event.supersedes);
      if (event.change === null) {
        // A date fires again only after it was cancelled.
        expect(this.#standing).not.toContain(dateOf(event));
        this.#standing.add(dateOf(event));
        this.#fired.add(dateOf(event));
      } else if (former && (event.change === "CANCELLED" || event.occursOn !== former.occursOn)) {
        this.#standing.delete(dateOf(former));
      }
    }
    this.#seq = log.at(-1)?.seq ?? this.#seq;
  }

  async #readPeople(): Promise<Map<string, Row>> {
    const rows = await this.#dataSource.query<{ row: Row }[]>("select to_jsonb(p) as row from people p");
    return new Map(rows.map(({ row }) => [row.id, row]));
  }

  #readLog(): Promise<LoggedEvent[]> {
    return this.#dataSource.query(
      `select id, seq::int, kind, person_id as "personId", personio_id as "personioId", occurs_on as "occursOn", change,
        supersedes, changed_fields as fields
       from lifecycle_events order by seq`,
    );
  }
}

/**
 * The events of one date are a thread: each correction supersedes the event before it, and the last one
 * agrees with the directory. Threads whose first event was deleted are past.
 */
function checkThreads(
  people: ReadonlyMap<string, Row>,
  log: readonly LoggedEvent[],
  { today, baseline }: { readonly today: string; readonly baseline: string },
): void {
  const dates = log.filter((event) => !isChange(event));
  const superseded = dates.flatMap(({ supersedes }) => supersedes ?? []);
  expect(new Set(superseded).size).toBe(superseded.length);
  const threads = Map.groupBy(dates, ({ personId, personioId, kind, occursOn }) =>
    [personId, personioId, kind, kind in YEARLY ? occursOn.slice(0, 4) : ""].join(" "),
  );
  for (const thread of threads.values()) {
    if (thread[0]?.change !== null) continue;
    const emitted = thread.filter(({ change }) => change === null).map(({ occursOn }) => occursOn);
    for (const [index, { kind, change, supersedes }] of thread.entries()) {
      // A yearly date may have moved to another year.
      if (change !== null && kind in ONCE) expect(supersedes).toBe(thread[index - 1]?.id);
    }
    const last = thread.at(-1);
    const person = last && people.get(last.personId);
    const column = last && ONCE[last.kind];
    if (!last || !person || !column || person.personio_id !== last.personioId) continue;
    const day = person[column];
    if (last.change !== "CANCELLED") expect(last.occursOn).toBe(day);
    else if (typeof day === "string" && day <= today && emitted.includes(day)) {
      expect([...datesIn(person, { from: day, to: day, baseline })]).not.toContain(
        `${person.id} ${last.kind} ${day}`,
      );
    }
  }
}

/** A person's dates from one day to another, day by day. */
function* datesIn(
  person: Row,
  { from, to, baseline }: { readonly from: string; readonly to: string; readonly baseline: string },
): Generator<string> {
  for (let day = from; day <= to; day = dayAfter(day)) {
    for (const [kind, column] of Object.entries(ONCE)) {
      if (person[column] === day && !isGone(person, kind, { day, baseline }))
        yield `${person.id} ${kind} ${day}`;
    }
    for (const [kind, column] of Object.entries(YEARLY)) {
      const date = person[column];
      const comes = typeof date === "string" && comesOn(date, day) && (kind === "BIRTHDAY" || date < day);
      if (comes && !isGone(person, kind, { day, baseline })) yield `${person.id} ${kind} ${day}`;
    }
  }
}

/**
 * Whether a date does not fire: after a departure only the last day does, before it no date after the last
 * day.
 */
function isGone(
  { status, hire_date, original_hire_date, termination_date, next_personio_id, continues_on }: Row,
  kind: string,
  { day, baseline }: { readonly day: string; readonly baseline: string },
): boolean {
  if (kind === "TERMINATION_DATE") return next_personio_id !== null;
  if (kind === "HIRE_DATE" && continues_on === day) return true;
  if (status === "INACTIVE") return true;
  if (next_personio_id !== null || termination_date === null) return false;
  // A last day before the first day ended a former employment, if there was one; else the offer was
  // withdrawn.
  const wasHere = original_hire_date !== null && original_hire_date <= termination_date;
  const isHistory =
    hire_date !== null && termination_date < hire_date && (wasHere || termination_date < baseline);
  if (isHistory) return false;
  return kind === "PROBATION_END" || kind === "CONTRACT_END_DATE"
    ? termination_date <= day
    : termination_date < day;
}

/** Whether a yearly date is on this day; 29 February is on the 28th in other years. */
function comesOn(date: string, day: string): boolean {
  const isSubstitute =
    date.slice(5) === "02-29" && day.slice(5) === "02-28" && dayAfter(day).slice(5) === "03-01";
  return date.slice(5) === day.slice(5) || isSubstitute;
}

const isChange = ({ kind }: LoggedEvent): boolean =>
  kind.startsWith("PERSON_") || kind === "SUPERVISOR_CHANGED";

const describe = ({ personId, kind, fields }: LoggedEvent): string =>
  [personId, kind, ...(fields ? [fields.join()] : [])].join(" ");

const dateOf = ({ personId, kind, occursOn }: LoggedEvent): string => `${personId} ${kind} ${occursOn}`;

function dayAfter(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}
