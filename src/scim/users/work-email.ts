import { normalizeEmail } from "../../people/email-address.ts";
import { isObject, type JsonObject, type StoredResource, textOf } from "../schema/resource.ts";

/**
 * The address that matches a user with a person, in the directory's form: the work email, else the primary
 * one, else the login. Null if none of them is an address. Pure.
 */
export function workEmailOf(resource: StoredResource): string | null {
  const emails = Array.isArray(resource.emails) ? resource.emails.filter(isObject) : [];
  const primaryFirst = [...emails].sort((a, b) => Number(isPrimary(b)) - Number(isPrimary(a)));
  const candidates = [
    ...primaryFirst.filter((email) => textOf(email.type)?.toLowerCase() === "work"),
    ...emails.filter(isPrimary),
    { value: resource.userName ?? null },
  ];
  for (const { value } of candidates) {
    const email = normalizeEmail(textOf(value) ?? "");
    if (email !== null) return email;
  }
  return null;
}

const isPrimary = ({ primary }: JsonObject): boolean => primary === true;
