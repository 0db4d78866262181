import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, ObjectType } from "type-graphql";
import { Authenticated } from "../../access/field-rules.ts";
import { EmailAddress } from "../email-address.ts";

@Authenticated()
@ObjectType("Viewer", {
  simpleResolvers: true,
  description: "Who is asking: the user or the program that the request's token identifies, and its rights.",
})
export class ViewerType {
  @Field(() => ID, { description: "The company whose directory every answer shows." })
  tenantId!: string;

  @Field(() => String, {
    description:
      "Identifies the user or the program within the company, the same at each request. `administrator` " +
      "while `AUTH=off`.",
  })
  subject!: string;

  @Field(() => EmailAddress, {
    nullable: true,
    description: "The verified email address of the token; null if it contains none.",
  })
  email!: string | null;

  @Field(() => [String], {
    description: "The scopes of the token, in alphabetical order. No scope includes another.",
  })
  scopes!: readonly string[];

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      "When the token or the session of the console ends, and with it each socket and event stream; null if " +
      "it has no end. Request a new token before then.",
  })
  signInExpiresAt!: Date | null;

  @Field(() => Boolean, {
    description: "Whether the service runs with `AUTH=off`: every request is then an administrator's.",
  })
  authIsOff!: boolean;

  @Field(() => Boolean, {
    description:
      "Whether a session of the console, and not a token, identifies the user. Only then can the console sign " +
      "the user out.",
  })
  hasSession!: boolean;
}
