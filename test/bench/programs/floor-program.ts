import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import pg from "pg";
import { FLOOR_STATEMENTS } from "./floor-statements.ts";
import { serveCalls } from "./program.ts";

/**
 * The floor of the service's reads: the same responses straight from Postgres. The path names the statement,
 * the body is its parameters as JSON, and the result passes unchanged. No tenant, no transaction, no GraphQL.
 */

/** As many connections as the service has. */
const POOL_SIZE = 10;

let stop = async (): Promise<void> => undefined;

const calls = {
  async start({ databaseUrl }: { databaseUrl: string }): Promise<{ url: string }> {
    // Without Postgres' JIT, which the service disables as well: it slows small recursive queries.
    const pool = new pg.Pool({ connectionString: databaseUrl, max: POOL_SIZE, options: "-c jit=off" });
    // Autovacuum does this within a minute or two. Until then both sides would be measured with wrong
    // estimates.
    await pool.query("analyze");
    const server = createServer((request, response) => void answer(pool, request, response));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    stop = async () => {
      server.close();
      server.closeAllConnections();
      await pool.end();
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  },
};

export type FloorProgram = typeof calls;

async function answer(pool: pg.Pool, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const parameters: unknown[] = JSON.parse(await text(request));
    const statement = FLOOR_STATEMENTS[request.url?.slice(1) ?? ""];
    const { rows } = await pool.query<{ json: string }>(statement ?? "", parameters);
    response.setHeader("content-type", "application/json").end(rows[0]?.json);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

serveCalls(calls, () => stop());
