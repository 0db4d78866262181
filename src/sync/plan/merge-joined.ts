import { OFFSET_DAYS_MAX } from "../../lifecycle/due/date-rules.ts";
import { addDays } from "../../lifecycle/due/zone-days.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";
import type { TranslatedPerson } from "../read/translate.ts";
import { hideFields } from "./hide-fields.ts";
import { lastDayOf, type MatchedRecord, type MatchKind } from "./join-record.ts";
import { EMPTY_RECORD, type MergeRules, mergeRecord } from "./merge-record.ts";
import type { NewcomerMove } from "./pair-newcomers.ts";

/** The person after the run, with the first hire date of all their records, and the coming record. */
export function mergeJoined(joined: MatchedRecord, rules: MergeRules): PersonRecord {
  const { formers, coming, today, kind } = joined;
  const after = AFTER[kind](joined, rules);
  let { originalHireDate } = after;
  for (const { fields } of formers)
    originalHireDate = firstHireDate({ ...after, originalHireDate }, { hireDate: fields.hireDate ?? null });
  const ordered = { ...after, originalHireDate };
  const moves = coming && kind !== "PRECEDES" ? withComing(ordered, coming, today) : ordered;
  return hideFields(moves, rules.hidden);
}

/** The person after the run, by what another record means for them. */
const AFTER: Readonly<Record<MatchKind, (joined: MatchedRecord, rules: MergeRules) => PersonRecord>> = {
  RETURNS: rehire,
  RECREATED: continueUnder,
  MOVES: continueUnder,
  WILL_MOVE: willMove,
  PRECEDES: precede,
  PRECEDED: preceded,
};

/**
 * The record of a newcomer. During a move it has the id of the coming record, so the last day ends no work.
 * After a move it has the first hire date, and its own hire date emits no event.
 */
export function enter(staged: TranslatedPerson, move: NewcomerMove | null, rules: MergeRules): PersonRecord {
  const after = mergeRecord(EMPTY_RECORD, staged, rules);
  if (!move) return after;
  const { former, next, today } = move;
  const originalHireDate = firstHireDate(after, { hireDate: former.fields.hireDate ?? null });
  const continuesOn = former.personioId === staged.personioId ? null : after.hireDate;
  const entered = { ...after, originalHireDate, continuesOn };
  const coming = next.personioId === staged.personioId ? null : next;
  return hideFields(coming ? withComing(entered, coming, today) : entered, rules.hidden);
}

/**
 * A person who is back: values of the old employment end with it, and the first hire date stays. A move may
 * follow before a run reads the return.
 */
function rehire(joined: MatchedRecord, rules: MergeRules): PersonRecord {
  const { stored, staged, isMove } = joined;
  const after = mergeRecord(withoutEmployment(stored), staged, rules);
  const lastDay = lastDayOf(joined);
  const wasAnOffer = stored.hireDate !== null && lastDay !== null && lastDay < stored.hireDate;
  const isFirst = wasAnOffer && stored.originalHireDate === stored.hireDate;
  const originalHireDate = isFirst ? after.hireDate : firstHireDate(stored, after);
  const continuesOn = isMove ? after.hireDate : null;
  return hideFields({ ...after, originalHireDate, continuesOn, endedOn: null }, rules.hidden);
}

/**
 * A person who continues under another record. A move starts another employment; a recreated record does not.
 */
function continueUnder(
  { stored, staged, isMove, keepsNext }: MatchedRecord,
  rules: MergeRules,
): PersonRecord {
  const fields = { ...staged.fields };
  // HR's status may lag some hours behind the first day, and a move is not an onboarding.
  if (isMove && fields.status === "ONBOARDING") delete fields.status;
  const before = isMove ? withoutEmployment(stored) : stored;
  const after = mergeRecord(before, { ...staged, fields }, rules, { keepsNext });
  const originalHireDate = firstHireDate(stored, after);
  const continuesOn = isMove ? after.hireDate : after.continuesOn;
  return hideFields({ ...after, originalHireDate, continuesOn }, rules.hidden);
}

/** For this long after a first day its event may still fire: at the largest offset, and for late data. */
const FIRST_DAY_EVENT_DAYS = OFFSET_DAYS_MAX + 3;

/** The person under the current record, with the id of the coming record. */
function willMove(
  { stored, staged, current, formers, today }: MatchedRecord,
  rules: MergeRules,
): PersonRecord {
  const after = mergeRecord(stored, currentRead({ stored, current }), rules);
  const hasMoved = stored.continuesOn !== null && stored.continuesOn === stored.hireDate;
  const continuesOn = hasMoved || formers.length > 0 ? after.hireDate : null;
  return hideFields(withComing({ ...after, continuesOn }, staged, today), rules.hidden);
}

/** The person under the current record, which has turned out to continue an ended one. */
function preceded({ stored, current, keepsNext, today }: MatchedRecord, rules: MergeRules): PersonRecord {
  const after = mergeRecord(stored, currentRead({ stored, current }), rules, { keepsNext });
  const continuesOn = isRecent(after.hireDate, today) ? after.hireDate : after.continuesOn;
  return hideFields({ ...after, continuesOn }, rules.hidden);
}

/** Personio's old record ends before the new one begins where the person works. */
function currentRead({ stored, current }: Pick<MatchedRecord, "stored" | "current">): TranslatedPerson {
  const fields = { ...current.staged?.fields };
  if (fields.status === "INACTIVE") delete fields.status;
  return { personioId: stored.personioId, fields, unreadable: current.staged?.unreadable ?? [] };
}

const isRecent = (hireDate: string | null, today: string): boolean =>
  hireDate !== null && hireDate >= addDays(today, -FIRST_DAY_EVENT_DAYS);

/**
 * A person who moved a short while ago, and moves again, keeps the first day of the first move. That day's
 * event may still fire; the coming day is only forecast.
 */
function withComing(
  after: PersonRecord,
  coming: Pick<TranslatedPerson, "personioId" | "fields">,
  today: string,
): PersonRecord {
  const hasMoved = isRecent(after.hireDate, today) && after.continuesOn === after.hireDate;
  const continuesOn = hasMoved ? after.continuesOn : (coming.fields.hireDate ?? null);
  return { ...after, nextPersonioId: coming.personioId, continuesOn };
}

/** The person under the former record of a move. The record that a run read alone comes later. */
function precede(joined: MatchedRecord, rules: MergeRules): PersonRecord {
  const { stored, staged, current, formers, coming, today } = joined;
  const after = mergeRecord(withoutEmployment(stored), staged, rules);
  const originalHireDate = firstHireDate(stored, after);
  const continuesOn = formers.length > 0 ? after.hireDate : null;
  const { personioId, fields } = coming ?? {
    personioId: stored.personioId,
    fields: { hireDate: current.staged?.fields.hireDate ?? stored.hireDate },
  };
  const entered = { ...after, originalHireDate, continuesOn };
  return hideFields(withComing(entered, { personioId, fields }, today), rules.hidden);
}

const withoutEmployment = (stored: PersonRecord): PersonRecord => ({
  ...stored,
  probationEndDate: null,
  contractEndDate: null,
  terminationDate: null,
});

/** The earlier of the known first hire date and the hire date of the new record. */
function firstHireDate(stored: PersonRecord, { hireDate }: Pick<PersonRecord, "hireDate">): string | null {
  const known = stored.originalHireDate ?? stored.hireDate;
  if (known === null || hireDate === null) return known ?? hireDate;
  return known < hireDate ? known : hireDate;
}
