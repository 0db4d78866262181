import { GraphQLDateTime } from "graphql-scalars";
import { Field, ObjectType } from "type-graphql";

const URL = "The address that Personio sends to. It is ours alone to know, but no secret: the header is.";

@ObjectType({
  simpleResolvers: true,
  description: "A webhook as it was just made. The secret is shown this once. [people:admin]",
})
export class PersonioWebhook {
  @Field(() => String, { description: URL })
  url!: string;

  @Field(() => String, {
    description: "The header that each delivery must carry, with `secret` as its value.",
  })
  headerName!: string;

  @Field(() => String, { description: "We keep a hash of it: lost means that a new webhook has to be made." })
  secret!: string;

  @Field(() => Boolean, {
    description: "Whether Personio has it already. If not, somebody has to make it there: see `help`.",
  })
  createdInPersonio!: boolean;

  @Field(() => String, {
    nullable: true,
    description: "How to make the webhook by hand in Personio; null where that is done.",
  })
  help!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: "The webhook by which Personio tells us of changes. [people:admin]",
})
export class PersonioWebhookState {
  @Field(() => String, { description: URL })
  url!: string;

  @Field(() => GraphQLDateTime, { description: "When it was made." })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: "When Personio last sent something that carried the secret; null before that.",
  })
  lastReceivedAt!: Date | null;
}
