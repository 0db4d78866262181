import { once } from "node:events";
import { createServer, get, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ClientTiming } from "../../../src/graphql/transports/client-timing.ts";
import { openEventStream } from "../../../src/graphql/transports/event-stream.ts";
import { blockEventLoop } from "../../support/block-event-loop.ts";
import { eventually } from "../../support/eventually.ts";

/** Sends one event and ends the stream. */
const sendOne = (event: string) => async (response: ServerResponse, timing: ClientTiming) => {
  const stream = openEventStream(response, timing);
  await stream.send("next", event);
  stream.end();
};

/** A server that answers every request with an event stream. */
async function startStreams(
  timing: ClientTiming,
  talk: (response: ServerResponse, timing: ClientTiming) => void,
) {
  const server = createServer((_request, response) => talk(response, timing)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address?.port}`,
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test("H3: the server waits for a client that reads nothing of an event stream, and then disconnects it", async () => {
  let sent = 0;
  const over = Promise.withResolvers<void>();
  using server = await startStreams({ stalledMs: 300 }, async (response, timing) => {
    const stream = openEventStream(response, timing);
    while (!response.closed) {
      await stream.send("next", "x".repeat(1_000_000));
      sent += 1;
    }
    over.resolve();
  });
  const request = get(server.url);
  request.on("error", () => undefined);
  const [answer] = await once(request, "response");
  answer.on("error", () => undefined);
  answer.pause();
  await over.promise;

  // As much as the kernel buffers for both sides.
  expect(sent).toBeLessThan(50);
});

test("H3: a client that reads nothing of what is left at the end of a stream is disconnected", async () => {
  let isClosed = false;
  using server = await startStreams({ stalledMs: 300 }, (response, timeouts) => {
    response.once("close", () => {
      isClosed = true;
    });
    const stream = openEventStream(response, timeouts);
    response.write("x".repeat(20_000_000));
    stream.end();
  });
  const request = get(server.url);
  request.on("error", () => undefined);
  const [answer] = await once(request, "response");
  answer.on("error", () => undefined).pause();

  await eventually(() => isClosed, { what: "the end of the connection" });
});

test("H3: a client that reads again while the event loop is blocked stays connected", async () => {
  const event = "x".repeat(20_000_000);
  using server = await startStreams({ stalledMs: 900 }, sendOne(event));
  const request = get(server.url);
  const [answer] = await once(request, "response");
  answer.pause();
  await wait(300);
  let received = 0;
  answer.on("data", (chunk: Buffer) => {
    received += chunk.length;
  });
  // Afterwards the timers are due, before the process can see that the client reads.
  blockEventLoop(1_500);
  answer.resume();
  await once(answer, "end");

  expect(received).toBeGreaterThan(event.length);
});

test("H3: a slow client that reads a part from time to time gets the whole of a large event", async () => {
  const event = "x".repeat(30_000_000);
  using server = await startStreams({ stalledMs: 900 }, sendOne(event));
  const request = get(server.url);
  const [answer] = await once(request, "response");
  let received = 0;
  for await (const chunk of answer) {
    // Eight pauses, together longer than a client may read nothing.
    if (Math.floor(received / 3_500_000) < Math.floor((received + chunk.length) / 3_500_000)) await wait(250);
    received += chunk.length;
  }

  expect(received).toBeGreaterThan(event.length);
});

test("a heartbeat never splits an event", async () => {
  const event = "x".repeat(10_000_000);
  using server = await startStreams({ heartbeatMs: 5 }, sendOne(event));
  const request = get(server.url);
  const [answer] = await once(request, "response");
  let received = "";
  for await (const chunk of answer) {
    if (received.length < 300_000) await wait(20);
    received += chunk;
  }

  expect(received).toContain(`event: next\ndata: ${event}\n\n`);
});

test("comments keep a stream without events alive", async () => {
  using server = await startStreams({ heartbeatMs: 20 }, (response, timing) => {
    openEventStream(response, timing);
  });
  const request = get(server.url);
  const [answer] = await once(request, "response");
  let received = "";
  answer.on("data", (chunk: Buffer) => {
    received += chunk;
  });
  await eventually(() => received.length >= 3 * ":\n\n".length);
  request.destroy();

  expect(received).toMatch(/^(:\n\n){3,}$/);
});
