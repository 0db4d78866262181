import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { eventually } from "../../support/eventually.ts";
import { closed, createSocketClient, openSocket, sendOverSocket } from "../support/socket-client.ts";
import { startSockets } from "../support/start-sockets.ts";
import { codesOf, type GraphQLBody, startStubServer } from "../support/start-stub-server.ts";

const server = await startStubServer({ reach: { publicUrl: "https://people.example.com" } });
afterAll(() => server[Symbol.asyncDispose]());

describe("over a WebSocket", () => {
  test("a query is answered once", async () => {
    expect(await sendOverSocket(server.url, { query: "{ thing(id: 1) { name } }" })).toEqual([
      { data: { thing: { name: "thing 1" } } },
    ]);
  });

  test("a mutation is answered once", async () => {
    const query = "mutation ($a: Int!) { add(a: $a, b: 2) }";

    expect(await sendOverSocket(server.url, { query, variables: { a: 1 } })).toEqual([{ data: { add: 3 } }]);
  });

  test("a subscription is answered for each event, in order, and then completed", async () => {
    expect(await sendOverSocket(server.url, { query: "subscription { count(to: 3) }" })).toEqual([
      { data: { count: 1 } },
      { data: { count: 2 } },
      { data: { count: 3 } },
    ]);
  });

  test("a failed event is answered with an error, and the next event follows", async () => {
    const answers = await sendOverSocket(server.url, { query: "subscription { count(to: 14) }" });

    expect(codesOf(answers[12] ?? {})).toEqual(["BAD_USER_INPUT"]);
    expect(answers[13]).toEqual({ data: { count: 14 } });
  });

  test("a failed source ends the subscription with its error, and the socket stays open", async () => {
    const client = createSocketClient(server.url);
    const answers: unknown[] = [];
    const failure = await new Promise((resolve) => {
      client.subscribe(
        { query: "subscription { failing }" },
        { next: (answer) => answers.push(answer), error: resolve, complete: () => resolve("complete") },
      );
    });
    expect(answers).toEqual([{ data: { failing: 1 } }]);
    expect(failure).toMatchObject([{ extensions: { code: "LAGGED", cursor: "there" } }]);
    await client.dispose();
  });

  test("internal errors are hidden, as over HTTP", async () => {
    const [answer] = await sendOverSocket(server.url, { query: "{ thing(id: 1) { broken refused } }" });

    expect(answer?.data).toEqual({ thing: { broken: null, refused: null } });
    expect(codesOf(answer ?? {}).sort()).toEqual(["FORBIDDEN", "INTERNAL_SERVER_ERROR"]);
    expect(JSON.stringify(answer)).not.toContain("secret");
  });

  test("an event after the client's `complete` is not delivered", async () => {
    const client = createSocketClient(server.url);
    const answers: unknown[] = [];
    await new Promise<void>((resolve) => {
      const unsubscribe = client.subscribe(
        { query: "subscription { count(to: 100000) }" },
        {
          next(answer) {
            answers.push(answer);
            unsubscribe();
            resolve();
          },
          error: () => undefined,
          complete: () => undefined,
        },
      );
    });
    await wait(50);
    await client.dispose();

    expect(answers).toEqual([{ data: { count: 1 } }]);
  });
});

describe("D20: a large answer over a WebSocket", () => {
  const letters = (times: number): string =>
    `{ ${Array.from({ length: times }, (_, number) => `l${number}: letters(count: 2000000)`).join(" ")} }`;

  test("an answer above 64 MiB ends with an error, and the socket and its other operations go on", async () => {
    const client = createSocketClient(server.url);
    let ended = 0;
    client.on("closed", () => {
      ended += 1;
    });
    const others = client.iterate({ query: "subscription { count(to: 100000) }" });
    await others.next();
    const answers: GraphQLBody[] = [];
    for await (const answer of client.iterate({ query: letters(40) })) answers.push(answer as GraphQLBody);

    expect(answers.map(codesOf)).toEqual([["LIMIT_COST"]]);
    expect(answers[0]?.data).toBeUndefined();
    expect((await others.next()).done).toBe(false);
    expect(ended).toBe(0);
    await client.dispose();
  });

  test("a client that reads slowly gets the whole of an answer of 40 MB", async () => {
    const timing = { checkIntervalMs: 20, stalledMs: 5_000 };
    await using sockets = await startSockets({ timing });
    const socket = await openSocket(sockets.url);
    const received = new Promise<string>((resolve) => {
      socket.on("message", (message) => String(message).includes('"next"') && resolve(String(message)));
      socket.on("close", () => resolve("The server closed the socket."));
    });
    socket.send(JSON.stringify({ type: "connection_init" }));
    await once(socket, "message");
    socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query: letters(20) } }));
    for (let pause = 0; pause < 5; pause += 1) {
      socket.pause();
      await wait(200);
      socket.resume();
      await wait(5);
    }

    expect((await received).length).toBeGreaterThan(40_000_000);
    socket.terminate();
  });
});

describe("a socket is refused", () => {
  test.each([
    ["of another site", "https://evil.example.com"],
    ["with the origin null", "null"],
  ])("a page %s is refused with 403", async (_what, origin) => {
    await expect(openSocket(server.url, { origin })).rejects.toThrow("403");
  });

  test("a socket at another path is refused with 404", async () => {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/elsewhere`, "graphql-transport-ws");
    const [error] = await once(socket, "error");

    expect(String(error)).toContain("404");
  });

  test("a socket with another protocol is refused", async () => {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/graphql`, "graphql-ws");
    socket.on("error", () => undefined);

    expect(await closed(socket)).toMatchObject({ code: expect.toBeOneOf([1006, 4406]) });
  });

  test("a socket above the limit is refused with 4429, and the others stay open", async () => {
    await using sockets = await startSockets({ total: 2 });
    const { url } = sockets;
    const accepted = [await openSocket(url), await openSocket(url)];
    const refused = await openSocket(url);

    expect(await closed(refused)).toMatchObject({ code: 4429 });
    expect(accepted.map(({ readyState }) => readyState)).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
  });

  test("C9: invalid frames of a refused client end its socket, not the process", async () => {
    await using sockets = await startSockets({ total: 0 });
    const raw = connect(sockets.port, "127.0.0.1");
    raw.on("error", () => undefined);
    raw.write(
      "GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n",
    );
    await once(raw, "data");
    for (let frame = 0; frame < 3; frame += 1) raw.write(Buffer.alloc(6, 0xff));
    // An `error` event without a listener fails the test run.
    await once(raw, "close");
  });
});

test.each([
  ["of the server itself", () => server.url],
  ["of the public address", () => "https://people.example.com"],
])("a page %s may open a socket", async (_what, origin) => {
  const socket = await openSocket(server.url, { origin: origin() });

  expect(socket.readyState).toBe(WebSocket.OPEN);
  socket.terminate();
});

test("H2: the 1,001st operation on one socket is refused until another one is completed", async () => {
  const client = createSocketClient(server.url);
  const refused: unknown[] = [];
  const subscribe = () =>
    client.subscribe(
      { query: "subscription { silence }" },
      { next: () => undefined, complete: () => undefined, error: (errors) => refused.push(errors) },
    );
  const [unsubscribe] = Array.from({ length: 1_001 }, subscribe);
  await eventually(() => refused.length > 0);
  expect(refused).toMatchObject([[{ extensions: { code: "TOO_MANY_SUBSCRIPTIONS" } }]]);

  unsubscribe?.();
  for await (const answer of client.iterate({ query: "{ echo }" })) {
    expect(answer).toEqual({ data: { echo: "nothing" } });
  }
  await client.dispose();
  expect(refused).toHaveLength(1);
});

test("disposing closes sockets with 1001, even while a subscription waits", async () => {
  const stopping = await startStubServer();
  const socket = await openSocket(stopping.url);
  socket.send(JSON.stringify({ type: "connection_init" }));
  await once(socket, "message");
  socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: { query: "subscription { silence }" } }));
  await wait(50);
  const closing = closed(socket);
  await stopping[Symbol.asyncDispose]();

  expect(await closing).toMatchObject({ code: 1001 });
});
