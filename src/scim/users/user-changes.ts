import type { EntityManager } from "typeorm";
import type { Offered } from "./offered.ts";
import type { StoredUser } from "./user.repository.ts";

/** What a match with a person, and the person's fields, can depend on. */
export type UserFacts = {
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

export const factsOf = ({ email, active, offered }: StoredUser): UserFacts => ({ email, active, offered });

export const oneChanged = (before: StoredUser | null, after: StoredUser | null): UsersChanged => {
  const userId = (after ?? before)?.id ?? "";
  return {
    userIds: [userId],
    users: [{ userId, before: before && factsOf(before), after: after && factsOf(after) }],
  };
};
