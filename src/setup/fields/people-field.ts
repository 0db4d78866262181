import { Field, Int, ObjectType } from "type-graphql";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import { FieldSensitivity } from "../../fields/field-sensitivity.ts";
import { FieldSource } from "../../fields/field-source.ts";
import { CustomAttributeType } from "../../people/custom-attributes/custom-attribute.ts";

@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description: "How many people have a value of a field in one source.",
})
export class FieldCoverage {
  @Field(() => FieldSource, { description: "The source." })
  source!: FieldSource;

  @Field(() => Int, {
    description:
      "How many people have a value there. Current people count, leavers do not. For the identity " +
      "provider, the service counts only users whose work email matches a person.",
  })
  people!: number;
}

/** A field, as an admin decides about it. */
@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description:
    "A field of a person or a custom attribute: where its value comes from, and who sees it. See `setPeopleField`.",
})
export class PeopleField {
  @Field(() => String, {
    description:
      "The name of the field in `Person`, or `customAttributes.` and the key of an attribute, such as " +
      '"customAttributes.dynamic_12345".',
  })
  name!: string;

  @Field(() => String, { description: "Personio's own label of the attribute, for people." })
  label!: string;

  @Field(() => CustomAttributeType, {
    description: "The type of the values, in the terms of custom attributes.",
  })
  type!: CustomAttributeType;

  @Field(() => [FieldSource], {
    description:
      "In order: the first source that has the field supplies the value, even if it is empty there.",
  })
  sources!: readonly FieldSource[];

  @Field(() => Boolean, {
    description: "Whether the directory has the field. A hidden one is neither read nor stored nor served.",
  })
  visible!: boolean;

  @Field(() => FieldSensitivity, {
    description:
      "Which scope the field needs: the one of the schema, or a higher one that an admin has chosen.",
  })
  sensitivity!: FieldSensitivity;

  @Field(() => Boolean, {
    description: "Whether the directory needs the field, so it cannot be hidden.",
  })
  required!: boolean;
}
