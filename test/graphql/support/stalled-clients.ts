import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, afterEach } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { type StubServer, startStubServer } from "./start-stub-server.ts";

/** After this time without reading, the server closes a connection. */
export const STALLED_MS = 1_000;

export const ANSWER_BYTES = 1_500_000;
export const JSON_TYPE = "application/json";
export const EVENTS_TYPE = "text/event-stream";

export type StalledClients = {
  readonly server: StubServer;
  /**
   * The server side of the connections: a client that does not read does not notice that its connection is
   * closed.
   */
  readonly accepted: ReadonlySet<Socket>;
  /** Counts accepted connections from now on. */
  countAgain(): void;
  /** Sends the text of requests and reads nothing. */
  stopReading(requests: string): Promise<Socket>;
  destroyClients(): void;
  /** The first connections may be closed before the last one is accepted. */
  untilAllAreClosed(count: number): Promise<unknown>;
};

/** A server for the tests of a file, with clients that do not read. */
export async function useStalledClients(): Promise<StalledClients> {
  const server = await startStubServer({ timing: { stalledMs: STALLED_MS } });
  const port = Number(new URL(server.url).port);
  const accepted = new Set<Socket>();
  let acceptedTotal = 0;
  const onAccepted = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    if (socket.localPort !== port) return;
    accepted.add(socket);
    acceptedTotal += 1;
    socket.once("close", () => accepted.delete(socket));
  };
  subscribe("net.server.socket", onAccepted);
  const clients: Socket[] = [];
  const destroyClients = (): void => {
    for (const client of clients.splice(0)) client.destroy();
  };
  afterEach(destroyClients);
  afterAll(async () => {
    unsubscribe("net.server.socket", onAccepted);
    await server[Symbol.asyncDispose]();
  });
  return {
    server,
    accepted,
    countAgain() {
      acceptedTotal = 0;
    },
    async stopReading(requests) {
      const client = connect(port, "127.0.0.1");
      clients.push(client);
      client.on("error", () => undefined).pause();
      await once(client, "connect");
      client.write(requests);
      return client;
    },
    destroyClients,
    untilAllAreClosed: (count) =>
      eventually(() => acceptedTotal >= count && accepted.size === 0, {
        what: "the end of every connection at the server",
      }),
  };
}

export function request(accept: string, query: string, encoding = "identity"): string {
  const body = JSON.stringify({ query });
  return [
    "POST /graphql HTTP/1.1",
    "host: 127.0.0.1",
    `content-type: ${JSON_TYPE}`,
    `accept: ${accept}`,
    `accept-encoding: ${encoding}`,
    `content-length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}

export const compressed = (encoding: string): string =>
  request(JSON_TYPE, `{ noise(count: ${ANSWER_BYTES}) }`, encoding);

export const large = (accept: string): string => request(accept, `{ letters(count: ${ANSWER_BYTES}) }`);
