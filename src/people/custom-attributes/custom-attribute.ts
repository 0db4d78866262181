import { GraphQLJSON } from "graphql-scalars";
import { Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, ForeignKey, PrimaryColumn } from "typeorm";
import { RequiresScope } from "../../access/field-rules.ts";
import { READ_SCOPE } from "../../access/viewer.ts";
import { Kept } from "../../request/kept-rules.ts";

export const CustomAttributeType = {
  TEXT: "TEXT",
  MULTILINE: "MULTILINE",
  NUMBER: "NUMBER",
  DATE: "DATE",
  LIST: "LIST",
  TAGS: "TAGS",
  LINK: "LINK",
} as const;
export type CustomAttributeType = (typeof CustomAttributeType)[keyof typeof CustomAttributeType];

registerEnumType(CustomAttributeType, {
  name: "CustomAttributeType",
  description: "The type of a custom attribute, and so the JSON type of its value.",
  valuesConfig: {
    TEXT: { description: "A line of text: a JSON string." },
    MULTILINE: { description: "Text of several lines: a JSON string." },
    NUMBER: {
      description:
        "A whole or decimal number: a JSON number, or a JSON string of its digits if a JSON number would " +
        "round it (beyond 2^53).",
    },
    DATE: { description: "A calendar day: a JSON string, YYYY-MM-DD." },
    LIST: { description: "One choice of a list: a JSON string." },
    TAGS: { description: "Any number of choices: a JSON array of strings." },
    LINK: {
      description: "A web address: a JSON string. People type it, so check it before you follow it.",
    },
  },
});

/**
 * The definition of one of the company's own attributes. The values are with each person
 * (`people.custom_attributes`).
 */
@Entity({ name: "custom_attribute_definitions" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "custom_attribute_definitions_tenant_fkey" })
@Check(
  "custom_attribute_definitions_type_check",
  "type in ('TEXT', 'MULTILINE', 'NUMBER', 'DATE', 'LIST', 'TAGS', 'LINK')",
)
export class CustomAttributeDefinition {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "custom_attribute_definitions_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("text", { collation: "C", primaryKeyConstraintName: "custom_attribute_definitions_pkey" })
  key!: string;

  @Column("text")
  label!: string;

  @Column("text")
  type!: CustomAttributeType;
}

@RequiresScope(READ_SCOPE)
@Kept()
@ObjectType({
  simpleResolvers: true,
  description: "A person's value of an attribute that the company added in Personio.",
})
export class CustomAttribute {
  @Field(() => ID, {
    description:
      'Personio\'s key of the attribute, such as "dynamic_12345". It survives renaming. All people share ' +
      "the key, each with their own value, so a client's cache cannot use it as a key.",
  })
  key!: string;

  @Field(() => String, { description: "The company's name for the attribute." })
  label!: string;

  @Field(() => CustomAttributeType, {
    description:
      "The type of the value. If HR changes the type in Personio, a value that does not fit is served " +
      "with a type that fits, until HR corrects it.",
  })
  type!: CustomAttributeType;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description: "The value, as the JSON that `type` defines; null when empty.",
  })
  value!: unknown;
}
