import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from "typeorm";
import type { StoredResource } from "../schema/resource.ts";
import type { Offered } from "../users/offered.ts";

/** A user of the identity provider, as sent. A `…Key` is a text in the form in which SCIM compares it. */
@Entity({ name: "idp_users" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "idp_users_tenant_fkey" })
@Unique("idp_users_user_name_key", ["tenantId", "userNameKey"])
@Index("idp_users_external_id_idx", ["tenantId", "externalId"])
@Index("idp_users_display_name_idx", ["tenantId", "displayNameKey"])
@Index("idp_users_email_idx", ["tenantId", "email"])
@Index("idp_users_supervisor_idx", ["tenantId", "supervisorId"])
@Index("idp_users_created_at_idx", ["tenantId", "createdAt", "id"])
@Index("idp_users_withheld_idx", ["tenantId", "id"], { where: "withheld <> '{}'" })
export class IdpUserRow {
  @PrimaryColumn("text", { name: "tenant_id", collation: "C", primaryKeyConstraintName: "idp_users_pkey" })
  tenantId!: string;

  @PrimaryColumn("uuid", { primaryKeyConstraintName: "idp_users_pkey" })
  id!: string;

  @Column("text", { name: "user_name" })
  userName!: string;

  @Column({ type: "text", name: "user_name_key", collation: "C" })
  userNameKey!: string;

  @Column({ type: "text", name: "external_id", collation: "C", nullable: true })
  externalId!: string | null;

  @Column({ type: "text", name: "display_name_key", collation: "C", nullable: true })
  displayNameKey!: string | null;

  /** The address that matches a person, in the form of `people.work_email`; two users may have the same. */
  @Column({ type: "text", collation: "C", nullable: true })
  email!: string | null;

  @Column("boolean")
  active!: boolean;

  @Column("jsonb")
  resource!: StoredResource;

  /** Without the fields that the company hides. */
  @Column("jsonb")
  offered!: Offered;

  /** The hidden fields that `resource` has and `offered` lacks. */
  @Column({ type: "text", array: true, default: [] })
  withheld!: string[];

  @Column("uuid", { name: "supervisor_id", nullable: true })
  supervisorId!: string | null;

  @Column("integer")
  version!: number;

  @Column("timestamptz", { name: "created_at" })
  createdAt!: Date;

  @Column("timestamptz", { name: "modified_at" })
  modifiedAt!: Date;
}

/** One of the addresses of a user, for filters. */
@Entity({ name: "idp_user_emails" })
@ForeignKey("idp_users", ["tenantId", "userId"], ["tenantId", "id"], {
  name: "idp_user_emails_user_fkey",
  onDelete: "CASCADE",
})
@Index("idp_user_emails_value_idx", ["tenantId", "valueKey", "userId"])
export class IdpUserEmail {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "idp_user_emails_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("uuid", { name: "user_id", primaryKeyConstraintName: "idp_user_emails_pkey" })
  userId!: string;

  @PrimaryColumn("integer", { primaryKeyConstraintName: "idp_user_emails_pkey" })
  place!: number;

  @Column({ type: "text", name: "value_key", collation: "C" })
  valueKey!: string;

  @Column({ type: "text", name: "type_key", collation: "C", nullable: true })
  typeKey!: string | null;
}
