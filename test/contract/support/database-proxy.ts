import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { overTcp } from "../../support/test-database.ts";

export type DatabaseProxy = AsyncDisposable & {
  /** The address of the database behind the proxy. */
  readonly url: string;
  /** Cuts every connection and accepts no further one. */
  cut(): Promise<void>;
  mend(): Promise<void>;
};

/** Opens a proxy before a database that a test can cut, as a network or a restart does. */
export async function openDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const forward = (incoming: Socket): void => {
    const outgoing = connect(Number(target.port), target.hostname);
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        incoming.destroy();
        outgoing.destroy();
      });
    }
    incoming.pipe(outgoing).pipe(incoming);
  };
  let server = await listen(forward, 0);
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const url = overTcp(databaseUrl);
  url.host = `127.0.0.1:${port}`;

  const cut = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: url.href,
    cut,
    async mend() {
      server = await listen(forward, port);
    },
    async [Symbol.asyncDispose]() {
      if (server.listening) await cut();
    },
  };
}

async function listen(forward: (socket: Socket) => void, port: number): Promise<Server> {
  const server = createServer(forward).listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}
