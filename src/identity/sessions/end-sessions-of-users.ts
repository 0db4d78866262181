import type { EntityManager } from "typeorm";
import { deleteSessionsOfUsers } from "./console-session.repository.ts";

/** A user whose account the identity provider closed, as it sent the user. */
export type ClosedAccount = { readonly email: string | null; readonly externalId: string | null };

/**
 * Signs users out whose account the identity provider closed, in the transaction that learns of it. A session
 * has the user's address, or a subject that some providers send over SCIM as `externalId`.
 */
export async function endSessionsOfUsers(
  manager: EntityManager,
  accounts: readonly ClosedAccount[],
): Promise<void> {
  const emails = accounts.flatMap(({ email }) => email ?? []);
  const subjects = accounts.flatMap(({ externalId }) => externalId ?? []);
  if (emails.length + subjects.length > 0) await deleteSessionsOfUsers(manager, { emails, subjects });
}
