import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { JSONWebKeySet } from "jose";

/** The web server of an issuer. A test sets what it answers. */
export type KeyServer = AsyncDisposable & {
  readonly url: URL;
  /** How many requests have arrived. */
  fetches: number;
  answer: RequestListener;
  publish(keySet: JSONWebKeySet): void;
};

export async function startKeyServer(): Promise<KeyServer> {
  const server = createServer((request, response) => {
    keyServer.fetches += 1;
    keyServer.answer(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("A port was expected.");
  const keyServer: KeyServer = {
    url: new URL(`http://127.0.0.1:${address.port}/jwks.json`),
    fetches: 0,
    answer: (_, response) => response.end("{}"),
    publish(keySet) {
      this.answer = (_, response) => {
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(keySet));
      };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return keyServer;
}
