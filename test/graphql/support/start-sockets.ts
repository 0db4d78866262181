import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import type { Operations } from "../../../src/graphql/operation/operations.ts";
import type { ClientTiming } from "../../../src/graphql/transports/client-timing.ts";
import { openSockets } from "../../../src/graphql/transports/sockets.ts";
import { LOCAL_REACH } from "../../support/local-reach.ts";
import { createStubOperations, ENDLESS } from "./stub-operations.ts";

export type SocketServer = AsyncDisposable & {
  readonly url: string;
  readonly port: number;
  /** The number of open connections of the server. */
  countConnections(): Promise<number>;
};

/** Starts the WebSocket transport alone, with the timing and the limit of a test. */
export async function startSockets(
  options: { operations?: Operations; timing?: ClientTiming; total?: number } = {},
): Promise<SocketServer> {
  const { operations = await createStubOperations(), timing = {}, total } = options;
  const http = createServer().listen(0, "127.0.0.1");
  await once(http, "listening");
  const sockets = openSockets(http, {
    operations,
    reach: LOCAL_REACH,
    lifetimes: ENDLESS,
    timing,
    ...(total !== undefined && { limits: { total } }),
  });
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    countConnections: () => promisify(http.getConnections.bind(http))(),
    async [Symbol.asyncDispose]() {
      http.close();
      await sockets[Symbol.asyncDispose]();
    },
  };
}
