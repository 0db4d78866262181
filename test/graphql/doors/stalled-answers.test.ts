import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { post, startStubServer } from "../support/start-stub-server.ts";

const server = await startStubServer({ answerStalledMs: 1_000 });
afterAll(() => server[Symbol.asyncDispose]());

const TEXT = "x".repeat(900_000);
const CLIENTS = 15;
/** More than the kernel keeps for one connection: some answers follow one another on it. */
const REQUESTS = 8;

/** Asks for large answers and reads none of them. */
function stopReading(accept: string): Socket {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  socket.pause();
  const body = JSON.stringify({
    query: "query ($text: String!) { echo(text: $text) }",
    variables: { text: TEXT },
  });
  const request = `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\naccept: ${accept}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  for (let number = 0; number < REQUESTS; number += 1) socket.write(request);
  return socket;
}

test.each(["text/event-stream"])(
  "D22: clients that ask for megabytes and never read are cut off: %s",
  async (accept) => {
    const sockets = Array.from({ length: CLIENTS }, () => stopReading(accept));
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    await wait(5_000);
    // A socket learns that it was cut off when it reads on.
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve)));
    for (const socket of sockets) socket.resume();
    await eventually(
      async () => (await Promise.race([Promise.all(closed), wait(50, null)])) !== null || undefined,
      { timeoutMs: 20_000, what: "the end of every connection" },
    );

    expect((await post(server.url, { query: "{ echo }" })).body).toEqual({ data: { echo: "nothing" } });
  },
);
