import { openDataSource } from "../../src/database/data-source.ts";
import { createLogger } from "../../src/log.ts";

/** Creates a new database on that server, separate from the others. @returns its address. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const url = new URL(serverUrl);
  const server = await openDataSource({ url: url.href, entities: [], log: createLogger("warn") });
  url.pathname = `${name}_${Date.now()}`;
  await server.query(`create database ${url.pathname.slice(1)}`).finally(() => server.destroy());
  return url.href;
}
