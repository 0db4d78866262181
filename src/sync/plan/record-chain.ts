import { addDays } from "../../lifecycle/due/zone-days.ts";
import type { TranslatedPerson } from "../read/translate.ts";

/** The first and the last day of a record's employment, as far as they are known. */
export type EmploymentDays = { readonly from: string | null; readonly until: string | null };

export const daysOf = ({ fields }: TranslatedPerson): EmploymentDays => ({
  from: fields.hireDate ?? null,
  until: fields.terminationDate ?? null,
});

export const hasLeft = ({ fields }: TranslatedPerson): boolean => fields.status === "INACTIVE";

/** No later than the day after the last day. Compared so that the last day may be 9999-12-31. */
export const startsBy = (hireDate: string, lastDay: string): boolean =>
  hireDate <= lastDay || hireDate === addDays(lastDay, 1);

/** Whether the next employment begins later, and no day lies between the two. */
export function goesOn(former: EmploymentDays, next: EmploymentDays): boolean {
  if (former.until === null || next.from === null) return false;
  return (former.from === null || former.from < next.from) && startsBy(next.from, former.until);
}

type Read = { readonly staged: TranslatedPerson };

/**
 * The records that lead to an employment without a gap, the earliest first. Of two records before the same
 * one, that of a person who still works counts; else neither does. Pure.
 */
export function recordsBefore<Item extends Read>(next: EmploymentDays, items: readonly Item[]): Item[] {
  const found: Item[] = [];
  let first = next;
  for (;;) {
    const before = items.filter(({ staged }) => goesOn(daysOf(staged), first));
    const running = before.filter(({ staged }) => !hasLeft(staged));
    const [former, ...others] = running.length > 0 ? running : before;
    if (!former || others.length > 0) return found;
    found.unshift(former);
    first = daysOf(former.staged);
  }
}

/** The first of these records, in order, that follow an employment without a gap. */
export function recordsAfter(employment: EmploymentDays, items: readonly Read[]): TranslatedPerson[] {
  const found: TranslatedPerson[] = [];
  let last = employment;
  for (const { staged } of items) {
    if (!goesOn(last, daysOf(staged))) break;
    found.push(staged);
    last = daysOf(staged);
  }
  return found;
}

/** Whether each record begins after the one before it, which has a last day. */
export const isInOrder = (items: readonly Read[]): boolean =>
  items.every(({ staged }, place) => {
    const former = place > 0 && items[place - 1];
    if (!former) return true;
    const [one, other] = [daysOf(former.staged), daysOf(staged)];
    return one.until !== null && one.from !== null && other.from !== null && one.from < other.from;
  });

export const byFirstDay = (one: Read, other: Read): number =>
  (one.staged.fields.hireDate ?? "").localeCompare(other.staged.fields.hireDate ?? "");
