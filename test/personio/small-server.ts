import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Received = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};

export type Handler = (request: Received, response: ServerResponse) => void | Promise<void>;

export type SmallServer = {
  readonly url: string;
  readonly received: readonly Received[];
  [Symbol.asyncDispose](): Promise<void>;
};

/** A server for faults in bytes and headers, which the sandbox cannot produce. */
export async function startSmallServer(handle: Handler): Promise<SmallServer> {
  const received: Received[] = [];
  const server = createServer(async (message, response) => {
    let body = "";
    for await (const chunk of message.setEncoding("utf8")) body += chunk;
    const request = { method: message.method ?? "", url: message.url ?? "", headers: message.headers, body };
    received.push(request);
    await handle(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const portOf = (address: AddressInfo | string | null): number => {
  if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
  return address.port;
};

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
