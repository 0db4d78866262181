import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import { EmailAddress } from "../../people/email-address.ts";
import { createConnectionType } from "../../request/connection.ts";

/** In the order of `idpOnlyUsers`: what a security team has to look at comes first. */
export const IdpOnlyReason = {
  LEFT: "LEFT",
  NOT_IN_HR: "NOT_IN_HR",
  SKIPPED: "SKIPPED",
  NOT_SYNCED: "NOT_SYNCED",
} as const;
export type IdpOnlyReason = (typeof IdpOnlyReason)[keyof typeof IdpOnlyReason];

registerEnumType(IdpOnlyReason, {
  name: "IdpOnlyReason",
  description: "Why a user of the identity provider is not in the directory.",
  valuesConfig: {
    LEFT: {
      description:
        "The person has left according to HR. If the account is still active, close it. `person` is null for " +
        "people who left before the first sync.",
    },
    NOT_IN_HR: {
      description:
        "Personio lists no person with this address, or the account has no address. It may be a service account, " +
        "a guest, a forgotten account, or a person whose address differs in Personio.",
    },
    SKIPPED: {
      description:
        "Personio has the person, and the sync skips the record, for example because the company's settings exclude " +
        "it. `whyMissing` explains why.",
    },
    NOT_SYNCED: {
      description:
        "No sync has succeeded yet, so the service does not know which people Personio has. Finish the setup, and " +
        "ask again after the first sync.",
    },
  },
});

/** A field resolver serves `person`. */
@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description: "A user of the identity provider who is not in the directory. Needs the scope `people:admin`.",
})
export class IdpUser {
  @Field(() => ID, { description: "Our id of the user: the SCIM id, which the identity provider knows too." })
  id!: string;

  @Field(() => String, { description: "The user name, as the identity provider sent it." })
  userName!: string;

  @Field(() => EmailAddress, {
    nullable: true,
    description:
      "The address that would match a person's work email; null if the identity provider sent none.",
  })
  workEmail!: string | null;

  @Field(() => Boolean, {
    description:
      "Whether the account is active at the identity provider. An inactive account is already closed.",
  })
  active!: boolean;

  @Field(() => IdpOnlyReason, { description: "Why the user is not in the directory." })
  reason!: IdpOnlyReason;
}

/** How many users of the identity provider match people of the directory. */
@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description:
    "How many users of the identity provider belong to people of the directory. Needs the scope `people:admin`.",
})
export class IdpUserCounts {
  @Field(() => Int, { description: "Users that the identity provider sent and has not deleted." })
  users!: number;

  @Field(() => Int, { description: "Current people who have a user: with the address of their work email." })
  matchedPeople!: number;

  @Field(() => Int, { description: "Current people without such a user." })
  peopleWithoutUser!: number;
}

/**
 * A page compares all users with all people, and so does counting: with 100,000 of each, Postgres takes
 * half a second. An operation may ask for ten of them.
 */
export const IDP_ONLY_COST = 10_000;

export const IdpUserConnection = createConnectionType({
  name: "IdpUser",
  node: () => IdpUser,
  entry: "user",
  entries: "users",
  scope: ADMIN_SCOPE,
  countCost: IDP_ONLY_COST,
});
