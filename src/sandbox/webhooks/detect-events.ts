import { isPersonal } from "../company/attributes.ts";
import type { Person } from "../company/person.ts";
import { employmentIdOf } from "../company/uuids.ts";
import type { RecordChange } from "../records/records.ts";
import type { Today } from "../records/status.ts";
import type { Zone } from "../records/zone.ts";
import type { CompanyEvent, EventName } from "./event.ts";

type Moment = { readonly now: number; readonly today: Today };
type Rules = { readonly employmentAttributes: readonly string[] };

/**
 * The events of an edit, in order. Changes of attributes in neither list, such as the position, fire none.
 */
export function eventsOfChange(
  { before, after, keys }: RecordChange,
  { now, today }: Moment,
  { employmentAttributes }: Rules,
): readonly CompanyEvent[] {
  const person = after ?? before;
  if (!person) return [];
  const names: EventName[] = [];
  if (!before) names.push("person.created", "employment.created");
  else if (!after) names.push("person.deleted", "employment.deleted");
  if (keys.some(isPersonal)) names.push("person.updated");
  if (keys.some((key) => employmentAttributes.includes(key))) names.push("employment.updated");
  if (keys.includes("cost_centers")) names.push("employment.updated.cost-centers");
  // A date in the past takes effect when it is entered.
  if (after && hasStarted(after, today) && !(before && hasStarted(before, today)))
    names.push("employment.started");
  if (after && hasEnded(after, today) && !(before && hasEnded(before, today)))
    names.push("employment.terminated");
  return names.map((name) => eventOf(name, person, now));
}

type ElapsedDays = { readonly from: Today; readonly to: Today; readonly zone: Zone };

/** The events of elapsed days, in order: each employment that started or ended, at its own midnight. */
export function eventsOfElapsedDays(
  people: Iterable<Person>,
  { from, to, zone }: ElapsedDays,
): readonly CompanyEvent[] {
  const events: CompanyEvent[] = [];
  for (const person of people) {
    const { hire_date: hired, termination_date: terminated } = person;
    if (hired && !hasStarted(person, from) && hasStarted(person, to))
      events.push(eventOf("employment.started", person, zone.parse(hired)));
    if (terminated && !hasEnded(person, from) && hasEnded(person, to))
      events.push(eventOf("employment.terminated", person, Date.parse(terminated) + MILLISECONDS_PER_DAY));
  }
  return events.sort((left, right) => left.occurredAt - right.occurredAt);
}

const MILLISECONDS_PER_DAY = 86_400_000;

const hasStarted = ({ hire_date: day }: Person, { company }: Today): boolean =>
  day !== null && day <= company;

const hasEnded = ({ termination_date: day }: Person, { utc }: Today): boolean => day !== null && day < utc;

const eventOf = (name: EventName, { id }: Person, occurredAt: number): CompanyEvent => ({
  name,
  occurredAt,
  personId: id,
  employmentId: name.startsWith("employment.") ? employmentIdOf(id) : null,
});
