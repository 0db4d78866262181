import { Check, Column, Entity, ForeignKey, PrimaryColumn } from "typeorm";
import type { LosingValues } from "../../people/sources/merge-sources.ts";
import type { Continuation, PersonRecord } from "../../people/write/person-record.ts";
import type { PersonStatus } from "../../tenant/person-status.ts";
import type { StoredCause } from "../runs/skip-cause.ts";
import type { SkipReason } from "../runs/skipped-employee.ts";
import type { PlanItemChange } from "./plan.repository.ts";

/** One change of a plan. */
@Entity({ name: "sync_plan_items" })
@Check("sync_plan_items_change_check", "change in ('ADD', 'CHANGE', 'LEAVE', 'ABSENT', 'SOURCES')")
export class SyncPlanItem {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "sync_plan_items_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("uuid", { name: "read_id", primaryKeyConstraintName: "sync_plan_items_pkey" })
  readId!: string;

  @PrimaryColumn("text", {
    name: "personio_id",
    collation: "C",
    primaryKeyConstraintName: "sync_plan_items_pkey",
  })
  personioId!: string;

  @Column({ type: "text", collation: "C" })
  change!: PlanItemChange;

  @Column("uuid", { name: "person_id" })
  personId!: string;

  /** Copied from `after`, like the next three: columns, because parsing a record is expensive. */
  @Column({ type: "text", name: "supervisor_personio_id", collation: "C", nullable: true })
  supervisorPersonioId!: string | null;

  @Column({ type: "text", collation: "C", nullable: true })
  status!: PersonStatus | null;

  @Column({ type: "text", name: "work_email", collation: "C", nullable: true })
  workEmail!: string | null;

  @Column({ type: "text", name: "next_personio_id", collation: "C", nullable: true })
  nextPersonioId!: string | null;

  /** How the person continues under this record, if it is another one than before. */
  @Column({ type: "text", name: "goes_on", collation: "C", nullable: true })
  continuation!: Continuation | null;

  @Column("json", { nullable: true })
  before!: PersonRecord | null;

  @Column("json", { nullable: true })
  after!: PersonRecord | null;

  /** Personio's values in fields that another source wins by this plan. */
  @Column("json", { nullable: true })
  losing!: LosingValues | null;
}

/** One row that a run plans for the skip ledger. */
@Entity({ name: "planned_skips" })
export class PlannedSkipRow {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "planned_skips_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("uuid", { name: "read_id", primaryKeyConstraintName: "planned_skips_pkey" })
  readId!: string;

  @PrimaryColumn("text", {
    name: "personio_id",
    collation: "C",
    primaryKeyConstraintName: "planned_skips_pkey",
  })
  personioId!: string;

  @PrimaryColumn("text", { collation: "C", primaryKeyConstraintName: "planned_skips_pkey" })
  reason!: SkipReason;

  @PrimaryColumn("text", { collation: "C", default: "", primaryKeyConstraintName: "planned_skips_pkey" })
  field!: string;

  @Column("text", { nullable: true })
  name!: string | null;

  @Column({ type: "text", name: "work_email", collation: "C", nullable: true })
  workEmail!: string | null;

  @Column("text")
  message!: string;

  @Column("text")
  help!: string;

  @Column("jsonb", { nullable: true })
  cause!: StoredCause | null;

  @Column("boolean", { name: "has_left", default: false })
  hasLeft!: boolean;
}

/** A person missing from the last complete run. */
@Entity({ name: "absent_people" })
@ForeignKey("people", ["tenantId", "personId"], ["tenantId", "id"], { name: "absent_people_person_fkey" })
@ForeignKey("sync_runs", ["tenantId", "sinceRunId"], ["tenantId", "id"], { name: "absent_people_run_fkey" })
export class AbsentPerson {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "absent_people_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("uuid", { name: "person_id", primaryKeyConstraintName: "absent_people_pkey" })
  personId!: string;

  @Column("uuid", { name: "since_run_id" })
  sinceRunId!: string;
}
