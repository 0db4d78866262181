import { GraphQLDateTime } from "graphql-scalars";
import { Field, ObjectType } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";

const URL =
  "The address that Personio sends to. Share it only with Personio; the header, not the address, is " +
  "the secret.";

@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description: "A newly created webhook. This answer shows the secret only once. [people:admin]",
})
export class PersonioWebhook {
  @Field(() => String, { description: URL })
  url!: string;

  @Field(() => String, {
    description: "The header that each delivery must carry, with `secret` as its value.",
  })
  headerName!: string;

  @Field(() => String, {
    description: "The secret. We store only a hash: create a new webhook if the secret is lost.",
  })
  secret!: string;

  @Field(() => Boolean, {
    description: "Whether the webhook exists in Personio. If not, an admin must create it there: see `help`.",
  })
  createdInPersonio!: boolean;

  @Field(() => [String], {
    description: "The events to tick in Personio for a webhook that is created by hand.",
  })
  events!: readonly string[];

  @Field(() => String, {
    nullable: true,
    description: "How to create the webhook by hand in Personio; null if we created it.",
  })
  help!: string | null;
}

@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description: "The webhook that Personio sends changes to. [people:admin]",
})
export class PersonioWebhookState {
  @Field(() => String, { description: URL })
  url!: string;

  @Field(() => GraphQLDateTime, { description: "When the webhook was created." })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: "When Personio last sent a delivery with the right secret; null before the first one.",
  })
  lastReceivedAt!: Date | null;
}
