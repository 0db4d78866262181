import { expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { measureRetainedBytes } from "../../support/retained-memory.ts";
import { compressed, EVENTS_TYPE, JSON_TYPE, large, useStalledClients } from "../support/stalled-clients.ts";
import { post } from "../support/start-stub-server.ts";

/** At most a tenth of the size of all answers. */
const RETAINED_BYTES_MAX = 15_000_000;

const { server, countAgain, stopReading, destroyClients, untilAllAreClosed } = await useStalledClients();

test.each([
  // The kernel may buffer one whole answer, but not several answers in a row on one connection.
  ["100 HTTP clients and 100 event streams with one answer each", 100, 1],
  ["10 HTTP clients and 10 event streams with five answers on each connection", 10, 5],
])(
  "D22: %s, of 1.5 MB and never read, are disconnected, and their memory is freed",
  async (_what, count, times) => {
    await post(server.url, { query: "{ letters(count: 1) }" });
    const before = measureRetainedBytes();
    countAgain();
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
  countAgain();
  await Promise.all(
    Array.from({ length: 5 }, () => ["gzip", "br"])
      .flat()
      .map((encoding) => stopReading(compressed(encoding).repeat(5))),
  );
  await untilAllAreClosed(10);

  destroyClients();
  await eventually(() => measureRetainedBytes() - before < RETAINED_BYTES_MAX, { what: "the memory" });
});
