import { once } from "node:events";
import type { SubscribePayload } from "graphql-ws";
import { afterAll, describe, expect, test } from "vitest";
import { BODY_BYTES_MAX } from "../../../src/graphql/transports/http-error.ts";
import { startCallbackListener } from "../support/callback-listener.ts";
import { sendOverEventStream } from "../support/event-stream-client.ts";
import { closed, openSocket, sendOverSocket } from "../support/socket-client.ts";
import { codesOf, type GraphQLBody, post, send, startStubServer } from "../support/start-stub-server.ts";

const server = await startStubServer();
afterAll(() => server[Symbol.asyncDispose]());

type Ask = (payload: SubscribePayload) => Promise<GraphQLBody>;

const transports: [string, Ask][] = [
  ["HTTP", async (payload) => (await post(server.url, payload)).body],
  ["an event stream", async (payload) => only(await sendOverEventStream(server.url, toRequest(payload)))],
  ["a WebSocket", async (payload) => only(await sendOverSocket(server.url, payload))],
];

const toRequest = ({ query, variables, extensions }: SubscribePayload) => ({
  query,
  ...(variables && { variables }),
  ...(extensions && { extensions }),
});

function only(answers: readonly GraphQLBody[]): GraphQLBody {
  expect(answers).toHaveLength(1);
  return answers[0]!;
}

const ECHO = "query ($text: String!) { echo(text: $text) }";
const ENTITIES = "query ($all: [_Any!]!) { _entities(representations: $all) { ... on Thing { id } } }";

describe.each(transports)("over %s", (_transport, ask) => {
  test.each([1_000_000, 101, 0, -1])("D8: a page of %i is refused by its field", async (first) => {
    const query = "query ($first: Int!) { things(first: $first) { totalCount } }";
    const body = await ask({ query, variables: { first } });

    expect(codesOf(body)).toEqual(["BAD_USER_INPUT"]);
    expect(body.errors?.[0]?.path).toEqual(["things"]);
  });

  test("D11: wrong representations are null with BAD_REPRESENTATION, an unknown id is null, and others are answered", async () => {
    const wrong = [
      { __typename: "Nothing", id: "1" },
      { __typename: "__proto__", id: "1" },
      { __typename: "Thing" },
      { __typename: "Thing", id: { id: "1" } },
    ];
    const all = [{ __typename: "Thing", id: "1" }, ...wrong, { __typename: "Thing", id: "unknown" }];
    const body = await ask({ query: ENTITIES, variables: { all } });

    expect(body.data).toEqual({ _entities: [{ id: "1" }, null, null, null, null, null] });
    expect(codesOf(body)).toEqual(wrong.map(() => "BAD_REPRESENTATION"));
  });

  test.each([
    ["a lone surrogate", "\ud83d", /^[\ud83d\ufffd]$/],
    ["a NUL that reaches no database", "\0", /^\0$/],
  ])("D13: %s is allowed", async (_what, text, expected) => {
    const { data, errors } = await ask({ query: ECHO, variables: { text } });

    expect(errors).toBeUndefined();
    expect((data as { echo: string }).echo).toMatch(expected);
  });

  test("D17: the server sends no request to the callback URL of an operation", async () => {
    await using listener = await startCallbackListener();
    const extensions = { subscription: { callbackUrl: listener.url, subscriptionId: "1", verifier: "v" } };
    const { data } = await ask({ query: "{ echo }", extensions });
    await ask({ query: "subscription { count(to: 1) }", extensions });

    expect(data).toEqual({ echo: "nothing" });
    expect(listener.called()).toBe(0);
  });

  test("D24: a wrong scalar in a variable is an answer with BAD_USER_INPUT, and no failed request", async () => {
    const query = "query ($id: ID!) { thing(id: $id) { id } }";

    expect(codesOf(await ask({ query, variables: { id: {} } }))).toEqual(["BAD_USER_INPUT"]);
  });
});

describe("a malformed request", () => {
  const hello = JSON.stringify({ query: "{ echo }" });
  const malformed: [string, string][] = [
    ["D10: a batch", `[${hello},${hello}]`],
    ["D14: a text that is not JSON", '{"query":'],
    ["D14: JSON that is not an object", "7"],
  ];

  test.each(malformed)("%s is a 400 in JSON where an event stream is asked for", async (_what, body) => {
    const headers = { accept: "text/event-stream", "content-type": "application/json" };
    const answer = await send(server.url, { method: "POST", headers, body });

    expect(answer.status).toBe(400);
    expect(answer.contentType).toMatch(/^application\/json/);
    expect(codesOf(answer.body)).toEqual(["BAD_REQUEST"]);
  });

  test.each([
    ...malformed,
    ["D14: a frame that is not UTF-8", Buffer.from(hello, "utf16le").toString("latin1")],
  ])("%s closes a WebSocket with 4400", async (_what, payload) => {
    const socket = await openSocket(server.url);
    const end = closed(socket);
    socket.send('{"type":"connection_init"}');
    await once(socket, "message");
    socket.send(payload.startsWith("[") ? `{"type":"subscribe","id":"1","payload":${payload}}` : payload);

    expect((await end).code).toBe(4400);
  });

  test("D13: a text of more than the body's limit is a 413 for an event stream, and 1009 for a WebSocket", async () => {
    const body = JSON.stringify({ query: ECHO, variables: { text: "x".repeat(BODY_BYTES_MAX) } });
    const headers = { accept: "text/event-stream", "content-type": "application/json" };
    const answer = await send(server.url, { method: "POST", headers, body });
    const socket = await openSocket(server.url);
    const end = closed(socket);
    socket.send(`{"type":"subscribe","id":"1","payload":${body}}`);

    expect([answer.status, codesOf(answer.body)]).toEqual([413, ["PAYLOAD_TOO_LARGE"]]);
    expect((await end).code).toBe(1009);
  });

  test("D16: a mutation over GET, a form and a multipart body get no event stream", async () => {
    const headers = { accept: "text/event-stream" };
    const statuses = await Promise.all([
      send(server.url, { search: "?query=mutation{add(a:1,b:2)}", headers }),
      send(server.url, { method: "POST", headers, body: new URLSearchParams({ query: "{ echo }" }) }),
      send(server.url, { method: "POST", headers, body: new FormData() }),
    ]);

    expect(statuses.map(({ status }) => status)).toEqual([405, 415, 415]);
    expect(statuses.map(({ contentType }) => /^application\/json/.test(contentType ?? ""))).not.toContain(
      false,
    );
  });
});
