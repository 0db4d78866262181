import { once } from "node:events";
import { createServer, get, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { openEventStream, type StreamPace } from "../../../src/graphql/transports/event-stream.ts";
import { eventually } from "../../support/eventually.ts";

/** A server whose every answer is an event stream. */
async function startStreams(pace: StreamPace, talk: (response: ServerResponse, pace: StreamPace) => void) {
  const server = createServer((_request, response) => talk(response, pace)).listen(0, "127.0.0.1");
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

test("H3: who takes nothing off an event stream is waited for, and cut off in the end", async () => {
  let sent = 0;
  const over = Promise.withResolvers<void>();
  using server = await startStreams({ stalledMs: 300 }, async (response, pace) => {
    const stream = openEventStream(response, pace);
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

  // As much as the kernel keeps for the two of them.
  expect(sent).toBeLessThan(50);
});

const standStill = (ms: number): void => {
  for (const startedAt = performance.now(); performance.now() - startedAt < ms; );
};

test("H3: a client that reads again while this process stands still is not cut off", async () => {
  const event = "x".repeat(20_000_000);
  using server = await startStreams({ stalledMs: 900 }, async (response, pace) => {
    const stream = openEventStream(response, pace);
    await stream.send("next", event);
    stream.end();
  });
  const request = get(server.url);
  const [answer] = await once(request, "response");
  answer.pause();
  await wait(300);
  let heard = 0;
  answer.on("data", (chunk: Buffer) => {
    heard += chunk.length;
  });
  // Its clocks are due when it goes on, before it can see that the client reads.
  standStill(1_500);
  answer.resume();
  await once(answer, "end");

  expect(heard).toBeGreaterThan(event.length);
});

test("H3: a slow client that takes a part now and then gets the whole of a large event", async () => {
  const event = "x".repeat(30_000_000);
  using server = await startStreams({ stalledMs: 900 }, async (response, pace) => {
    const stream = openEventStream(response, pace);
    await stream.send("next", event);
    stream.end();
  });
  const request = get(server.url);
  const [answer] = await once(request, "response");
  let heard = 0;
  for await (const chunk of answer) {
    // Eight pauses, together longer than a client may take nothing.
    if (Math.floor(heard / 3_500_000) < Math.floor((heard + chunk.length) / 3_500_000)) await wait(250);
    heard += chunk.length;
  }

  expect(heard).toBeGreaterThan(event.length);
});

test("a comment never breaks an event in two", async () => {
  const event = "x".repeat(10_000_000);
  using server = await startStreams({ heartbeatMs: 5 }, async (response, pace) => {
    const stream = openEventStream(response, pace);
    await stream.send("next", event);
    stream.end();
  });
  const request = get(server.url);
  const [answer] = await once(request, "response");
  let heard = "";
  for await (const chunk of answer) {
    if (heard.length < 300_000) await wait(20);
    heard += chunk;
  }

  expect(heard).toContain(`event: next\ndata: ${event}\n\n`);
});

test("a stream without events is kept alive with comments", async () => {
  using server = await startStreams({ heartbeatMs: 20 }, (response, pace) => {
    openEventStream(response, pace);
  });
  const request = get(server.url);
  const [answer] = await once(request, "response");
  let heard = "";
  answer.on("data", (chunk: Buffer) => {
    heard += chunk;
  });
  await eventually(() => heard.length >= 3 * ":\n\n".length);
  request.destroy();

  expect(heard).toMatch(/^(:\n\n){3,}$/);
});
