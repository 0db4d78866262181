import type { SandboxAdmin } from "../admin.ts";
import { CUSTOM_ATTRIBUTE, type EditedAttributes } from "../company/attributes.ts";
import { dayText, parseDay } from "../company/calendar.ts";
import { TOPIC } from "../company/dice.ts";
import { nameSlug } from "../company/names.ts";
import type { Person } from "../company/person.ts";
import type { Settings } from "../settings.ts";
import type { Clock } from "./clock.ts";
import { type Records, RefusedEdit } from "./records.ts";
import { statusOf } from "./status.ts";
import type { UnitKind, Units } from "./units.ts";

type Desk = {
  readonly records: Records;
  readonly units: Units;
  readonly clock: Clock;
  readonly settings: Pick<Settings, "freedAddresses">;
};

const UNIT_KINDS = ["department", "team", "office", "subcompany"] as const satisfies readonly UnitKind[];
const SUFFIX_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Hires somebody: today, unless the attributes say otherwise. */
export function hire(desk: Desk, attributes: EditedAttributes): string {
  const { records, clock } = desk;
  const person = records.add((invented) => {
    const stranger: Person = {
      ...invented,
      hire_date: clock.today().company,
      probation_period_end: null,
      supervisor: invented.supervisor && records.find(invented.supervisor) ? invented.supervisor : null,
      createdAt: clock.now(),
      lastModifiedAt: clock.now(),
    };
    return { ...stranger, ...addressOf(desk, stranger, attributes), ...fields(desk, attributes) };
  });
  return person.id;
}

export function change(desk: Desk, id: string, attributes: EditedAttributes): void {
  edit(desk, id, fields(desk, attributes));
}

export function putOnLeave(
  desk: Desk,
  id: string,
  leave: { readonly from: string; readonly until: string },
): void {
  edit(desk, id, { leave });
}

export function terminate(desk: Desk, id: string, lastDay: string): void {
  edit(desk, id, {
    termination_date: lastDay,
    last_working_day: lastDay,
    terminated_at: desk.clock.today().company,
    termination_type: "employee-quit",
    termination_reason: "",
  });
}

/**
 * A new record for somebody who left. One profile is one employment: the old one keeps its id and its dates, and
 * gives its address away. Attributes that must be unique are not copied.
 */
export function rehire(desk: Desk, id: string, attributes: Parameters<SandboxAdmin["rehire"]>[1]): string {
  const { records, clock } = desk;
  const former = records.get(id);
  if (statusOf(former, clock.today()) !== "inactive" || former.termination_date === null) {
    throw new RefusedEdit(`Only a person who has left can be rehired; employee ${id} has not left.`);
  }
  if (attributes.hire_date <= former.termination_date) {
    throw new RefusedEdit(
      `The new hire date must be after the old termination date ${former.termination_date}.`,
    );
  }
  return addFollowing(desk, former, attributes);
}

/**
 * Moves somebody to another legal entity, as Personio recommends it: the old record ends with the day before, and a new one begins.
 * VERIFY(personio): Personio documents a rehire from an inactive profile only; that the new profile may exist before the last day, and
 * that the old one's address is altered then, is our reading.
 */
export function transfer(
  desk: Desk,
  id: string,
  attributes: Parameters<SandboxAdmin["transfer"]>[1],
): string {
  const former = desk.records.get(id);
  if (statusOf(former, desk.clock.today()) === "inactive")
    throw new RefusedEdit(
      `Only a person who has not left can be transferred; employee ${id} has left. Rehire them.`,
    );
  if (former.termination_date === null) {
    const lastDay = dayText(parseDay(attributes.hire_date) - 1);
    terminate(desk, id, lastDay);
  }
  return addFollowing(desk, desk.records.get(id), attributes);
}

/** Deletes a record and makes it anew: another id, and whatever HR types in again, by default all that it held. */
export function recreate(desk: Desk, id: string, attributes: EditedAttributes): string {
  const { records, clock } = desk;
  const former = records.get(id);
  records.remove(id);
  const made = records.add(({ id: newId }) => ({
    ...former,
    id: newId,
    createdAt: clock.now(),
    lastModifiedAt: clock.now(),
    ...fields(desk, attributes),
  }));
  return made.id;
}

/** A record that follows another one of the same person; attributes that must be unique are not copied. */
function addFollowing(desk: Desk, former: Person, attributes: EditedAttributes): string {
  const { records, clock } = desk;
  const person = records.add(({ id: newId }) => ({
    ...former,
    id: newId,
    status: null,
    leave: null,
    contract_end_date: null,
    termination_date: null,
    termination_type: "",
    termination_reason: "",
    last_working_day: null,
    terminated_at: null,
    probation_period_end: null,
    [CUSTOM_ATTRIBUTE.employeeId]: "",
    createdAt: clock.now(),
    lastModifiedAt: clock.now(),
    ...fields(desk, attributes),
  }));
  if (former.email && person.email === former.email)
    edit(desk, former.id, { email: alter(former.email, suffix(desk, person), desk.settings.freedAddresses) });
  return person.id;
}

/** VERIFY(personio): where the addition stands is not documented. */
const alter = (email: string, addition: string, place: Settings["freedAddresses"]): string =>
  place === "at the end" ? `${email}_${addition}` : email.replace("@", `_${addition}@`);

function edit({ records, clock }: Desk, id: string, edited: Partial<Person>): void {
  const keys = Object.keys(edited).map((key) => ATTRIBUTE_OF[key] ?? key);
  records.replace({ ...records.get(id), ...edited, lastModifiedAt: clock.now() }, keys);
}

/** What an edit touches under another key than Personio's. Of a leave, the API only ever shows the status. */
const ATTRIBUTE_OF: Readonly<Record<string, string>> = { leave: "status", costCenters: "cost_centers" };

/** Edits name units; records refer to them. */
function fields({ records, units }: Desk, attributes: EditedAttributes): Partial<Person> {
  const {
    department: _,
    team: __,
    office: ___,
    subcompany: ____,
    cost_centers: shares,
    ...plain
  } = attributes;
  if (plain.supervisor) records.get(plain.supervisor);
  const named = UNIT_KINDS.flatMap((kind) => {
    const name = attributes[kind];
    return name === undefined ? [] : [[kind, name === null ? null : units.named(kind, name)] as const];
  });
  const costCenters = shares?.map(({ name, percentage }) => ({
    ...units.named("costCenter", name),
    percentage,
  }));
  return { ...plain, ...(costCenters && { costCenters }), ...Object.fromEntries(named) };
}

/** Somebody hired under a name of their own gets an address to it. */
function addressOf({ records }: Desk, stranger: Person, attributes: EditedAttributes): Partial<Person> {
  if (attributes.first_name === undefined && attributes.last_name === undefined) return {};
  const first = attributes.first_name ?? stranger.first_name;
  const last = attributes.last_name ?? stranger.last_name;
  return { preferred_name: "", email: `${nameSlug(first, last)}@${records.company.emailDomain}` };
}

/** Five characters, as Personio appends to an address that it frees. */
const suffix = ({ records }: Desk, { id }: Person): string =>
  Array.from({ length: 5 }, (_, place) => {
    const roll = records.company.dice(Number(id.slice(-6)) + place, TOPIC.email, SUFFIX_LETTERS.length);
    return SUFFIX_LETTERS[roll];
  }).join("");
