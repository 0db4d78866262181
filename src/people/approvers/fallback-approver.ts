import { ObjectType } from "type-graphql";
import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from "typeorm";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";

/**
 * The approver of a department, or of the whole company, if no supervisor in the reporting line may approve.
 */
@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  description:
    "The approver used when no supervisor in the reporting line may approve. See `Person.approver`.",
})
@Entity({ name: "fallback_approvers" })
@Unique("fallback_approvers_department_key", ["tenantId", "departmentId"])
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "fallback_approvers_tenant_fkey" })
@ForeignKey("departments", ["tenantId", "departmentId"], ["tenantId", "id"], {
  name: "fallback_approvers_department_fkey",
  onDelete: "CASCADE",
})
@ForeignKey("people", ["tenantId", "personId"], ["tenantId", "id"], {
  name: "fallback_approvers_person_fkey",
})
export class FallbackApprover {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "fallback_approvers_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("uuid", { primaryKeyConstraintName: "fallback_approvers_pkey" })
  id!: string;

  @Column("uuid", { name: "department_id", nullable: true })
  departmentId!: string | null;

  @Column("uuid", { name: "person_id" })
  personId!: string;
}
