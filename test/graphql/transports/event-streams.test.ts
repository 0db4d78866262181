import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { fastify } from "fastify";
import { afterAll, describe, expect, test } from "vitest";
import { administratorOfDefault } from "../../../src/access/viewer.ts";
import { createEventStreams } from "../../../src/graphql/transports/event-streams.ts";
import { eventually } from "../../support/eventually.ts";
import { LOCAL_REACH } from "../../support/local-reach.ts";
import { timed } from "../../support/slowness.ts";
import { createEventStreamClient, sendOverEventStream } from "../support/event-stream-client.ts";
import { codesOf, post, send, startStubServer } from "../support/start-stub-server.ts";
import { createStubOperations, ENDLESS } from "../support/stub-operations.ts";
import { observedOperations } from "../support/stub-resolvers.ts";

const server = await startStubServer({ reach: { publicUrl: "https://people.example.com" } });
afterAll(() => server[Symbol.asyncDispose]());

const accept = "text/event-stream";
const get = (query: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, { headers: { accept, ...headers } });

describe("over an event stream", () => {
  test("a subscription is answered for each event, in order, and then completed", async () => {
    expect(await sendOverEventStream(server.url, { query: "subscription { count(to: 3) }" })).toEqual([
      { data: { count: 1 } },
      { data: { count: 2 } },
      { data: { count: 3 } },
    ]);
  });

  test("a GET is answered like a POST, with variables in the address", async () => {
    const query = "subscription ($to: Int!) { count(to: $to) }";
    const response = await fetch(
      `${server.url}/graphql?${new URLSearchParams({ query, variables: '{"to":2}' })}`,
      { headers: { accept } },
    );

    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(await response.text()).toBe(
      ':\n\nevent: next\ndata: {"data":{"count":1}}\n\nevent: next\ndata: {"data":{"count":2}}\n\nevent: complete\ndata: \n\n',
    );
  });

  test("a query and a mutation are answered once", async () => {
    expect(await sendOverEventStream(server.url, { query: "{ echo }" })).toEqual([
      { data: { echo: "nothing" } },
    ]);
    expect(await sendOverEventStream(server.url, { query: "mutation { add(a: 1, b: 2) }" })).toEqual([
      { data: { add: 3 } },
    ]);
  });

  test("a failed event is answered with an error, and the next event follows", async () => {
    const answers = await sendOverEventStream(server.url, { query: "subscription { count(to: 14) }" });

    expect(codesOf(answers[12] ?? {})).toEqual(["BAD_USER_INPUT"]);
    expect(answers[13]).toEqual({ data: { count: 14 } });
  });

  test("a failed source ends the stream with an error", async () => {
    const answers = await sendOverEventStream(server.url, { query: "subscription { failing }" });

    expect(codesOf(answers[1] ?? {})).toEqual(["LAGGED"]);
    expect(answers[1]?.errors?.[0]?.extensions).toMatchObject({ cursor: "there" });
    expect(answers).toHaveLength(2);
  });

  test("a subscription ends immediately when its client disconnects", async () => {
    const client = createEventStreamClient(server.url);
    const answers: unknown[] = [];
    const unsubscribe = client.subscribe(
      { query: "subscription { count(to: 100000) }" },
      { next: (answer) => answers.push(answer), error: () => undefined, complete: () => undefined },
    );
    await eventually(() => answers.length > 2);
    unsubscribe();
    await wait(50);
    const received = answers.length;
    await wait(50);

    expect(answers.length).toBe(received);
  });

  test("a client that accepts JSON too gets JSON", async () => {
    const response = await get("{ echo }", {
      accept: "application/graphql-response+json, application/json, text/event-stream",
      "content-type": "application/json",
    });

    expect(response.headers.get("content-type")).toMatch(/json/);
  });

  test("a subscription over plain HTTP is refused with help that names the event stream", async () => {
    const { body } = await post(server.url, { query: "subscription { count(to: 1) }" });

    expect(codesOf(body)).toEqual(["BAD_USER_INPUT"]);
    expect(body.errors?.[0]?.extensions.help).toMatch(/text\/event-stream/);
  });
});

describe("an event stream is refused", () => {
  test.each([
    ["a mutation over GET", "mutation { add(a: 1, b: 2) }", {}, 405],
    ["a page of another site", "subscription { count(to: 1) }", { origin: "https://evil.example.com" }, 403],
    ["a page without an address", "subscription { count(to: 1) }", { origin: "null" }, 403],
    ["an empty query", "", {}, 200],
  ])("%s is refused", async (_what, query, headers, status) => {
    const response = await get(query, headers);
    await response.text();

    expect(response.status).toBe(status);
  });

  test.each([
    ["a string of variables that is not JSON", "?query={echo}&variables={"],
    ["a list of variables", "?query={echo}&variables=[1]"],
    ["a pair of queries", "?query={echo}&query={echo}"],
    ["a missing query", ""],
  ])("%s is a 400", async (_what, search) => {
    const answer = await send(server.url, { search, headers: { accept } });

    expect(answer.status).toBe(400);
    expect(codesOf(answer.body)).toEqual(["BAD_REQUEST"]);
  });

  test("a page of the public address gets an event stream", async () => {
    const response = await get("{ echo }", { origin: "https://people.example.com" });

    expect(response.status).toBe(200);
    await response.text();
  });
});

test("disposing ends a waiting stream without `complete`", async () => {
  const stopping = await startStubServer();
  const { hostname, port } = new URL(stopping.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET /graphql?query=subscription{silence} HTTP/1.1\r\nhost: ${hostname}\r\naccept: ${accept}\r\n\r\n`,
  );
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk;
  });
  socket.on("error", () => undefined);
  await eventually(() => received.includes(":\n\n"));
  const closed = once(socket, "close");
  const { quietMs } = await timed(5_000, async () => {
    await stopping[Symbol.asyncDispose]();
    await closed;
  });

  expect(quietMs).toBeLessThan(5_000);
  expect(received).not.toContain("complete");
});

test("queued requests of disconnected clients are not executed", async () => {
  const { hostname, port } = new URL(server.url);
  const before = observedOperations.length;
  const sockets = Array.from({ length: 500 }, () => {
    const socket = connect(Number(port), hostname);
    socket.on("error", () => undefined);
    socket.write(`GET /graphql?query={observe} HTTP/1.1\r\nhost: ${hostname}\r\naccept: ${accept}\r\n\r\n`);
    return socket;
  });
  await eventually(() => observedOperations.length > before);
  for (const socket of sockets) socket.destroy();
  // All of them would be executed within half a second.
  await wait(700);

  expect(observedOperations.length - before).toBeLessThan(400);
});

test("a stream above the limit is refused, and the others stay open", async () => {
  const operations = await createStubOperations();
  await using streams = createEventStreams({
    operations,
    reach: LOCAL_REACH,
    lifetimes: ENDLESS,
    timing: {},
    limits: { total: 1 },
  });
  const sender = { viewer: administratorOfDefault, isGateway: false };
  const web = fastify();
  web.get(
    "/graphql",
    { preHandler: (request, reply) => streams.answer(request, reply, sender) },
    async () => "",
  );
  const url = await web.listen({ host: "127.0.0.1", port: 0 });
  const open = () => fetch(`${url}/graphql?query=subscription{silence}`, { headers: { accept } });
  const first = await open();
  const refused = await open();

  expect([first.status, refused.status]).toEqual([200, 429]);
  await first.body?.cancel();
  await eventually(async () => (await open()).status === 200);
  const closing = web.close();
  web.server.closeAllConnections();
  await closing;
});
