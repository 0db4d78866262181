import { GraphQLDateTime } from "graphql-scalars";
import { Field, ObjectType } from "type-graphql";
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from "typeorm";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE, type Scope } from "../../access/viewer.ts";

/** A person who is signed in at the console: the same class is stored and served. */
@Entity({ name: "console_sessions" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "console_sessions_tenant_fkey" })
@Index("console_sessions_subject_idx", ["tenantId", "subject"])
@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description: "A browser in which a user is signed in at the console.",
})
export class ConsoleSession {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "console_sessions_pkey",
  })
  tenantId!: string;

  /** Only the cookie of the browser contains the id itself. */
  @PrimaryColumn("bytea", { name: "id_hash", primaryKeyConstraintName: "console_sessions_pkey" })
  idHash!: Buffer;

  @Column({ type: "text", collation: "C" })
  @Field(() => String, { description: "The user, as in `me.subject`. `endSessions` takes it." })
  subject!: string;

  @Column({ type: "text", collation: "C", nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "The user's verified email address; null if the identity provider sent none.",
  })
  email!: string | null;

  @Column("text", { array: true })
  @Field(() => [String], { description: "The scopes of the session. They do not change until it ends." })
  scopes!: Scope[];

  @Column("timestamptz", { name: "created_at" })
  @Field(() => GraphQLDateTime, { description: "When the user signed in." })
  createdAt!: Date;

  @Column("timestamptz", { name: "expires_at" })
  @Field(() => GraphQLDateTime, { description: "When the session ends at the latest." })
  expiresAt!: Date;

  @Column("timestamptz", { name: "idle_until" })
  @Field(() => GraphQLDateTime, {
    description: "When the session ends if the browser sends nothing until then, accurate to a minute.",
  })
  idleUntil!: Date;

  /** For the sign-out at the identity provider. Only that reads it. */
  @Column("text", { name: "sealed_id_token", nullable: true })
  sealedIdToken?: string | null;
}
