import type { Company } from "./company.ts";
import { COST_CENTERS } from "./cost-centers.ts";
import { DEPARTMENTS, headTitle, MANAGEMENT_POSITION } from "./departments.ts";
import { TOPIC } from "./dice.ts";
import { employmentDates } from "./employment-dates.ts";
import type { Name } from "./names.ts";
import type { Seat } from "./org-chart.ts";
import type { CostCenter, Person } from "./person.ts";
import { personalDetails } from "./personal-details.ts";
import type { Unit } from "./places.ts";
import { type SpecialCase, specialCaseOf, supervisorIndex } from "./special-cases.ts";

const HEAD_TITLES = DEPARTMENTS.map(headTitle);
const SENIORITY = ["Junior ", "", "", "Senior "];
const PART_TIME_HOURS = ["32", "20", "38.5"];
/** "One in this many" people has the property. */
const ONE_IN = { partTime: 4, sharedCostCenter: 12, noCostCenter: 30 };
const EDITABLE = ["position", "department", "office", "weekly_working_hours", "supervisor", "fix_salary"];

/** A person of the generated company: always the same for the same company and index. */
export function personAtIndex(company: Company, index: number): Person {
  const seat = company.chart.seatAt(index);
  const name = company.nameAt(index);
  const specialCase = specialCaseOf(company, seat);
  const supervisor = supervisorIndex(company, seat, specialCase);
  const dates = employmentDates(company, index, specialCase);
  const unit = company.departments[seat.department ?? DEPARTMENTS.length]!;
  const place = company.places[placeOf(company, index, name)]!;
  return {
    id: company.ids.idAt(index),
    first_name: name.first,
    last_name: name.last,
    email: emailOf(company, index, name, specialCase),
    status: null,
    position: positionOf(company, seat),
    supervisor: supervisor === null ? null : company.ids.idAt(supervisor),
    employment_type: specialCase === "external" ? "external" : "internal",
    weekly_working_hours: hoursOf(company, index, specialCase),
    ...dates,
    ...personalDetails(company, { index, name, dates }),
    subcompany: place.legalEntity,
    office: specialCase === "remote" ? null : place.office,
    department: unit.department,
    team: seat.rank === 0 ? null : teamOf(company, unit.teams, supervisor ?? index),
    costCenters: costCentersOf(company, seat),
    fix_salary: salaryOf(company, seat),
    lastModifiedAttribute: EDITABLE[company.dice(index, TOPIC.modified, EDITABLE.length)]!,
  };
}

/** The chief executive is in the first office, as the management is. */
function placeOf({ dice }: Company, index: number, { culture }: Name): number {
  return index === 0 ? 0 : culture.offices[dice(index, TOPIC.office, culture.offices.length)]!;
}

function emailOf(company: Company, index: number, name: Name, specialCase: SpecialCase): string | null {
  if (specialCase === "without email") return company.dice(index, TOPIC.email, 2) === 0 ? null : "";
  return `${name.slug}@${company.emailDomain}`;
}

function positionOf({ dice, chart }: Company, seat: Seat): string {
  const { index, department, rank } = seat;
  if (department === null) return MANAGEMENT_POSITION;
  if (rank === 0) return HEAD_TITLES[department]!;
  const { name, titles } = DEPARTMENTS[department]!;
  if (!chart.isLeaf(seat)) return `Team Lead ${name}`;
  const seniority = SENIORITY[dice(index, TOPIC.experience, SENIORITY.length)];
  return `${seniority}${titles[dice(index, TOPIC.title, titles.length)]}`;
}

function hoursOf({ dice }: Company, index: number, specialCase: SpecialCase): string {
  if (specialCase === "external") return "0";
  const choice = dice(index, TOPIC.hours, PART_TIME_HOURS.length * ONE_IN.partTime);
  return PART_TIME_HOURS[choice] ?? "40";
}

/** People with the same supervisor are in the same team. */
const teamOf = ({ dice }: Company, teams: readonly Unit[], supervisor: number): Unit =>
  teams[dice(supervisor, TOPIC.team, teams.length)]!;

/** For each department: all costs of a person on its own cost center, or part of them on its projects. */
const SHARES = COST_CENTERS.map(({ own, projects }) => ({
  whole: [{ ...own, percentage: 100 }],
  split: [
    { ...own, percentage: 60 },
    { ...projects, percentage: 40 },
  ],
})) satisfies readonly Record<string, CostCenter[]>[];

function costCentersOf({ dice }: Company, { index, department }: Seat): readonly CostCenter[] {
  if (department === null || dice(index, TOPIC.costCenter, ONE_IN.noCostCenter) === 0) return [];
  const { whole, split } = SHARES[department]!;
  return dice(index, TOPIC.costCenter, ONE_IN.sharedCostCenter) === 1 ? split : whole;
}

const BASE_SALARY = 3_200;
const SALARY_STEP = 150;

function salaryOf({ dice, chart }: Company, seat: Seat): number {
  const responsibility = seat.rank === 0 ? 5_000 : chart.isLeaf(seat) ? 0 : 1_500;
  return BASE_SALARY + responsibility + SALARY_STEP * dice(seat.index, TOPIC.salary, 20);
}
