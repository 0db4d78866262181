import { Column, Entity, ForeignKey, PrimaryColumn } from "typeorm";

/** The last day for which the service emitted a zone's dates. */
@Entity({ name: "lifecycle_turns" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "lifecycle_turns_tenant_fkey" })
export class LifecycleDailyRun {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "lifecycle_turns_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("text", {
    name: "time_zone",
    collation: "C",
    primaryKeyConstraintName: "lifecycle_turns_pkey",
  })
  timeZone!: string;

  @Column("date", { name: "turned_on" })
  lastDay!: string;
}
