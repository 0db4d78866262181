import type { DatedKind } from "../../../src/lifecycle/event-kind.ts";
import { DATED_KINDS } from "../../../src/lifecycle/event-kind.ts";

/**
 * The expected events of a company, computed day by day: slowly, without tables, and without any code that it
 * checks.
 */
export type ModelPerson = {
  readonly id: string;
  status: "ACTIVE" | "INACTIVE";
  hireDate: string | null;
  originalHireDate: string | null;
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
  readonly leapDaySubstitute: "02-28" | "03-01";
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

/** The current day in a zone, from `Intl`. */
export function wallDay(now: Date, timeZone: string): string {
  const formatter = formatters.get(timeZone) ?? new Intl.DateTimeFormat("en-CA", { timeZone });
  formatters.set(timeZone, formatter);
  return formatter.format(now);
}

export const daysLater = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** Whether a date of a kind occurs on this day. */
function comesOn(
  person: ModelPerson,
  kind: DatedKind,
  { day, leapDaySubstitute }: { day: string; leapDaySubstitute: string },
): boolean {
  const date = person[FIELD[kind]];
  if (date === null) return false;
  if (!YEARLY.includes(kind)) return date === day;
  const year = day.slice(0, 4);
  if (kind === "WORK_ANNIVERSARY" && year <= date.slice(0, 4)) return false;
  const thisYear = `${year}-${date.slice(5)}`;
  return (
    day === thisYear ||
    (date.endsWith("02-29") && !isLeap(Number(year)) && day === `${year}-${leapDaySubstitute}`)
  );
}

const isLeap = (year: number): boolean => new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;

/** After a person has left, only the last day of the employment fires. */
const isSuppressedForLeaver = ({ status }: ModelPerson, kind: DatedKind): boolean =>
  status === "INACTIVE" && kind !== "TERMINATION_DATE";

const yearsOn = (person: ModelPerson, kind: DatedKind, day: string): number | null =>
  kind === "WORK_ANNIVERSARY" ? Number(day.slice(0, 4)) - Number(person.hireDate?.slice(0, 4)) : null;

/** The events of each occurrence of a date, grouped by the event they correct or by their day. */
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

/** Half a year before a day, but in the same year. */
function firstDayAround(day: string): string {
  const [newYear, halfAYearBefore] = [`${day.slice(0, 4)}-01-01`, daysLater(day, -183)];
  return newYear > halfAYearBefore ? newYear : halfAYearBefore;
}

/** Whether another day is within the year that begins at `firstDayAround`. */
function isAround(day: string, other: string): boolean {
  const first = firstDayAround(day);
  return other >= first && other < `${Number(first.slice(0, 4)) + 1}${first.slice(4)}`;
}

export class DateOracle {
  readonly #rules: ModelRules;
  /** The dates that fired and were not revoked. */
  #standing = new Set<string>();
  /** All dates that fired, as far as the log goes back. */
  #fired: readonly ModelEvent[] = [];
  #lastRunDays: readonly string[] = [];

  constructor(rules: ModelRules) {
    this.#rules = rules;
  }

  /** Forgets everything that was pruned from the log. */
  remember(log: readonly ModelEvent[]): void {
    this.#standing = standingEvents(log);
    this.#fired = log.filter(({ change }) => change === null);
  }

  /** The events of a daily run, day by day. */
  dailyRun(people: readonly ModelPerson[], zones: readonly string[], now: Date): ModelEvent[] {
    const windows = new Map(zones.map((zone) => [zone, this.#window(zone, now)]));
    const firstDay = [...windows.values()].map(({ from }) => from).sort()[0] ?? "";
    const lastDay =
      [...windows.values()]
        .map(({ to }) => to)
        .sort()
        .at(-1) ?? "";
    const sorted = people.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    const emitted: ModelEvent[] = [];
    for (let day = firstDay; day <= lastDay; day = daysLater(day, 1)) {
      for (const kind of DATED_KINDS) {
        for (const person of sorted) {
          const window = windows.get(person.timeZone);
          if (!window || day < window.from || day > window.to) continue;
          emitted.push(...this.#emit(person, kind, { day, today: window.to }));
        }
      }
    }
    this.#lastRunDays = [...windows.values()].map(({ to }) => to);
    return emitted;
  }

  /**
   * The dates that fire at once because HR entered them after their day, or because they fired and were
   * revoked. So do offsets that a departure had stopped on their day, if HR takes it back.
   */
  enter(
    log: readonly ModelEvent[],
    person: ModelPerson,
    { moved, before, today }: { moved: ReadonlySet<string>; before: ModelPerson; today: string },
  ): ModelEvent[] {
    const back = this.#threads(log, person, today).flatMap(({ thread, last, truth }) => {
      const { kind, offsetDays: offset } = last;
      if (truth === null || isSuppressedForLeaver(person, kind) || !wasTakenBack(thread, truth)) return [];
      const day = daysLater(truth, offset);
      return day <= today ? this.#emitOnce(person, kind, { day, today, offset }) : [];
    });
    const baseline = wallDay(this.#rules.baselinedAt, person.timeZone);
    const late = DATED_KINDS.flatMap((kind) =>
      this.#rules.offsets[kind].flatMap((offset) =>
        this.#daysOf(person, kind, { today, moved })
          .map((occursOn) => ({ kind, offset, occursOn, day: daysLater(occursOn, offset) }))
          .filter(({ day, occursOn }) => {
            const wasStopped = isSuppressedForLeaver(before, kind) || this.#isOver(before, kind, occursOn);
            return day <= today && (moved.has(FIELD[kind]) || (wasStopped && day >= baseline));
          }),
      ),
    );
    const inOrder = late.toSorted(
      (one, other) =>
        one.day.localeCompare(other.day) ||
        DATED_KINDS.indexOf(one.kind) - DATED_KINDS.indexOf(other.kind) ||
        one.offset - other.offset,
    );
    return [
      ...back,
      ...inOrder.flatMap(({ kind, day, offset }) => this.#emitOnce(person, kind, { day, today, offset })),
    ];
  }

  /** The corrections of this log, oldest first, for the person as they are now. */
  correct(log: readonly ModelEvent[], person: ModelPerson, today: string): ModelEvent[] {
    return this.#threads(log, person, today).flatMap(({ last, truth }) => {
      const years = truth === null ? null : yearsOn(person, last.kind, truth);
      if (last.change === "CANCELLED" || (truth === last.occursOn && years === last.years)) return [];
      const change = truth === null ? ("CANCELLED" as const) : ("RESCHEDULED" as const);
      return [{ ...last, occursOn: truth ?? last.occursOn, change, years, late: false }];
    });
  }

  #threads(log: readonly ModelEvent[], person: ModelPerson, today: string) {
    return threadsOf(log.filter(({ personId }) => personId === person.id)).flatMap((thread) => {
      const [first, last] = [thread[0], thread.at(-1)];
      return first && last ? [{ thread, last, truth: this.#truth(person, { first, last }, today) }] : [];
    });
  }

  /**
   * The days of a date that may still fire after a late entry: any day for the last day of employment, future
   * days for others.
   */
  #daysOf(
    person: ModelPerson,
    kind: DatedKind,
    { today, moved }: { today: string; moved: ReadonlySet<string> },
  ): string[] {
    const days: string[] = [];
    if (kind === "TERMINATION_DATE") {
      const isBack = moved.has("hireDate") && this.#isHiredAgain(person);
      return person.terminationDate === null || isBack ? [] : [person.terminationDate];
    }
    const { leapDaySubstitute } = this.#rules;
    for (let day = today; day <= daysLater(today, 180); day = daysLater(day, 1)) {
      const comes = comesOn(person, kind, { day, leapDaySubstitute }) && !isSuppressedForLeaver(person, kind);
      if (comes && !this.#isOver(person, kind, day)) days.push(day);
    }
    return days;
  }

  /** Whether the employment is over by that day, as far as that matters to the kind. */
  #isOver(person: ModelPerson, kind: DatedKind, day: string): boolean {
    const { status, terminationDate } = person;
    if (kind === "TERMINATION_DATE") return false;
    if (terminationDate === null) return status === "INACTIVE";
    if (status !== "INACTIVE" && this.#isOfTheEmploymentBefore(person)) return false;
    const lastDayCounts = kind === "WORK_ANNIVERSARY" || kind === "BIRTHDAY" || kind === "HIRE_DATE";
    return lastDayCounts ? terminationDate < day : terminationDate <= day;
  }

  #isHiredAgain(person: ModelPerson): boolean {
    return person.status !== "INACTIVE" && this.#isOfTheEmploymentBefore(person);
  }

  #isOfTheEmploymentBefore({ hireDate, originalHireDate, terminationDate, timeZone }: ModelPerson): boolean {
    if (terminationDate === null || hireDate === null || terminationDate >= hireDate) return false;
    if (originalHireDate !== null && originalHireDate <= terminationDate) return true;
    return terminationDate < wallDay(this.#rules.baselinedAt, timeZone);
  }

  /** The current day of a date whose first event had another day; null if it has none. */
  #truth(
    person: ModelPerson,
    { first: { kind, occursOn }, last }: { first: ModelEvent; last: ModelEvent },
    today: string,
  ): string | null {
    let day: string | null = person[FIELD[kind]];
    if (YEARLY.includes(kind)) {
      const { leapDaySubstitute } = this.#rules;
      const begin = firstDayAround(occursOn);
      // The previous year counts for days that are still to come, and for those that an event already names.
      day = daysLater(occursOn, -183);
      const counts = (early: string) => early >= today || early === last.occursOn;
      while (day < begin && !(counts(day) && comesOn(person, kind, { day, leapDaySubstitute })))
        day = daysLater(day, 1);
      const isEarly = day < begin;
      while (!isEarly && isAround(occursOn, day) && !comesOn(person, kind, { day, leapDaySubstitute }))
        day = daysLater(day, 1);
      if (!isEarly && !isAround(occursOn, day)) return null;
    }
    if (day === null) return null;
    if (isSuppressedForLeaver(person, kind) && day > today) return null;
    if (isSuppressedForLeaver(person, kind) && person.terminationDate === null) return day;
    return this.#isOver(person, kind, day) ? null : day;
  }

  #window(zone: string, now: Date): { from: string; to: string } {
    const to = wallDay(now, zone);
    const baseline = wallDay(this.#rules.baselinedAt, zone);
    const missed = this.#lastRunDay === null ? baseline : daysLater(this.#lastRunDay, 1);
    const grace = daysLater(to, -GRACE_DAYS);
    const from = missed < grace ? missed : grace;
    return { from: from < baseline ? baseline : from, to };
  }

  get #lastRunDay(): string | null {
    return [...this.#lastRunDays].sort()[0] ?? null;
  }

  #emit(person: ModelPerson, kind: DatedKind, { day, today }: { day: string; today: string }): ModelEvent[] {
    return this.#rules.offsets[kind]
      .toSorted((one, other) => one - other)
      .flatMap((offset) => {
        const occursOn = daysLater(day, -offset);
        const comes = comesOn(person, kind, {
          day: occursOn,
          leapDaySubstitute: this.#rules.leapDaySubstitute,
        });
        if (!comes || isSuppressedForLeaver(person, kind) || this.#isOver(person, kind, occursOn)) return [];
        // The sync that saw the edit has already fired days up to the last run.
        const hasFired = this.#fired.some(
          (event) => keyOf(event) === keyOf({ personId: person.id, kind, occursOn, offsetDays: offset }),
        );
        if (hasFired && this.#lastRunDay !== null && day <= this.#lastRunDay) return [];
        return this.#emitOnce(person, kind, { day, today, offset });
      });
  }

  #emitOnce(
    person: ModelPerson,
    kind: DatedKind,
    { day, today, offset }: { day: string; today: string; offset: number },
  ): ModelEvent[] {
    const occursOn = daysLater(day, -offset);
    const event = { kind, personId: person.id, occursOn, offsetDays: offset };
    if (this.#standing.has(keyOf(event)) || this.#firedAfterNewYear(event)) return [];
    const worksAgain = this.#isHiredAgain(person) && day >= (person.hireDate ?? "");
    if (kind === "TERMINATION_DATE" && worksAgain) return [];
    this.#standing.add(keyOf(event));
    return [{ ...event, change: null, years: yearsOn(person, kind, occursOn), late: day < today }];
  }

  /** Whether this year's day wrongly fired in the first days of the next year. */
  #firedAfterNewYear({
    kind,
    personId,
    occursOn,
    offsetDays,
  }: Omit<ModelEvent, "change" | "years" | "late">) {
    const nextYear = String(Number(occursOn.slice(0, 4)) + 1);
    return (
      YEARLY.includes(kind) &&
      this.#fired.some(
        (event) =>
          event.kind === kind &&
          event.personId === personId &&
          event.offsetDays === offsetDays &&
          event.occursOn.startsWith(nextYear) &&
          event.occursOn <= daysLater(occursOn, 183),
      )
    );
  }
}

/**
 * The dates that fired and were neither moved to another day nor cancelled. `again` gets each event that
 * fires twice.
 */
export function standingEvents(
  log: readonly ModelEvent[],
  again: (event: ModelEvent) => void = () => undefined,
): Set<string> {
  const standing = new Set<string>();
  const byId = new Map(log.map((event) => [event.id, event]));
  for (const event of log) {
    const former = event.supersedes ? byId.get(event.supersedes) : undefined;
    if (event.change === null && standing.has(keyOf(event))) again(event);
    if (event.change === null) standing.add(keyOf(event));
    else if (former && (event.change === "CANCELLED" || event.occursOn !== former.occursOn))
      standing.delete(keyOf(former));
  }
  return standing;
}

/** Whether the day fired and was revoked. A yearly date that moved over New Year and back does not count. */
function wasTakenBack(thread: readonly ModelEvent[], day: string): boolean {
  const fired = thread.findLastIndex(({ change, occursOn }) => change === null && occursOn === day);
  return thread.some(({ kind, change, occursOn }, index) => {
    if (fired < 0 || index <= fired) return false;
    const isInTheYear = !YEARLY.includes(kind) || occursOn.slice(0, 4) === day.slice(0, 4);
    return change === "CANCELLED" || (occursOn !== day && isInTheYear);
  });
}

/** The natural key of an event. */
export const keyOf = ({
  personId,
  kind,
  occursOn,
  offsetDays,
}: Pick<ModelEvent, "personId" | "kind" | "occursOn" | "offsetDays">): string =>
  [personId, kind, occursOn, offsetDays].join();
