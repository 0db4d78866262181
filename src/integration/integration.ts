import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from "typeorm";
import type { ApiVersion, Attribute } from "../personio/employee.ts";
import type { FieldMappingRow } from "./fields/field-mapping.ts";
import { ProblemRow } from "./personio-problem.ts";
import type { StoredMissingRight } from "./rights.ts";

export type IntegrationStatus = "AWAITING_REVIEW" | "CONNECTED" | "BROKEN" | "DISCONNECTED";

/** By table; a table that never had ids is missing. */
export type OrgVersions = Readonly<Partial<Record<"departments" | "offices" | "legal_entities", ApiVersion>>>;

/**
 * The Personio account that a tenant has connected; at most one per tenant. The secret is stored sealed and
 * never served; the graph shows `PersonioIntegration`.
 */
@Entity({ name: "integrations" })
@Unique("integrations_tenant_key", ["tenantId"])
@ForeignKey("tenants", ["tenantId"], ["id"], { name: "integrations_tenant_fkey" })
@Check("integrations_status_check", "status in ('AWAITING_REVIEW', 'CONNECTED', 'BROKEN', 'DISCONNECTED')")
@Check("integrations_api_version_check", "api_version in ('V1', 'V2')")
@Check("integrations_org_version_check", "org_version in ('V1', 'V2')")
export class Integration extends ProblemRow {
  @PrimaryColumn("text", { name: "tenant_id", collation: "C", primaryKeyConstraintName: "integrations_pkey" })
  tenantId!: string;

  @PrimaryColumn("uuid", { primaryKeyConstraintName: "integrations_pkey" })
  id!: string;

  @Column({ type: "text", collation: "C" })
  status!: IntegrationStatus;

  /** The version of Personio's API that reads this account. */
  @Column({ type: "text", name: "api_version", collation: "C", default: "V1" })
  apiVersion!: ApiVersion;

  /**
   * The version that the whole company was last read and applied with; if it differs, the next run reads
   * everyone.
   */
  @Column({ type: "text", name: "org_version", collation: "C", nullable: true })
  orgVersion!: ApiVersion | null;

  /** The version of the ids in each table; if it differs, the next run matches the table by name, once. */
  @Column("jsonb", { name: "org_versions", default: {} })
  orgVersions!: OrgVersions;

  @Column("text", { name: "client_id" })
  clientId!: string;

  /** Null once disconnected: the secret is deleted. */
  @Column("text", { name: "sealed_secret", nullable: true })
  sealedSecret!: string | null;

  @Column("text", { name: "secret_key_id", nullable: true })
  secretKeyId!: string | null;

  @Column("timestamptz", { name: "connected_at", nullable: true })
  connectedAt!: Date | null;

  /** When the last successful run began to read: the directory is at least this current. */
  @Column("timestamptz", { name: "last_succeeded_at", nullable: true })
  lastSucceededAt!: Date | null;

  /** Failed runs in a row; manual runs while the integration is BROKEN do not count. */
  @Column("integer", { name: "failures_in_a_row", default: 0 })
  failuresInARow!: number;

  /** When the last counted run ended, successful or not: the back-off starts here. */
  @Column("timestamptz", { name: "last_attempt_at", nullable: true })
  lastAttemptAt!: Date | null;

  /** Personio wants no request before this time, so the timetable waits. */
  @Column("timestamptz", { name: "not_before", nullable: true })
  notBefore!: Date | null;

  /** What the credential may read, as of the last check with Personio. */
  @Column("jsonb", { default: [] })
  attributes!: readonly Attribute[];

  /** What it may not read at all, as of the same check. */
  @Column("jsonb", { name: "refusals", default: [] })
  missingRights!: readonly StoredMissingRight[];

  @Column("jsonb", { name: "field_mapping", default: [] })
  fieldMapping!: readonly FieldMappingRow[];

  /** What an import would bring, while the setup awaits its review. `setup/` defines its shape. */
  @Column("jsonb", { nullable: true })
  preview!: unknown;

  /** Identifies the read that may fill `preview`; a later connect makes an earlier read void. */
  @Column("uuid", { name: "preview_token", nullable: true })
  previewToken!: string | null;
}
