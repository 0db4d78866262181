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

type EditContext = {
  readonly records: Records;
  readonly units: Units;
  readonly clock: Clock;
  readonly settings: Pick<Settings, "freedAddresses">;
};

const UNIT_KINDS = ["department", "team", "office", "subcompany"] as const satisfies readonly UnitKind[];
const SUFFIX_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Hires a person: today, unless the attributes differ. */
export function hire(context: EditContext, attributes: EditedAttributes): string {
  const { records, clock } = context;
  const person = records.add((generated) => {
    const newcomer: Person = {
      ...generated,
      hire_date: clock.today().company,
      probation_period_end: null,
      supervisor: generated.supervisor && records.find(generated.supervisor) ? generated.supervisor : null,
      createdAt: clock.now(),
      lastModifiedAt: clock.now(),
    };
    return { ...newcomer, ...addressOf(context, newcomer, attributes), ...fields(context, attributes) };
  });
  return person.id;
}

export function change(context: EditContext, id: string, attributes: EditedAttributes): void {
  edit(context, id, fields(context, attributes));
}

export function putOnLeave(
  context: EditContext,
  id: string,
  leave: { readonly from: string; readonly until: string },
): void {
  edit(context, id, { leave });
}

export function terminate(context: EditContext, id: string, lastDay: string): void {
  edit(context, id, {
    termination_date: lastDay,
    last_working_day: lastDay,
    terminated_at: context.clock.today().company,
    termination_type: "employee-quit",
    termination_reason: "",
  });
}

/**
 * Creates a new record for a leaver. One profile is one employment: the old record keeps its id and its
 * dates, and gives up its address. Attributes that must be unique are not copied.
 */
export function rehire(
  context: EditContext,
  id: string,
  attributes: Parameters<SandboxAdmin["rehire"]>[1],
): string {
  const { records, clock } = context;
  const former = records.get(id);
  if (statusOf(former, clock.today()) !== "inactive" || former.termination_date === null) {
    throw new RefusedEdit(`Only a person who has left can be rehired; employee ${id} has not left.`);
  }
  if (attributes.hire_date <= former.termination_date) {
    throw new RefusedEdit(
      `The new hire date must be after the old termination date ${former.termination_date}.`,
    );
  }
  return addFollowing(context, former, attributes);
}

/**
 * Moves a person to another legal entity, as Personio recommends it: the old record ends the day before a new
 * one begins. VERIFY(personio): Personio documents a rehire from an inactive profile only. That the new
 * profile may exist before the last day, and that the old one's address is altered then, is our reading.
 */
export function transfer(
  context: EditContext,
  id: string,
  attributes: Parameters<SandboxAdmin["transfer"]>[1],
): string {
  const former = context.records.get(id);
  if (statusOf(former, context.clock.today()) === "inactive")
    throw new RefusedEdit(
      `Only a person who has not left can be transferred; employee ${id} has left. Rehire them.`,
    );
  if (former.termination_date === null) {
    const lastDay = dayText(parseDay(attributes.hire_date) - 1);
    terminate(context, id, lastDay);
  }
  return addFollowing(context, context.records.get(id), attributes);
}

/** Deletes a record and creates it again: a new id, with the given attributes, by default all former ones. */
export function recreate(context: EditContext, id: string, attributes: EditedAttributes): string {
  const { records, clock } = context;
  const former = records.get(id);
  records.remove(id);
  const made = records.add(({ id: newId }) => ({
    ...former,
    id: newId,
    createdAt: clock.now(),
    lastModifiedAt: clock.now(),
    ...fields(context, attributes),
  }));
  return made.id;
}

/** Adds another record of the same person; attributes that must be unique are not copied. */
function addFollowing(context: EditContext, former: Person, attributes: EditedAttributes): string {
  const { records, clock } = context;
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
    ...fields(context, attributes),
  }));
  if (former.email && person.email === former.email)
    edit(context, former.id, {
      email: alter(former.email, suffix(context, person), context.settings.freedAddresses),
    });
  return person.id;
}

/** VERIFY(personio): the place of the suffix is not documented. */
const alter = (email: string, addition: string, place: Settings["freedAddresses"]): string =>
  place === "at the end" ? `${email}_${addition}` : email.replace("@", `_${addition}@`);

function edit({ records, clock }: EditContext, id: string, edited: Partial<Person>): void {
  const keys = Object.keys(edited).map((key) => ATTRIBUTE_OF[key] ?? key);
  records.replace({ ...records.get(id), ...edited, lastModifiedAt: clock.now() }, keys);
}

/** Fields of an edit whose Personio key differs. Of a leave, the API only shows the status. */
const ATTRIBUTE_OF: Readonly<Record<string, string>> = { leave: "status", costCenters: "cost_centers" };

/** Edits contain names of units; records refer to the units. */
function fields({ records, units }: EditContext, attributes: EditedAttributes): Partial<Person> {
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

/** A person hired under a given name gets a matching address. */
function addressOf(
  { records }: EditContext,
  newcomer: Person,
  attributes: EditedAttributes,
): Partial<Person> {
  if (attributes.first_name === undefined && attributes.last_name === undefined) return {};
  const first = attributes.first_name ?? newcomer.first_name;
  const last = attributes.last_name ?? newcomer.last_name;
  return { preferred_name: "", email: `${nameSlug(first, last)}@${records.company.emailDomain}` };
}

/** Five characters, as Personio appends to an address that it frees. */
const suffix = ({ records }: EditContext, { id }: Person): string =>
  Array.from({ length: 5 }, (_, place) => {
    const roll = records.company.dice(Number(id.slice(-6)) + place, TOPIC.email, SUFFIX_LETTERS.length);
    return SUFFIX_LETTERS[roll];
  }).join("");
