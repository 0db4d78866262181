import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import pg from "pg";
import type { DataSource, DataSourceOptions } from "typeorm";
import { expect, inject } from "vitest";
import { openDataSource } from "../../src/database/data-source.ts";
import { createLogger } from "../../src/log.ts";
import { TEMPLATE } from "./migrations.ts";

export type TestDatabase = AsyncDisposable & {
  /** The superuser's: tests look at the rows of all tenants. */
  readonly dataSource: DataSource;
  readonly url: string;
  /** The URL of the login that serves. */
  readonly servingUrl: string;
};

export type TestDatabaseOptions = {
  entities?: NonNullable<DataSourceOptions["entities"]>;
  /** The database to copy: the migrated template, or `template1` for an empty one. */
  template?: string;
  poolSize?: number;
};

/** Postgres cuts longer names off. */
const NAME_CHARS = 63;

/** With the name of the test file, for a reader of `pg_stat_activity` or of a log of Postgres. */
function nameDatabase(): string {
  const file = basename(expect.getState().testPath ?? "", ".ts").replaceAll(/[^a-z0-9]+/g, "_");
  const unique = randomUUID().replaceAll("-", "");
  return `test_${file.slice(0, NAME_CHARS - "test__".length - unique.length)}_${unique}`;
}

/** Creates an empty, migrated database for one test file. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const name = nameDatabase();
  await administer(`create database ${name} template ${options.template ?? TEMPLATE} strategy file_copy`);
  const [url, servingUrl] = [new URL(inject("postgresUrl")), new URL(inject("servingUrl"))];
  for (const each of [url, servingUrl]) each.pathname = name;
  const dataSource = await openDataSource({
    url: url.href,
    entities: options.entities ?? [],
    log: createLogger("silent"),
    ...(options.poolSize ? { poolSize: options.poolSize } : {}),
  });
  return {
    dataSource,
    url: url.href,
    servingUrl: servingUrl.href,
    async [Symbol.asyncDispose]() {
      if (dataSource.isInitialized) await dataSource.destroy();
      await administer(`drop database ${name} with (force)`);
    },
  };
}

/** The same database over TCP, for proxies and poolers between it and its clients. */
export const overTcp = (url: string): URL => Object.assign(new URL(url), { search: "" });

/** Of this worker. It closes when it is idle, and does not keep the worker alive. */
let superuser: pg.Pool | undefined;

/** Runs one statement as the superuser of the test run's Postgres. */
export async function administer(statement: string): Promise<void> {
  superuser ??= new pg.Pool({ connectionString: inject("postgresUrl"), allowExitOnIdle: true });
  await superuser.query(statement);
}
