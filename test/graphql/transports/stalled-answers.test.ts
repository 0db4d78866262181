import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { blockEventLoop } from "../../support/block-event-loop.ts";
import { eventually } from "../../support/eventually.ts";
import {
  compressed,
  EVENTS_TYPE,
  JSON_TYPE,
  large,
  request,
  STALLED_MS,
  useStalledClients,
} from "../support/stalled-clients.ts";

const { accepted, countAgain, stopReading, untilAllAreClosed } = await useStalledClients();

test("D22: a client that never reads its compressed answers is disconnected", async () => {
  countAgain();
  await stopReading(compressed("gzip").repeat(5));
  await untilAllAreClosed(1);
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
    countAgain();
    const client = await stopReading(large(accept));
    // More often than the timeout: sending requests does not prove that a client reads.
    const asking = setInterval(() => client.write(large(accept)), STALLED_MS / 4);
    await untilAllAreClosed(1);
    clearInterval(asking);
  },
);

test("D22: a subscriber that does not read is disconnected, despite heartbeats", async () => {
  countAgain();
  await stopReading(request(EVENTS_TYPE, "subscription { large }"));
  await untilAllAreClosed(1);
});

test("D22: clients that stay connected after a refused upgrade are disconnected", async () => {
  const upgrade = (path: string, headers: string): string =>
    `GET ${path} HTTP/1.1\r\n${headers}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`;
  countAgain();
  await stopReading(upgrade("/graphql", "host: elsewhere.example"));
  await stopReading(upgrade("/graphql", "host: 127.0.0.1\r\norigin: https://elsewhere.example"));
  await stopReading(upgrade("/elsewhere", "host: 127.0.0.1"));
  await untilAllAreClosed(3);
});
