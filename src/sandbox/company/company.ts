import { type DayNumber, toDayNumber } from "./calendar.ts";
import { DEPARTMENTS, MANAGEMENT } from "./departments.ts";
import { createDice, type Dice, TOPIC } from "./dice.ts";
import { createNames, type Name } from "./names.ts";
import { createOrgChart, type OrgChart } from "./org-chart.ts";
import { createPlaces, type Place, type Unit } from "./places.ts";

/**
 * Everything that the seed decides once for the whole company. A person follows from it and their index
 * (`person-at-index.ts`), so a million people need no memory until an edit changes them.
 */
export type Company = {
  /** The account's number at Personio, which webhooks contain. */
  readonly id: string;
  readonly people: number;
  /** The day around which all dates are generated. */
  readonly today: DayNumber;
  readonly dice: Dice;
  readonly nameAt: (index: number) => Name;
  readonly chart: OrgChart;
  readonly places: readonly Place[];
  /** By position in `DEPARTMENTS`, followed by the management's. */
  readonly departments: readonly DepartmentUnit[];
  readonly ids: EmployeeIds;
  readonly emailDomain: string;
  /** The prefix of personnel numbers. */
  readonly initials: string;
};

export type DepartmentUnit = { readonly department: Unit; readonly teams: readonly Unit[] };

type CompanyOptions = {
  readonly people: number;
  readonly seed: number;
  readonly startedAt: number;
  readonly employeeIds: "usual" | "huge";
};

const PEOPLE_MIN = 10;
/** Names, ids and the nine levels are designed for this many. */
const PEOPLE_MAX = 1_000_000;
const FIRST_COMPANY_ID = 100_000;
const COMPANY_IDS = 500_000;
const FIRST_DEPARTMENT_ID = 330_127;
const FIRST_TEAM_ID = 88_041;

const BRANDS = [
  { name: "Nordlicht Robotik", domain: "nordlicht-robotik.example" },
  { name: "Alsterwerk Automation", domain: "alsterwerk.example" },
  { name: "Havelstern Mechatronik", domain: "havelstern.example" },
  { name: "Küstenbogen Systeme", domain: "kuestenbogen.example" },
];

export function createCompany({ people, seed, startedAt, employeeIds }: CompanyOptions): Company {
  if (!Number.isInteger(people) || people < PEOPLE_MIN || people > PEOPLE_MAX) {
    throw new RangeError(
      `A company has ${PEOPLE_MIN} to 1,000,000 people, not ${people}. Pass --people accordingly.`,
    );
  }
  const dice = createDice(seed);
  const brand = BRANDS[dice(0, TOPIC.brand, BRANDS.length)]!;
  return {
    id: String(FIRST_COMPANY_ID + dice(1, TOPIC.brand, COMPANY_IDS)),
    people,
    today: toDayNumber(startedAt),
    dice,
    nameAt: createNames(dice),
    chart: createOrgChart(dice, people),
    places: createPlaces(brand.name),
    departments: createDepartmentUnits(),
    ids: createEmployeeIds(dice, employeeIds, seed),
    emailDomain: brand.domain,
    initials: brand.name
      .split(" ")
      .map((word) => word[0])
      .join(""),
  };
}

function createDepartmentUnits(): readonly DepartmentUnit[] {
  const plans = [...DEPARTMENTS, { name: MANAGEMENT, teams: [] }];
  return plans.map(({ name, teams }, position) => ({
    department: { id: String(FIRST_DEPARTMENT_ID + position * 11), name },
    teams: teams.map((team, place) => ({ id: String(FIRST_TEAM_ID + position * 10 + place), name: team })),
  }));
}

/** Ids ascend with the index and have gaps, as in an account where records were deleted. */
type EmployeeIds = {
  idAt(index: number): string;
  /** The index of this id, if the company were large enough; undefined for gaps. */
  indexOf(id: string): number | undefined;
};

const FIRST_ID = 7_300_000;
/** Accounts of one sandbox have other ids, as at Personio: an id never means two people. */
const IDS_PER_SEED = 10_000_000;
const SEEDS_APART = 100;
const FIRST_HUGE_ID = 1_067_807_102_000_000_000n;
const STEP = 7;

function createEmployeeIds(dice: Dice, kind: "usual" | "huge", seed: number): EmployeeIds {
  const apart = ((seed + SEEDS_APART - 1) % SEEDS_APART) * IDS_PER_SEED;
  const offsetAt = (index: number): number => apart + index * STEP + dice(index, TOPIC.id, STEP);
  const idAt = (index: number): string =>
    kind === "huge" ? String(FIRST_HUGE_ID + BigInt(offsetAt(index))) : String(FIRST_ID + offsetAt(index));

  return {
    idAt,
    indexOf(id) {
      if (!/^\d{1,19}$/.test(id)) return undefined;
      const offset = kind === "huge" ? Number(BigInt(id) - FIRST_HUGE_ID) : Number(id) - FIRST_ID;
      const index = Math.floor((offset - apart) / STEP);
      return index >= 0 && idAt(index) === id ? index : undefined;
    },
  };
}
