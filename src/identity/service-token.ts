import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, ObjectType } from "type-graphql";
import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from "typeorm";
import type { Actor } from "../access/actor.ts";
import { RequiresScope } from "../access/field-rules.ts";
import { ADMIN_SCOPE, type Scope } from "../access/viewer.ts";

/** A token of the service itself: the same class is stored and served. Only a hash of the text is stored. */
@Entity({ name: "service_tokens" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "service_tokens_tenant_fkey" })
@Unique("service_tokens_name_key", ["tenantId", "name"])
@Unique("service_tokens_token_hash_key", ["tenantId", "tokenHash"])
@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description:
    "A token with which a program reads and writes this company's data without an identity provider.",
})
export class ServiceToken {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "service_tokens_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("uuid", { primaryKeyConstraintName: "service_tokens_pkey" })
  @Field(() => ID, { description: "Our id for the token; `me.subject` of its requests." })
  id!: string;

  @Column({ type: "text", collation: "C" })
  @Field(() => String, { description: "What the token is for; unique within the company." })
  name!: string;

  @Column("text", { array: true })
  @Field(() => [String], { description: "The scopes of its requests." })
  scopes!: Scope[];

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

  @Column("timestamptz", { name: "expires_at", nullable: true })
  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      "When the token ends; null if it has no end. An ended token stays in the list until a new one needs " +
      "its place or its name.",
  })
  expiresAt!: Date | null;

  @Column("timestamptz", { name: "last_used_at", nullable: true })
  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: "When the token was last used, accurate to a minute; null if it was never used.",
  })
  lastUsedAt!: Date | null;
}

/** A new token, the only time that its text is shown. */
@RequiresScope(ADMIN_SCOPE)
@ObjectType({ simpleResolvers: true, description: "A new service token, with its text." })
export class CreatedServiceToken {
  @Field(() => String, {
    description:
      "The token itself, to send as `Authorization: Bearer …`. It is shown only here: store it as a secret.",
  })
  token!: string;

  @Field(() => ServiceToken, { description: "The token as `serviceTokens` lists it." })
  serviceToken!: ServiceToken;
}
