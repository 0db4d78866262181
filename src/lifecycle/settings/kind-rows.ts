import { Check, Column, Entity, ForeignKey, PrimaryColumn } from "typeorm";
import type { LifecycleEventKind } from "../event-kind.ts";

/** A kind that an admin has ever switched; every other kind is on. */
@Entity({ name: "lifecycle_kinds" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "lifecycle_kinds_tenant_fkey" })
export class LifecycleKind {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "lifecycle_kinds_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("text", { collation: "C", primaryKeyConstraintName: "lifecycle_kinds_pkey" })
  kind!: LifecycleEventKind;

  @Column("boolean")
  enabled!: boolean;

  /** Days before the switch do not fire. */
  @Column("timestamptz")
  since!: Date;
}

/**
 * An offset, in days before (negative) or after a date, at which the date also fires. The date itself always
 * fires.
 */
@Entity({ name: "lifecycle_offsets" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "lifecycle_offsets_tenant_fkey" })
@Check("lifecycle_offsets_days_check", "offset_days between -180 and 180 and offset_days <> 0")
export class LifecycleOffset {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "lifecycle_offsets_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("text", { collation: "C", primaryKeyConstraintName: "lifecycle_offsets_pkey" })
  kind!: LifecycleEventKind;

  @PrimaryColumn("integer", { name: "offset_days", primaryKeyConstraintName: "lifecycle_offsets_pkey" })
  offsetDays!: number;

  @Column("timestamptz")
  since!: Date;
}
