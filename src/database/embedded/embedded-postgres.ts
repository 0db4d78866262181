import { createHmac } from "node:crypto";
import { join } from "node:path";
import { EXIT, StartError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { DatabaseClient } from "../database-client.ts";
import { isErrorCode } from "../database-errors.ts";
import { APP_ROLE } from "../transaction.ts";
import { deleteAbandonedClusters } from "./abandoned-clusters.ts";
import { findClusterHome, initialiseCluster, passwordFileOf } from "./cluster-home.ts";
import { findPostgresPrograms } from "./postgres-programs.ts";
import { type Server, startServer } from "./server.ts";

export type EmbeddedPostgresOptions = {
  readonly dataDir: string;
  readonly log: Logger;
  /** Extra Postgres settings and initdb flags: a test's database does not have to survive a power cut. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly initdbFlags?: readonly string[];
  /** Called on dispose. A Postgres that takes longer recovers at the next start. */
  readonly stopWithinMs?: () => number;
};

/** The superuser's URL, for migrations, and that of the login that serves. Both contain a password. */
export type EmbeddedPostgres = AsyncDisposable &
  Pick<Server, "url" | "lost"> & { readonly servingUrl: string };

/** Keeps rows out of Postgres' own log. */
const SETTINGS = {
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_checkpoints: "off",
  timezone: "UTC",
};

/** Postgres writes dirty pages to disk before it stops. */
const STOP_TIMEOUT_MS = 10_000;

/** The SQL state of a login with another password. */
const PASSWORD_WRONG = "28P01";

const SERVING_LOGIN = "people_serving";

/**
 * A real Postgres of our own, for users who have none. It listens on loopback only, with a password that is
 * created once. If this process is killed it runs on, and the next start stops it and starts another.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log, settings, initdbFlags = [], stopWithinMs = () => STOP_TIMEOUT_MS } = options;
  // This comes before we create DATA_DIR again, if it was deleted.
  await deleteAbandonedClusters(dataDir, log);
  const home = await findClusterHome(dataDir, log);
  const programs = await findPostgresPrograms(home.runAs);
  await initialiseCluster(home, join(programs, "initdb"), initdbFlags);
  const { url, lost, stop } = await startServer({
    home,
    postgres: join(programs, "postgres"),
    logFile: join(dataDir, "postgres.log"),
    settings: { ...SETTINGS, ...settings },
  });
  const servingUrl = await prepareServingLogin(url).catch(async (error: unknown) => {
    await stop(stopWithinMs());
    if (!isErrorCode(error, PASSWORD_WRONG)) throw error;
    const message = `DATA_DIR: ${passwordFileOf(home.folder)} does not contain the password of its database. Put the former file back.`;
    throw new StartError(message, EXIT.config);
  });
  return { url, servingUrl, lost, [Symbol.asyncDispose]: () => stop(stopWithinMs()) };
}

/**
 * Creates the login that serves, with only the rights of the application's role, and returns its URL. Its
 * password is derived from the superuser's, so no second secret is stored. The superuser's cannot be derived
 * from it.
 */
async function prepareServingLogin(superuserUrl: string): Promise<string> {
  const url = new URL(superuserUrl);
  const password = createHmac("sha256", url.password).update(SERVING_LOGIN).digest("base64url");
  const client = new DatabaseClient({ connectionString: superuserUrl });
  await client.connect();
  await client.query(`
    do $$ begin
      if to_regrole('${APP_ROLE}') is null then create role ${APP_ROLE} nologin; end if;
      if to_regrole('${SERVING_LOGIN}') is null then create role ${SERVING_LOGIN} login; end if;
    end $$;
    alter role ${SERVING_LOGIN} password '${password}';
    grant ${APP_ROLE} to ${SERVING_LOGIN};
  `);
  await client.end();
  return Object.assign(url, { username: SERVING_LOGIN, password }).href;
}
