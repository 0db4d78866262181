import { z } from "zod";

/**
 * Where an account is in its life. `unassigned`: active, and without access to the app. `deleted`: in the
 * recycle bin. `purged`: deleted permanently.
 */
export const USER_STATES = ["active", "deactivated", "unassigned", "deleted", "purged"] as const;

export type UserState = (typeof USER_STATES)[number];

/** An account at the identity provider. Null is an attribute without a value. */
export type IdpUser = {
  /** The provider's own id. */
  readonly id: string;
  readonly userName: string;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly displayName: string;
  readonly title: string | null;
  readonly department: string | null;
  readonly employeeNumber: string | null;
  /** The id of another account. */
  readonly managerId: string | null;
  readonly state: UserState;
  /** When it was deleted, in milliseconds; null while it is not. */
  readonly deletedAt: number | null;
};

export type IdpGroup = {
  readonly id: string;
  readonly name: string;
  /** Ids of accounts. */
  readonly members: ReadonlySet<string>;
  readonly isDeleted: boolean;
};

const text = z.string();

/** The attributes that an edit may set. */
export const userAttributesSchema = z.strictObject({
  userName: text.min(1).exactOptional(),
  email: text.nullable().exactOptional(),
  firstName: text.nullable().exactOptional(),
  lastName: text.nullable().exactOptional(),
  displayName: text.exactOptional(),
  title: text.nullable().exactOptional(),
  department: text.nullable().exactOptional(),
  employeeNumber: text.nullable().exactOptional(),
  managerId: text.nullable().exactOptional(),
});

export const newUserSchema = userAttributesSchema.extend({ userName: text.min(1) });

export const groupSchema = z.strictObject({
  name: text.min(1),
  members: z.array(text).exactOptional(),
});

export const groupEditSchema = z.strictObject({
  name: text.min(1).exactOptional(),
  add: z.array(text).exactOptional(),
  remove: z.array(text).exactOptional(),
});

export type UserAttributes = z.infer<typeof userAttributesSchema>;
export type NewUser = z.infer<typeof newUserSchema>;
export type NewGroup = z.infer<typeof groupSchema>;
export type GroupEdit = z.infer<typeof groupEditSchema>;
