import { type Config, ConfigError } from "./config.ts";
import { findMigrations } from "./database/migrate.ts";
import { type Database, openDatabase } from "./database/open-database.ts";
import { ENTITIES } from "./entities.ts";
import { findKeyRingProblem } from "./integration/keys/check-key-ring.ts";
import type { Logger } from "./log.ts";

export const MIGRATIONS = await findMigrations();

/** Opens the database of the service and of its commands, migrated unless MIGRATE=off. */
export const openServiceDatabase = (
  { auth, database }: Pick<Config, "auth" | "database">,
  log: Logger,
  stopWithinMs?: () => number,
): Promise<Database> =>
  openDatabase(database, {
    entities: ENTITIES,
    migrations: MIGRATIONS,
    authIsOff: auth.mode === "off",
    log,
    ...(stopWithinMs && { stopWithinMs }),
  });

/**
 * The same, for programs that open stored secrets.
 *
 * @throws ConfigError if the stored data belongs to none of the secret keys.
 */
export async function openWithSecretKeys(
  config: Pick<Config, "auth" | "database" | "secretKeys">,
  log: Logger,
  stopWithinMs?: () => number,
): Promise<Database> {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await openServiceDatabase(config, log, stopWithinMs));
  const keyProblem = await findKeyRingProblem(database.dataSource, config.secretKeys, database.asOwner);
  if (keyProblem) throw new ConfigError([keyProblem]);
  opening.move();
  return database;
}
