import { expect, test } from "vitest";
import { measureRetainedBytes } from "../support/retained-memory.ts";
import { CLIENTS, startFeed, stopReading, TRANSPORTS } from "./support/late-clients.ts";

const LATER_EVENTS = 300;
const GROWTH_BYTES_MAX = 50_000_000;

test("H3: clients that do not read cost no memory, however many events are appended meanwhile", async () => {
  await using feed = await startFeed();
  const lateClients = await Promise.all(
    TRANSPORTS.flatMap((transport) => Array.from({ length: CLIENTS }, () => stopReading(transport, feed))),
  );
  const before = measureRetainedBytes();
  let most = before;
  for (let appended = 0; appended < LATER_EVENTS; appended += 50) {
    await feed.append(50);
    most = Math.max(most, measureRetainedBytes());
  }
  for (const client of lateClients) client.disconnect();

  expect(most - before).toBeLessThan(GROWTH_BYTES_MAX);
});
