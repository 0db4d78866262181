import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { administratorOfDefault } from "../../../src/access/viewer.ts";
import { eventually } from "../../support/eventually.ts";
import { type StubServer, startStubServer } from "../support/start-stub-server.ts";

const SUBSCRIPTIONS_PER_USER = 500;
const OPERATIONS_PER_SOCKET = 20;

const SILENCE = "subscription { silence }";

/** A server that trusts a header to identify the user. */
let server: StubServer;
beforeAll(async () => {
  server = await startStubServer({
    limits: { rates: { perTenant: null, perUser: null }, subscriptionsPerUser: SUBSCRIPTIONS_PER_USER },
    identify: async ({ authorization = "" }) => ({
      ...administratorOfDefault,
      authIsOff: false,
      subject: authorization,
    }),
  });
});
afterAll(() => server[Symbol.asyncDispose]());

type Message = { type: string; payload: { errors: object[] } };

/**
 * Opens a socket of a user with `count` subscriptions. `refusals` returns the errors that the server sent.
 */
async function subscribeOverSocket(user: string, count: number) {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
    headers: { authorization: user },
  });
  const received: Message[] = [];
  socket.on("message", (data) => received.push(JSON.parse(String(data))));
  socket.on("open", () => socket.send('{"type":"connection_init"}'));
  await eventually(() => received.length === 1);
  for (let id = 1; id <= count; id += 1)
    socket.send(JSON.stringify({ type: "subscribe", id: String(id), payload: { query: SILENCE } }));
  // An accepted subscription sends nothing, so the pong shows that the server has read all messages.
  socket.send(JSON.stringify({ type: "ping" }));
  await eventually(() => received.at(-1)?.type === "pong" || received.length > 2);
  return {
    socket,
    refusals: () => received.flatMap(({ type, payload }) => (type === "next" ? payload.errors : [])),
  };
}

/** Opens an event stream of a user. `text` is a comment, followed by the error if the stream is refused. */
async function subscribeOverStream(user: string) {
  const abort = new AbortController();
  const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent(SILENCE)}`, {
    headers: { accept: "text/event-stream", authorization: user },
    signal: abort.signal,
  });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const reading = (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
  })().catch(() => undefined);
  return {
    text: () => text,
    /** Resolves when the server has ended the stream. */
    ended: async () => {
      await reading;
      return text;
    },
    leave: () => abort.abort(),
  };
}

describe("the subscriptions of a user, over both transports together", () => {
  const refusal = {
    message: expect.stringMatching(/^You have 500 open subscriptions .* one user/),
    extensions: { code: "TOO_MANY_SUBSCRIPTIONS", help: expect.any(String) },
  };
  const sockets: Awaited<ReturnType<typeof subscribeOverSocket>>[] = [];
  const streams: Awaited<ReturnType<typeof subscribeOverStream>>[] = [];
  afterAll(() => {
    for (const { socket } of sockets) socket.terminate();
    for (const { leave } of streams) leave();
  });

  test("the 501st subscription of a user is refused over both transports, and the others stay open", async () => {
    const onStreams = OPERATIONS_PER_SOCKET;
    for (let open = onStreams; open < SUBSCRIPTIONS_PER_USER; open += OPERATIONS_PER_SOCKET)
      sockets.push(await subscribeOverSocket("ada", OPERATIONS_PER_SOCKET));
    for (let open = 0; open < onStreams; open += 1) streams.push(await subscribeOverStream("ada"));
    const overSocket = await subscribeOverSocket("ada", 1);
    await eventually(() => overSocket.refusals().length > 0);
    const overStream = await (await subscribeOverStream("ada")).ended();

    expect(overSocket.refusals()).toMatchObject([refusal]);
    expect(JSON.parse(/data: (.+)/.exec(overStream)?.[1] ?? "")).toMatchObject({ errors: [refusal] });
    expect(sockets.flatMap(({ refusals }) => refusals())).toEqual([]);
    expect(new Set(streams.map(({ text }) => text()))).toEqual(new Set([":\n\n"]));
    sockets.push(overSocket);
  });

  test("the limit of one user does not count other users", async () => {
    const others = [await subscribeOverSocket("bo", 5), await subscribeOverSocket("cleo", 5)];
    sockets.push(...others);
    const stream = await subscribeOverStream("bo");
    streams.push(stream, await subscribeOverStream("cleo"));

    expect(others.flatMap(({ refusals }) => refusals())).toEqual([]);
    await eventually(() => stream.text() === ":\n\n");
  });

  test("a closed socket or event stream frees the slots of its user", async () => {
    sockets[0]?.socket.terminate();
    await eventually(async () => {
      const again = await subscribeOverSocket("ada", OPERATIONS_PER_SOCKET);
      sockets.push(again);
      if (again.refusals().length === 0) return true;
      again.socket.terminate();
      return false;
    });
    expect((await (await subscribeOverStream("ada")).ended()).includes("TOO_MANY_SUBSCRIPTIONS")).toBe(true);
    streams[0]?.leave();
    await eventually(async () => {
      const again = await subscribeOverStream("ada");
      streams.push(again);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return again.text() === ":\n\n";
    });
  });
});
