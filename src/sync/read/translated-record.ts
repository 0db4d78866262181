import { Column, Entity, PrimaryColumn } from "typeorm";

/**
 * What the bytes of a record were translated to, as a hash: a run does not have to parse the same bytes
 * again. It stays true, whatever happens to the person later.
 */
@Entity({ name: "translated_records" })
export class TranslatedRecord {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "translated_records_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("text", {
    name: "personio_id",
    collation: "C",
    primaryKeyConstraintName: "translated_records_pkey",
  })
  personioId!: string;

  /**
   * Of the bytes, and of all that decides how they are read (`source-hash.ts`). Null if the record lacks a
   * required attribute: then each run has to see it.
   */
  @Column({ type: "text", name: "record_hash", collation: "C", nullable: true })
  recordHash!: string | null;

  /** The hash of the translation, as in `people`. */
  @Column({ type: "text", name: "source_hash", collation: "C", nullable: true })
  sourceHash!: string | null;

  /** The office whose time zone the person's holidays show; null if they show none. */
  @Column({ type: "text", name: "office_personio_id", collation: "C", nullable: true })
  officePersonioId!: string | null;

  @Column({ type: "text", name: "holiday_country", collation: "C", nullable: true })
  holidayCountry!: string | null;
}
