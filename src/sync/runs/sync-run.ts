import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from "typeorm";
import type { Actor } from "../../access/actor.ts";
import { RequiresScope } from "../../access/field-rules.ts";
import { ADMIN_SCOPE } from "../../access/viewer.ts";
import { PersonioProblem, ProblemRow, problemFrom } from "../../integration/personio-problem.ts";

export const SyncMode = { FULL: "FULL", INCREMENTAL: "INCREMENTAL" } as const;
export type SyncMode = keyof typeof SyncMode;

export const SyncTrigger = {
  SETUP: "SETUP",
  MANUAL: "MANUAL",
  SCHEDULE: "SCHEDULE",
  WEBHOOK: "WEBHOOK",
  SETTINGS: "SETTINGS",
} as const;
export type SyncTrigger = keyof typeof SyncTrigger;

export const SyncRunStatus = {
  QUEUED: "QUEUED",
  RUNNING: "RUNNING",
  SUCCEEDED: "SUCCEEDED",
  SUCCEEDED_WITH_SKIPS: "SUCCEEDED_WITH_SKIPS",
  HELD: "HELD",
  SUPERSEDED: "SUPERSEDED",
  FAILED: "FAILED",
  REJECTED: "REJECTED",
} as const;
export type SyncRunStatus = keyof typeof SyncRunStatus;

registerEnumType(SyncMode, {
  name: "SyncMode",
  description: "How much of Personio a sync run reads.",
  valuesConfig: {
    FULL: { description: "Reads every person. Only a full sync can detect that a person is missing." },
    INCREMENTAL: {
      description:
        "Reads only people changed since the last successful sync, with some overlap. Missing people do not " +
        "become leavers; people INACTIVE in Personio do.",
    },
  },
});
registerEnumType(SyncTrigger, {
  name: "SyncTrigger",
  description: "What started a sync run.",
  valuesConfig: {
    SETUP: { description: "The first sync run after an admin finished the setup." },
    MANUAL: { description: "An admin's request, such as `syncPersonio`." },
    SCHEDULE: { description: "The timetable, every few hours." },
    WEBHOOK: { description: "A webhook event from Personio." },
    SETTINGS: {
      description:
        "An admin changed the order of sources of a field: every person is compared again. If the run is rejected, " +
        "the order stays.",
    },
  },
});
registerEnumType(SyncRunStatus, {
  name: "SyncRunStatus",
  description: "State or outcome of a sync run.",
  valuesConfig: {
    QUEUED: { description: "Waiting for a worker." },
    RUNNING: { description: "Reading Personio or applying the changes." },
    SUCCEEDED: { description: "The directory matches Personio, and no record was skipped." },
    SUCCEEDED_WITH_SKIPS: {
      description: "Like SUCCEEDED, but `skippedEmployees` lists records that need attention.",
    },
    HELD: {
      description:
        "Stopped before writing: a guard stopped the plan, or the run was only a dry run. See `problem` and " +
        "`plan`.",
    },
    SUPERSEDED: {
      description:
        "Was HELD until a newer FULL run was applied or held. Its plan is out of date and can no longer be " +
        "approved.",
    },
    FAILED: { description: "Ended without changing the directory; see `problem`." },
    REJECTED: { description: "An admin rejected this held run." },
  },
});

/** How many people have a field, and how many of them would lose it. */
export type ClearedField = { readonly field: string; readonly cleared: number; readonly had: number };

/** One execution of a sync, kept as a row: the same class is stored and served. */
@Entity({ name: "sync_runs" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "sync_runs_tenant_fkey" })
@Index("sync_runs_created_at_idx", ["tenantId", "createdAt", "id"])
@Index("sync_runs_under_way_key", ["tenantId"], { unique: true, where: "status in ('QUEUED', 'RUNNING')" })
@Check("sync_runs_mode_check", "mode in ('FULL', 'INCREMENTAL')")
@Check(
  "sync_runs_wanted_trigger_check",
  "wanted_trigger in ('SETUP', 'MANUAL', 'SCHEDULE', 'WEBHOOK', 'SETTINGS')",
)
@Check("sync_runs_trigger_check", "trigger in ('SETUP', 'MANUAL', 'SCHEDULE', 'WEBHOOK', 'SETTINGS')")
@Check(
  "sync_runs_status_check",
  "status in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'SUCCEEDED_WITH_SKIPS', 'HELD', 'SUPERSEDED', 'FAILED', 'REJECTED')",
)
@RequiresScope(ADMIN_SCOPE)
@ObjectType({
  simpleResolvers: true,
  description: "One sync: what it read, what it changed and how it ended.",
})
export class SyncRun extends ProblemRow {
  @PrimaryColumn("text", { name: "tenant_id", collation: "C", primaryKeyConstraintName: "sync_runs_pkey" })
  tenantId!: string;

  @PrimaryColumn("uuid", { primaryKeyConstraintName: "sync_runs_pkey" })
  @Field(() => ID, { description: "Our id for the run." })
  id!: string;

  @Column({ type: "text", collation: "C" })
  @Field(() => SyncMode, { description: "How much of Personio the run reads." })
  mode!: SyncMode;

  @Column({ type: "text", collation: "C" })
  @Field(() => SyncTrigger, { description: "What started the run." })
  trigger!: SyncTrigger;

  @Column({ type: "text", collation: "C" })
  @Field(() => SyncRunStatus, { description: "State or outcome of the run." })
  status!: SyncRunStatus;

  /**
   * How many workers have started this run; a worker that finds a higher number than its own was declared
   * dead.
   */
  @Column("integer", { default: 0 })
  attempt!: number;

  /** Requested to see the plan: the run ends HELD whatever the plan is. */
  @Column("boolean", { default: false })
  dry!: boolean;

  /** When an admin approved the plan. The run then reads again, and applies what the guard had stopped. */
  @Column("timestamptz", { name: "approved_at", nullable: true })
  approvedAt!: Date | null;

  /** The read whose plan an admin can review; null if there is none. */
  @Column("uuid", { name: "plan_read_id", nullable: true })
  planReadId!: string | null;

  @Column("text", { name: "plan_fingerprint", nullable: true })
  planFingerprint!: string | null;

  /** How many people would lose each field by that plan, without fields that no person loses. */
  @Column("jsonb", { name: "plan_cleared", nullable: true })
  planCleared!: readonly ClearedField[] | null;

  /**
   * The trigger of a FULL run that was requested while this one, which does less, was running. It follows
   * this one.
   */
  @Column({ type: "text", name: "wanted_trigger", collation: "C", nullable: true })
  wantedTrigger!: SyncTrigger | null;

  /** Who requested this run; null for runs that are older than this column. */
  @Column("jsonb", { name: "requested_by", nullable: true })
  requestedBy!: Actor | null;

  /** Who requested the FULL run that follows this one. */
  @Column("jsonb", { name: "wanted_by", nullable: true })
  wantedBy!: Actor | null;

  /** Who approved or rejected the plan last. */
  @Column("jsonb", { name: "decided_by", nullable: true })
  decidedBy!: Actor | null;

  @Column("timestamptz", { name: "created_at", default: () => "date_trunc('milliseconds', now())" })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      "When the run was requested. A plan that an admin approves is queued again, and keeps this time.",
  })
  queuedAt!: Date | null;

  @Column("timestamptz", { name: "started_at", nullable: true })
  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: "When the run started; null while it is queued.",
  })
  startedAt!: Date | null;

  @Column("timestamptz", { name: "finished_at", nullable: true })
  @Field(() => GraphQLDateTime, { nullable: true, description: "When the run ended; null before that." })
  finishedAt!: Date | null;

  @Column("integer", { name: "employees_read", default: 0 })
  @Field(() => Int, { description: "Number of records read so far." })
  employeesRead!: number;

  @Column("integer", { name: "employees_total", nullable: true })
  @Field(() => Int, {
    nullable: true,
    description: "Number of records that Personio reports; null before the first page.",
  })
  employeesTotal!: number | null;

  @Column("integer", { name: "people_added", default: 0 })
  @Field(() => Int, { description: "Number of people added to the directory." })
  added!: number;

  @Column("integer", { name: "people_changed", default: 0 })
  @Field(() => Int, { description: "Number of people changed." })
  changed!: number;

  @Column("integer", { name: "people_unchanged", default: 0 })
  @Field(() => Int, { description: "Number of people left unchanged." })
  unchanged!: number;

  @Column("integer", { name: "people_left", default: 0 })
  @Field(() => Int, {
    description:
      "Number of people who became leavers. They stay available by id, but not in the default list.",
  })
  left!: number;

  @Column("integer", { name: "employees_skipped", default: 0 })
  @Field(() => Int, {
    description:
      "Number of records that are missing from the directory, or whose people the settings made leavers. " +
      "`skippedEmployees` lists each of them without a `field`. In the run that makes a person a leaver, `left` " +
      "counts them too.",
  })
  skipped!: number;

  @Field(() => PersonioProblem, {
    nullable: true,
    description: "Why the run failed, is held or left something unfinished; otherwise null.",
  })
  problem!: PersonioProblem | null;
}

/** A stored run as it is served. */
export const serveSyncRun = (row: Omit<SyncRun, "problem" | "queuedAt">): SyncRun => ({
  ...row,
  queuedAt: row.createdAt,
  problem: problemFrom(row),
});
