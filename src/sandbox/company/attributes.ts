import { z } from "zod";

/** The keys of custom attributes; such numbers are stable in one account and differ between accounts. */
export const CUSTOM_ATTRIBUTE = {
  birthday: "dynamic_402117",
  employeeId: "dynamic_402118",
  tShirtSize: "dynamic_402190",
  languages: "dynamic_402191",
  linkedIn: "dynamic_402192",
  yearsOfExperience: "dynamic_402193",
  about: "dynamic_402194",
} as const;

const day = z.iso.date();
const id = z.string().regex(/^\d+$/);
const text = z.string();

/**
 * The attributes that an edit may set, by Personio's keys. Days are `YYYY-MM-DD`. Departments, teams,
 * offices, legal entities and cost centers go by name, and a new name creates a new one; the supervisor goes
 * by id.
 */
export const attributesSchema = z.strictObject({
  first_name: text.exactOptional(),
  last_name: text.exactOptional(),
  preferred_name: text.exactOptional(),
  email: text.nullable().exactOptional(),
  gender: z.enum(["male", "female", "diverse", ""]).exactOptional(),
  /** A manual status overrides the dates; null removes it. */
  status: z.enum(["onboarding", "active", "leave", "inactive"]).nullable().exactOptional(),
  position: text.exactOptional(),
  supervisor: id.nullable().exactOptional(),
  employment_type: z.enum(["internal", "external"]).exactOptional(),
  weekly_working_hours: text.exactOptional(),
  hire_date: day.nullable().exactOptional(),
  contract_end_date: day.nullable().exactOptional(),
  termination_date: day.nullable().exactOptional(),
  probation_period_end: day.nullable().exactOptional(),
  last_working_day: day.nullable().exactOptional(),
  department: text.nullable().exactOptional(),
  team: text.nullable().exactOptional(),
  office: text.nullable().exactOptional(),
  subcompany: text.nullable().exactOptional(),
  cost_centers: z.array(z.strictObject({ name: text, percentage: z.number() })).exactOptional(),
  [CUSTOM_ATTRIBUTE.birthday]: day.nullable().exactOptional(),
  [CUSTOM_ATTRIBUTE.employeeId]: text.exactOptional(),
  [CUSTOM_ATTRIBUTE.tShirtSize]: text.exactOptional(),
  [CUSTOM_ATTRIBUTE.languages]: z.array(text).exactOptional(),
  [CUSTOM_ATTRIBUTE.linkedIn]: text.exactOptional(),
  [CUSTOM_ATTRIBUTE.yearsOfExperience]: z.number().nullable().exactOptional(),
  [CUSTOM_ATTRIBUTE.about]: text.exactOptional(),
});

export type EditedAttributes = z.infer<typeof attributesSchema>;

const PERSONAL = new Set(["first_name", "last_name", "preferred_name", "email", "gender"]);

/** Whether version 2 has the attribute on the person; all others are on the employment. */
export const isPersonal = (attributeKey: string): boolean =>
  PERSONAL.has(attributeKey) || attributeKey.startsWith("dynamic_");
