import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { POOL_SIZE } from "../../../src/database/data-source.ts";
import { APP_ROLE } from "../../../src/database/transaction.ts";
import { serveCalls } from "./program.ts";

let stop = async (): Promise<void> => undefined;

const calls = {
  /** PostGraphile on the service's tables, with the same role, company and row-level security. */
  async start({ databaseUrl }: { databaseUrl: string }) {
    const server = createServer();
    const instance = postgraphile({
      extends: [PostGraphileAmberPreset],
      pgServices: [
        makePgService({
          connectionString: databaseUrl,
          schemas: ["public"],
          pubsub: false,
          // Without Postgres' JIT, as all other sides.
          poolConfig: { max: POOL_SIZE, options: "-c jit=off" },
        }),
      ],
      grafast: { context: () => ({ pgSettings: { role: APP_ROLE, "app.tenant": "default" } }) },
      grafserv: { graphqlPath: "/graphql", websockets: false, watch: false },
    });
    await instance.createServ(grafserv).addTo(server);
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    stop = async () => {
      server.close();
      server.closeAllConnections();
      await instance.release();
    };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
    return { url, firstCursor: await readFirstCursor(url) };
  },
};

async function readFirstCursor(url: string): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({
      query: `{ allPeople(first: 1, orderBy: [LAST_NAME_ASC, FIRST_NAME_ASC, ROW_ID_ASC]) { pageInfo { endCursor } } }`,
    }),
  });
  const { data } = (await response.json()) as { data: { allPeople: { pageInfo: { endCursor: string } } } };
  return data.allPeople.pageInfo.endCursor;
}

export type PeerProgram = typeof calls;

serveCalls(calls, () => stop());
