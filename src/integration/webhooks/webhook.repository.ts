import type { EntityManager } from "typeorm";
import type { Queries } from "../../database/queries.ts";
import type { Webhook } from "./webhook.ts";

const COLUMNS = `tenant_id as "tenantId", id, url, secret_hash as "secretHash", personio_id as "personioId",
  created_at as "createdAt", last_received_at as "lastReceivedAt", heard_until as "heardUntil",
  catch_up_since as "catchUpSince"`;

export async function findWebhook(manager: Queries): Promise<Webhook | null> {
  const rows: Webhook[] = await manager.query(`/* webhooks.find */ select ${COLUMNS} from personio_webhooks`);
  return rows[0] ?? null;
}

/** Makes this the tenant's webhook. The former address and secret become void. */
export async function upsertWebhook(
  manager: EntityManager,
  row: Pick<Webhook, "id" | "url" | "secretHash" | "personioId" | "createdAt">,
): Promise<void> {
  await manager.query(
    `/* webhooks.upsert */
    insert into personio_webhooks (tenant_id, id, url, secret_hash, personio_id, created_at, heard_until)
    values (current_setting('app.tenant'), $1, $2, $3, $4, $5, $5)
    on conflict (tenant_id) do update set id = excluded.id, url = excluded.url, secret_hash = excluded.secret_hash,
      personio_id = excluded.personio_id, created_at = excluded.created_at, last_received_at = null`,
    [row.id, row.url, row.secretHash, row.personioId, row.createdAt],
  );
}

export async function deleteWebhook(manager: EntityManager): Promise<void> {
  await manager.query("/* webhooks.delete */ delete from personio_webhooks");
}

/**
 * Stores the time of a delivery, at most once a second: simultaneous deliveries must not queue for the row.
 */
export async function recordDelivery(manager: EntityManager, receivedAt: Date): Promise<void> {
  await manager.query(
    `/* webhooks.recordDelivery */
    update personio_webhooks set last_received_at = $1, heard_until = greatest(heard_until, $1)
    where last_received_at is null or last_received_at < $1::timestamptz - interval '1 second'`,
    [receivedAt],
  );
}

/**
 * Marks that Personio's event log must be read since the last known event; later deliveries do not move that
 * start. False if there is no log.
 */
export async function markForCatchUp(manager: EntityManager): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `/* webhooks.markForCatchUp */
    with marked as (
      update personio_webhooks set catch_up_since = coalesce(catch_up_since, heard_until)
      where personio_id is not null returning id
    ) select id from marked`,
  );
  return rows.length > 0;
}

/** All events until then are known: from Personio's event log, or because a run read everyone. */
export async function recordCatchUp(manager: EntityManager, heardUntil: Date): Promise<void> {
  await manager.query(
    `/* webhooks.recordCatchUp */
    update personio_webhooks set heard_until = greatest(heard_until, $1), catch_up_since = null`,
    [heardUntil],
  );
}
