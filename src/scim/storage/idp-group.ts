import { Column, Entity, ForeignKey, Index, PrimaryColumn } from "typeorm";
import type { StoredResource } from "../schema/resource.ts";

/** A group of the identity provider. Its members are rows of their own: a group may have thousands. */
@Entity({ name: "idp_groups" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "idp_groups_tenant_fkey" })
@Index("idp_groups_display_name_idx", ["tenantId", "displayNameKey"])
@Index("idp_groups_external_id_idx", ["tenantId", "externalId"])
@Index("idp_groups_created_at_idx", ["tenantId", "createdAt", "id"])
export class IdpGroupRow {
  @PrimaryColumn("text", { name: "tenant_id", collation: "C", primaryKeyConstraintName: "idp_groups_pkey" })
  tenantId!: string;

  @PrimaryColumn("uuid", { primaryKeyConstraintName: "idp_groups_pkey" })
  id!: string;

  @Column("text", { name: "display_name" })
  displayName!: string;

  @Column({ type: "text", name: "display_name_key", collation: "C" })
  displayNameKey!: string;

  @Column({ type: "text", name: "external_id", collation: "C", nullable: true })
  externalId!: string | null;

  @Column("jsonb")
  resource!: StoredResource;

  @Column("integer")
  version!: number;

  @Column("timestamptz", { name: "created_at" })
  createdAt!: Date;

  @Column("timestamptz", { name: "modified_at" })
  modifiedAt!: Date;
}

/** A member of a group. It is deleted with the user and with the group. */
@Entity({ name: "idp_group_members" })
@ForeignKey("idp_groups", ["tenantId", "groupId"], ["tenantId", "id"], {
  name: "idp_group_members_group_fkey",
  onDelete: "CASCADE",
})
@ForeignKey("idp_users", ["tenantId", "userId"], ["tenantId", "id"], {
  name: "idp_group_members_user_fkey",
  onDelete: "CASCADE",
})
@Index("idp_group_members_user_idx", ["tenantId", "userId", "groupId"])
export class IdpGroupMember {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "idp_group_members_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("uuid", { name: "group_id", primaryKeyConstraintName: "idp_group_members_pkey" })
  groupId!: string;

  @PrimaryColumn("uuid", { name: "user_id", primaryKeyConstraintName: "idp_group_members_pkey" })
  userId!: string;
}
