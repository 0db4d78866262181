import { type DayNumber, dayText, firstOfMonth, probationEnd, startOfDay } from "./calendar.ts";
import type { Company } from "./company.ts";
import { TOPIC } from "./dice.ts";
import type { Person } from "./person.ts";
import type { SpecialCase } from "./special-cases.ts";

export type EmploymentDates = Pick<
  Person,
  | "hire_date"
  | "contract_end_date"
  | "termination_date"
  | "termination_type"
  | "termination_reason"
  | "probation_period_end"
  | "last_working_day"
  | "terminated_at"
  | "leave"
  | "createdAt"
  | "lastModifiedAt"
>;

/** The company is eighteen years old and grows ever faster. */
const COMPANY_AGE_DAYS = 6_500;
const GROWTH = 1.5;
const NOTICE_DAYS = 62;
const REASONS = ["", "Neue Herausforderung", "Umzug", "Personal reasons"];

export function employmentDates(company: Company, index: number, specialCase: SpecialCase): EmploymentDates {
  const { dice, today } = company;
  const hireDay = hireDayOf(company, index, specialCase);
  const lastDay = lastDayOf(company, { index, hireDay, specialCase });
  const contractEnd = contractEndOf(company, index, specialCase);
  const leaves = lastDay !== null;
  return {
    hire_date: dayText(hireDay),
    contract_end_date: contractEnd === null ? null : dayText(contractEnd),
    termination_date: leaves ? dayText(lastDay) : null,
    termination_type: leaves ? "employee-quit" : "",
    termination_reason: leaves ? REASONS[dice(index, TOPIC.ending, REASONS.length)]! : "",
    probation_period_end: specialCase === "external" ? null : dayText(probationEnd(hireDay)),
    // People take their remaining vacation before the last day of the contract.
    last_working_day: leaves ? dayText(lastDay - dice(index, TOPIC.hours, 15)) : null,
    terminated_at: leaves ? dayText(Math.min(lastDay - NOTICE_DAYS, today - 1)) : null,
    leave: leaveOf({ dice, today }, index, specialCase),
    ...recordedAt({ dice, today }, index, hireDay),
  };
}

function hireDayOf({ dice, today, people }: Company, index: number, specialCase: SpecialCase): DayNumber {
  const chance = dice(index, TOPIC.hireDate, 120);
  if (specialCase === "pre-hire") return today + 1 + chance;
  const age = COMPANY_AGE_DAYS * Math.max(0, 1 - index / people) ** GROWTH;
  const hireDay = today - 2 - Math.round(age) - (chance % 12);
  // Most contracts begin on the first of a month.
  const startsAnyDay = chance < 30;
  const usual = startsAnyDay ? hireDay : firstOfMonth(hireDay);
  return specialCase === "leaver" ? Math.min(usual, today - 200 - chance) : usual;
}

type LeavingDay = { index: number; hireDay: DayNumber; specialCase: SpecialCase };

function lastDayOf({ dice, today }: Company, { index, hireDay, specialCase }: LeavingDay): DayNumber | null {
  if (specialCase === "leaving") return today + 5 + dice(index, TOPIC.ending, 80);
  if (specialCase !== "leaver") return null;
  const earliest = hireDay + 60;
  return earliest + dice(index, TOPIC.ending, today - earliest);
}

function contractEndOf({ dice, today }: Company, index: number, specialCase: SpecialCase): DayNumber | null {
  const chance = dice(index, TOPIC.ending, 700);
  if (specialCase === "fixed term") return today + 10 + chance;
  if (specialCase === "external") return today + 30 + (chance % 365);
  return specialCase === "contract overdue" ? today - 20 - (chance % 60) : null;
}

type Chance = Pick<Company, "dice" | "today">;

function leaveOf({ dice, today }: Chance, index: number, specialCase: SpecialCase): Person["leave"] {
  const chance = dice(index, TOPIC.ending, 40);
  if (specialCase === "on leave")
    return { from: dayText(today - 5 - chance), until: dayText(today + 20 + 3 * chance) };
  if (specialCase !== "leave planned") return null;
  return { from: dayText(today + 3 + chance), until: dayText(today + 17 + chance) };
}

const HOUR = 3_600_000;

/** Records are created some weeks before the first day and changed from time to time, in office hours. */
function recordedAt({ dice, today }: Chance, index: number, hireDay: DayNumber) {
  const createdOn = Math.min(hireDay - 30, today - 1) - dice(index, TOPIC.created, 30);
  const createdAt = startOfDay(createdOn) + 7 * HOUR + 1000 * dice(index, TOPIC.created, 9 * 3600);
  const modifiedOn = today - 1 - dice(index, TOPIC.modified, Math.min(400, today - createdOn));
  const modifiedAt = startOfDay(modifiedOn) + 7 * HOUR + 1000 * dice(index, TOPIC.modified, 9 * 3600);
  return { createdAt, lastModifiedAt: Math.max(createdAt, modifiedAt) };
}
