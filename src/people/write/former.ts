import { Column, Entity, ForeignKey, PrimaryColumn } from "typeorm";

/** A former address of a person: it finds the person until another person has it. */
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

/**
 * A record of a person that is neither the current one nor the next one. Its id stays known, so that it does
 * not become a new person. Most are former ones; one that comes after the next one begins later.
 */
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

  /**
   * Whether the next record continues this employment, because HR deleted this record and created it again.
   */
  @Column("boolean", { name: "same_employment", default: false })
  sameEmployment!: boolean;
}
