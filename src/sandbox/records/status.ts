import type { Day, Person, Status } from "../company/person.ts";

/** Today for the two rules that depend on it. */
export type Today = {
  /** A person is inactive from 00:00 UTC of the day after the termination date, in every time zone. */
  readonly utc: Day;
  /** Pre-hires start, and leave begins and ends, by the company's calendar. */
  readonly company: Day;
};

/** The status by the dates, unless HR set one by hand. `Contract ends` ends nothing. */
export function statusOf(person: Person, today: Today): Status {
  if (person.status) return person.status;
  if (person.termination_date && person.termination_date < today.utc) return "inactive";
  if (person.hire_date && person.hire_date > today.company) return "onboarding";
  const { leave } = person;
  return leave && leave.from <= today.company && today.company <= leave.until ? "leave" : "active";
}
