import { isPersonal } from "../company/attributes.ts";
import type { Person } from "../company/person.ts";
import { employmentIdOf } from "../company/uuids.ts";
import { statusOf } from "../records/status.ts";
import { customAttributes } from "./custom-attributes.ts";
import { type Field, instantText, type ResourceContext } from "./resource.ts";

/** A person of version 2: the identity. Place and dates of work are in the employment. */
export const PERSON_FIELDS: readonly Field[] = [
  { name: "id", grant: null, read: ({ id }) => id },
  { name: "email", grant: "email", read: ({ email }) => email || null },
  { name: "created_at", grant: "created_at", read: ({ createdAt }) => instantText(createdAt) },
  {
    name: "updated_at",
    grant: "last_modified_at",
    read: (person, context) => instantText(personUpdatedAt(person, context)),
  },
  { name: "first_name", grant: "first_name", read: (person) => person.first_name || null },
  { name: "last_name", grant: "last_name", read: (person) => person.last_name || null },
  { name: "preferred_name", grant: "preferred_name", read: (person) => person.preferred_name || null },
  { name: "gender", grant: "gender", read: ({ gender }) => gender.toUpperCase() || "UNSPECIFIED" },
  {
    name: "profile_picture",
    grant: "profile_picture",
    read: ({ id }, { url }) => ({ url: `${url}/v1/company/employees/${id}/profile-picture` }),
  },
  { name: "status", grant: "status", read: (person, context) => personStatus(person, context) },
  { name: "custom_attributes", grant: null, read: customAttributes },
  { name: "employments", grant: null, read: ({ id }) => [{ id: employmentIdOf(id) }] },
  {
    name: "_meta",
    grant: null,
    read: ({ id }, { url }) => ({ links: { employments: { href: `${url}/v2/persons/${id}/employments` } } }),
  },
];

/** Coarser than the employment's status: onboarding and leave are active. */
export const personStatus = (
  person: Person,
  { today }: Pick<ResourceContext, "today">,
): "ACTIVE" | "INACTIVE" => (statusOf(person, today) === "inactive" ? "INACTIVE" : "ACTIVE");

export function personUpdatedAt(
  person: Person,
  { records, settings }: Pick<ResourceContext, "records" | "settings">,
): number {
  if (settings.personUpdatedAt === "every change") return person.lastModifiedAt;
  return records.lastChange(person, isPersonal);
}
