import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, ObjectType } from "type-graphql";
import { Authenticated } from "../../access/field-rules.ts";

@Authenticated()
@ObjectType({
  simpleResolvers: true,
  description: "A browser in which the viewer is signed in at the console.",
})
export class OwnSession {
  @Field(() => ID, { description: "Our id of the session, for `endOwnSessions`. It gives no access." })
  id!: string;

  @Field(() => GraphQLDateTime, { description: "When the viewer signed in." })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: "When the session ends at the latest." })
  expiresAt!: Date;

  @Field(() => GraphQLDateTime, {
    description: "When the session ends if the browser sends nothing until then, accurate to a minute.",
  })
  idleUntil!: Date;

  @Field(() => Boolean, { description: "Whether the request comes from this session." })
  isCurrent!: boolean;
}
