import { escapeLiteral } from "pg";
import { type DataSource, type EntityManager, QueryFailedError, type QueryRunner } from "typeorm";
import { DatabaseClient } from "./database-client.ts";
import { asUnavailable } from "./database-errors.ts";

/** The role that serves and syncs. It owns nothing, so that row-level security binds it (see migrations/). */
export const APP_ROLE = "people_app";

/**
 * Settings of each of our transactions. We set them with `begin` and not with the connection: a pooler moves
 * connections between clients, and refuses or forgets their startup settings.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  // Compiling a query pays off for reports over millions of rows; it makes a reporting line of fifty people
  // sixty times slower.
  jit: "off",
  // A lock held for longer than seconds needs attention.
  lock_timeout: "5s",
  // A transaction that a bug left open would block vacuum for as long as it lives.
  idle_in_transaction_session_timeout: "30s",
};

/**
 * After a failed statement Postgres answers `commit` with a rollback, and reports no error. It refuses any
 * other statement there, so work that swallowed the failure cannot look committed.
 */
const COMMIT = "select; commit";

const READ_ONLY_SNAPSHOT = "isolation level repeatable read read only";

/**
 * Ends a statement within seconds after its client is gone, and releases its locks, which the next process
 * would otherwise wait for. Postgres refuses the setting on Windows.
 */
const WATCH_CLIENT = `case when version() !~* 'mingw|msvc|visual|windows'
  then set_config('client_connection_check_interval', '2s', true) end`;

/**
 * Begins a transaction as the application's role, bound to one tenant, in one round trip. Both settings are
 * local to the transaction: the next user of the pooled connection starts without a tenant and sees no row.
 */
async function begin(
  queryRunner: QueryRunner,
  tenantId: string,
  { mode = "", first = "" }: { readonly mode?: string; readonly first?: string } = {},
): Promise<readonly unknown[]> {
  try {
    const client = await clientOf(queryRunner);
    const local = {
      ...SETTINGS,
      statement_timeout: `${client.statementTimeoutMs}ms`,
      "app.tenant": tenantId,
    };
    const statements = `begin ${mode}; set local role ${APP_ROLE}; select ${settings(local)}, ${WATCH_CLIENT}`;
    const rows = await sendTogether(client, first === "" ? statements : `${statements}; ${first}`);
    serializeStatements(queryRunner);
    return first === "" ? [] : rows;
  } catch (error) {
    // Any other error means that no connection was available; asking for one again would wait as long again.
    if (error instanceof QueryFailedError) await queryRunner.query("rollback").catch(() => undefined);
    throw asUnavailable(error);
  }
}

/** The rows of the last of several statements. TypeORM drops them. */
async function sendTogether(client: DatabaseClient, statements: string): Promise<readonly unknown[]> {
  const sent: unknown = await client.query(statements).catch((error: Error) => {
    throw new QueryFailedError(statements, undefined, error);
  });
  const last: unknown = Array.isArray(sent) ? sent.at(-1) : sent;
  const isResult = typeof last === "object" && last !== null && "rows" in last && Array.isArray(last.rows);
  return isResult ? (last.rows as unknown[]) : [];
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

/**
 * Makes concurrent statements of loaders wait for each other. A connection takes one at a time anyway, and
 * the next major version of node-postgres will refuse the second one instead of queueing it.
 */
function serializeStatements(queryRunner: QueryRunner): void {
  const query = queryRunner.query.bind(queryRunner);
  let last: Promise<unknown> = Promise.resolve();
  queryRunner.query = (...statement: Parameters<typeof query>) => {
    const next = last.then(() => query(...statement));
    last = next.catch(() => undefined);
    return next;
  };
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
    await begin(queryRunner, tenantId);
    try {
      const result = await work(queryRunner.manager);
      await queryRunner.query(COMMIT);
      return result;
    } catch (error) {
      await queryRunner.query("rollback").catch(() => undefined);
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

export type ReadSnapshot = {
  manager(): Promise<EntityManager>;
  /** The rows of the statement `first`, which ran when the snapshot opened. */
  firstRows(): Promise<readonly unknown[]>;
  close(): Promise<void>;
};

/**
 * One consistent view of a tenant's directory. The first `manager()` opens the transaction; later calls share
 * it until `close()`, which is safe to call at any time and more than once.
 *
 * @param first a statement without parameters that costs no round trip: what each reader needs to know first.
 */
export function createReadSnapshot(dataSource: DataSource, tenantId: string, first = ""): ReadSnapshot {
  let opened: OpenedSnapshot | undefined;
  const open = (): OpenedSnapshot => {
    if (opened) return opened;
    const queryRunner = dataSource.createQueryRunner();
    const rows = begin(queryRunner, tenantId, { mode: READ_ONLY_SNAPSHOT, first });
    opened = { queryRunner, rows, manager: rows.then(() => queryRunner.manager) };
    return opened;
  };
  return {
    manager: () => open().manager,
    firstRows: () => open().rows,
    async close() {
      const closing = opened;
      opened = undefined;
      if (!closing) return;
      const isOpen = await closing.manager.then(Boolean, () => false);
      if (isOpen) await closing.queryRunner.query("commit").catch(() => undefined);
      await closing.queryRunner.release();
    },
  };
}

type OpenedSnapshot = {
  readonly queryRunner: QueryRunner;
  readonly rows: Promise<readonly unknown[]>;
  readonly manager: Promise<EntityManager>;
};

/** The rows of one statement without parameters, in a transaction of its own that costs one round trip. */
export async function readAtOnce(
  dataSource: DataSource,
  tenantId: string,
  statement: string,
): Promise<readonly unknown[]> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    const client = await clientOf(queryRunner);
    const local = { statement_timeout: `${client.statementTimeoutMs}ms`, "app.tenant": tenantId };
    // Statements that are sent together are one transaction, which an error rolls back.
    return await sendTogether(client, `set local role ${APP_ROLE}; select ${settings(local)}; ${statement}`);
  } catch (error) {
    throw asUnavailable(error);
  } finally {
    await queryRunner.release();
  }
}
