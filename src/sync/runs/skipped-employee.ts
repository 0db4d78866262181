import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from "typeorm";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import type { StoredCause } from "./skip-cause.ts";

export const SkipReason = {
  MISSING_WORK_EMAIL: "MISSING_WORK_EMAIL",
  STATUS_EXCLUDED: "STATUS_EXCLUDED",
  EXCLUDED: "EXCLUDED",
  DUPLICATE_WORK_EMAIL: "DUPLICATE_WORK_EMAIL",
  INVALID_RECORD: "INVALID_RECORD",
  AMBIGUOUS_REHIRE: "AMBIGUOUS_REHIRE",
  SUPERVISOR_NOT_SYNCED: "SUPERVISOR_NOT_SYNCED",
  SUPERVISOR_CYCLE: "SUPERVISOR_CYCLE",
} as const;
export type SkipReason = keyof typeof SkipReason;

registerEnumType(SkipReason, {
  name: "SkipReason",
  description: "Why a Personio record is missing from the directory or incomplete in it.",
  valuesConfig: {
    MISSING_WORK_EMAIL: {
      description:
        "Personio has no work email, or the credential may not read it; the work email identifies a person.",
    },
    STATUS_EXCLUDED: {
      description:
        "Inactive in Personio and never in the directory before, or in a status that is not synced.",
    },
    EXCLUDED: {
      description:
        "The company's settings exclude the person: `PeopleSettings.syncedEmploymentTypes`, `syncedLegalEntityIds` or " +
        "`excludedPersonioIds`. A person who was in the directory stays as a leaver.",
    },
    DUPLICATE_WORK_EMAIL: {
      description: "Two current records share a work email, and we do not guess which one is right.",
    },
    INVALID_RECORD: {
      description:
        "We could not read a value. With a `field`, the directory keeps its last good value. Without one, " +
        "the record is new, and its status or name was unreadable or not sent.",
    },
    AMBIGUOUS_REHIRE: {
      description: "Resembles a leaver, but nothing confirms that it is the same person.",
    },
    SUPERVISOR_NOT_SYNCED: {
      description: "In the directory without a supervisor, because the supervisor is not in it.",
    },
    SUPERVISOR_CYCLE: {
      description: "In the directory, but the reporting line leads back to the person.",
    },
  },
});

/**
 * A row of the skip ledger: the same class is stored and served. Field resolvers serve `message`, `help`,
 * `cause` and `parameters`, because they may quote a value that the viewer may not see.
 */
@Entity({ name: "skipped_employees" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "skipped_employees_tenant_fkey" })
@Index("skipped_employees_work_email_idx", ["tenantId", "workEmail"])
@Check(
  "skipped_employees_reason_check",
  "reason in ('MISSING_WORK_EMAIL', 'STATUS_EXCLUDED', 'EXCLUDED', 'DUPLICATE_WORK_EMAIL', 'INVALID_RECORD', 'AMBIGUOUS_REHIRE', " +
    "'SUPERVISOR_NOT_SYNCED', 'SUPERVISOR_CYCLE')",
)
@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description:
    "A row of the skip ledger: a Personio record that is missing from the directory or incomplete in it.",
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
  @Field(() => SkipReason, { description: "The reason, as a stable code." })
  reason!: SkipReason;

  /** Part of the key, so the table stores an empty text if the whole record is skipped. */
  @PrimaryColumn("text", { collation: "C", default: "", primaryKeyConstraintName: "skipped_employees_pkey" })
  @Field(() => String, {
    nullable: true,
    description:
      "The incomplete field; null if the whole person is missing from the directory, or is a leaver because " +
      "the settings exclude the person.",
  })
  field!: string | null;

  @Column("text")
  message!: string;

  @Column("text")
  help!: string;

  /** Null in entries of the previous version. */
  @Column("jsonb", { name: "cause", nullable: true })
  storedCause?: StoredCause | null;

  /** Whether the person has left in Personio, and was never in the directory. */
  @Column("boolean", { name: "has_left", default: false })
  hasLeft!: boolean;

  @Column("timestamptz", { name: "first_seen_at" })
  @Field(() => GraphQLDateTime, { description: "When a sync run first found it." })
  firstSeenAt!: Date;

  @Field(() => GraphQLDateTime, {
    description:
      "When a sync run last found it: the end of the last applied run that read this record or all records.",
  })
  lastSeenAt!: Date;
}

@RequiresScope(ADMIN_SCOPE)
@ObjectType({ simpleResolvers: true, description: "How many rows of the skip ledger have one reason." })
export class SkipCount {
  @Field(() => SkipReason, { description: "The reason." })
  reason!: SkipReason;

  @Field(() => Int, { description: "Number of rows." })
  count!: number;
}

/** When a run that did not read all people last read a record of the ledger. */
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
