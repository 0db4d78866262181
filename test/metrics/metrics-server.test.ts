import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Registry } from "prom-client";
import { afterEach, expect, test } from "vitest";
import { createLogger } from "../../src/log.ts";
import { startMetricsServer } from "../../src/metrics/metrics-server.ts";
import { measureRetainedBytes } from "../support/retained-memory.ts";

const STALLED_MS = 500;
/** More than the kernel buffers for a client on the same machine. */
const ANSWER_BYTES = 20_000_000;

const REQUEST = "GET /metrics HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";

const clients: Socket[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

const startServer = () => {
  const registry = new Registry();
  const text = "x".repeat(ANSWER_BYTES);
  registry.metrics = async () => text;
  return startMetricsServer({
    host: "127.0.0.1",
    port: 0,
    registry,
    gauges: {
      readDirectories: async () => ({ people: 0, agesSeconds: [], integrations: {} }),
      readQueues: async () => ({}),
      readOverdueTenants: async () => 0,
    },
    isKnownHost: () => true,
    log: createLogger("silent"),
    stalledMs: STALLED_MS,
  });
};

async function connectTo(url: string): Promise<Socket> {
  const client = connect(Number(new URL(url).port), "127.0.0.1");
  clients.push(client);
  client.on("error", () => undefined).pause();
  await once(client, "connect");
  return client;
}

/** Reads again, up to the end of the connection, and counts what the server has sent. */
async function readToEnd(client: Socket): Promise<number> {
  let received = 0;
  client.on("data", (chunk: Buffer) => {
    received += chunk.length;
  });
  client.resume();
  // A client that writes to a closed connection is closed already.
  if (!client.closed) await once(client, "close");
  return received;
}

test("D22: a scraper that reads nothing is cut off", async () => {
  await using server = await startServer();
  const client = await connectTo(server.url);
  client.write(REQUEST);
  await wait(4 * STALLED_MS);
  expect(await readToEnd(client)).toBeLessThan(ANSWER_BYTES);
});

test("D22: a scraper that keeps sending requests and reads nothing is cut off, and costs no memory", async () => {
  await using server = await startServer();
  const before = measureRetainedBytes();
  const client = await connectTo(server.url);
  const asking = setInterval(() => client.write(REQUEST.repeat(10)), STALLED_MS / 5);
  await wait(4 * STALLED_MS);
  clearInterval(asking);
  expect(measureRetainedBytes() - before).toBeLessThan(5 * ANSWER_BYTES);
  expect(await readToEnd(client)).toBeLessThan(ANSWER_BYTES);
});

test("a connection without a request is closed, and a scraper that reads gets all of it", async () => {
  await using server = await startServer();
  const silent = await connectTo(server.url);
  expect((await (await fetch(server.url)).text()).length).toBe(ANSWER_BYTES);
  expect(await readToEnd(silent)).toBe(0);
});
