import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Operations } from "../../src/graphql/operation/operations.ts";
import { startCallbackListener } from "../graphql/support/callback-listener.ts";
import { sendOverEventStream } from "../graphql/support/event-stream-client.ts";
import { closed, createSocketClient, openSocket, sendOverSocket } from "../graphql/support/socket-client.ts";
import { startSockets } from "../graphql/support/start-sockets.ts";
import { post, startStubServer } from "../graphql/support/start-stub-server.ts";
import { createStubOperations } from "../graphql/support/stub-operations.ts";
import { blockEventLoop } from "../support/block-event-loop.ts";
import { eventually } from "../support/eventually.ts";
import { measureRetainedBytes } from "../support/retained-memory.ts";

const server = await startStubServer();
afterAll(() => server[Symbol.asyncDispose]());

const INIT = { type: "connection_init" };
const subscribe = (id: string, query = "subscription { silence }") => ({
  type: "subscribe",
  id,
  payload: { query },
});

type Session = {
  readonly socket: WebSocket;
  readonly received: readonly { type: string; payload?: unknown; id?: string }[];
  readonly closed: ReturnType<typeof closed>;
};

/** Sends all messages, each after the server has read the previous one. */
async function sendInOrder(...messages: (object | string | Buffer)[]): Promise<Session> {
  const socket = await openSocket(server.url);
  const received: { type: string; payload?: unknown; id?: string }[] = [];
  socket.on("message", (data) => received.push(JSON.parse(String(data))));
  socket.on("error", () => undefined);
  const closing = closed(socket);
  for (const message of messages) {
    if (socket.readyState !== WebSocket.OPEN) break;
    socket.send(typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message));
    await Promise.race([untilRead(socket), closing]);
  }
  return { socket, received, closed: closing };
}

/** Resolves when the server has read all messages: it answers a WebSocket ping in its turn. */
async function untilRead(socket: WebSocket): Promise<void> {
  const answered = once(socket, "pong");
  socket.ping();
  await answered;
}

describe("H1: the protocol of PROTOCOL.md", () => {
  test.each<[string, number, (object | string | Buffer)[]]>([
    ["a text that is not JSON", 4400, ["{"]],
    ["JSON that is not an object", 4400, ["7"]],
    ["a message without a type", 4400, [{}]],
    ["a message of an unknown type", 4400, [{ type: "start" }]],
    ["an initialisation whose payload is not an object", 4400, [{ ...INIT, payload: "no" }]],
    ["a ping whose payload is not an object", 4400, [INIT, { type: "ping", payload: 7 }]],
    ["an operation without an id", 4400, [INIT, { type: "subscribe", payload: { query: "{ echo }" } }]],
    ["an operation with an empty id", 4400, [INIT, subscribe("")]],
    ["an operation without a payload", 4400, [INIT, { type: "subscribe", id: "1" }]],
    ["an operation without a query", 4400, [INIT, { type: "subscribe", id: "1", payload: {} }]],
    [
      "variables that are not an object",
      4400,
      [INIT, { type: "subscribe", id: "1", payload: { query: "{ echo }", variables: "x" } }],
    ],
    ["a complete without an id", 4400, [INIT, { type: "complete" }]],
    ["an operation before the initialisation", 4401, [subscribe("1")]],
    ["a second initialisation", 4429, [INIT, INIT]],
    ["a second operation of the same id", 4409, [INIT, subscribe("1"), subscribe("1")]],
    ["a message that is too large", 1009, [INIT, "x".repeat(2_000_000)]],
  ])("%s closes the socket with %i", async (_what, code, messages) => {
    expect(await (await sendInOrder(...messages)).closed).toMatchObject({ code });
  });

  test("three seconds without an initialisation close the socket with 4408", async () => {
    const { code } = await closed(await openSocket(server.url));

    expect(code).toBe(4408);
  });

  test.each<[string, string[], (object | string | Buffer)[]]>([
    [
      "a ping is answered with its payload",
      ["connection_ack", "pong"],
      [INIT, { type: "ping", payload: { a: 1 } }],
    ],
    ["a ping before the initialisation is answered", ["pong"], [{ type: "ping" }]],
    ["a pong without a ping is ignored", ["connection_ack"], [INIT, { type: "pong" }]],
    [
      "a complete for an operation that is over is ignored",
      ["connection_ack"],
      [INIT, { type: "complete", id: "9" }],
    ],
    [
      "an id may be used again after its complete",
      ["connection_ack", "next", "complete"],
      [INIT, subscribe("1"), { type: "complete", id: "1" }, subscribe("1", "{ echo }")],
    ],
    [
      "a refused operation is answered with an error",
      ["connection_ack", "error"],
      [INIT, subscribe("1", "{")],
    ],
  ])("%s, and the socket stays open", async (_what, types, messages) => {
    const { socket, received } = await sendInOrder(...messages);
    await eventually(() => received.length >= types.length);
    await untilRead(socket);

    expect(received.map(({ type }) => type)).toEqual(types);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
  });
});

describe("H3: a client that stops reading", () => {
  const query = `subscription { large }`;
  /** An event has a megabyte: the text, the bytes to send, and the copies of the library. */
  const RETAINED_BYTES_MAX = 20_000_000;

  /** Opens a plain socket that does the handshake, subscribes, and then stops reading. */
  async function stopReading(url: string, message: object): Promise<Socket> {
    const { port } = new URL(url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(
      "GET /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n" +
        "sec-websocket-version: 13\r\nsec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n",
    );
    await once(socket, "data");
    socket.write(maskedFrame(INIT));
    await once(socket, "data");
    socket.pause();
    socket.write(maskedFrame(message));
    return socket;
  }

  test("a client that stops reading is disconnected, and costs no more memory than one event meanwhile", async () => {
    await using sockets = await startSockets({ timing: { stalledMs: 1_000, checkIntervalMs: 100 } });
    const before = measureRetainedBytes();
    const socket = await stopReading(sockets.url, subscribe("1", query));
    let most = before;
    // Count on the server's side: a client that does not read cannot notice the end.
    await eventually(async () => {
      most = Math.max(most, measureRetainedBytes());
      return (await sockets.countConnections()) === 0;
    });
    expect(most - before).toBeLessThan(RETAINED_BYTES_MAX);
    socket.destroy();
  });
});

/** A text frame as a client sends it, masked with zeros. */
function maskedFrame(message: object): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  const head =
    text.length < 126 ? [0x81, 0x80 | text.length] : [0x81, 0xfe, text.length >> 8, text.length & 0xff];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), text]);
}

test("H4: a socket that does not answer a ping, as after a pulled cable, is closed with its subscriptions", async () => {
  const operations = await createStubOperations();
  const open = new Set<object>();
  const subscribing = async (...asked: Parameters<Operations["answers"]["subscribe"]>) => {
    const results = await operations.answers.subscribe(...asked);
    if (!(Symbol.asyncIterator in results)) throw new Error("The subscription did not begin.");
    const end = results.return;
    open.add(results);
    results.return = (value) => {
      open.delete(results);
      return end(value);
    };
    return results;
  };
  const answers = { ...operations.answers, subscribe: subscribing };
  await using sockets = await startSockets({
    operations: { ...operations, answers },
    timing: { keepAliveMs: 200 },
  });
  const socket = new WebSocket(`${sockets.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
    autoPong: false,
  });
  let pings = 0;
  socket.on("ping", () => {
    pings += 1;
  });
  await once(socket, "open");
  socket.send(JSON.stringify(INIT));
  await once(socket, "message");
  for (const id of ["1", "2"]) socket.send(JSON.stringify(subscribe(id)));
  await eventually(() => open.size === 2);

  expect(await closed(socket)).toMatchObject({ code: 1006 });
  // The server closes the socket instead of sending a second ping.
  expect(pings).toBe(1);
  await eventually(() => open.size === 0);
});

test("H4: the web server disconnects a socket that answers no ping", async () => {
  await using own = await startStubServer({ timing: { keepAliveMs: 500 } });
  const socket = new WebSocket(`${own.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
    autoPong: false,
  });
  const pings: unknown[] = [];
  socket.on("ping", (ping) => pings.push(ping));
  await once(socket, "open");
  socket.send(JSON.stringify(INIT));

  expect(await closed(socket)).toMatchObject({ code: 1006 });
  expect(pings).toHaveLength(1);
});

test("H4: sockets that answered or initialised while the event loop was blocked stay open", async () => {
  const initTimeoutMs = 3_000;
  await using sockets = await startSockets({ timing: { keepAliveMs: 1_000, initTimeoutMs } });
  const living = await openSocket(sockets.url);
  living.send(JSON.stringify(INIT));
  await once(living, "message");
  const beginner = await openSocket(sockets.url);
  const openedAt = performance.now();
  const closings: unknown[] = [];
  for (const socket of [living, beginner]) void closed(socket).then((closing) => closings.push(closing));
  await once(living, "ping");
  beginner.send(JSON.stringify(INIT));
  // A slow machine may send the ping late; the timers of both sockets come due in any case.
  const blockedMs = Math.max(1_500, openedAt + initTimeoutMs + 500 - performance.now());
  blockEventLoop(blockedMs);

  const answers: unknown[] = [];
  let pings = 0;
  beginner.on("message", (data) => answers.push(JSON.parse(String(data))));
  living.on("ping", () => {
    pings += 1;
  });
  await eventually(() => closings.length > 0 || (answers.length > 0 && pings > 2));
  expect(closings).toEqual([]);
  expect(answers).toEqual([{ type: "connection_ack" }]);
});

describe("H8: a flood of messages on one socket", () => {
  test.each([
    ["messages", [4429], (socket: WebSocket) => socket.send(JSON.stringify({ type: "ping" }))],
    // The library closes the socket itself when pings arrive before it has answered the previous ones.
    ["WebSocket pings", [4429, 1006], (socket: WebSocket) => socket.ping()],
  ])("a flood of %s is closed early, and other clients are not affected", async (_what, codes, send) => {
    const socket = await openSocket(server.url);
    socket.on("error", () => undefined);
    const closing = closed(socket);
    const other = createSocketClient(server.url);
    let sent = 0;
    const flood = setInterval(() => {
      for (let number = 0; number < 100 && socket.readyState === WebSocket.OPEN; number += 1) {
        sent += 1;
        send(socket);
      }
    }, 10);
    expect(codes).toContain((await closing).code);
    clearInterval(flood);

    expect(sent).toBeLessThan(5_000);
    for await (const answer of other.iterate({ query: "{ echo }" })) {
      expect(answer).toEqual({ data: { echo: "nothing" } });
    }
    await other.dispose();
  });

  test("a flooding client gets the reason even if it reads late, after all that it sends", async () => {
    const socket = await openSocket(server.url);
    socket.on("error", () => undefined);
    const closing = closed(socket);
    socket.pause();
    // On a slow machine the flood takes longer than a client may wait with this message.
    socket.send('{"type":"connection_init"}');
    const ping = JSON.stringify({ type: "ping", payload: { text: "x".repeat(1_000) } });
    for (let number = 0; number < 20_000; number += 1) socket.send(ping);
    await eventually(() => socket.bufferedAmount === 0);
    socket.resume();

    expect((await closing).code).toBe(4429);
  });

  test("a gateway that reconnects with many operations, fifteen at a time, is not a flood", async () => {
    const client = createSocketClient(server.url);
    const answers: unknown[] = [];
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        Array.from({ length: 15 }, async () => {
          for await (const answer of client.iterate({ query: "{ echo }" })) answers.push(answer);
        }),
      );
    }
    await client.dispose();

    expect(answers).toHaveLength(150);
  });
});

test("H10: callback mode is not supported: an operation with a callback gets its usual answer, and the callback no request", async () => {
  await using listener = await startCallbackListener();
  const extensions = {
    subscription: { callbackUrl: listener.url, subscriptionId: "1", verifier: "v", heartbeatIntervalMs: 5 },
  };
  const operation = { query: "subscription { count(to: 2) }", extensions };
  const answers = [{ data: { count: 1 } }, { data: { count: 2 } }];

  expect(await sendOverSocket(server.url, operation)).toEqual(answers);
  expect(await sendOverEventStream(server.url, operation)).toEqual(answers);
  expect((await post(server.url, operation)).status).toBe(400);
  await wait(50);
  expect(listener.called()).toBe(0);
});
