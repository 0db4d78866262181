import { Column, Entity, PrimaryColumn } from "typeorm";
import type { TranslatedPerson } from "./translate.ts";

/** One person of one read of Personio, translated. The row is deleted when the run ends. */
@Entity({ name: "staged_employees" })
export class StagedEmployee {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "staged_employees_pkey",
  })
  tenantId!: string;

  /** One read of Personio: each attempt of a run, and each preview, has its own. */
  @PrimaryColumn("uuid", { name: "read_id", primaryKeyConstraintName: "staged_employees_pkey" })
  readId!: string;

  @PrimaryColumn("text", {
    name: "personio_id",
    collation: "C",
    primaryKeyConstraintName: "staged_employees_pkey",
  })
  personioId!: string;

  @Column({ type: "text", name: "work_email", collation: "C", nullable: true })
  workEmail!: string | null;

  @Column({ type: "text", collation: "C", nullable: true })
  status!: string | null;

  /** The hash of the translated record (`source-hash.ts`). */
  @Column({ type: "text", name: "source_hash", collation: "C", nullable: true })
  sourceHash!: string | null;

  /** Null if the hash is unchanged, or if the record could not be read. */
  @Column("json", { nullable: true })
  record!: TranslatedPerson | null;
}
