import pg from "pg";
import type { DataSource } from "typeorm";
import { Batch } from "./batch.ts";
import { DatabaseClient } from "./database-client.ts";
import { asUnavailable } from "./database-errors.ts";
import type { Queries } from "./queries.ts";
import { control, createPreparer, type Read, settingsOf } from "./read-statements.ts";

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

type ReadTransaction = Queries & {
  readonly firstRows: Promise<readonly unknown[]>;
  close(): Promise<void>;
};

const COMMIT = "commit";

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
  const preparer = createPreparer(tenantId);
  let waiting: Read[] = [];
  let sending: Promise<void> | undefined;
  let hasBegun = false;
  let isClosed = false;
  let isEnding = false;
  let hasEnded = false;

  const noteBegin = (): void => {
    hasBegun = true;
  };
  // Behind a failed statement Postgres skips it, and `close` rolls back.
  const end = control(COMMIT, [], () => {
    hasEnded = true;
  });
  const sendWaiting = async (): Promise<void> => {
    const client = await connecting;
    while (waiting.length > 0) {
      const head = hasBegun ? [] : preparer.begin(client, noteBegin);
      isEnding = hasOneRead() && waiting.some(({ text }) => text !== first);
      const sent = [...head, ...waiting, ...(isEnding ? [end] : [])];
      const steps = sent.flatMap((step) => preparer.prepare(step, client));
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
    const { kept } = client;
    const keptPlans = plannedOnce ? kept : null;
    const settings = settingsOf(client, tenantId, { plannedOnce: keptPlans !== null });
    const { promise, resolve, reject } = Promise.withResolvers<readonly unknown[]>();
    // Statements with one `sync` are one transaction, which an error rolls back.
    const batch = new Batch(
      client,
      [
        { ...settings, kept: kept?.of(settings.text), resolve: () => undefined, reject: () => undefined },
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
