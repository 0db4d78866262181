import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from "typeorm";

export const SkipReason = {
  MISSING_WORK_EMAIL: "MISSING_WORK_EMAIL",
  STATUS_EXCLUDED: "STATUS_EXCLUDED",
  DUPLICATE_WORK_EMAIL: "DUPLICATE_WORK_EMAIL",
  INVALID_RECORD: "INVALID_RECORD",
  AMBIGUOUS_REHIRE: "AMBIGUOUS_REHIRE",
  SUPERVISOR_NOT_SYNCED: "SUPERVISOR_NOT_SYNCED",
  SUPERVISOR_CYCLE: "SUPERVISOR_CYCLE",
} as const;
export type SkipReason = keyof typeof SkipReason;

registerEnumType(SkipReason, {
  name: "SkipReason",
  description: "Why somebody whom Personio knows is not in the directory, or not complete in it.",
  valuesConfig: {
    MISSING_WORK_EMAIL: {
      description:
        "No work email in Personio, or none that the credential may read; the work email is what identifies a person.",
    },
    STATUS_EXCLUDED: {
      description: "Inactive in Personio and never seen here, or of a status that is not synced.",
    },
    DUPLICATE_WORK_EMAIL: { description: "Two current records have one work email, and neither is guessed." },
    INVALID_RECORD: {
      description:
        "A value could not be read; `field` names it, and its last good value is kept. Without a `field`: somebody new whose status or " +
        "name could not be read, or was not sent.",
    },
    AMBIGUOUS_REHIRE: {
      description: "Looks like somebody who left, but nothing confirms that it is the same person.",
    },
    SUPERVISOR_NOT_SYNCED: { description: "In the directory, but without a supervisor, who is not in it." },
    SUPERVISOR_CYCLE: {
      description: "In the directory, but the line of supervisors leads back to the person.",
    },
  },
});

/** A row of the skip ledger: the same class is stored and served. */
@Entity({ name: "skipped_employees" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "skipped_employees_tenant_fkey" })
@Index("skipped_employees_work_email_idx", ["tenantId", "workEmail"])
@Check(
  "skipped_employees_reason_check",
  "reason in ('MISSING_WORK_EMAIL', 'STATUS_EXCLUDED', 'DUPLICATE_WORK_EMAIL', 'INVALID_RECORD', 'AMBIGUOUS_REHIRE', " +
    "'SUPERVISOR_NOT_SYNCED', 'SUPERVISOR_CYCLE')",
)
@ObjectType({
  simpleResolvers: true,
  description:
    "A line of the skip ledger: somebody whom Personio knows and who is not in the directory, or not complete in it.",
})
export class SkippedEmployee {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "skipped_employees_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("text", {
    name: "personio_id",
    collation: "C",
    primaryKeyConstraintName: "skipped_employees_pkey",
  })
  @Field(() => ID, { description: "Personio's id of the record." })
  personioId!: string;

  @Column("text", { nullable: true })
  @Field(() => String, { nullable: true, description: "First and last name as in Personio, where readable." })
  name!: string | null;

  @Column({ type: "text", name: "work_email", collation: "C", nullable: true })
  workEmail!: string | null;

  @PrimaryColumn("text", { collation: "C", primaryKeyConstraintName: "skipped_employees_pkey" })
  @Field(() => SkipReason, { description: "Why, as a fixed code." })
  reason!: SkipReason;

  /** Empty in the table when the whole record is meant: it is part of the key. */
  @PrimaryColumn("text", { collation: "C", default: "", primaryKeyConstraintName: "skipped_employees_pkey" })
  @Field(() => String, {
    nullable: true,
    description: "The field that is not complete; null: the whole person is missing from the directory.",
  })
  field!: string | null;

  @Column("text")
  @Field(() => String, { description: "What was found." })
  message!: string;

  @Column("text")
  @Field(() => String, { description: "What to do in Personio." })
  help!: string;

  @Column("timestamptz", { name: "first_seen_at" })
  @Field(() => GraphQLDateTime, { description: "When a run first found it." })
  firstSeenAt!: Date;

  @Field(() => GraphQLDateTime, {
    description:
      "When a run last found it: the end of the last run that read this record, or everybody, and was applied.",
  })
  lastSeenAt!: Date;
}

/** When a run that did not read everybody last read somebody of the ledger. */
@Entity({ name: "ledger_sightings" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "ledger_sightings_tenant_fkey" })
export class LedgerSighting {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "ledger_sightings_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("text", {
    name: "personio_id",
    collation: "C",
    primaryKeyConstraintName: "ledger_sightings_pkey",
  })
  personioId!: string;

  @Column("timestamptz", { name: "seen_at" })
  seenAt!: Date;
}
