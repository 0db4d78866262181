import type { DataSource } from "typeorm";
import type { Logger } from "../log.ts";
import { checkIsolation } from "./check-isolation.ts";
import { checkServer } from "./check-server.ts";
import { type OpenDataSourceOptions, openDataSource } from "./data-source.ts";
import { startEmbeddedPostgres } from "./embedded/embedded-postgres.ts";
import { checkMigrated, type Migrations, migrate } from "./migrate.ts";
import { type Notifications, openNotifications } from "./notifications.ts";

export type DatabaseOptions = {
  /** Without one, a Postgres of our own is started in `dataDir`. */
  url?: string | undefined;
  dataDir: string;
  entities: OpenDataSourceOptions["entities"];
  migrations: Migrations;
  poolSize?: number;
  log: Logger;
};

export type Database = AsyncDisposable & {
  readonly dataSource: DataSource;
  readonly url: string;
  readonly notifications: Notifications;
  /** Rejects with the reason when the database does not answer or is not migrated. */
  checkReady(): Promise<void>;
};

/** Opens the database that everything above works on: reachable, migrated, and proven to keep tenants apart. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { dataDir, entities, migrations, log, poolSize } = options;
  await using opening = new AsyncDisposableStack();
  // From here on nothing knows whose Postgres it is.
  const url = options.url ?? opening.use(await startEmbeddedPostgres({ dataDir, log })).url;
  await checkServer(url);
  await migrate(url, migrations);

  const dataSource = await openDataSource({ url, entities, log, ...(poolSize ? { poolSize } : {}) });
  opening.defer(() => dataSource.destroy());
  await checkIsolation(dataSource);
  const notifications = opening.use(await openNotifications(url, log));

  const opened = opening.move();
  return {
    dataSource,
    url,
    notifications,
    checkReady: () => checkMigrated(dataSource, migrations),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
