import { Check, Column, Entity, ForeignKey, PrimaryColumn } from "typeorm";
import type { FieldSensitivity } from "./field-sensitivity.ts";
import type { FieldSource } from "./field-source.ts";

/**
 * What a company decided about one field. Whether the field is hidden is not here: the mapping of the
 * integration has a row for it.
 */
@Entity({ name: "field_settings" })
@Check("field_settings_sensitivity_check", "sensitivity in ('OPEN', 'HR', 'SENSITIVE')")
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "field_settings_tenant_fkey" })
export class FieldSetting {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "field_settings_pkey",
  })
  tenantId!: string;

  /** A field of a person, or `customAttributes.<key>`. */
  @PrimaryColumn("text", { collation: "C", primaryKeyConstraintName: "field_settings_pkey" })
  name!: string;

  /** In order; null: the default order. */
  @Column("text", { array: true, nullable: true })
  sources!: FieldSource[] | null;

  /** Null: the built-in one. */
  @Column({ type: "text", collation: "C", nullable: true })
  sensitivity!: FieldSensitivity | null;
}
