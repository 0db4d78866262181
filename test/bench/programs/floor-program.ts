import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import pg from "pg";
import { POOL_SIZE } from "../../../src/database/data-source.ts";
import { APP_ROLE } from "../../../src/database/transaction.ts";
import { FLOOR_STATEMENTS, type Row } from "./floor-statements.ts";
import { OneTrip, type Step } from "./one-trip.ts";
import { serveCalls } from "./program.ts";

/**
 * The floors of the service's reads: node:http, and one named statement with a generic plan, in one round
 * trip. The path names the floor and the read, the body is the statement's parameters as JSON.
 *
 * - `fair` gives the service's guarantees: its role, one company by row-level security, one snapshot.
 * - `bare` gives none.
 */

const BEGIN: Step = {
  name: "begin",
  text: "begin isolation level repeatable read read only",
  values: [],
};
const BIND: Step = {
  name: "bind",
  text: `select set_config('role', '${APP_ROLE}', true), set_config('app.tenant', $1, true)`,
  values: ["default"],
};
const COMMIT: Step = { name: "commit", text: "commit", values: [] };

/** Without Postgres' JIT, which the service disables as well: it slows small recursive queries. */
const SETTINGS = "-c jit=off -c plan_cache_mode=force_generic_plan";

let stop = async (): Promise<void> => undefined;

const calls = {
  async start({ databaseUrl }: { databaseUrl: string }): Promise<{ url: string }> {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: POOL_SIZE, options: SETTINGS });
    // Autovacuum does this within a minute or two. Until then all sides would be measured with wrong
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
    const [, floor, read = ""] = request.url?.split("/") ?? [];
    const statement = FLOOR_STATEMENTS.get(read);
    if (!statement) throw new Error(`No such read: ${request.url}`);
    const values: string[] = JSON.parse(await text(request));
    const rows =
      floor === "fair"
        ? await run(pool, [BEGIN, BIND, { name: `fair ${read}`, text: statement.fair, values }, COMMIT], 2)
        : await run(pool, [{ name: `bare ${read}`, text: statement.bare, values }], 0);
    const body = Buffer.from(statement.assemble(rows));
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length }).end(body);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

async function run(pool: pg.Pool, steps: readonly Step[], wanted: number): Promise<readonly Row[]> {
  const client = await pool.connect();
  try {
    const rows = await client.query(new OneTrip(steps, wanted)).rows;
    client.release();
    return rows;
  } catch (error) {
    // The transaction of the connection may still be open.
    client.release(true);
    throw error;
  }
}

serveCalls(calls, () => stop());
