import { escapeLiteral } from "pg";
import { type DataSource, type EntityManager, QueryFailedError, type QueryRunner } from "typeorm";
import { Batch, type Step } from "./batch.ts";
import { DatabaseClient } from "./database-client.ts";
import { asUnavailable } from "./database-errors.ts";
import type { Queries } from "./queries.ts";

/** The role that serves and syncs. It owns nothing, so that row-level security binds it (see migrations/). */
export const APP_ROLE = "people_app";

/**
 * Settings of each of our transactions. We set them with `begin` and not with the connection: a pooler moves
 * connections between clients, and refuses or forgets their startup settings.
 */
export const SETTINGS: Readonly<Record<string, string>> = {
  // Compiling a query pays off for reports over millions of rows; it makes the query of a reporting line of
  // fifty people sixty times slower.
  jit: "off",
  // A lock held for longer than seconds needs attention.
  lock_timeout: "5s",
  // A transaction that a bug leaves open would block vacuum until it ends.
  idle_in_transaction_session_timeout: "30s",
};

/**
 * After a failed statement Postgres answers `commit` with a rollback, and reports no error. It refuses any
 * other statement there, so work that swallowed the failure cannot look committed.
 */
const COMMIT = "select; commit";

/**
 * Ends a statement within seconds after its client is gone, and releases its locks, which the next process
 * would otherwise wait for. Postgres refuses the setting on Windows.
 */
export const WATCH_CLIENT = `case when version() !~* 'mingw|msvc|visual|windows'
  then set_config('client_connection_check_interval', '2s', true) end`;

/**
 * Begins a transaction as the application's role, bound to one tenant, in one round trip. Both settings are
 * local to the transaction: the next user of the pooled connection starts without a tenant and sees no row.
 */
async function begin(queryRunner: QueryRunner, tenantId: string): Promise<EndTransaction> {
  try {
    const client = await clientOf(queryRunner);
    const local = {
      ...SETTINGS,
      statement_timeout: `${client.statementTimeoutMs}ms`,
      "app.tenant": tenantId,
    };
    await queryRunner.query(`begin; set local role ${APP_ROLE}; select ${settings(local)}, ${WATCH_CLIENT}`);
    return serializeStatements(queryRunner, client);
  } catch (error) {
    // Any other error means that no connection was available; asking for one again would wait as long again.
    if (error instanceof QueryFailedError) await queryRunner.query("rollback").catch(() => undefined);
    throw asUnavailable(error);
  }
}

/** The connection of a query runner. */
async function clientOf(queryRunner: QueryRunner | undefined): Promise<DatabaseClient> {
  const client: unknown = await queryRunner?.connect();
  if (client instanceof DatabaseClient) return client;
  throw new Error("This work needs a transaction on a connection of our own pool.");
}

const settings = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `set_config('${name}', ${escapeLiteral(value)}, true)`)
    .join(", ");

/** Sends the last statement of a transaction, after all that its work has requested so far. */
type EndTransaction = (statement: string) => Promise<unknown>;

/**
 * Makes concurrent statements of loaders wait for each other. A connection takes one at a time anyway, and
 * the next major version of node-postgres will refuse the second one instead of queueing it.
 *
 * Work may continue after other work of the transaction has failed. Its next statement is refused: it would
 * run without role and tenant, or in the transaction of the next user of the connection.
 */
function serializeStatements(queryRunner: QueryRunner, client: DatabaseClient): EndTransaction {
  const query = queryRunner.query.bind(queryRunner);
  let last: Promise<unknown> = Promise.resolve();
  let hasEnded = false;
  const inTurn = <Result>(run: () => Promise<Result>): Promise<Result> => {
    const next = last.then(run);
    last = next.catch(() => undefined);
    return next;
  };
  const ofWork = <Result>(run: () => Promise<Result>): Promise<Result> =>
    hasEnded ? Promise.reject(new Error("The transaction has ended.")) : inTurn(run);
  queryRunner.query = (...statement: Parameters<typeof query>) => ofWork(() => query(...statement));
  if (client.kept) {
    const planned: Pick<Queries, "queryPlannedOnce"> = {
      queryPlannedOnce: (text, values) => ofWork(() => runPlannedOnce(client, text, values)),
    };
    Object.assign(queryRunner.manager, planned);
  }
  return (statement) => {
    hasEnded = true;
    return inTurn(() => query(statement));
  };
}

const PLAN_MODE_SQL = "select set_config('plan_cache_mode', $1, true)";

/** In one round trip. Other statements of the transaction are planned for their values, as before. */
async function runPlannedOnce<Rows>(client: DatabaseClient, text: string, values: unknown): Promise<Rows> {
  const { promise, resolve, reject } = Promise.withResolvers<Rows>();
  const step = (statement: string, parameters: readonly unknown[]): Step => ({
    ...{ text: statement, values: parameters, kept: client.kept?.of(statement) },
    resolve: () => undefined,
    reject: () => undefined,
  });
  const batch = new Batch(
    client,
    [
      step(PLAN_MODE_SQL, ["force_generic_plan"]),
      {
        ...step(text, Array.isArray(values) ? values : []),
        resolve: (rows) => resolve(rows as Rows),
        reject,
      },
      step(PLAN_MODE_SQL, ["auto"]),
    ],
    1,
  );
  client.query(batch);
  await batch.done;
  return promise;
}

/**
 * Runs `work` in one read-write transaction of the tenant: commits when it resolves, rolls back when it
 * throws. Rejects when nothing was committed, also if `work` swallowed the error of a statement.
 */
export async function inTenant<Result>(
  dataSource: DataSource,
  tenantId: string,
  work: (manager: EntityManager) => Promise<Result>,
): Promise<Result> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    const end = await begin(queryRunner, tenantId);
    try {
      const result = await work(queryRunner.manager);
      await end(COMMIT);
      return result;
    } catch (error) {
      await end("rollback").catch(() => undefined);
      throw asUnavailable(error);
    }
  } finally {
    await queryRunner.release();
  }
}

/** Extends the timeout for statements of this transaction, on the server and for our wait. */
export async function extendStatementTimeout(manager: EntityManager, timeoutMs: number): Promise<void> {
  (await clientOf(manager.queryRunner)).extendTimeout(timeoutMs);
  await manager.query(`set local statement_timeout = ${timeoutMs}`);
}
