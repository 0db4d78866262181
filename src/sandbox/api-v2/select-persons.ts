import type { Answer } from "../api/answer.ts";
import { type Fault, hiddenEmployees } from "../api/faults.ts";
import type { FakePersonio } from "../api/personio.ts";
import { badRequest } from "../api/problem.ts";
import type { Person } from "../company/person.ts";
import { instantFilters, readInstants } from "./instant-filters.ts";
import type { PageRequest } from "./page.ts";
import { personStatus, personUpdatedAt } from "./person.ts";
import { hasFault } from "./resource.ts";

export const PERSON_FILTERS: readonly string[] = [
  ...["id", "email", "first_name", "last_name", "preferred_name", "status"],
  ...instantFilters("created_at"),
  ...instantFilters("updated_at"),
];

export type PersonSelection = { readonly people: readonly Person[]; readonly next: number | null };

type Test = (person: Person) => boolean;
type Match = { readonly place: number; readonly person: Person };

/**
 * The persons of one page, in the account's order, after the faults. `next` is the place where the next page
 * starts.
 */
export function selectPersons(
  personio: FakePersonio,
  page: PageRequest,
  faults: readonly Fault[],
): PersonSelection | Answer {
  const tests = readTests(personio, page.filters, faults);
  if ("status" in tests) return tests;
  const list = openList(personio, page.filters.get("id")?.split(","), tests);
  if (hasFault(faults, "empty-company")) return { people: [], next: null };
  const start = page.at ?? list.start;
  const repeated = hasFault(faults, "duplicate-record") ? list.before(start, 1) : [];
  const room = page.limit - repeated.length;
  const [following, matches] = cut(list.from(start, room + 1), room);
  if (hasFault(faults, "missing-page")) return { people: [], next: following };
  const shown = hasFault(faults, "repeated-page")
    ? list.before(start, page.limit)
    : [...repeated, ...matches];
  return { people: shown.map(({ person }) => person), next: following };
}

/** The first `count` matches, and the place after them. */
const cut = (matches: readonly Match[], count: number): readonly [number | null, readonly Match[]] => [
  matches[count]?.place ?? null,
  matches.slice(0, count),
];

type List = {
  readonly start: number;
  from(place: number, count: number): readonly Match[];
  /** The last `count` matches before a place; the first page has none. */
  before(place: number, count: number): readonly Match[];
};

function openList(
  { records, company, settings }: FakePersonio,
  ids: string[] | undefined,
  tests: Test[],
): List {
  const step = settings.order === "ascending" ? 1 : -1;
  const matches = ({ person }: Match) => tests.every((test) => test(person));
  const walk = (from: number, direction: 1 | -1): Iterable<Match> => {
    if (!ids) return records.walk(from, direction);
    const places = new Set(ids.flatMap((id) => (records.find(id) ? [company.ids.indexOf(id) ?? -1] : [])));
    return [...places]
      .filter((place) => (place - from) * direction >= 0)
      .sort((left, right) => (left - right) * direction)
      .flatMap((place) => records.walk(place, 1).take(1).toArray());
  };
  const take = (from: number, direction: 1 | -1, count: number): readonly Match[] =>
    Iterator.from(walk(from, direction)).filter(matches).take(count).toArray();
  return {
    start: step === 1 ? 0 : records.lastPlace,
    from: (place, count) => take(place, step, count),
    before: (place, count) => take(place - step, step === 1 ? -1 : 1, count).toReversed(),
  };
}

/** All filters must match. */
function readTests(
  personio: FakePersonio,
  filters: URLSearchParams,
  faults: readonly Fault[],
): Test[] | Answer {
  const { clock, records, settings } = personio;
  const today = clock.today();
  const status = filters.get("status");
  if (status !== null && status !== "ACTIVE" && status !== "INACTIVE") return badRequest();
  const created = readInstants(filters, "created_at", faults);
  const updated = readInstants(filters, "updated_at", faults);
  if (created === "invalid" || updated === "invalid") return badRequest();

  const emails = filters.get("email")?.split(",");
  const tests: Test[] = [];
  if (emails) tests.push(({ email }) => email !== null && emails.includes(email));
  for (const key of ["first_name", "last_name", "preferred_name"] as const) {
    const wanted = filters.get(key);
    if (wanted !== null) tests.push((person) => person[key] === wanted);
  }
  if (status) tests.push((person) => personStatus(person, { today }) === status);
  const hidden = hiddenEmployees(faults);
  if (hidden.size > 0) tests.push(({ id }) => !hidden.has(id));
  if (created) tests.push(({ createdAt }) => created(createdAt));
  if (updated) tests.push((person) => updated(personUpdatedAt(person, { records, settings: settings.v2 })));
  return tests;
}
