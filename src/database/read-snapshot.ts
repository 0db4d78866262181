import pg from "pg";
import type { DataSource } from "typeorm";
import { Batch, type Step } from "./batch.ts";
import { DatabaseClient } from "./database-client.ts";
import { asUnavailable } from "./database-errors.ts";
import type { Queries } from "./queries.ts";
import { APP_ROLE, SETTINGS, WATCH_CLIENT } from "./transaction.ts";

export type ReadSnapshot = {
  /** Opens the transaction, unless it is open; later calls share it until `close`. */
  queries(): Queries;
  /** The rows of the statement `first`, which runs when the snapshot opens. */
  firstRows(): Promise<readonly unknown[]>;
  /**
   * Promises that no statement follows those of the next tick, so the transaction ends in the same write. A
   * later statement is refused, because it would see another state.
   */
  expectOneRead(): void;
  /** Safe to call at any time and more than once. */
  close(): Promise<void>;
};

/**
 * One consistent view of a tenant's directory.
 *
 * @param first a statement without parameters that reads what each reader needs first, without a round trip
 * of its own.
 */
export function createReadSnapshot(dataSource: DataSource, tenantId: string, first = "select"): ReadSnapshot {
  let opened: ReadTransaction | undefined;
  let hasOneRead = false;
  const open = (): ReadTransaction => {
    opened ??= openReadTransaction(dataSource, tenantId, { first, hasOneRead: () => hasOneRead });
    return opened;
  };
  return {
    queries: open,
    firstRows: () => open().firstRows,
    expectOneRead() {
      hasOneRead = true;
    },
    async close() {
      const closing = opened;
      opened = undefined;
      await closing?.close();
    },
  };
}

type Read = Step & { readonly isPlannedOnce: boolean };

type ReadTransaction = Queries & {
  readonly firstRows: Promise<readonly unknown[]>;
  close(): Promise<void>;
};

const BEGIN = "begin isolation level repeatable read read only";
const COMMIT = "commit";

/** A statement of a request runs in one process; parallel workers would take the others' CPU. */
const READ_SETTINGS = { role: APP_ROLE, ...SETTINGS, max_parallel_workers_per_gather: "0" };

/** Role, tenant and limits, until the end of the transaction. */
const SETTINGS_SQL = `select ${Object.entries(READ_SETTINGS)
  .map(([name, value]) => `set_config('${name}', '${value}', true)`)
  .join(
    ", ",
  )}, set_config('statement_timeout', $1, true), set_config('app.tenant', $2, true), set_config('plan_cache_mode', $3, true), ${WATCH_CLIENT}`;

const PLAN_MODE_SQL = "select set_config('plan_cache_mode', $1, true)";
const PLAN_ONCE = "force_generic_plan";
const PLAN_BY_VALUES = "auto";

/** A statement whose error reaches the statements behind it. */
const control = (text: string, values: readonly unknown[] = [], resolve = (): void => undefined): Read => ({
  text,
  values,
  isPlannedOnce: true,
  resolve,
  reject: () => undefined,
});

/**
 * A read-only transaction whose statements share writes: those of one tick go together, the first ones with
 * `begin`, role and settings.
 */
function openReadTransaction(
  dataSource: DataSource,
  tenantId: string,
  { first, hasOneRead }: { readonly first: string; readonly hasOneRead: () => boolean },
): ReadTransaction {
  const connecting = connect(dataSource);
  let waiting: Read[] = [];
  let sending: Promise<void> | undefined;
  let hasBegun = false;
  let planMode = PLAN_BY_VALUES;
  let isClosed = false;
  let isEnding = false;
  let hasEnded = false;

  const headOf = (client: DatabaseClient): Read[] => {
    planMode = client.kept ? PLAN_ONCE : PLAN_BY_VALUES;
    const values = [`${client.statementTimeoutMs}ms`, tenantId, planMode];
    const noteBegin = (): void => {
      hasBegun = true;
    };
    return [control(BEGIN), control(SETTINGS_SQL, values, noteBegin)];
  };
  // Behind a failed statement Postgres skips it, and `close` rolls back.
  const end = control(COMMIT, [], () => {
    hasEnded = true;
  });
  /**
   * The statement, with a name if its plan is kept. If the plan mode changes, a statement before it sets the
   * mode.
   */
  const prepare = (step: Read, { kept }: DatabaseClient): Step[] => {
    if (!kept) return [step];
    const { isPlannedOnce } = step;
    const named = isPlannedOnce ? { ...step, kept: kept.of(step.text) } : step;
    const wanted = isPlannedOnce ? PLAN_ONCE : PLAN_BY_VALUES;
    if (wanted === planMode) return [named];
    planMode = wanted;
    return [{ ...control(PLAN_MODE_SQL, [wanted]), kept: kept.of(PLAN_MODE_SQL) }, named];
  };
  const sendWaiting = async (): Promise<void> => {
    const client = await connecting;
    while (waiting.length > 0) {
      const head = hasBegun ? [] : headOf(client);
      isEnding = hasOneRead() && waiting.some(({ text }) => text !== first);
      const sent = [...head, ...waiting, ...(isEnding ? [end] : [])];
      const steps = sent.flatMap((step) => prepare(step, client));
      waiting = [];
      if (!hasBegun) client.expectTransaction();
      // `first` is as quick as the head in front of it.
      const batch = new Batch(client, steps, hasBegun ? 0 : head.length + 1);
      client.query(batch);
      await batch.done;
    }
    sending = undefined;
  };
  const add = <Rows>(
    text: string,
    values: readonly unknown[] = [],
    isPlannedOnce = values.length === 0,
  ): Promise<Rows> => {
    if (isClosed || isEnding) return Promise.reject(new Error("The snapshot is closed."));
    const { promise, resolve, reject } = Promise.withResolvers<Rows>();
    waiting.push({
      text,
      values,
      isPlannedOnce,
      resolve: (rows) => resolve(rows as Rows),
      reject: (error) => reject(hasBegun ? error : asUnavailable(error)),
    });
    sending ??= afterThisTick()
      .then(sendWaiting)
      .catch((error: Error) => {
        sending = undefined;
        for (const step of waiting.splice(0)) step.reject(error);
      });
    return promise;
  };

  const firstRows = add<readonly unknown[]>(first);
  // Their reader gets the error; the other statements get it too.
  firstRows.catch(() => undefined);
  return {
    firstRows,
    query: (text, values) => add(text, valuesOf(values)),
    queryPlannedOnce: (text, values) => add(text, valuesOf(values), true),
    async close() {
      isClosed = true;
      const client = await connecting.catch(() => null);
      if (!client) return;
      await sending;
      // After an error, Postgres turns it into a rollback.
      if (!hasEnded) await client.query(COMMIT).catch(() => undefined);
      client.release(client.lost.aborted);
    },
  };
}

/**
 * The rows of one statement, in a transaction of its own that costs one round trip.
 *
 * @param options.plannedOnce false for a table that grows fast: a plan that was kept may be for few rows.
 */
export async function readAtOnce(
  dataSource: DataSource,
  tenantId: string,
  text: string,
  parameters: readonly unknown[] = [],
  { plannedOnce = true }: { readonly plannedOnce?: boolean } = {},
): Promise<readonly unknown[]> {
  const client = await connect(dataSource).catch((error: unknown) => Promise.reject(asUnavailable(error)));
  try {
    const { kept, statementTimeoutMs } = client;
    const keptPlans = plannedOnce ? kept : null;
    const values = [`${statementTimeoutMs}ms`, tenantId, keptPlans ? PLAN_ONCE : PLAN_BY_VALUES];
    const { promise, resolve, reject } = Promise.withResolvers<readonly unknown[]>();
    // Statements with one `sync` are one transaction, which an error rolls back.
    const settings = { text: SETTINGS_SQL, values, kept: kept?.of(SETTINGS_SQL) };
    const batch = new Batch(
      client,
      [
        { ...settings, resolve: () => undefined, reject: () => undefined },
        { text, values: parameters, kept: keptPlans?.of(text), resolve, reject },
      ],
      1,
    );
    client.query(batch);
    await batch.done;
    return await promise;
  } catch (error) {
    throw asUnavailable(error);
  } finally {
    client.release(client.lost.aborted);
  }
}

/** TypeORM also has named values; our statements have none. */
const valuesOf = (values: unknown): readonly unknown[] => (Array.isArray(values) ? values : []);

async function connect({ driver }: DataSource): Promise<DatabaseClient & pg.PoolClient> {
  const pool = "master" in driver ? driver.master : undefined;
  const client = pool instanceof pg.Pool ? await pool.connect() : undefined;
  if (client instanceof DatabaseClient) return client;
  throw new Error("This work needs a transaction on a connection of our own pool.");
}

/** Runs after the statements of all loaders that send their batches now. */
const afterThisTick = (): Promise<void> => Promise.resolve().then(() => new Promise(process.nextTick));
