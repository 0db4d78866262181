import type { Attribute, Employee } from "../employee.ts";
import { uniqueByKey } from "../v1/parse-attributes.ts";
import { customDefinitions } from "./custom-attributes.ts";
import type { Person } from "./parse-persons.ts";
import type { V2Context } from "./v2-context.ts";

/** Version 1's preset attributes that version 2 has too, with Personio's initial labels. */
const PRESETS: ReadonlyMap<string, Pick<Attribute, "label" | "type">> = new Map([
  ["id", { label: "ID", type: "integer" }],
  ["first_name", { label: "First name", type: "standard" }],
  ["last_name", { label: "Last name", type: "standard" }],
  ["preferred_name", { label: "Name (preferred)", type: "standard" }],
  ["email", { label: "Email", type: "standard" }],
  ["gender", { label: "Gender", type: "standard" }],
  ["status", { label: "Status", type: "standard" }],
  ["position", { label: "Position", type: "standard" }],
  ["supervisor", { label: "Supervisor", type: "standard" }],
  ["employment_type", { label: "Employment type", type: "standard" }],
  ["weekly_working_hours", { label: "Weekly hours", type: "standard" }],
  ["hire_date", { label: "Hire date", type: "date" }],
  ["contract_end_date", { label: "Contract ends", type: "date" }],
  ["termination_date", { label: "Termination date", type: "date" }],
  ["termination_type", { label: "Termination type", type: "standard" }],
  ["termination_reason", { label: "Termination reason", type: "standard" }],
  ["probation_period_end", { label: "Probation period end", type: "date" }],
  ["last_working_day", { label: "Last day of work", type: "date" }],
  ["created_at", { label: "Created at", type: "date" }],
  ["last_modified_at", { label: "Last modified", type: "date" }],
  ["legal_entity", { label: "Legal entity", type: "standard" }],
  ["office", { label: "Office", type: "standard" }],
  ["department", { label: "Department", type: "standard" }],
  ["team", { label: "Team", type: "standard" }],
  ["cost_centers", { label: "Cost center", type: "standard" }],
  ["profile_picture", { label: "Profile Picture", type: "standard" }],
]);

/**
 * The attributes of version 1's list that version 2 can read. It drops attributes that version 2 lacks
 * (working time, salaries, the subcompany) and references whose names the credential may not read. The right
 * to the subcompany includes the legal entity.
 */
export function adaptAttributes(
  granted: readonly Attribute[],
  { names }: Pick<V2Context, "names">,
): readonly Attribute[] {
  const withEntity = granted.map((attribute) =>
    attribute.key === "subcompany" ? presetAttribute("legal_entity") : attribute,
  );
  const nameless = new Set(Object.entries(names).flatMap(([kind, known]) => (known === null ? [kind] : [])));
  return uniqueByKey(withEntity).filter(
    ({ key }) => (PRESETS.has(key) || isCustom(key)) && !nameless.has(key),
  );
}

/** The attributes of some people: all that is known when Personio refuses version 1's list. */
export function seenAttributes(
  persons: readonly Person[],
  employees: readonly Employee[],
): readonly Attribute[] {
  const presets = employees.flatMap(({ attributes }) =>
    Object.keys(attributes).filter((key) => PRESETS.has(key)),
  );
  const custom = persons.flatMap(({ fields }) => customDefinitions(fields.custom_attributes));
  const attributes = [...presets.map(presetAttribute), ...custom];
  return [...new Map(attributes.map((attribute) => [attribute.key, attribute])).values()];
}

const presetAttribute = (key: string): Attribute => ({
  key,
  ...(PRESETS.get(key) ?? { label: key, type: "standard" }),
  universalId: key,
  options: [],
});

const isCustom = (key: string): boolean => key.startsWith("dynamic_");
