import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { measureRetainedBytes } from "../../support/retained-memory.ts";
import { post, startStubServer } from "../support/start-stub-server.ts";

const STALLED_MS = 1_000;
const server = await startStubServer({ answerStalledMs: STALLED_MS });
const port = Number(new URL(server.url).port);

/** The server's own ends of the connections: a client that does not read never learns that its end is gone. */
const accepted = new Set<Socket>();
let acceptedInAll = 0;
const onAccepted = (message: unknown): void => {
  const { socket } = message as { socket: Socket };
  if (socket.localPort !== port) return;
  accepted.add(socket);
  acceptedInAll += 1;
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

const ANSWER_BYTES = 1_500_000;
/** A tenth of what all answers together are, or less. */
const RETAINED_BYTES_MAX = 15_000_000;
const JSON_TYPE = "application/json";
const EVENTS_TYPE = "text/event-stream";

/** Sends the text of some requests and reads nothing. */
async function stopReading(requests: string): Promise<Socket> {
  const client = connect(port, "127.0.0.1");
  clients.push(client);
  client.on("error", () => undefined).pause();
  await once(client, "connect");
  client.write(requests);
  return client;
}

function request(accept: string, query: string): string {
  const body = JSON.stringify({ query });
  return [
    "POST /graphql HTTP/1.1",
    "host: 127.0.0.1",
    `content-type: ${JSON_TYPE}`,
    `accept: ${accept}`,
    `content-length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}

const large = (accept: string): string => request(accept, `{ letters(count: ${ANSWER_BYTES}) }`);

/** Those that came first may be gone before the last one comes. */
const untilAllAreGone = (count: number): Promise<unknown> =>
  eventually(() => acceptedInAll >= count && accepted.size === 0, {
    what: "the end of every connection at the server",
  });

test.each([
  // Once: the kernel may take a whole answer. Several times: it cannot, and they follow one another on the connection.
  ["100 over HTTP and 100 event streams, one answer each", 100, 1],
  ["10 over HTTP and 10 event streams, five answers on each connection", 10, 5],
])(
  "D22: clients that ask for 1.5 MB and never read are cut off, and the memory comes back: %s",
  async (_what, count, times) => {
    await post(server.url, { query: "{ letters(count: 1) }" });
    const before = measureRetainedBytes();
    acceptedInAll = 0;
    await Promise.all(
      Array.from({ length: count }, () => [JSON_TYPE, EVENTS_TYPE])
        .flat()
        .map((accept) => stopReading(large(accept).repeat(times))),
    );
    await untilAllAreGone(2 * count);

    // What the clients' ends have taken in is in this process too.
    destroyClients();
    await eventually(() => measureRetainedBytes() - before < RETAINED_BYTES_MAX, { what: "the memory" });
    expect((await post(server.url, { query: "{ echo }" })).body).toEqual({ data: { echo: "nothing" } });
  },
);

test("D22: a client that reads again while this process stands still gets its whole answer", async () => {
  const client = await stopReading(
    request(JSON_TYPE, "{ letters(count: 20000000) }").replace("host:", "connection: close\r\nhost:"),
  );
  const isUnread = () => [...accepted].some(({ writableLength }) => writableLength > 0);
  await eventually(isUnread, { what: "an answer that waits" });
  // The kernel has its part, and the first clock has counted that as reading.
  await wait(1.25 * STALLED_MS);
  // Its clock is due when it goes on, before it can see that the client reads.
  for (const startedAt = performance.now(); performance.now() - startedAt < 1.5 * STALLED_MS; );
  let heard = 0;
  client.on("data", (chunk: Buffer) => {
    heard += chunk.length;
  });
  client.resume();
  await once(client, "close");

  expect(heard).toBeGreaterThan(20_000_000);
});

test.each([JSON_TYPE, EVENTS_TYPE])(
  "D22: a client that goes on asking while it reads nothing is cut off: %s",
  async (accept) => {
    acceptedInAll = 0;
    const client = await stopReading(large(accept));
    // More often than the clock runs out: what a client sends is no sign that it reads.
    const asking = setInterval(() => client.write(large(accept)), STALLED_MS / 4);
    await untilAllAreGone(1);
    clearInterval(asking);
  },
);

test("D22: a subscription's client that does not read is cut off, heartbeats or not", async () => {
  acceptedInAll = 0;
  await stopReading(request(EVENTS_TYPE, "subscription { large }"));
  await untilAllAreGone(1);
});

test("D22: clients whose upgrade is refused and that stay are cut off", async () => {
  const upgrade = (path: string, headers: string): string =>
    `GET ${path} HTTP/1.1\r\n${headers}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`;
  acceptedInAll = 0;
  await stopReading(upgrade("/graphql", "host: elsewhere.example"));
  await stopReading(upgrade("/graphql", "host: 127.0.0.1\r\norigin: https://elsewhere.example"));
  await stopReading(upgrade("/elsewhere", "host: 127.0.0.1"));
  await untilAllAreGone(3);
});
