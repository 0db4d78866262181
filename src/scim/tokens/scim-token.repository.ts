import type { DataSource, EntityManager } from "typeorm";
import type { Queries } from "../../database/queries.ts";
import { readAtOnce } from "../../database/read-snapshot.ts";
import type { ScimToken } from "./scim-token.ts";

const COLUMNS = `tenant_id as "tenantId", id, token_hash as "tokenHash", hint, created_by as "createdBy",
  created_at as "createdAt", last_used_at as "lastUsedAt"`;

/** Newest first. */
export const listScimTokens = (manager: Queries): Promise<ScimToken[]> =>
  manager.query(`/* scim.listTokens */ select ${COLUMNS} from scim_tokens order by created_at desc, id`);

/** In one round trip: every invented token costs one. */
export async function findScimToken(
  dataSource: DataSource,
  tenantId: string,
  tokenHash: Buffer,
): Promise<ScimToken | null> {
  const text = `/* scim.findToken */ select ${COLUMNS} from scim_tokens where token_hash = $1`;
  const rows = (await readAtOnce(dataSource, tenantId, text, [tokenHash])) as readonly ScimToken[];
  return rows[0] ?? null;
}

/** Transactions that create tokens of one tenant at the same time run one after another. */
export async function lockScimTokens(manager: EntityManager): Promise<void> {
  await manager.query("/* scim.lockTokens */ select id from tenants for no key update");
}

export async function insertScimToken(
  manager: EntityManager,
  row: Omit<ScimToken, "tenantId" | "lastUsedAt">,
): Promise<void> {
  await manager.query(
    `/* scim.insertToken */
    insert into scim_tokens (tenant_id, id, token_hash, hint, created_by, created_at)
    values (current_setting('app.tenant'), $1, $2, $3, $4, $5)`,
    [row.id, row.tokenHash, row.hint, row.createdBy, row.createdAt],
  );
}

/** @returns the hash of the deleted token; null if no token has the id. */
export async function deleteScimToken(manager: EntityManager, id: string): Promise<Buffer | null> {
  const rows: Pick<ScimToken, "tokenHash">[] = await manager.query(
    `/* scim.deleteToken */
    with revoked as (delete from scim_tokens where id = $1 returning token_hash)
    select token_hash as "tokenHash" from revoked`,
    [id],
  );
  return rows[0]?.tokenHash ?? null;
}

/** Moves the last use forward. Another replica may have stored a later one. */
export async function recordScimUse(manager: EntityManager, id: string, usedAt: Date): Promise<void> {
  await manager.query(
    `/* scim.recordUse */
    update scim_tokens set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2)`,
    [id, usedAt],
  );
}
