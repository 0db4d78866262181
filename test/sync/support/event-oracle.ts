import type { DataSource } from "typeorm";
import { expect } from "vitest";

/** Who stands in the directory, column by column. */
type Row = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly status: string;
  readonly personio_id: string;
  readonly hire_date: string | null;
  readonly termination_date: string | null;
  readonly next_personio_id: string | null;
  readonly continues_on: string | null;
};

type Told = {
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

/** Which column shows which field of `Person`. */
const FIELD_OF: Readonly<Record<string, string>> = {
  personio_id: "personioId",
  work_email: "workEmail",
  employee_id: "employeeId",
  first_name: "firstName",
  last_name: "lastName",
  display_name: "displayName",
  position: "position",
  department_id: "department",
  sub_company: "subCompany",
  legal_entity_id: "legalEntity",
  office_id: "office",
  supervisor_id: "supervisor",
  status: "status",
  employment_type: "employmentType",
  hire_date: "hireDate",
  original_hire_date: "originalHireDate",
  probation_end_date: "probationEndDate",
  contract_end_date: "contractEndDate",
  termination_date: "terminationDate",
  date_of_birth: "dateOfBirth",
  custom_attributes: "customAttributes",
};

/** The dates that come once, by kind. */
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
 * Says what the log of events must hold, without the code that writes it: from one look at the directory and the next, and from the
 * calendar, a day after the other. Every look must find exactly that.
 */
export class EventOracle {
  readonly #dataSource: DataSource;
  #people = new Map<string, Row>();
  #seq = 0;
  #today = "";
  /** Every date that was ever told: the log itself forgets. */
  readonly #told = new Set<string>();
  /** Records that HR made anew. */
  readonly #anew = new Set<string>();

  private constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** To be called when the first sync is over. */
  static async begin(dataSource: DataSource, today: string): Promise<EventOracle> {
    const oracle = new EventOracle(dataSource);
    const log = await oracle.#readLog();
    oracle.#remember(await oracle.#readPeople(), log, today);
    return oracle;
  }

  /** HR deleted a record and made it anew as this one: nobody is back by it, unless the last day of the former one was over. */
  goesOn(personioId: string): void {
    this.#anew.add(personioId);
  }

  /** To be called after each sync, when the days have turned up to today. */
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
    checkThreads(people, log, today);
    this.#remember(people, log, today);
  }

  /** What has happened between the two looks. */
  #changes(people: ReadonlyMap<string, Row>, today: string): string[] {
    return [...people.values()].flatMap((now) => {
      const before = this.#people.get(now.id);
      if (!before) return [`${now.id} PERSON_ADDED`];
      const left = now.status === "INACTIVE" && before.status !== "INACTIVE";
      const wasOver = before.termination_date !== null && before.termination_date < today;
      const goesOn =
        before.next_personio_id === now.personio_id || (this.#anew.has(now.personio_id) && !wasOver);
      const isAnother = before.personio_id !== now.personio_id && !goesOn;
      const returned = now.status !== "INACTIVE" && (before.status === "INACTIVE" || isAnother);
      const fields = Object.keys(FIELD_OF)
        .filter((column) => JSON.stringify(before[column]) !== JSON.stringify(now[column]))
        .filter((column) => column !== "status" || !(left || returned))
        .map((column) => FIELD_OF[column]);
      return [
        ...(left ? [`${now.id} PERSON_LEFT`] : []),
        ...(returned ? [`${now.id} PERSON_RETURNED`] : []),
        ...(fields.length > 0 ? [`${now.id} PERSON_CHANGED ${fields.join()}`] : []),
        ...(fields.includes("supervisor") ? [`${now.id} SUPERVISOR_CHANGED`] : []),
      ];
    });
  }

  /** Of whom nothing changed that decides about dates, exactly the days since the last look are told. */
  #checkDates(people: ReadonlyMap<string, Row>, news: readonly Told[], today: string): void {
    const told = news.filter(({ change }) => change === null);
    expect(told.filter(({ occursOn }) => occursOn > today)).toEqual([]);
    const toldOf = Map.groupBy(told, ({ personId }) => personId);
    for (const now of people.values()) {
      const before = this.#people.get(now.id);
      const said = (toldOf.get(now.id) ?? []).map(dateOf).sort();
      if (before && DECISIVE.every((column) => before[column] === now[column])) {
        const due = [...datesIn(now, dayAfter(this.#today), today)].filter((date) => !this.#told.has(date));
        expect(said).toEqual(due.sort());
      } else if (
        before &&
        now.termination_date &&
        now.termination_date !== before.termination_date &&
        !now.next_personio_id
      ) {
        // The end of an employment is told however late it comes to be known.
        const end = `${now.id} TERMINATION_DATE ${now.termination_date}`;
        if (now.termination_date <= today && !this.#told.has(end)) expect(said).toContain(end);
      }
    }
  }

  #remember(people: Map<string, Row>, log: readonly Told[], today: string): void {
    this.#people = people;
    this.#today = today;
    this.#seq = log.at(-1)?.seq ?? this.#seq;
    for (const event of log) if (!isChange(event) && event.change === null) this.#told.add(dateOf(event));
  }

  async #readPeople(): Promise<Map<string, Row>> {
    const rows = await this.#dataSource.query<{ row: Row }[]>("select to_jsonb(p) as row from people p");
    return new Map(rows.map(({ row }) => [row.id, row]));
  }

  #readLog(): Promise<Told[]> {
    return this.#dataSource.query(
      `select id, seq::int, kind, person_id as "personId", personio_id as "personioId", occurs_on as "occursOn", change,
        supersedes, changed_fields as fields
       from lifecycle_events order by seq`,
    );
  }
}

/**
 * What was said of one date is a thread: each correction takes the place of what was said before it, no day is told twice, and the end of
 * the thread agrees with the directory. Threads whose beginning was forgotten are past.
 */
function checkThreads(people: ReadonlyMap<string, Row>, log: readonly Told[], today: string): void {
  const dates = log.filter((event) => !isChange(event));
  const superseded = dates.flatMap(({ supersedes }) => supersedes ?? []);
  expect(new Set(superseded).size).toBe(superseded.length);
  const threads = Map.groupBy(dates, ({ personId, personioId, kind, occursOn }) =>
    [personId, personioId, kind, kind in YEARLY ? occursOn.slice(0, 4) : ""].join(" "),
  );
  for (const thread of threads.values()) {
    if (thread[0]?.change !== null) continue;
    const told = thread.filter(({ change }) => change === null).map(({ occursOn }) => occursOn);
    expect(new Set(told).size).toBe(told.length);
    for (const [index, { kind, change, supersedes }] of thread.entries()) {
      // What comes each year may have moved over New Year.
      if (change !== null && kind in ONCE) expect(supersedes).toBe(thread[index - 1]?.id);
    }
    const last = thread.at(-1);
    const person = last && people.get(last.personId);
    const column = last && ONCE[last.kind];
    if (!last || !person || !column || person.personio_id !== last.personioId) continue;
    const day = person[column];
    if (last.change !== "CANCELLED") expect(last.occursOn).toBe(day);
    else if (typeof day === "string" && day <= today && told.includes(day)) {
      expect([...datesIn(person, day, day)]).not.toContain(`${person.id} ${last.kind} ${day}`);
    }
  }
}

/** A person's dates from one day to another, each day by itself. */
function* datesIn(person: Row, from: string, to: string): Generator<string> {
  for (let day = from; day <= to; day = dayAfter(day)) {
    for (const [kind, column] of Object.entries(ONCE)) {
      if (person[column] === day && !isGone(person, kind, day)) yield `${person.id} ${kind} ${day}`;
    }
    for (const [kind, column] of Object.entries(YEARLY)) {
      const date = person[column];
      const comes = typeof date === "string" && comesOn(date, day) && (kind === "BIRTHDAY" || date < day);
      if (comes && !isGone(person, kind, day)) yield `${person.id} ${kind} ${day}`;
    }
  }
}

function isGone(
  { status, hire_date, termination_date, next_personio_id, continues_on }: Row,
  kind: string,
  day: string,
): boolean {
  if (kind === "TERMINATION_DATE") return next_personio_id !== null;
  if (kind === "HIRE_DATE" && continues_on === day) return true;
  if (next_personio_id !== null) return false;
  if (kind === "HIRE_DATE" && status !== "INACTIVE") return false;
  const isHistory = status !== "INACTIVE" && hire_date && termination_date && termination_date < hire_date;
  const lastDay = isHistory ? null : (termination_date ?? (status === "INACTIVE" ? "" : null));
  if (lastDay === null) return false;
  return kind === "PROBATION_END" || kind === "CONTRACT_END_DATE" ? lastDay <= day : lastDay < day;
}

/** Whether a yearly date is on this day; 29 February is on the 28th in other years. */
function comesOn(date: string, day: string): boolean {
  const isStandIn =
    date.slice(5) === "02-29" && day.slice(5) === "02-28" && dayAfter(day).slice(5) === "03-01";
  return date.slice(5) === day.slice(5) || isStandIn;
}

const isChange = ({ kind }: Told): boolean => kind.startsWith("PERSON_") || kind === "SUPERVISOR_CHANGED";

const describe = ({ personId, kind, fields }: Told): string =>
  [personId, kind, ...(fields ? [fields.join()] : [])].join(" ");

const dateOf = ({ personId, kind, occursOn }: Told): string => `${personId} ${kind} ${occursOn}`;

function dayAfter(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}
