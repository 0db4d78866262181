import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from "typeorm";
import {
  CHANGE_KINDS,
  DATED_KINDS,
  type LifecycleEventChange,
  type LifecycleEventKind,
} from "../event-kind.ts";
import type { Epoch } from "./places.ts";

const KINDS = [...DATED_KINDS, ...CHANGE_KINDS];

/** An event of a person. The row is written once, never changed, and deleted after 90 days. */
@Entity({ name: "lifecycle_events" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "lifecycle_events_tenant_fkey" })
@Unique("lifecycle_events_id_key", ["tenantId", "id"])
@Unique("lifecycle_events_natural_key", [
  "tenantId",
  "personId",
  "kind",
  "occursOn",
  "offsetDays",
  "revision",
])
@Index("lifecycle_events_supersedes_idx", ["tenantId", "supersedes"], { where: "supersedes is not null" })
@Check("lifecycle_events_kind_check", `kind in (${KINDS.map((kind) => `'${kind}'`).join(", ")})`)
@Check("lifecycle_events_change_check", "change in ('RESCHEDULED', 'CANCELLED')")
export class LifecycleEventRow {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "lifecycle_events_pkey",
  })
  tenantId!: string;

  /** Counts from 1 per tenant, without gaps, in the order of commits. */
  @PrimaryColumn("bigint", { primaryKeyConstraintName: "lifecycle_events_pkey" })
  seq!: string;

  @Column("uuid")
  id!: string;

  @Column({ type: "text", collation: "C" })
  kind!: LifecycleEventKind;

  @Column("uuid", { name: "person_id" })
  personId!: string;

  /** Personio's id of the employment that the event belongs to: a rehire starts from zero. */
  @Column({ type: "text", name: "personio_id", collation: "C" })
  personioId!: string;

  @Column("date", { name: "occurs_on" })
  occursOn!: string;

  @Column("integer", { name: "offset_days", default: 0 })
  offsetDays!: number;

  /** 0 for the first event of a day; further events of the same day count up. */
  @Column("integer", { default: 0 })
  revision!: number;

  @Column({ type: "text", nullable: true, collation: "C" })
  change!: LifecycleEventChange | null;

  @Column("uuid", { nullable: true })
  supersedes!: string | null;

  @Column("integer", { nullable: true })
  years!: number | null;

  @Column("text", { name: "changed_fields", array: true, nullable: true })
  changedFields!: string[] | null;

  @Column("boolean", { default: false })
  late!: boolean;

  @Column("uuid", { name: "department_id", nullable: true })
  departmentId!: string | null;

  @Column("uuid", { name: "office_id", nullable: true })
  officeId!: string | null;

  @Column("timestamptz", { name: "emitted_at" })
  emittedAt!: Date;

  /**
   * Random: an event that is emitted again after a restore gets another one. Null for events of earlier
   * versions.
   */
  @Column("bigint", { nullable: true })
  stamp!: string | null;

  /** A keyed digest of what the event reports. Null for events of earlier versions. */
  @Column("uuid", { nullable: true })
  fact!: string | null;

  /** How often the same fact was emitted before. */
  @Column("integer", { default: 0 })
  ordinal!: number;
}

/** How often a fact was emitted, after its events are pruned. */
@Entity({ name: "lifecycle_facts" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "lifecycle_facts_tenant_fkey" })
export class LifecycleFact {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "lifecycle_facts_pkey",
  })
  tenantId!: string;

  @PrimaryColumn("uuid", { name: "person_id", primaryKeyConstraintName: "lifecycle_facts_pkey" })
  personId!: string;

  @PrimaryColumn("text", { collation: "C", primaryKeyConstraintName: "lifecycle_facts_pkey" })
  kind!: LifecycleEventKind;

  @PrimaryColumn("uuid", { primaryKeyConstraintName: "lifecycle_facts_pkey" })
  fact!: string;

  @Column("integer")
  ordinal!: number;
}

/** The state of a tenant's log of events. A transaction that appends locks this row until its commit. */
@Entity({ name: "lifecycle_streams" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "lifecycle_streams_tenant_fkey" })
export class LifecycleStream {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "lifecycle_streams_pkey",
  })
  tenantId!: string;

  @Column("bigint", { name: "last_seq", default: 0 })
  lastSeq!: string;

  /** Events up to this number are pruned. */
  @Column("bigint", { name: "pruned_seq", default: 0 })
  prunedSeq!: string;

  /** When the first sync was applied: earlier days do not fire. */
  @Column("timestamptz", { name: "baselined_at" })
  baselinedAt!: Date;

  /** Kinds whose date the credential may not read now. */
  @Column("text", { name: "unreadable_kinds", array: true, default: [] })
  unreadableKinds!: LifecycleEventKind[];

  /** Fields of a record that full syncs have ever read; null until a version that stores them has run. */
  @Column("text", { name: "read_fields", array: true, nullable: true })
  readFields!: string[] | null;

  /** Fields of a record that the last full run could read; null until a version that stores them has run. */
  @Column("text", { name: "readable_fields", array: true, nullable: true })
  readableFields!: string[] | null;

  /**
   * Earlier versions wrote it; no code reads it now. A date that becomes readable fires as late data does.
   */
  @Column("jsonb", { name: "first_read_at", default: {} })
  firstReadAt!: Readonly<Partial<Record<LifecycleEventKind, string | null>>>;

  /** The epochs of the log. */
  @Column("jsonb", { default: [{ epoch: 0, after: 0 }] })
  epochs!: readonly Epoch[];

  @Column("bigint", { name: "pruned_stamp", nullable: true })
  prunedStamp!: string | null;

  /** The database that wrote the log last. */
  @Column("text", { name: "written_in", nullable: true })
  writtenIn!: string | null;

  /** How often values of hidden fields were deleted, from people or from the log. */
  @Column("integer", { default: 0 })
  wipes!: number;

  /** The key of the digests that are event ids. */
  @Column({ type: "text", collation: "C", default: () => "(gen_random_uuid())" })
  salt!: string;
}
