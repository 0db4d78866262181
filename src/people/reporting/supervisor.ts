import { Directive, Field, ID, ObjectType } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { READ_SCOPE } from "../../access/viewer.ts";
import { Kept } from "../../request/kept-rules.ts";
import { EmailAddress } from "../email-address.ts";

/** The same row as a person's, in the role of supervisor. */
@Directive('@key(fields: "id")')
@RequiresScope(READ_SCOPE)
@Kept()
@ObjectType({
  simpleResolvers: true,
  description:
    "A person in the role of supervisor. Every person in the directory can be looked up as one; without " +
    "reports the counts are 0.",
})
export class Supervisor {
  @Field(() => ID, { description: "The person's id: the same as `Person.id`." })
  id!: string;

  @Field(() => String, { description: "The name to show. See `Person.displayName`." })
  displayName!: string;

  @Field(() => EmailAddress, { nullable: true, description: "Work email. See `Person.workEmail`." })
  workEmail!: string | null;

  @Field(() => String, { nullable: true, description: "Job title." })
  position!: string | null;
}
