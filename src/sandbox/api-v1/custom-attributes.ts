import { CUSTOM_ATTRIBUTE } from "../company/attributes.ts";
import type { Person } from "../company/person.ts";
import { LANGUAGES, SHIRT_SIZES } from "../company/personal-details.ts";
import type { Attribute, PageContext } from "./attribute.ts";

/** The custom attributes of this customer. */
export const CUSTOM_ATTRIBUTES: readonly Attribute[] = [
  {
    ...custom(CUSTOM_ATTRIBUTE.birthday, "Birthday", writeBirthday),
    type: "date",
    // Personio knows the meaning of a few custom attributes; clients find the date of birth by this id.
    universalId: "date_of_birth",
  },
  custom(CUSTOM_ATTRIBUTE.employeeId, "Employee ID", (person) =>
    JSON.stringify(person[CUSTOM_ATTRIBUTE.employeeId]),
  ),
  {
    ...custom(CUSTOM_ATTRIBUTE.tShirtSize, "T-shirt size", (person) =>
      JSON.stringify(person[CUSTOM_ATTRIBUTE.tShirtSize]),
    ),
    type: "list",
    options: SHIRT_SIZES,
  },
  {
    ...custom(CUSTOM_ATTRIBUTE.languages, "Languages", writeLanguages),
    type: "tags",
    options: LANGUAGES,
  },
  {
    ...custom(CUSTOM_ATTRIBUTE.linkedIn, "LinkedIn", (person) =>
      JSON.stringify(person[CUSTOM_ATTRIBUTE.linkedIn]),
    ),
    type: "link",
  },
  {
    ...custom(CUSTOM_ATTRIBUTE.yearsOfExperience, "Years of experience", (person) =>
      String(person[CUSTOM_ATTRIBUTE.yearsOfExperience]),
    ),
    type: "integer",
  },
  {
    ...custom(CUSTOM_ATTRIBUTE.about, "About", (person) => JSON.stringify(person[CUSTOM_ATTRIBUTE.about])),
    type: "multiline",
  },
];

function custom(key: string, label: string, write: Attribute["write"]): Attribute {
  return { key, label, type: "standard", universalId: null, options: [], write };
}

function writeBirthday(person: Person, { zone, customDates }: PageContext): string {
  const day = person[CUSTOM_ATTRIBUTE.birthday];
  if (day === null) return "null";
  return customDates === "plain" ? `"${day}"` : `"${zone.midnight(day)}"`;
}

function writeLanguages(person: Person): string {
  return JSON.stringify(person[CUSTOM_ATTRIBUTE.languages].join(","));
}
