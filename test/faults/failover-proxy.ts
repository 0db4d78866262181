import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { overTcp } from "../support/test-database.ts";

export type FailoverProxy = AsyncDisposable & {
  readonly url: string;
  /** Keeps the existing connections open, but forwards nothing in either direction. New connections work. */
  fallSilent(): void;
  /** Ends the next `sessions` sessions in the packet that completes their login. */
  endAtLogin(sessions: number): void;
  /** How many sessions the proxy has ended at login. */
  endedAtLogin(): number;
};

/** The message type "Z", its length, and "idle": the server is ready for the first statement. */
const READY_FOR_QUERY = Buffer.from("Z\0\0\0\u0005I", "latin1");

/** Opens a proxy before a database that behaves like a database in a failover. */
export async function openFailoverProxy(databaseUrl: string): Promise<FailoverProxy> {
  const target = new URL(databaseUrl);
  const silent = new WeakSet<Socket>();
  const open = new Set<Socket>();
  let [toEnd, ended] = [0, 0];
  // Half-open: a silent peer does not close its side either.
  const server = createServer({ allowHalfOpen: true }, (incoming) => {
    const outgoing = connect(Number(target.port), target.hostname);
    let isIn = false;
    open.add(incoming);
    for (const socket of [incoming, outgoing]) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        if (silent.has(incoming) && socket === outgoing) return;
        open.delete(incoming);
        incoming.destroy();
        outgoing.destroy();
      });
    }
    // Also of a silent one: a login that no client continues blocks `create database` for a minute.
    incoming.on("end", () => outgoing.end());
    incoming.on("data", (sent) => {
      if (!silent.has(incoming)) outgoing.write(sent);
    });
    outgoing.on("data", (answer) => {
      if (silent.has(incoming)) return;
      const letsIn = !isIn && answer.includes(READY_FOR_QUERY);
      isIn ||= letsIn;
      if (!letsIn || toEnd === 0) return incoming.write(answer);
      [toEnd, ended] = [toEnd - 1, ended + 1];
      incoming.end(Buffer.concat([answer, sessionEnded(), sessionEnded()]));
      outgoing.destroy();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = overTcp(databaseUrl);
  url.host = `127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  return {
    url: url.href,
    fallSilent() {
      for (const socket of open) silent.add(socket);
    },
    endAtLogin(sessions) {
      toEnd = sessions;
    },
    endedAtLogin: () => ended,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** The message that `pg_terminate_backend` of an administrator causes. */
function sessionEnded(): Buffer {
  const fields = "SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0";
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, Buffer.from(fields)]);
}
