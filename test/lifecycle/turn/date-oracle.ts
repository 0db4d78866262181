import type { DatedKind } from "../../../src/lifecycle/event-kind.ts";
import { DATED_KINDS } from "../../../src/lifecycle/event-kind.ts";

/**
 * What a company has to be told, found out by looking at every single day: slow, without tables, and without a line of the code that
 * it is compared with.
 */
export type ModelPerson = {
  readonly id: string;
  status: "ACTIVE" | "INACTIVE";
  hireDate: string | null;
  probationEndDate: string | null;
  contractEndDate: string | null;
  terminationDate: string | null;
  dateOfBirth: string | null;
  timeZone: string;
};

export type ModelEvent = {
  readonly id?: string;
  readonly supersedes?: string | null;
  readonly kind: DatedKind;
  readonly personId: string;
  readonly occursOn: string;
  readonly offsetDays: number;
  readonly change: "RESCHEDULED" | "CANCELLED" | null;
  readonly years: number | null;
  readonly late: boolean;
};

export type ModelRules = {
  readonly baselinedAt: Date;
  readonly standIn: "02-28" | "03-01";
  readonly offsets: Readonly<Record<DatedKind, readonly number[]>>;
};

export const FIELD = {
  HIRE_DATE: "hireDate",
  PROBATION_END: "probationEndDate",
  CONTRACT_END_DATE: "contractEndDate",
  TERMINATION_DATE: "terminationDate",
  WORK_ANNIVERSARY: "hireDate",
  BIRTHDAY: "dateOfBirth",
} as const;

const GRACE_DAYS = 3;
const YEARLY: readonly DatedKind[] = ["WORK_ANNIVERSARY", "BIRTHDAY"];

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The day it is there, as a wall calendar says it. */
export function wallDay(now: Date, timeZone: string): string {
  const formatter = formatters.get(timeZone) ?? new Intl.DateTimeFormat("en-CA", { timeZone });
  formatters.set(timeZone, formatter);
  return formatter.format(now);
}

export const daysLater = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** Whether a date of a kind comes on this very day. */
function comesOn(
  person: ModelPerson,
  kind: DatedKind,
  { day, standIn }: { day: string; standIn: string },
): boolean {
  const date = person[FIELD[kind]];
  if (date === null) return false;
  if (!YEARLY.includes(kind)) return date === day;
  const year = day.slice(0, 4);
  if (kind === "WORK_ANNIVERSARY" && year <= date.slice(0, 4)) return false;
  const thisYear = `${year}-${date.slice(5)}`;
  return (
    day === thisYear || (date.endsWith("02-29") && !isLeap(Number(year)) && day === `${year}-${standIn}`)
  );
}

const isLeap = (year: number): boolean => new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;

/** Whether the person is gone by then, as far as that matters to the kind. */
function isGone({ status, hireDate, terminationDate }: ModelPerson, kind: DatedKind, day: string): boolean {
  if (kind === "TERMINATION_DATE") return false;
  const isLeaver = status === "INACTIVE";
  if (kind === "HIRE_DATE") return isLeaver && (terminationDate === null || terminationDate < day);
  if (terminationDate === null) return isLeaver;
  if (!isLeaver && hireDate !== null && terminationDate < hireDate) return false;
  const lastDayCounts = kind === "WORK_ANNIVERSARY" || kind === "BIRTHDAY";
  return lastDayCounts ? terminationDate < day : terminationDate <= day;
}

const yearsOn = (person: ModelPerson, kind: DatedKind, day: string): number | null =>
  kind === "WORK_ANNIVERSARY" ? Number(day.slice(0, 4)) - Number(person.hireDate?.slice(0, 4)) : null;

/** What was said of one coming of a date, by what it corrects or by where it lies. */
function threadsOf(log: readonly ModelEvent[]): ModelEvent[][] {
  const threads: ModelEvent[][] = [];
  for (const event of log) {
    const corrected = threads.findLast((thread) => thread.some(({ id }) => id && id === event.supersedes));
    const near = threads.findLast(
      ([first]) =>
        first?.kind === event.kind &&
        first.offsetDays === event.offsetDays &&
        (!YEARLY.includes(event.kind) || isAround(first.occursOn, event.occursOn)),
    );
    const thread = corrected ?? near;
    if (thread) thread.push(event);
    else threads.push([event]);
  }
  return threads;
}

/** Half a year before a day, but in its year. */
function firstDayAround(day: string): string {
  const [newYear, halfAYearBefore] = [`${day.slice(0, 4)}-01-01`, daysLater(day, -183)];
  return newYear > halfAYearBefore ? newYear : halfAYearBefore;
}

/** Whether another day lies in the year that begins there. */
function isAround(day: string, other: string): boolean {
  const first = firstDayAround(day);
  return other >= first && other < `${Number(first.slice(0, 4)) + 1}${first.slice(4)}`;
}

export class DateOracle {
  readonly #rules: ModelRules;
  #told = new Set<string>();
  #lastTurns: readonly string[] = [];

  constructor(rules: ModelRules) {
    this.#rules = rules;
  }

  /** Forgets everything that is no longer in the log. Only an end of employment may come up again so much later. */
  remember(log: readonly ModelEvent[]): void {
    this.#told = new Set(log.filter(({ change }) => change === null).map(keyOf));
  }

  /** What a turn tells of all people, day by day. */
  turn(people: readonly ModelPerson[], zones: readonly string[], now: Date): ModelEvent[] {
    const windows = new Map(zones.map((zone) => [zone, this.#window(zone, now)]));
    const firstDay = [...windows.values()].map(({ from }) => from).sort()[0] ?? "";
    const lastDay =
      [...windows.values()]
        .map(({ to }) => to)
        .sort()
        .at(-1) ?? "";
    const sorted = people.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    const told: ModelEvent[] = [];
    for (let day = firstDay; day <= lastDay; day = daysLater(day, 1)) {
      for (const kind of DATED_KINDS) {
        for (const person of sorted) {
          const window = windows.get(person.timeZone);
          if (!window || day < window.from || day > window.to) continue;
          told.push(...this.#tell(person, kind, { day, today: window.to }));
        }
      }
    }
    this.#lastTurns = [...windows.values()].map(({ to }) => to);
    return told;
  }

  /** What the end of an employment tells that has just become known. */
  end(person: ModelPerson, today: string): ModelEvent[] {
    const { terminationDate } = person;
    if (terminationDate === null) return [];
    return this.#rules.offsets.TERMINATION_DATE.toSorted((one, other) => one - other).flatMap((offset) => {
      const day = daysLater(terminationDate, offset);
      return day <= today ? this.#tellOnce(person, "TERMINATION_DATE", { day, today, offset }) : [];
    });
  }

  /** What has to be said of this log, oldest first, when this is how the person is now. */
  correct(log: readonly ModelEvent[], person: ModelPerson, today: string): ModelEvent[] {
    const ofPerson = log.filter(({ personId }) => personId === person.id);
    return threadsOf(ofPerson).flatMap((thread) => {
      const [first, last] = [thread[0], thread.at(-1)];
      if (!first || !last) return [];
      const truth = this.#truth(person, first, today);
      const years = truth === null ? null : yearsOn(person, last.kind, truth);
      const believed = last.change === "CANCELLED" ? null : last.occursOn;
      const wasTold = thread.some(({ change, occursOn }) => change === null && occursOn === truth);
      const holds = truth === believed && (believed === null || years === last.years);
      if (holds || (believed === null && !wasTold)) return [];
      const change = truth === null ? ("CANCELLED" as const) : ("RESCHEDULED" as const);
      return [{ ...last, occursOn: truth ?? last.occursOn, change, years, late: false }];
    });
  }

  /** On which day the date comes now that was told first on another; null if on none. */
  #truth(person: ModelPerson, { kind, occursOn }: ModelEvent, today: string): string | null {
    let day: string | null = person[FIELD[kind]];
    if (YEARLY.includes(kind)) {
      day = firstDayAround(occursOn);
      const { standIn } = this.#rules;
      while (isAround(occursOn, day) && !comesOn(person, kind, { day, standIn })) day = daysLater(day, 1);
      if (!isAround(occursOn, day)) return null;
    }
    if (day === null) return null;
    const hasStayedUntilNow = person.terminationDate === null && day <= today;
    return hasStayedUntilNow || !isGone(person, kind, day) ? day : null;
  }

  #window(zone: string, now: Date): { from: string; to: string } {
    const to = wallDay(now, zone);
    const baseline = wallDay(this.#rules.baselinedAt, zone);
    const lastTurn = [...this.#lastTurns].sort()[0];
    const missed = lastTurn === undefined ? baseline : daysLater(lastTurn, 1);
    const grace = daysLater(to, -GRACE_DAYS);
    const from = missed < grace ? missed : grace;
    return { from: from < baseline ? baseline : from, to };
  }

  #tell(person: ModelPerson, kind: DatedKind, { day, today }: { day: string; today: string }): ModelEvent[] {
    return this.#rules.offsets[kind]
      .toSorted((one, other) => one - other)
      .flatMap((offset) => {
        const occursOn = daysLater(day, -offset);
        const comes = comesOn(person, kind, { day: occursOn, standIn: this.#rules.standIn });
        return comes && !isGone(person, kind, occursOn)
          ? this.#tellOnce(person, kind, { day, today, offset })
          : [];
      });
  }

  #tellOnce(
    person: ModelPerson,
    kind: DatedKind,
    { day, today, offset }: { day: string; today: string; offset: number },
  ): ModelEvent[] {
    const occursOn = daysLater(day, -offset);
    const event = { kind, personId: person.id, occursOn, offsetDays: offset };
    if (this.#told.has(keyOf(event))) return [];
    this.#told.add(keyOf(event));
    return [{ ...event, change: null, years: yearsOn(person, kind, occursOn), late: day < today }];
  }
}

/** What makes an event the same event. */
export const keyOf = ({
  personId,
  kind,
  occursOn,
  offsetDays,
}: Pick<ModelEvent, "personId" | "kind" | "occursOn" | "offsetDays">): string =>
  [personId, kind, occursOn, offsetDays].join();
