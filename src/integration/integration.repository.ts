import type { EntityManager } from "typeorm";
import type { Attribute } from "../personio/employee.ts";
import type { FieldMappingRow } from "./fields/field-mapping.ts";
import type { Integration } from "./integration.ts";
import type { PersonioProblem } from "./personio-problem.ts";
import type { SealedSecret } from "./secret.ts";

const COLUMNS = `
  tenant_id as "tenantId", id, status, client_id as "clientId", sealed_secret as "sealedSecret",
  secret_key_id as "secretKeyId", connected_at as "connectedAt", last_succeeded_at as "lastSucceededAt",
  problem_code as "problemCode", problem_message as "problemMessage", problem_help as "problemHelp",
  attributes, field_mapping as "fieldMapping", preview, preview_token as "previewToken"`;

/** The tenant's integration, or null when it was never connected. */
export async function findIntegration(manager: EntityManager): Promise<Integration | null> {
  const rows: Integration[] = await manager.query(
    `/* integration.find */ select ${COLUMNS} from integrations`,
  );
  return rows[0] ?? null;
}

/** The same, locked until the transaction ends, so that two mutations do not overwrite each other. */
export async function findIntegrationForUpdate(manager: EntityManager): Promise<Integration | null> {
  const rows: Integration[] = await manager.query(
    `/* integration.findForUpdate */ select ${COLUMNS} from integrations for update`,
  );
  return rows[0] ?? null;
}

export type NewIntegration = {
  readonly id: string;
  readonly clientId: string;
  readonly secret: SealedSecret;
  readonly attributes: readonly Attribute[];
  readonly fieldMapping: readonly FieldMappingRow[];
  readonly problem: PersonioProblem | null;
  readonly previewToken: string;
};

/** Stores a checked credential for review. An account connected before keeps its id and its history. */
export async function upsertIntegrationForReview(manager: EntityManager, row: NewIntegration): Promise<void> {
  await manager.query(
    `/* integration.upsertForReview */
    insert into integrations (tenant_id, id, status, client_id, sealed_secret, secret_key_id, attributes, field_mapping,
      problem_code, problem_message, problem_help, preview_token)
    values (current_setting('app.tenant'), $1, 'AWAITING_REVIEW', $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (tenant_id) do update set status = excluded.status, client_id = excluded.client_id,
      sealed_secret = excluded.sealed_secret, secret_key_id = excluded.secret_key_id, attributes = excluded.attributes,
      field_mapping = excluded.field_mapping, problem_code = excluded.problem_code,
      problem_message = excluded.problem_message, problem_help = excluded.problem_help,
      preview = null, preview_token = excluded.preview_token`,
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
    ],
  );
}

/** Turns the reviewed integration CONNECTED; the preview has done its work and is forgotten. */
export async function connectIntegration(
  manager: EntityManager,
  row: {
    readonly attributes: readonly Attribute[];
    readonly fieldMapping: readonly FieldMappingRow[];
    readonly connectedAt: Date;
  },
): Promise<void> {
  await manager.query(
    `/* integration.connect */
    update integrations set status = 'CONNECTED', attributes = $1, field_mapping = $2,
      connected_at = case when status = 'AWAITING_REVIEW' then $3 else connected_at end,
      problem_code = null, problem_message = null, problem_help = null, preview = null, preview_token = null`,
    [JSON.stringify(row.attributes), JSON.stringify(row.fieldMapping), row.connectedAt],
  );
}

/** Swaps the credential in place; a BROKEN integration is whole again, since the new pair was checked. */
export async function replaceCredentials(
  manager: EntityManager,
  row: {
    readonly clientId: string;
    readonly secret: SealedSecret;
    readonly attributes: readonly Attribute[];
    readonly problem: PersonioProblem | null;
  },
): Promise<void> {
  await manager.query(
    `/* integration.replaceCredentials */
    update integrations set client_id = $1, sealed_secret = $2, secret_key_id = $3, attributes = $4,
      problem_code = $5, problem_message = $6, problem_help = $7,
      status = case when status = 'BROKEN' then 'CONNECTED' else status end`,
    [
      row.clientId,
      row.secret.sealed,
      row.secret.keyId,
      JSON.stringify(row.attributes),
      row.problem?.code ?? null,
      row.problem?.message ?? null,
      row.problem?.help ?? null,
    ],
  );
}

/** Forgets the secret and the preview. The directory stays. */
export async function disconnectIntegration(manager: EntityManager): Promise<void> {
  await manager.query(
    `/* integration.disconnect */
    update integrations set status = 'DISCONNECTED', sealed_secret = null, secret_key_id = null,
      problem_code = null, problem_message = null, problem_help = null, preview = null, preview_token = null`,
  );
}

/** A run succeeded: the directory is as old as `succeededAt`, and whatever was broken is whole. */
export async function recordSuccess(
  manager: EntityManager,
  row: { readonly succeededAt: Date; readonly attributes: readonly Attribute[] },
): Promise<void> {
  await manager.query(
    `/* integration.recordSuccess */
    update integrations set status = 'CONNECTED', last_succeeded_at = $1, attributes = $2,
      problem_code = null, problem_message = null, problem_help = null
    where status in ('CONNECTED', 'BROKEN')`,
    [row.succeededAt, JSON.stringify(row.attributes)],
  );
}

/** Shows a problem. `broken`: it takes a human, so the integration is BROKEN until a run succeeds or the pair is replaced. */
export async function recordProblem(
  manager: EntityManager,
  problem: PersonioProblem,
  options: { readonly broken: boolean },
): Promise<void> {
  await manager.query(
    `/* integration.recordProblem */
    update integrations set problem_code = $1, problem_message = $2, problem_help = $3,
      status = case when $4 and status = 'CONNECTED' then 'BROKEN' else status end
    where status <> 'DISCONNECTED'`,
    [problem.code, problem.message, problem.help, options.broken],
  );
}

/** Stores what the preview's read found, unless a later connect has made that read void. Returns whether it was kept. */
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

/** Takes back what a held run said, once an admin has turned it down. */
export async function clearHoldProblem(manager: EntityManager): Promise<void> {
  await manager.query(
    `/* integration.clearHoldProblem */
    update integrations set problem_code = null, problem_message = null, problem_help = null
    where problem_code in ('LEAVER_GUARD', 'PERSONIO_SNAPSHOT_EMPTY', 'FIELD_GUARD', 'SYNC_PLAN_OUTDATED')`,
  );
}
