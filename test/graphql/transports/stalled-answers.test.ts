import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, expect, test } from "vitest";
import { blockEventLoop } from "../../support/block-event-loop.ts";
import { eventually } from "../../support/eventually.ts";
import { measureRetainedBytes } from "../../support/retained-memory.ts";
import { post, startStubServer } from "../support/start-stub-server.ts";

const STALLED_MS = 1_000;
const server = await startStubServer({ timing: { stalledMs: STALLED_MS } });
const port = Number(new URL(server.url).port);

/**
 * The server side of the connections: a client that does not read does not notice that its connection is
 * closed.
 */
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

const ANSWER_BYTES = 1_500_000;
/** At most a tenth of the size of all answers. */
const RETAINED_BYTES_MAX = 15_000_000;
const JSON_TYPE = "application/json";
const EVENTS_TYPE = "text/event-stream";

/** Sends the text of requests and reads nothing. */
async function stopReading(requests: string): Promise<Socket> {
  const client = connect(port, "127.0.0.1");
  clients.push(client);
  client.on("error", () => undefined).pause();
  await once(client, "connect");
  client.write(requests);
  return client;
}

function request(accept: string, query: string, encoding = "identity"): string {
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

const compressed = (encoding: string): string =>
  request(JSON_TYPE, `{ noise(count: ${ANSWER_BYTES}) }`, encoding);

const large = (accept: string): string => request(accept, `{ letters(count: ${ANSWER_BYTES}) }`);

/** The first connections may be closed before the last one is accepted. */
const untilAllAreClosed = (count: number): Promise<unknown> =>
  eventually(() => acceptedTotal >= count && accepted.size === 0, {
    what: "the end of every connection at the server",
  });

test.each([
  // The kernel may buffer one whole answer, but not several answers in a row on one connection.
  ["100 HTTP clients and 100 event streams with one answer each", 100, 1],
  ["10 HTTP clients and 10 event streams with five answers on each connection", 10, 5],
])(
  "D22: %s, of 1.5 MB and never read, are disconnected, and their memory is freed",
  async (_what, count, times) => {
    await post(server.url, { query: "{ letters(count: 1) }" });
    const before = measureRetainedBytes();
    acceptedTotal = 0;
    await Promise.all(
      Array.from({ length: count }, () => [JSON_TYPE, EVENTS_TYPE])
        .flat()
        .map((accept) => stopReading(large(accept).repeat(times))),
    );
    await untilAllAreClosed(2 * count);

    // The buffers of the clients are in this process too.
    destroyClients();
    await eventually(() => measureRetainedBytes() - before < RETAINED_BYTES_MAX, { what: "the memory" });
    expect((await post(server.url, { query: "{ echo }" })).body).toEqual({ data: { echo: "nothing" } });
  },
);

test("D22: clients that never read a compressed answer are disconnected, and its memory is freed", async () => {
  await post(server.url, { query: "{ noise(count: 100000) }" });
  const before = measureRetainedBytes();
  acceptedTotal = 0;
  await Promise.all(
    Array.from({ length: 5 }, () => ["gzip", "br"])
      .flat()
      .map((encoding) => stopReading(compressed(encoding).repeat(5))),
  );
  await untilAllAreClosed(10);

  destroyClients();
  await eventually(() => measureRetainedBytes() - before < RETAINED_BYTES_MAX, { what: "the memory" });
});

test("D22: a client that reads a compressed answer late gets the whole of it", async () => {
  const client = await stopReading(
    request(JSON_TYPE, "{ noise(count: 20000000) }", "gzip").replace("host:", "connection: close\r\nhost:"),
  );
  await eventually(() => [...accepted].some(({ writableLength }) => writableLength > 0));
  const chunks: Buffer[] = [];
  client.on("data", (chunk: Buffer) => chunks.push(chunk));
  client.resume();
  await once(client, "close");

  // Chunked, so that the end is marked.
  expect(Buffer.concat(chunks).subarray(-5).toString()).toBe("0\r\n\r\n");
});

test("D22: a client that reads again while the event loop is blocked gets its whole answer", async () => {
  const client = await stopReading(
    request(JSON_TYPE, "{ letters(count: 20000000) }").replace("host:", "connection: close\r\nhost:"),
  );
  const isUnread = () => [...accepted].some(({ writableLength }) => writableLength > 0);
  await eventually(isUnread, { what: "an answer that waits" });
  // The kernel has accepted a part, and the first timeout has counted that as reading.
  await wait(1.25 * STALLED_MS);
  // Afterwards the timeout is due, before the process can see that the client reads.
  blockEventLoop(1.5 * STALLED_MS);
  let received = 0;
  client.on("data", (chunk: Buffer) => {
    received += chunk.length;
  });
  client.resume();
  await once(client, "close");

  expect(received).toBeGreaterThan(20_000_000);
});

test.each([JSON_TYPE, EVENTS_TYPE])(
  "D22: a client of %s that keeps sending requests and reads nothing is disconnected",
  async (accept) => {
    acceptedTotal = 0;
    const client = await stopReading(large(accept));
    // More often than the timeout: sending requests does not prove that a client reads.
    const asking = setInterval(() => client.write(large(accept)), STALLED_MS / 4);
    await untilAllAreClosed(1);
    clearInterval(asking);
  },
);

test("D22: a subscriber that does not read is disconnected, despite heartbeats", async () => {
  acceptedTotal = 0;
  await stopReading(request(EVENTS_TYPE, "subscription { large }"));
  await untilAllAreClosed(1);
});

test("D22: clients that stay connected after a refused upgrade are disconnected", async () => {
  const upgrade = (path: string, headers: string): string =>
    `GET ${path} HTTP/1.1\r\n${headers}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`;
  acceptedTotal = 0;
  await stopReading(upgrade("/graphql", "host: elsewhere.example"));
  await stopReading(upgrade("/graphql", "host: 127.0.0.1\r\norigin: https://elsewhere.example"));
  await stopReading(upgrade("/elsewhere", "host: 127.0.0.1"));
  await untilAllAreClosed(3);
});
