import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from "typeorm";
import type { ApiVersion, Attribute } from "../personio/employee.ts";
import type { FieldMappingRow } from "./fields/field-mapping.ts";
import { ProblemRow } from "./personio-problem.ts";
import type { StoredMissingRight } from "./rights.ts";

export type IntegrationStatus = "AWAITING_REVIEW" | "CONNECTED" | "BROKEN" | "DISCONNECTED";

/** By table; one that never had any ids is missing. */
export type OrgVersions = Readonly<Partial<Record<"departments" | "offices" | "legal_entities", ApiVersion>>>;

/**
 * The Personio account that a tenant has given us keys for; at most one per tenant. The secret is stored sealed and is never served:
 * what the graph shows is `PersonioIntegration`.
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

  /** Which version of Personio's API this account is read with. */
  @Column({ type: "text", name: "api_version", collation: "C", default: "V1" })
  apiVersion!: ApiVersion;

  /** Which version the whole company was last read and applied with; when it differs, the next run reads everybody. */
  @Column({ type: "text", name: "org_version", collation: "C", nullable: true })
  orgVersion!: ApiVersion | null;

  /** Which version's ids each table holds; when it differs, the table is matched by name once. */
  @Column("jsonb", { name: "org_versions", default: {} })
  orgVersions!: OrgVersions;

  @Column("text", { name: "client_id" })
  clientId!: string;

  /** Null once disconnected: the secret is forgotten, not kept in case. */
  @Column("text", { name: "sealed_secret", nullable: true })
  sealedSecret!: string | null;

  @Column("text", { name: "secret_key_id", nullable: true })
  secretKeyId!: string | null;

  @Column("timestamptz", { name: "connected_at", nullable: true })
  connectedAt!: Date | null;

  /** When the run began to read that last brought the directory up to date: it is no older than that. */
  @Column("timestamptz", { name: "last_succeeded_at", nullable: true })
  lastSucceededAt!: Date | null;

  /** Failed runs since the last one that Personio answered; runs by hand while it is BROKEN are not counted. */
  @Column("integer", { name: "failures_in_a_row", default: 0 })
  failuresInARow!: number;

  /** When the last run that was counted ended, however it ended: the back-off begins here. */
  @Column("timestamptz", { name: "last_attempt_at", nullable: true })
  lastAttemptAt!: Date | null;

  /** Personio has named this time for the next request: the timetable does not ask before. */
  @Column("timestamptz", { name: "not_before", nullable: true })
  notBefore!: Date | null;

  /** What the credential may read, as Personio listed it at the last look. */
  @Column("jsonb", { default: [] })
  attributes!: readonly Attribute[];

  /** What it may not read at all, at the same look. */
  @Column("jsonb", { name: "refusals", default: [] })
  missingRights!: readonly StoredMissingRight[];

  @Column("jsonb", { name: "field_mapping", default: [] })
  fieldMapping!: readonly FieldMappingRow[];

  /** What an import would bring: only while the setup awaits its review. Its shape belongs to `setup/`. */
  @Column("jsonb", { nullable: true })
  preview!: unknown;

  /** Names the read that may fill `preview`; a later connect makes an earlier read's answer void. */
  @Column("uuid", { name: "preview_token", nullable: true })
  previewToken!: string | null;
}
