import { Column, Entity, ForeignKey, Index, PrimaryColumn } from "typeorm";
import type { LosingValues, PersonSources } from "./merge-sources.ts";

/**
 * What the service stores of a person with more than one source: `people` has the values that won. Losing
 * values of the identity provider are in its own tables.
 */
@Entity({ name: "person_sources" })
@ForeignKey("people", ["tenantId", "personId"], ["tenantId", "id"], { name: "person_sources_person_fkey" })
@ForeignKey("departments", ["tenantId", "personioDepartmentId"], ["tenantId", "id"], {
  name: "person_sources_department_fkey",
})
@Index("person_sources_idp_user_idx", ["tenantId", "idpUserId"])
@Index("person_sources_department_idx", ["tenantId", "personioDepartmentId"], {
  where: "personio_department_id is not null",
})
export class PersonSourcesRow {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "person_sources_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("uuid", { name: "person_id", primaryKeyConstraintName: "person_sources_pkey" })
  personId!: string;

  @Column("uuid", { name: "idp_user_id", nullable: true })
  idpUserId!: string | null;

  /** The version of that user that the person was merged with. */
  @Column("integer", { name: "idp_version", nullable: true })
  idpVersion!: number | null;

  /** A losing department is in `personioDepartmentId`; here, its key is with null. */
  @Column("jsonb")
  personio!: LosingValues;

  @Column("uuid", { name: "personio_department_id", nullable: true })
  personioDepartmentId!: string | null;

  @Column("jsonb")
  winners!: PersonSources["winners"];
}
