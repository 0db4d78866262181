import type { DataSource, EntityManager } from "typeorm";
import type { Queries } from "../database/queries.ts";
import { readAtOnce } from "../database/read-snapshot.ts";
import type { ServiceToken } from "./service-token.ts";

const COLUMNS = `tenant_id as "tenantId", id, name, scopes, token_hash as "tokenHash", hint, created_by as "createdBy",
  created_at as "createdAt", expires_at as "expiresAt", last_used_at as "lastUsedAt"`;

/** Newest first; a tenant has few. */
export const listServiceTokens = (manager: Queries): Promise<ServiceToken[]> =>
  manager.query(
    `/* identity.listServiceTokens */ select ${COLUMNS} from service_tokens order by created_at desc, id`,
  );

/** In one round trip: every invented token costs one. */
export async function findServiceToken(
  dataSource: DataSource,
  tenantId: string,
  tokenHash: Buffer,
): Promise<ServiceToken | null> {
  const text = `/* identity.findServiceToken */ select ${COLUMNS} from service_tokens where token_hash = $1`;
  const rows = (await readAtOnce(dataSource, tenantId, text, [tokenHash])) as readonly ServiceToken[];
  return rows[0] ?? null;
}

/** Of several transactions that create tokens of one tenant, the others wait. */
export async function lockServiceTokens(manager: EntityManager): Promise<void> {
  await manager.query("/* identity.lockServiceTokens */ select id from tenants for no key update");
}

/** @returns false if another token has the name. */
export async function insertServiceToken(
  manager: EntityManager,
  row: Omit<ServiceToken, "tenantId" | "lastUsedAt">,
): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `/* identity.insertServiceToken */
    insert into service_tokens (tenant_id, id, name, scopes, token_hash, hint, created_by, created_at, expires_at)
    values (current_setting('app.tenant'), $1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (tenant_id, name) do nothing returning id`,
    [row.id, row.name, row.scopes, row.tokenHash, row.hint, row.createdBy, row.createdAt, row.expiresAt],
  );
  return rows.length > 0;
}

/** @returns the hash of the deleted token; null if no token has the id. */
export async function deleteServiceToken(manager: EntityManager, id: string): Promise<Buffer | null> {
  const rows: Pick<ServiceToken, "tokenHash">[] = await manager.query(
    `/* identity.deleteServiceToken */
    with revoked as (delete from service_tokens where id = $1 returning token_hash)
    select token_hash as "tokenHash" from revoked`,
    [id],
  );
  return rows[0]?.tokenHash ?? null;
}

/** Moves the last use forward. Another replica may have stored a later one. */
export async function recordUse(manager: EntityManager, id: string, usedAt: Date): Promise<void> {
  await manager.query(
    `/* identity.recordUse */
    update service_tokens set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2)`,
    [id, usedAt],
  );
}
