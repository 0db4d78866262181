import { Column, Entity, ForeignKey, PrimaryColumn } from "typeorm";

/** An address that a person had before: it finds them until somebody else holds it. */
@Entity({ name: "former_emails" })
@ForeignKey("people", ["tenantId", "personId"], ["tenantId", "id"], { name: "former_emails_person_fkey" })
export class FormerEmail {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "former_emails_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("text", { collation: "C", primaryKeyConstraintName: "former_emails_pkey" })
  email!: string;

  @PrimaryColumn("uuid", { name: "person_id", primaryKeyConstraintName: "former_emails_pkey" })
  personId!: string;

  @Column("timestamptz")
  until!: Date;
}

/** A record that a person had before the current one: its id stays known, so that the old record is nobody new. */
@Entity({ name: "former_employments" })
@ForeignKey("people", ["tenantId", "personId"], ["tenantId", "id"], {
  name: "former_employments_person_fkey",
})
export class FormerEmployment {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "former_employments_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("text", {
    name: "personio_id",
    collation: "C",
    primaryKeyConstraintName: "former_employments_pkey",
  })
  personioId!: string;

  @Column("uuid", { name: "person_id" })
  personId!: string;

  @Column("date", { name: "hire_date", nullable: true })
  hireDate!: string | null;

  @Column("date", { name: "termination_date", nullable: true })
  terminationDate!: string | null;

  /** Whether the employment went on under the next record, because HR deleted this one and made it anew. */
  @Column("boolean", { name: "same_employment", default: false })
  sameEmployment!: boolean;
}
