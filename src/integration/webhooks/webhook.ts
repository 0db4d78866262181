import { Column, Entity, ForeignKey, PrimaryColumn } from "typeorm";

/**
 * The address that Personio sends a tenant's events to; at most one per tenant. Only a hash of its secret is kept: what the
 * graph shows is `PersonioWebhookState`.
 */
@Entity({ name: "personio_webhooks" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "personio_webhooks_tenant_fkey" })
export class Webhook {
  @PrimaryColumn("text", {
    name: "tenant_id",
    collation: "C",
    primaryKeyConstraintName: "personio_webhooks_pkey",
  })
  tenantId!: string;

  /** Stands, sealed, in the address. A webhook that is made anew has another one, so the old address leads nowhere. */
  @Column("uuid")
  id!: string;

  @Column("text")
  url!: string;

  @Column("bytea", { name: "secret_hash" })
  secretHash!: Buffer;

  /** Personio's id of it; null when somebody makes it by hand. */
  @Column({ type: "text", name: "personio_id", collation: "C", nullable: true })
  personioId!: string | null;

  @Column("timestamptz", { name: "created_at" })
  createdAt!: Date;

  @Column("timestamptz", { name: "last_received_at", nullable: true })
  lastReceivedAt!: Date | null;

  /** What happened before this has reached us, give or take the time that a delivery takes. */
  @Column("timestamptz", { name: "heard_until" })
  heardUntil!: Date;

  /** Since when Personio's own log is still to be asked: what was heard before a start may not be all. Null once it was. */
  @Column("timestamptz", { name: "catch_up_since", nullable: true })
  catchUpSince!: Date | null;
}

/** A record that Personio says has changed and that is still to be read again: one row, however many events. */
@Entity({ name: "hook_events" })
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "hook_events_tenant_fkey" })
export class WebhookEventRow {
  @PrimaryColumn("text", { name: "tenant_id", collation: "C", primaryKeyConstraintName: "hook_events_pkey" })
  tenantId!: string;

  @PrimaryColumn("text", {
    name: "personio_id",
    collation: "C",
    primaryKeyConstraintName: "hook_events_pkey",
  })
  personioId!: string;

  /** The run that last set out to read it; another event takes that back. */
  @Column("uuid", { name: "claimed_by", nullable: true })
  claimedBy!: string | null;

  /** How often it could not be read: it is read after those that can be. */
  @Column("integer", { default: 0 })
  failures!: number;
}
