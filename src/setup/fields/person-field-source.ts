import { GraphQLDateTime, GraphQLJSON } from "graphql-scalars";
import { Field, ObjectType } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import { FieldSource } from "../../fields/field-source.ts";

@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description: "Where the value of one field of a person comes from.",
})
export class PersonFieldSource {
  @Field(() => String, { description: "`PeopleField.name`." })
  field!: string;

  @Field(() => FieldSource, {
    description: "The source that won: the first one in `PeopleField.sources` that has the field.",
  })
  source!: FieldSource;

  @Field(() => GraphQLDateTime, {
    description:
      "Since when this source wins. For a field that only ever came from one source: when the directory " +
      "first stored the person, or began to record this time.",
  })
  since!: Date;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description:
      "The value in the other source; null if it is the same, or missing there. For a department it " +
      "is the name, and for a supervisor the id of that person in the directory.",
  })
  other!: unknown;
}
