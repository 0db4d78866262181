import type { EntityManager } from "typeorm";
import { textOf } from "../schema/resource.ts";
import type { Offered } from "./offered.ts";
import type { StoredUser } from "./user.repository.ts";

/** What a match with a person, the person's fields, and the sessions of the user can depend on. */
export type UserFacts = {
  /** The identity provider's own id of the user. */
  readonly externalId: string | null;
  readonly email: string | null;
  readonly active: boolean;
  readonly offered: Offered;
};

export type UserChange = {
  readonly userId: string;
  /** Null: the user is new. */
  readonly before: UserFacts | null;
  /** Null: the user is deleted. */
  readonly after: UserFacts | null;
};

/** Users that one transaction changed. */
export type UsersChanged = {
  readonly userIds: readonly string[];
  readonly users: readonly UserChange[];
};

/** Is called after each write of users, in its transaction. */
export type OnUsersChanged = (manager: EntityManager, change: UsersChanged) => Promise<void>;

export const factsOf = ({ email, active, offered, resource }: StoredUser): UserFacts => ({
  externalId: textOf(resource.externalId),
  email,
  active,
  offered,
});

/** What is known of users whose account is closed after this change: deactivated or deleted. */
export const closedAccounts = ({ users }: UsersChanged): UserFacts[] =>
  users.flatMap(({ before, after }) => {
    // A session may have begun with the former address.
    return !after?.active ? [before, after].filter((facts) => facts !== null) : [];
  });

export const oneChanged = (before: StoredUser | null, after: StoredUser | null): UsersChanged => {
  const userId = (after ?? before)?.id ?? "";
  return {
    userIds: [userId],
    users: [{ userId, before: before && factsOf(before), after: after && factsOf(after) }],
  };
};
