import { GraphQLJSON } from "graphql-scalars";
import { Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, ForeignKey, PrimaryColumn } from "typeorm";

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
  description: "What a custom attribute holds, and so which JSON its value is.",
  valuesConfig: {
    TEXT: { description: "A line of text: a JSON string." },
    MULTILINE: { description: "Text of several lines: a JSON string." },
    NUMBER: {
      description:
        "A whole or decimal number: a JSON number, or a JSON string of its digits where a JSON number would round it (beyond 2^53).",
    },
    DATE: { description: "A calendar day: a JSON string, YYYY-MM-DD." },
    LIST: { description: "One choice of a list: a JSON string." },
    TAGS: { description: "Any number of choices: a JSON array of strings." },
    LINK: {
      description: "A web address: a JSON string. It was typed by people, so check it before following it.",
    },
  },
});

/**
 * What a company calls one of its own attributes. The values stand with each person
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

@ObjectType({
  simpleResolvers: true,
  description: "A person's value of an attribute that the company itself added in Personio.",
})
export class CustomAttribute {
  @Field(() => ID, {
    description: 'Personio\'s key of the attribute, such as "dynamic_12345". It survives renaming.',
  })
  key!: string;

  @Field(() => String, { description: "What the company calls the attribute." })
  label!: string;

  @Field(() => CustomAttributeType, {
    description:
      "What the attribute holds. Where HR has given it another type and this person's value cannot be read by that, the value stays, " +
      "with the type that it has, until HR corrects the record.",
  })
  type!: CustomAttributeType;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description: "The value, in the JSON that `type` says; null when empty.",
  })
  value!: unknown;
}
