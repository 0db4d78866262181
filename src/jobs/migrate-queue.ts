import { setTimeout as sleep } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import { APP_ROLE } from "../database/transaction.ts";
import type { Logger } from "../log.ts";
import { openQueueDatabase } from "./queue-database.ts";

/** pg-boss builds some indexes beside its other work, the first of them at once. */
const INDEXES_POLL_MS = 200;
const INDEXES_EVERY_SECONDS = 10;

/**
 * Creates and migrates the queue's tables, which the given login then owns, and lets the application's role
 * use them. It changes nothing if they are up to date.
 */
export async function migrateQueue(url: string, log: Logger): Promise<void> {
  await using database = openQueueDatabase({ url, notifications: { listen: () => () => undefined }, log });
  const boss = new PgBoss({
    db: database,
    supervise: false,
    schedule: false,
    registerInstance: false,
    bamIntervalSeconds: INDEXES_EVERY_SECONDS,
  });
  boss.on("error", (error) => log.warn({ reason: error.message }, "queue error"));
  try {
    await boss.start();
    while (await buildsIndexes(boss)) await sleep(INDEXES_POLL_MS);
    await database.executeSql(GRANT);
  } finally {
    await boss.stop({ graceful: false });
  }
}

const buildsIndexes = async (boss: PgBoss): Promise<boolean> =>
  (await boss.getBamStatus()).some(({ status }) => status === "pending" || status === "in_progress");

/**
 * Concurrent grants on one table fail, so one start grants while the others wait. It grants only on tables
 * that lack the right, because only their owner may.
 */
const GRANT = `
  do $$ begin
    perform pg_advisory_xact_lock(hashtext('pgboss grants'));
    if not has_schema_privilege('${APP_ROLE}', 'pgboss', 'usage') or exists (
      select from pg_class where relnamespace = 'pgboss'::regnamespace and relkind in ('r', 'p')
        and not has_table_privilege('${APP_ROLE}', oid, 'delete')
    ) then
      grant usage on schema pgboss to ${APP_ROLE};
      grant select, insert, update, delete on all tables in schema pgboss to ${APP_ROLE};
      grant usage on all sequences in schema pgboss to ${APP_ROLE};
    end if;
  end $$
`;
