import "./check-node.ts";
import "reflect-metadata";
import { readConfig } from "./config.ts";
import { migrateQueue } from "./jobs/migrate-queue.ts";
import { createLogger } from "./log.ts";
import { openWithSecretKeys } from "./service-database.ts";
import { runProgram } from "./start-failure.ts";

/**
 * `npm run migrate`: migrates the database for replicas with MIGRATE=off, as the login that owns the tables.
 * It also makes the database remember the first secret keys. Several may run at once: one migrates, the
 * others wait.
 */
await runProgram(async () => {
  const config = readConfig();
  const log = createLogger(config.logLevel);
  const own = { ...config, database: { ...config.database, migrates: true } };
  await using database = await openWithSecretKeys(own, log);
  if (database.migrationUrl !== undefined) await migrateQueue(database.migrationUrl, log);
  const { migrated } = database;
  console.log(
    migrated.length === 0
      ? "The tables are up to date: no migration was needed."
      : `Migrations run: ${migrated.length} (${migrated.join(", ")}).`,
  );
});
