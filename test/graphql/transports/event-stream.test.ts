import { once } from "node:events";
import { createServer, get, type ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { openEventStream, type StreamPace } from "../../../src/graphql/transports/event-streams.ts";
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
