import type { EntityManager } from "typeorm";

/**
 * Above 200 waiting people, the next run reads everyone; a run that is queued already takes 200 before it.
 * So further ones add nothing, and the events of an integration that is BROKEN for weeks stay few.
 */
export const WEBHOOK_EVENTS_MAX = 1_000;

/**
 * Records that a run must read these people again. If a run is reading one of them now, its claim ends,
 * because it may have read too early. A full table stores no further people: all claims end instead, so that
 * a run of everyone follows.
 */
export async function insertWebhookEvents(
  manager: EntityManager,
  personioIds: readonly string[],
): Promise<void> {
  await manager.query(
    `/* hookEvents.insert */
    with waiting as (select count(*) >= $2 as are_full from hook_events),
    stored as (
      insert into hook_events (tenant_id, personio_id)
      select current_setting('app.tenant'), id from unnest($1::text[]) as id, waiting
      where not are_full order by id limit $2
      on conflict (tenant_id, personio_id) do update set claimed_by = null where hook_events.claimed_by is not null)
    update hook_events set claimed_by = null where personio_id in (
      select personio_id from hook_events where (select are_full from waiting) and claimed_by is not null
      order by personio_id for update)`,
    [[...new Set(personioIds)], WEBHOOK_EVENTS_MAX],
  );
}

export type WaitingWebhookEvents = {
  readonly all: number;
  /** Events that no run has claimed. */
  readonly unclaimed: number;
};

export async function countWebhookEvents(manager: EntityManager): Promise<WaitingWebhookEvents> {
  const rows: WaitingWebhookEvents[] = await manager.query(
    `/* hookEvents.count */
    select count(*)::int as all, count(*) filter (where claimed_by is null)::int as unclaimed from hook_events`,
  );
  return rows[0] ?? { all: 0, unclaimed: 0 };
}

/**
 * Claims waiting records for a run: all, or at most `limit`. Records that an earlier run claimed and did not
 * finish come first, records with failed reads last. They are returned in this order, and wait until
 * `deleteWebhookEvents`.
 */
export async function claimWebhookEvents(
  manager: EntityManager,
  runId: string,
  limit: number | null = null,
): Promise<string[]> {
  const rows: { personioId: string }[] = await manager.query(
    `/* hookEvents.claim */
    with claimed as (
      update hook_events set claimed_by = $1 where personio_id in (
        select personio_id from hook_events order by failures, claimed_by is null, personio_id limit $2)
      returning personio_id, failures
    ) select personio_id as "personioId" from claimed order by failures, personio_id`,
    [runId, limit],
  );
  return rows.map(({ personioId }) => personioId);
}

/** Deletes the events that the run has read, unless a newer event has ended its claim. */
export async function deleteWebhookEvents(
  manager: EntityManager,
  runId: string,
  unread: readonly string[] = [],
): Promise<void> {
  await manager.query(
    "/* hookEvents.delete */ delete from hook_events where claimed_by = $1 and personio_id <> all($2)",
    [runId, unread],
  );
}

/** A record could not be read: the next run reads the others first. */
export async function countFailedRead(manager: EntityManager, personioId: string): Promise<void> {
  await manager.query(
    "/* hookEvents.countFailedRead */ update hook_events set failures = failures + 1 where personio_id = $1",
    [personioId],
  );
}

/** The run did not reach these records: ends its claim. */
export async function releaseWebhookEvents(
  manager: EntityManager,
  personioIds: readonly string[],
): Promise<void> {
  await manager.query(
    "/* hookEvents.release */ update hook_events set claimed_by = null where personio_id = any($1)",
    [personioIds],
  );
}

/** Deletes all waiting events. */
export async function clearWebhookEvents(manager: EntityManager): Promise<void> {
  await manager.query("/* hookEvents.clear */ delete from hook_events");
}
