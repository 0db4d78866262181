import { once } from "node:events";
import { afterAll, describe, expect, test, vi } from "vitest";
import { administratorOfDefault } from "../../../src/access/viewer.ts";
import { eventually } from "../../support/eventually.ts";
import { closed, openSocket } from "../support/socket-client.ts";
import { codesOf, send, startStubServer } from "../support/start-stub-server.ts";
import { createStubOperations } from "../support/stub-operations.ts";

const server = await startStubServer();
afterAll(() => server[Symbol.asyncDispose]());

const DEEP = `${"[".repeat(15_000)}${"]".repeat(15_000)}`;
const SUBSCRIPTION = "subscription ($to: Int!) { count(to: $to) }";
const payloadOf = (query: string, variables: string): string =>
  `{ "query": ${JSON.stringify(query)}, "variables": ${variables} }`;

const declared: [string, string][] = [
  ["a query", payloadOf("query ($text: String) { echo(text: $text) }", `{ "text": ${DEEP} }`)],
  ["a subscription", payloadOf(SUBSCRIPTION, `{ "to": ${DEEP} }`)],
  [
    "representations",
    payloadOf(
      "query ($all: [_Any!]!) { _entities(representations: $all) { __typename } }",
      `{ "all": [{ "__typename": "Thing", "id": "1", "more": ${DEEP} }] }`,
    ),
  ],
];

describe("D23: variables nested 15,000 deep are BAD_USER_INPUT", () => {
  test.each(declared)(
    "D23: deep variables of %s are refused over HTTP and over an event stream",
    async (_what, body) => {
      for (const accept of ["application/json", "text/event-stream"]) {
        const response = await fetch(`${server.url}/graphql`, {
          method: "POST",
          headers: { "content-type": "application/json", accept },
          body,
        });
        expect(await response.text()).toContain('"code":"BAD_USER_INPUT"');
      }
    },
  );

  test("D23: deep variables are refused over GET", async () => {
    const query = "query ($text: String) { echo(text: $text) }";
    const variables = `{"text":${"[".repeat(1_000)}${"]".repeat(1_000)}}`;
    const { body } = await send(server.url, {
      search: `?${new URLSearchParams({ query, variables })}`,
      headers: { "content-type": "application/json" },
    });
    expect(codesOf(body)).toEqual(["BAD_USER_INPUT"]);
  });

  test("D23: deep variables over a WebSocket end no other operation of it, and print nothing", async () => {
    const printed = vi.spyOn(console, "error");
    const socket = await openSocket(server.url);
    const received: { type: string; id?: string; payload?: { extensions: { code: string } }[] }[] = [];
    socket.on("message", (data) => received.push(JSON.parse(String(data))));
    socket.send('{"type":"connection_init"}');
    await once(socket, "message");
    socket.send(`{"type":"subscribe","id":"alive","payload":{"query":"subscription { silence }"}}`);
    for (const [index, [, payload]] of declared.entries())
      socket.send(`{"type":"subscribe","id":"${index}","payload":${payload}}`);
    socket.send(
      `{"type":"subscribe","id":"undeclared","payload":${payloadOf("subscription { count(to: 1) }", `{ "x": ${DEEP} }`)}}`,
    );
    await eventually(() => received.filter(({ id }) => id === "undeclared").length === 2);

    const errors = received.filter(({ type }) => type === "error");
    expect(errors.map(({ payload }) => payload?.[0]?.extensions.code)).toEqual(
      Array(3).fill("BAD_USER_INPUT"),
    );
    expect(socket.readyState).toBe(socket.OPEN);
    expect(received.some(({ id, type }) => id === "alive" && type !== "next")).toBe(false);
    expect(printed).not.toHaveBeenCalled();
    socket.terminate();
  });
});

test("D23: payloads of pings and `connection_init` may nest 15,000 deep, and print nothing", async () => {
  const printed = vi.spyOn(console, "error");
  const socket = await openSocket(server.url);
  const received: unknown[] = [];
  socket.on("message", (data) => received.push(JSON.parse(String(data))));
  socket.send(`{"type":"connection_init","payload":{"deep":${DEEP}}}`);
  socket.send(`{"type":"ping","payload":{"deep":${DEEP}}}`);
  socket.send(`{"type":"pong","payload":{"deep":${DEEP}}}`);
  socket.send('{"type":"ping","payload":{"flat":[1]}}');
  await eventually(() => received.length >= 3);

  expect(received).toEqual([
    { type: "connection_ack" },
    { type: "pong" },
    { type: "pong", payload: { flat: [1] } },
  ]);
  expect(printed).not.toHaveBeenCalled();
  socket.terminate();
});

test.each([
  ["a payload that is a deep list", `{"type":"ping","payload":${DEEP}}`],
  ["a deep message", DEEP],
  [
    "variables that are a deep list",
    `{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":${DEEP}}}`,
  ],
  ["a deep query", `{"type":"subscribe","id":"1","payload":{"query":${DEEP}}}`],
  ["a deep error from the client", `{"type":"error","id":"1","payload":[{"message":${DEEP}}]}`],
  ["a message that servers send", '{"type":"connection_ack"}'],
  ["a result from the client", '{"type":"next","id":"1","payload":{}}'],
])("D23: %s closes the client's socket with 4400, and prints nothing", async (_what, message) => {
  const printed = vi.spyOn(console, "error");
  const socket = await openSocket(server.url);
  const [acknowledged, end] = [once(socket, "message"), closed(socket)];
  socket.send('{"type":"connection_init"}');
  await acknowledged;
  socket.send(message);

  expect((await end).code).toBe(4400);
  expect(printed).not.toHaveBeenCalled();
  expect(server.logged().filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

test("D23: variables that an operation does not declare are omitted", async () => {
  const { prepare } = await createStubOperations();
  const request = { query: SUBSCRIPTION, variables: { to: 1, other: JSON.parse(DEEP) } };

  expect(prepare(request, administratorOfDefault)).toMatchObject({ variables: { to: 1 } });
});
