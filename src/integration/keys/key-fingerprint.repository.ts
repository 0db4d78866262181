import type { EntityManager } from "typeorm";
import type { SealedSecret, SecretKey, SecretOwner } from "../secret.ts";
import { fingerprintOf } from "./key-fingerprint.ts";

/**
 * Blocks other starts until the transaction ends: of two that find no fingerprint, the second must see the
 * first one's.
 */
export const lockFingerprints = (manager: EntityManager): Promise<unknown> =>
  manager.query("/* keys.lock */ lock table key_fingerprints in share row exclusive mode");

export async function listFingerprints(manager: EntityManager): Promise<ReadonlySet<string>> {
  const rows: { fingerprint: string }[] = await manager.query(
    "/* keys.listFingerprints */ select fingerprint from key_fingerprints",
  );
  return new Set(rows.map(({ fingerprint }) => fingerprint));
}

export async function insertFingerprints(manager: EntityManager, ring: readonly SecretKey[]): Promise<void> {
  await manager.query(
    `/* keys.insertFingerprints */
    insert into key_fingerprints (fingerprint, key_id) select * from unnest($1::text[], $2::text[]) on conflict do nothing`,
    [ring.map(fingerprintOf), ring.map(({ id }) => id)],
  );
}

export async function deleteFingerprints(manager: EntityManager): Promise<void> {
  await manager.query("/* keys.deleteFingerprints */ delete from key_fingerprints");
}

export type StoredSecret = { readonly owner: SecretOwner; readonly secret: SealedSecret };

/** The sealed secrets of all tenants; for `acrossTenants`. */
export async function listSealedSecrets(manager: EntityManager): Promise<StoredSecret[]> {
  const rows: { tenantId: string; integrationId: string; sealed: string; keyId: string }[] =
    await manager.query(
      `/* keys.listSealed */
      select tenant_id as "tenantId", id as "integrationId", sealed_secret as sealed, secret_key_id as "keyId"
      from integrations where sealed_secret is not null and secret_key_id is not null`,
    );
  return rows.map(({ tenantId, integrationId, sealed, keyId }) => ({
    owner: { tenantId, integrationId },
    secret: { sealed, keyId },
  }));
}

export async function replaceSealedSecret(
  manager: EntityManager,
  { owner, secret }: StoredSecret,
): Promise<void> {
  await manager.query(
    `/* keys.replaceSealed */
    update integrations set sealed_secret = $3, secret_key_id = $4 where tenant_id = $1 and id = $2`,
    [owner.tenantId, owner.integrationId, secret.sealed, secret.keyId],
  );
}

/**
 * Deletes every sealed secret. A connected integration is BROKEN until its credential is entered again; one
 * that awaits its review keeps waiting and shows the problem. @returns how many secrets it deleted.
 */
export async function dropSealedSecrets(
  manager: EntityManager,
  problem: { readonly code: string; readonly message: string; readonly help: string },
): Promise<number> {
  const rows: { count: number }[] = await manager.query(
    `/* keys.dropSealed */
    with dropped as (
      update integrations set sealed_secret = null, secret_key_id = null, preview = null, preview_token = null,
        status = case when status = 'CONNECTED' then 'BROKEN' else status end,
        problem_code = $1, problem_message = $2, problem_help = $3
      where sealed_secret is not null returning id
    ) select count(*)::int as count from dropped`,
    [problem.code, problem.message, problem.help],
  );
  return rows[0]?.count ?? 0;
}

/** The addresses that Personio sends to, of all tenants; for `acrossTenants`. */
export async function listWebhookUrls(manager: EntityManager): Promise<string[]> {
  const rows: { url: string }[] = await manager.query(
    "/* keys.listWebhooks */ select url from personio_webhooks",
  );
  return rows.map(({ url }) => url);
}
