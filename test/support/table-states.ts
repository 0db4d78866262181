import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

export type TableStates = AsyncDisposable & {
  /** Keeps a copy of every row under a name. */
  save(name: string): Promise<void>;
  /** Waits until no job runs or is due, if there is a worker. Then it writes the rows of `save` back. */
  restore(name: string): Promise<void>;
};

const RETRY_MS = 20;

const DEADLOCK = "40P01";

const TABLES = `
  select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name, n.nspname || '.' || c.relname as label,
    (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname in ('public', 'pgboss') order by n.nspname, c.relname`;

const IS_BUSY = `select exists (select from pgboss.job where state = 'active'
  or state < 'active' and start_after <= now()) as busy`;

/**
 * Saves and restores the rows of a database under a running app: for tests that would otherwise start an app
 * each. Nothing else may remember rows: an app with subscribers does.
 */
export async function openTableStates(url: string, { hasWorker = true } = {}): Promise<TableStates> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string; label: string; columns: string }>(TABLES);
  const copyOf = (name: string, label: string): string => client.escapeIdentifier(`${name} ${label}`);
  await client.query("create schema saved");
  // Triggers and foreign keys stay silent; the rows were valid.
  await client.query("set session_replication_role = replica");

  /** Does the work while no job runs and none can begin. */
  const whileQuiet = async (work: string): Promise<void> => {
    for (;;) {
      try {
        await client.query("begin; lock table pgboss.job in share row exclusive mode");
        const { rows } = await client.query<{ busy: boolean }>(IS_BUSY);
        if (!hasWorker || !rows[0]?.busy) {
          await client.query(`${work}; commit`);
          return;
        }
        await client.query("rollback");
      } catch (error) {
        await client.query("rollback");
        // The other transaction of a deadlock ends, and this one begins again.
        if (!(error instanceof pg.DatabaseError && error.code === DEADLOCK)) throw error;
      }
      await sleep(RETRY_MS);
    }
  };
  return {
    save: (name) =>
      whileQuiet(
        tables
          .map(({ name: table, label }) => `create table saved.${copyOf(name, label)} as table ${table}`)
          .join(";"),
      ),
    restore: (name) =>
      whileQuiet(
        tables
          .map(
            ({ name: table, label, columns }) => `delete from ${table};
              insert into ${table} (${columns}) overriding system value
              select ${columns} from saved.${copyOf(name, label)}`,
          )
          .join(";"),
      ),
    [Symbol.asyncDispose]: () => client.end(),
  };
}
