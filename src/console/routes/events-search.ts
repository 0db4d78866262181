import {
  type RawSearch,
  readChoice,
  readChoices,
  readDay,
  readText,
  readTexts,
  withoutEmpty,
} from "../parts/search-params.ts";

/** Kinds with a date of their own, in the order in which they fire on one day. */
export const DATED_KINDS = [
  "HIRE_DATE",
  "PROBATION_END",
  "CONTRACT_END_DATE",
  "TERMINATION_DATE",
  "WORK_ANNIVERSARY",
  "BIRTHDAY",
] as const;

export const KINDS = [
  ...DATED_KINDS,
  "PERSON_ADDED",
  "PERSON_CHANGED",
  "SUPERVISOR_CHANGED",
  "PERSON_LEFT",
  "PERSON_RETURNED",
] as const;

export type DatedKind = (typeof DATED_KINDS)[number];
export type Kind = (typeof KINDS)[number];

/** Kinds that `people:read` shows; the others need `people:hr`, and a filter by them would be refused. */
const OPEN: readonly Kind[] = ["HIRE_DATE", "WORK_ANNIVERSARY", ...KINDS.slice(DATED_KINDS.length)];

export const visibleKinds = <One extends Kind>(kinds: readonly One[], isHr: boolean): readonly One[] =>
  isHr ? kinds : kinds.filter((kind) => OPEN.includes(kind));

/** Splits the kinds in an address: those that the viewer may ask for, and those that need `people:hr`. */
export function kindsFor<One extends Kind>(
  chosen: readonly One[] | undefined,
  isHr: boolean,
): { readonly asked: readonly One[] | undefined; readonly hidden: readonly One[] } {
  const asked = chosen && visibleKinds(chosen, isHr);
  return { asked, hidden: chosen?.filter((kind) => !asked?.includes(kind)) ?? [] };
}

/** What the address of the events holds. */
export const readEventsSearch = (raw: RawSearch) =>
  withoutEmpty({
    kind: readChoices(raw.kind, KINDS),
    department: readTexts(raw.department),
    office: readTexts(raw.office),
    person: readText(raw.person),
  });

/**
 * `2026-11`, if this year and the next have four digits. JavaScript reads years below 100 as 1900 and later.
 */
const readMonth = (value: unknown): string | undefined => {
  const day = readDay(`${readText(value)}-01`);
  return day && day >= "1000" && day < "9999" ? day.slice(0, 7) : undefined;
};

/** What the address of the upcoming dates holds: a month, or a list from a day to a day. */
export const readComingSearch = (raw: RawSearch) =>
  withoutEmpty({
    view: readChoice(raw.view, ["month"]),
    month: readMonth(raw.month),
    from: readDay(raw.from),
    to: readDay(raw.to),
    kind: readChoices(raw.kind, DATED_KINDS),
  });

export type EventsSearch = ReturnType<typeof readEventsSearch>;
export type ComingSearch = ReturnType<typeof readComingSearch>;
