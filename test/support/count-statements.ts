import type pg from "pg";
import type { DataSource } from "typeorm";
import { Batch } from "../../src/database/batch.ts";
import { RAISED_FIELDS_SQL } from "../../src/fields/raised-fields.ts";
import { SNAPSHOT_START_SQL } from "../../src/graphql/snapshot-in-turn.ts";
import { DIRECTORY_VERSION_SQL } from "../../src/tenant/directory-version.ts";

/** Statements of transaction control, which every transaction sends. */
const TRANSACTION_CONTROL =
  /^\s*(begin|start transaction|(select; )?commit|rollback|set local|reset|select set_config)\b/i;

/**
 * The first statement of each read, which costs no round trip: the version of the directory and the raised
 * fields.
 */
const KNOWN_FIRST = [SNAPSHOT_START_SQL, DIRECTORY_VERSION_SQL, RAISED_FIELDS_SQL];

/** A statement and its parameters. */
export type Sent = { readonly text: string; readonly values?: readonly unknown[] | undefined };

/**
 * Runs `work`, counts its transactions and its writes, and lists the SQL statements that it sent through the
 * data source's pool, in order. It leaves out transaction control, the first statement of each read, and
 * statements on a connection that was acquired before.
 */
export async function countStatements<Result>(
  dataSource: DataSource,
  work: () => Promise<Result>,
): Promise<{ result: Result; statements: string[]; sent: Sent[]; transactions: number; writes: number }> {
  const sent: Sent[] = [];
  let writes = 0;
  let transactions = 0;
  const watched = new Set<pg.PoolClient>();
  const watch = (client: pg.PoolClient) => {
    if (watched.has(client)) return;
    watched.add(client);
    const query = client.query;
    client.query = new Proxy(query, {
      apply(target, self, args: [string | Sent | Batch, unknown[]?]) {
        const [query, values] = args;
        const steps =
          query instanceof Batch
            ? query.steps
            : [typeof query === "string" ? { text: query, values } : query];
        writes += 1;
        for (const { text, values } of steps) {
          if (/^\s*(begin|start transaction)\b/i.test(text)) transactions += 1;
          if (!TRANSACTION_CONTROL.test(text) && !KNOWN_FIRST.includes(text)) sent.push({ text, values });
        }
        return Reflect.apply(target, self, args);
      },
    });
    restorers.push(() => {
      client.query = query;
    });
  };
  const restorers: (() => void)[] = [];
  const pool = poolOf(dataSource);
  pool.on("acquire", watch);
  try {
    const result = await work();
    return { result, statements: sent.map(({ text }) => text), sent, transactions, writes };
  } finally {
    pool.off("acquire", watch);
    for (const restore of restorers) restore();
  }
}

/** TypeORM keeps the pool of node-postgres in an untyped field of its driver. */
function poolOf(dataSource: DataSource): pg.Pool {
  const { driver } = dataSource;
  if (!("master" in driver)) throw new Error("The data source has no pool: is it initialised?");
  return driver.master as pg.Pool;
}
