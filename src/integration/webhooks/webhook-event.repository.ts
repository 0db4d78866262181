import type { EntityManager } from "typeorm";

/**
 * Notes that these records have to be read again. A record that a run is just reading has to be read once more, for that run
 * may have been too early.
 */
export async function insertWebhookEvents(
  manager: EntityManager,
  personioIds: readonly string[],
): Promise<void> {
  await manager.query(
    `/* hookEvents.insert */
    insert into hook_events (tenant_id, personio_id)
    select current_setting('app.tenant'), id from unnest($1::text[]) as id order by id
    on conflict (tenant_id, personio_id) do update set claimed_by = null where hook_events.claimed_by is not null`,
    [[...new Set(personioIds)]],
  );
}

export type WaitingWebhookEvents = {
  readonly all: number;
  /** Those that no run has set out to read since their last event. */
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
 * A run sets out to read these records: all that wait, or as many as `limit` says, with those first that a run before did not come to,
 * and those last that could not be read. They come in this order, and wait until `deleteWebhookEvents`.
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

/** What the run has read, and nothing has happened to since, waits no longer. */
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

/** The run did not come to these records: nobody has set out to read them. */
export async function releaseWebhookEvents(
  manager: EntityManager,
  personioIds: readonly string[],
): Promise<void> {
  await manager.query(
    "/* hookEvents.release */ update hook_events set claimed_by = null where personio_id = any($1)",
    [personioIds],
  );
}

/** Forgets all that waits. */
export async function clearWebhookEvents(manager: EntityManager): Promise<void> {
  await manager.query("/* hookEvents.clear */ delete from hook_events");
}
