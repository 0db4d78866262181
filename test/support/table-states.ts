import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

export type TableStates = AsyncDisposable & {
  /** Keeps a copy of every row under a name. Empty tables, which most are, get no copy. */
  save(name: string): Promise<void>;
  /** Waits until no job runs or is due, if there is a worker. Then it writes the rows of `save` back. */
  restore(name: string): Promise<void>;
};

type Table = { readonly name: string; readonly label: string; readonly columns: string };

const RETRY_MS = 20;

const DEADLOCK = "40P01";

/**
 * Leaves out the table with the time at which the timetable last ran. With an older time, every schedule that
 * came due since then counts as missed, and a scheduled run would disturb each test.
 */
const TABLES = `
  select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name, n.nspname || '.' || c.relname as label,
    (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname in ('public', 'pgboss') and (n.nspname, c.relname) <> ('pgboss', 'version')
  order by n.nspname, c.relname`;

const IS_BUSY = `select exists (select from pgboss.job where state = 'active'
  or state < 'active' and start_after <= now()) as busy`;

/**
 * Saves and restores the rows of a database under a running app: for tests that would otherwise start an app
 * each. No other part may keep rows in memory, as an app with subscribers does.
 */
export async function openTableStates(url: string, { hasWorker = true } = {}): Promise<TableStates> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows: tables } = await client.query<Table>(TABLES);
  const copyOf = (name: string, label: string): string => client.escapeIdentifier(`${name} ${label}`);
  await client.query("create schema saved");
  // Triggers and foreign keys stay silent; the rows were valid.
  await client.query("set session_replication_role = replica");

  /** Does the work while no job runs and none can begin. */
  const whileQuiet = async (work: () => Promise<string>): Promise<void> => {
    for (;;) {
      try {
        await client.query("begin; lock table pgboss.job in share row exclusive mode");
        const { rows } = await client.query<{ busy: boolean }>(IS_BUSY);
        if (!hasWorker || !rows[0]?.busy) {
          await client.query(`${await work()}; commit`);
          return;
        }
        await client.query("rollback");
      } catch (error) {
        await client.query("rollback");
        // In a deadlock, the other transaction continues, and this one begins again.
        if (!(error instanceof pg.DatabaseError && error.code === DEADLOCK)) throw error;
      }
      await sleep(RETRY_MS);
    }
  };
  const listFilled = async (): Promise<readonly Table[]> => {
    const whether = tables.map(({ name }) => `exists (select from ${name})`).join(", ");
    const { rows } = await client.query<{ filled: boolean[] }>(`select array[${whether}] as filled`);
    return tables.filter((_, place) => rows[0]?.filled[place]);
  };
  /** The tables that have a copy, by the name of the state. */
  const copied = new Map<string, readonly Table[]>();
  return {
    save: (name) =>
      whileQuiet(async () => {
        const filled = await listFilled();
        copied.set(name, filled);
        return filled
          .map(({ name: table, label }) => `create table saved.${copyOf(name, label)} as table ${table}`)
          .join(";");
      }),
    restore: (name) =>
      whileQuiet(async () => {
        const copies = copied.get(name);
        if (!copies) throw new Error(`No state is saved as ${name}.`);
        const deletes = (await listFilled()).map(({ name: table }) => `delete from ${table}`);
        const inserts = copies.map(
          ({ name: table, label, columns }) => `insert into ${table} (${columns}) overriding system value
            select ${columns} from saved.${copyOf(name, label)}`,
        );
        return [...deletes, ...inserts].join(";");
      }),
    [Symbol.asyncDispose]: () => client.end(),
  };
}
