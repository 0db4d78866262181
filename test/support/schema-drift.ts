import type { DataSourceOptions, QueryRunner } from "typeorm";
import { openDataSource } from "../../src/database/data-source.ts";
import { createLogger } from "../../src/log.ts";

/**
 * The statements with which TypeORM would adapt the database to the entities. There are none when migrations
 * and entities agree on every table, column, key, index and check.
 */
export async function findSchemaDrift(
  url: string,
  entities: NonNullable<DataSourceOptions["entities"]>,
): Promise<string[]> {
  const dataSource = await openDataSource({ url, entities, log: createLogger("silent") });
  const createQueryRunner = dataSource.createQueryRunner.bind(dataSource);
  dataSource.createQueryRunner = (mode) => oneByOne(createQueryRunner(mode));
  try {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  } finally {
    await dataSource.destroy();
  }
}

/**
 * TypeORM's schema builder sends concurrent queries on one connection, which node-postgres deprecates. It
 * also looks for the expressions of generated columns in a table of its own, which we do not have.
 */
function oneByOne(queryRunner: QueryRunner): QueryRunner {
  const query = queryRunner.query.bind(queryRunner);
  let last: Promise<unknown> = Promise.resolve();
  queryRunner.query = (...statement: Parameters<typeof query>) => {
    const next = last.then(async () => {
      const rows = await query(...statement);
      forgetExpressions(rows);
      return rows;
    });
    last = next.catch(() => undefined);
    return next;
  };
  return queryRunner;
}

function forgetExpressions(rows: unknown): void {
  for (const row of Array.isArray(rows) ? rows : [])
    if ("is_generated" in row) Object.assign(row, { is_generated: "NEVER" });
}
