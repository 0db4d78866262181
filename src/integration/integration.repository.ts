import type { EntityManager } from "typeorm";
import type { Queries } from "../database/queries.ts";
import type { ApiVersion } from "../personio/employee.ts";
import type { FieldMappingRow } from "./fields/field-mapping.ts";
import type { Integration, OrgVersions } from "./integration.ts";
import { type PersonioProblem, parametersToStore } from "./personio-problem.ts";
import type { Rights } from "./rights.ts";
import type { SealedSecret } from "./secret.ts";

const COLUMNS = `
  tenant_id as "tenantId", id, status, api_version as "apiVersion", org_version as "orgVersion", org_versions as "orgVersions", client_id as "clientId", sealed_secret as "sealedSecret",
  secret_key_id as "secretKeyId", connected_at as "connectedAt", last_succeeded_at as "lastSucceededAt",
  failures_in_a_row as "failuresInARow", last_attempt_at as "lastAttemptAt", not_before as "notBefore",
  problem_code as "problemCode", problem_message as "problemMessage", problem_help as "problemHelp", problem_parameters as "problemParameters",
  attributes, refusals as "missingRights", field_mapping as "fieldMapping", preview, preview_token as "previewToken"`;

/** The tenant's integration, or null if it never connected one. */
export async function findIntegration(manager: Queries): Promise<Integration | null> {
  const rows: Integration[] = await manager.query(
    `/* integration.find */ select ${COLUMNS} from integrations`,
  );
  return rows[0] ?? null;
}

/** When the last successful run began to read; null if none has succeeded. */
export async function findLastSuccess(manager: Queries): Promise<Date | null> {
  const rows: { lastSucceededAt: Date | null }[] = await manager.query(
    `/* integration.findLastSuccess */ select last_succeeded_at as "lastSucceededAt" from integrations`,
  );
  return rows[0]?.lastSucceededAt ?? null;
}

/** Locks the row until the transaction ends, so that two mutations do not overwrite each other. */
export async function findIntegrationForUpdate(manager: EntityManager): Promise<Integration | null> {
  const rows: Integration[] = await manager.query(
    `/* integration.findForUpdate */ select ${COLUMNS} from integrations for update`,
  );
  return rows[0] ?? null;
}

/** Deletes the preview: only a read with the token may bring another. */
export async function voidPreview(manager: EntityManager, token: string): Promise<void> {
  await manager.query(
    "/* integration.voidPreview */ update integrations set preview = null, preview_token = $1",
    [token],
  );
}

export type NewIntegration = Rights & {
  readonly id: string;
  readonly apiVersion: ApiVersion;
  readonly clientId: string;
  readonly secret: SealedSecret;
  readonly fieldMapping: readonly FieldMappingRow[];
  readonly problem: PersonioProblem | null;
  readonly previewToken: string;
};

/**
 * Stores a checked credential for review. An account that was connected before keeps its id and its history.
 */
export async function upsertIntegrationForReview(manager: EntityManager, row: NewIntegration): Promise<void> {
  await manager.query(
    `/* integration.upsertForReview */
    insert into integrations (tenant_id, id, status, client_id, sealed_secret, secret_key_id, attributes, field_mapping,
      problem_code, problem_message, problem_help, preview_token, api_version, refusals, problem_parameters)
    values (current_setting('app.tenant'), $1, 'AWAITING_REVIEW', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    on conflict (tenant_id) do update set status = excluded.status, client_id = excluded.client_id,
      sealed_secret = excluded.sealed_secret, secret_key_id = excluded.secret_key_id, attributes = excluded.attributes,
      field_mapping = excluded.field_mapping, problem_code = excluded.problem_code,
      problem_message = excluded.problem_message, problem_help = excluded.problem_help,
      problem_parameters = excluded.problem_parameters, preview = null, preview_token = excluded.preview_token, not_before = null, api_version = excluded.api_version,
      refusals = excluded.refusals`,
    [
      row.id,
      row.clientId,
      row.secret.sealed,
      row.secret.keyId,
      JSON.stringify(row.attributes),
      JSON.stringify(row.fieldMapping),
      row.problem?.code ?? null,
      row.problem?.message ?? null,
      row.problem?.help ?? null,
      row.previewToken,
      row.apiVersion,
      JSON.stringify(row.missingRights),
      parametersToStore(row.problem),
    ],
  );
}

/** Sets the reviewed integration to CONNECTED, and deletes the preview, which is no longer needed. */
export async function connectIntegration(
  manager: EntityManager,
  row: Rights & { readonly fieldMapping: readonly FieldMappingRow[]; readonly connectedAt: Date },
): Promise<void> {
  await manager.query(
    `/* integration.connect */
    update integrations set status = 'CONNECTED', attributes = $1, field_mapping = $2, refusals = $4,
      connected_at = case when status = 'AWAITING_REVIEW' then $3 else connected_at end,
      failures_in_a_row = 0, last_attempt_at = null, not_before = null,
      problem_code = null, problem_message = null, problem_help = null, preview = null, preview_token = null`,
    [
      JSON.stringify(row.attributes),
      JSON.stringify(row.fieldMapping),
      row.connectedAt,
      JSON.stringify(row.missingRights),
    ],
  );
}

/**
 * Replaces the credential; a BROKEN integration is CONNECTED again, because the new credential was checked.
 * With a `previewToken` the preview is read again too, and an unfinished read with the former credential is
 * void.
 */
export async function replaceCredentials(
  manager: EntityManager,
  row: Rights & {
    readonly clientId: string;
    readonly secret: SealedSecret;
    readonly problem: PersonioProblem | null;
    readonly previewToken: string | null;
  },
): Promise<void> {
  await manager.query(
    `/* integration.replaceCredentials */
    update integrations set client_id = $1, sealed_secret = $2, secret_key_id = $3, attributes = $4, refusals = $8,
      problem_code = $5, problem_message = $6, problem_help = $7, failures_in_a_row = 0, last_attempt_at = null, not_before = null,
      status = case when status = 'BROKEN' then 'CONNECTED' else status end,
      preview = null, preview_token = $9, problem_parameters = $10`,
    [
      row.clientId,
      row.secret.sealed,
      row.secret.keyId,
      JSON.stringify(row.attributes),
      row.problem?.code ?? null,
      row.problem?.message ?? null,
      row.problem?.help ?? null,
      JSON.stringify(row.missingRights),
      row.previewToken,
      parametersToStore(row.problem),
    ],
  );
}

/** Deletes the secret and the preview. The directory stays. */
export async function disconnectIntegration(manager: EntityManager): Promise<void> {
  await manager.query(
    `/* integration.disconnect */
    update integrations set status = 'DISCONNECTED', sealed_secret = null, secret_key_id = null,
      failures_in_a_row = 0, last_attempt_at = null, not_before = null,
      problem_code = null, problem_message = null, problem_help = null, preview = null, preview_token = null`,
  );
}

/**
 * Shows why the preview could not be read, unless a later connect reads it again. `health/` records the
 * results of runs.
 */
export async function recordProblem(
  manager: EntityManager,
  { token, problem }: { readonly token: string; readonly problem: PersonioProblem },
): Promise<void> {
  await manager.query(
    `/* integration.recordProblem */
    update integrations set problem_code = $1, problem_message = $2, problem_help = $3, problem_parameters = $5
    where status = 'AWAITING_REVIEW' and preview_token = $4`,
    [problem.code, problem.message, problem.help, token, parametersToStore(problem)],
  );
}

/**
 * Stores the preview that a read produced, unless a later connect has made that read void. Returns whether it
 * did.
 */
export async function savePreview(
  manager: EntityManager,
  row: { readonly token: string; readonly preview: unknown },
): Promise<boolean> {
  const kept: unknown[] = await manager.query(
    `/* integration.savePreview */
    with kept as (
      update integrations set preview = $2 where preview_token = $1 and status = 'AWAITING_REVIEW' returning id
    ) select id from kept`,
    [row.token, JSON.stringify(row.preview)],
  );
  return kept.length > 0;
}

/**
 * Shows the hold that waits for an admin, or removes an earlier one (null). Any other problem takes
 * precedence.
 */
export async function showHoldProblem(
  manager: EntityManager,
  problem: PersonioProblem | null,
): Promise<void> {
  await manager.query(
    `/* integration.showHoldProblem */
    update integrations set problem_code = $1, problem_message = $2, problem_help = $3, problem_parameters = $4
    where status = 'CONNECTED' and (problem_code is null
      or problem_code in ('LEAVER_GUARD', 'PERSONIO_SNAPSHOT_EMPTY', 'FIELD_GUARD', 'SYNC_PLAN_OUTDATED'))`,
    [problem?.code ?? null, problem?.message ?? null, problem?.help ?? null, parametersToStore(problem)],
  );
}

/** Future runs read the account with another version of the API. */
export async function switchApiVersion(
  manager: EntityManager,
  row: Rights & { readonly apiVersion: ApiVersion; readonly fieldMapping: readonly FieldMappingRow[] },
): Promise<void> {
  await manager.query(
    `/* integration.switchApiVersion */
    update integrations set api_version = $1, attributes = $2, field_mapping = $3, refusals = $4`,
    [
      row.apiVersion,
      JSON.stringify(row.attributes),
      JSON.stringify(row.fieldMapping),
      JSON.stringify(row.missingRights),
    ],
  );
}

/** These tables now hold ids of this version; `whole`: the run read the whole company with it. */
export async function recordOrgVersions(
  manager: EntityManager,
  row: {
    readonly version: ApiVersion;
    readonly tables: readonly (keyof OrgVersions)[];
    readonly whole: boolean;
  },
): Promise<void> {
  await manager.query(
    `/* integration.recordOrgVersions */
    update integrations set org_versions = org_versions || $1, org_version = case when $2 then $3 else org_version end`,
    [
      JSON.stringify(Object.fromEntries(row.tables.map((table) => [table, row.version]))),
      row.whole,
      row.version,
    ],
  );
}
