import type { DataSourceOptions } from "typeorm";
import { openDataSource } from "../../src/database/data-source.ts";
import { createLogger } from "../../src/log.ts";

/**
 * What TypeORM would change so that the database looked as the entities say: empty when the migrations and the entities
 * agree on every table, column, key, index and check.
 */
export async function findSchemaDrift(
  url: string,
  entities: NonNullable<DataSourceOptions["entities"]>,
): Promise<string[]> {
  const dataSource = await openDataSource({ url, entities, log: createLogger("silent") });
  try {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  } finally {
    await dataSource.destroy();
  }
}
