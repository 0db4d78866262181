import { readOpaqueId } from "../request/opaque-id.ts";
import { normalizeEmail } from "./email-address.ts";
import type { PeopleContext } from "./person.loader.ts";
import type { PersonRow } from "./person.repository.ts";

/** What a router sends to identify an entity: its `__typename` and the fields of one key, unchecked. */
type Reference = { readonly [field: string]: unknown };

/**
 * The person with the reference's `id` or, without one, its `workEmail` in any case. Null if the key is
 * unknown, malformed or of another company; the caller cannot distinguish these.
 */
export function resolvePersonReference(
  { id, workEmail }: Reference,
  { loaders }: PeopleContext,
): Promise<PersonRow | null> | null {
  if (id != null) return resolveSupervisorReference({ id }, { loaders });
  const email = typeof workEmail === "string" ? normalizeEmail(workEmail) : null;
  return email === null ? null : loaders.personByEmail.load(email);
}

/** The person with the reference's `id`, with or without reports; null as for a person. */
export function resolveSupervisorReference(
  reference: Reference,
  { loaders }: Pick<PeopleContext, "loaders">,
): Promise<PersonRow | null> | null {
  const id = readOpaqueId(reference.id);
  return id === null ? null : loaders.personById.load(id);
}
