import { Column, Entity, ForeignKey, PrimaryColumn } from "typeorm";

/**
 * The address that Personio sends a tenant's events to; at most one per tenant. Only a hash of its secret is
 * stored; the graph shows `PersonioWebhookState`.
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

  /** Part of the address, sealed. A new webhook has another one, so the old address stops working. */
  @Column("uuid")
  id!: string;

  @Column("text")
  url!: string;

  @Column("bytea", { name: "secret_hash" })
  secretHash!: Buffer;

  /** Personio's id of the webhook; null if an admin created it by hand. */
  @Column({ type: "text", name: "personio_id", collation: "C", nullable: true })
  personioId!: string | null;

  @Column("timestamptz", { name: "created_at" })
  createdAt!: Date;

  @Column("timestamptz", { name: "last_received_at", nullable: true })
  lastReceivedAt!: Date | null;

  /** All earlier events have arrived, except those whose delivery is under way. */
  @Column("timestamptz", { name: "heard_until" })
  heardUntil!: Date;

  /**
   * Since when Personio's event log must be read, because deliveries before a start may be incomplete. Null
   * once it was read.
   */
  @Column("timestamptz", { name: "catch_up_since", nullable: true })
  catchUpSince!: Date | null;
}

/** A person to read again, because of one or more events: one row, however many events. */
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

  /** The run that last claimed it; a newer event ends the claim. */
  @Column("uuid", { name: "claimed_by", nullable: true })
  claimedBy!: string | null;

  /** How often it could not be read: records with failures are read last. */
  @Column("integer", { default: 0 })
  failures!: number;
}
