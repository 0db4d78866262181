import { EXIT, StartError } from "../../errors.ts";
import { DatabaseClient } from "../database-client.ts";
import { isErrorCode } from "../database-errors.ts";

/** Any number that nothing else locks in the cluster's own database. */
const LOCK = 1;

/**
 * Takes the cluster's lock, an advisory lock that the returned connection holds until it ends. Postgres
 * releases it the moment our process dies, for whatever reason.
 *
 * @returns undefined while Postgres starts or stops.
 * @throws {StartError} when another app has the lock.
 */
export async function takeClusterLock(url: string): Promise<DatabaseClient | undefined> {
  const client = new DatabaseClient({ connectionString: url, application_name: "people-subgraph lock" });
  try {
    await client.connect();
    const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${LOCK}) as taken`);
    if (rows[0]?.taken) return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    if (isErrorCode(error, ...STARTING_OR_STOPPING)) return undefined;
    throw error;
  }
  await client.end();
  throw new StartError(
    "Another app is running on this data folder. Stop it, or choose another DATA_DIR for this one.",
    EXIT.config,
  );
}

/** `57P03`: the database system is starting up, or shutting down. */
const STARTING_OR_STOPPING = ["ECONNREFUSED", "ECONNRESET", "57P03", "57P01"];
