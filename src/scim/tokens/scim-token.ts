import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, ObjectType } from "type-graphql";
import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from "typeorm";
import type { Actor } from "../../access/actor.ts";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";

/** A token of an identity provider: one class is stored and served. Of the text only a hash is stored. */
@Entity({ name: "scim_tokens" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "scim_tokens_tenant_fkey" })
@Unique("scim_tokens_token_hash_key", ["tenantId", "tokenHash"])
@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description:
    "A token with which the company's identity provider sends users and groups over SCIM 2.0, and nothing else.",
})
export class ScimToken {
  @PrimaryColumn("text", { name: "tenant_id", collation: "C", primaryKeyConstraintName: "scim_tokens_pkey" })
  tenantId!: string;

  @PrimaryColumn("uuid", { primaryKeyConstraintName: "scim_tokens_pkey" })
  @Field(() => ID, { description: "Our id for the token." })
  id!: string;

  @Column("bytea", { name: "token_hash" })
  tokenHash!: Buffer;

  @Column({ type: "text", collation: "C" })
  @Field(() => String, { description: "The first characters of the token, to recognize it." })
  hint!: string;

  @Column("jsonb", { name: "created_by" })
  createdBy!: Actor;

  @Column("timestamptz", { name: "created_at" })
  @Field(() => GraphQLDateTime, { description: "When the token was created." })
  createdAt!: Date;

  @Column("timestamptz", { name: "last_used_at", nullable: true })
  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: "When the token was last used, accurate to a minute; null if it was never used.",
  })
  lastUsedAt!: Date | null;
}

/** A new token with its text, which is shown only this once. */
@RequiresScope(ADMIN_SCOPE)
@ObjectType({ simpleResolvers: true, description: "A new SCIM token, with its text." })
export class CreatedScimToken {
  @Field(() => String, {
    description:
      "The token itself, for the secret token of the identity provider. It is shown only here: store it as a secret.",
  })
  token!: string;

  @Field(() => ScimToken, { description: "The token as `scimTokens` lists it." })
  scimToken!: ScimToken;
}
