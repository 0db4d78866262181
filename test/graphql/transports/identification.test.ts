import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { ActionableError } from "../../../src/errors.ts";
import { BODY_BYTES_MAX } from "../../../src/graphql/transports/http-error.ts";
import { eventually } from "../../support/eventually.ts";
import { closed } from "../support/socket-client.ts";
import { codesOf, type StubServer, startStubServer } from "../support/start-stub-server.ts";
import { createStubIdentity } from "../support/stub-identity.ts";

const identity = createStubIdentity();
const ADA = identity.accept("lovelace", { tenantId: "a" });
const STRANGER = identity.reject(
  "stranger",
  new ActionableError("FORBIDDEN", "The company does not exist here.", "Create it first."),
);
const UNAVAILABLE = new ActionableError("UNAVAILABLE", "The database does not answer.", "Retry.");

let server: StubServer;
beforeAll(async () => {
  server = await startStubServer({ identify: identity.identify });
});
afterAll(() => server[Symbol.asyncDispose]());
afterEach(() => identity.fail(null));

const json = { "content-type": "application/json" };
const sse = { accept: "text/event-stream" };
const HASH = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: "a".repeat(64) } });

/** Every way to send an operation, or something else, to `/graphql`. */
const requests: [string, string, RequestInit][] = [
  ["a POST", "", { method: "POST", headers: json, body: '{"query":"{ echo }"}' }],
  ["a GET", "?query={echo}", { headers: json }],
  ["a GET that any page could send", "?query={echo}", {}],
  ["a persisted query", `?extensions=${encodeURIComponent(HASH)}`, { headers: json }],
  ["malformed JSON", "", { method: "POST", headers: json, body: "{" }],
  ["a form", "", { method: "POST", body: new URLSearchParams({ query: "{ echo }" }) }],
  ["a body that is too large", "", { method: "POST", headers: json, body: "x".repeat(2 * BODY_BYTES_MAX) }],
  ["an unknown method", "", { method: "PUT", headers: json, body: "{}" }],
  ["an event stream by GET", "?query=subscription{silence}", { headers: sse }],
  [
    "an event stream by POST",
    "",
    { method: "POST", headers: { ...json, ...sse }, body: '{"query":"{ echo }"}' },
  ],
  ["GraphQL's own media type", "?query={echo}", { headers: { accept: "application/graphql-response+json" } }],
];

async function ask(search: string, init: RequestInit, headers: Record<string, string> = {}) {
  const url = `${server.url}/graphql${search}`;
  const response = await fetch(url, { ...init, headers: { ...init.headers, ...headers } });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

describe("a request without a valid credential", () => {
  test.each(requests)("%s is a 401 in GraphQL's JSON, with the same body", async (_what, search, init) => {
    const answers = [
      await ask(search, init),
      await ask(search, init, { authorization: "Bearer unknown" }),
      await ask(search, init, { authorization: "Basic YTpi" }),
    ];
    const [without, unknown] = answers;

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(without?.headers.get("content-type")).toMatch(/^application\/json/);
    expect(codesOf(without?.body)).toEqual(["UNAUTHENTICATED"]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(without?.headers.get("www-authenticate")).toBe('Bearer realm="people"');
    expect(unknown?.headers.get("www-authenticate")).toBe('Bearer realm="people", error="invalid_token"');
  });

  test("a body is not read before the 401", async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\n` +
        `content-length: ${BODY_BYTES_MAX}\r\n\r\n{`,
    );
    const [answer] = await once(socket, "data");

    expect(String(answer)).toMatch(/^HTTP\/1.1 401 /);
    socket.destroy();
  });

  test.each(requests.slice(0, 2))("%s for an unknown company is a 403", async (_what, search, init) => {
    const { status, body } = await ask(search, init, { authorization: STRANGER });

    expect(status).toBe(403);
    expect(codesOf(body)).toEqual(["FORBIDDEN"]);
  });

  test.each([requests[0]!, requests[8]!])(
    "%s while the database is away is a 503 with Retry-After",
    async (_what, search, init) => {
      identity.fail(UNAVAILABLE);
      const { status, headers, body } = await ask(search, init, { authorization: ADA });

      expect(status).toBe(503);
      expect(codesOf(body)).toEqual(["UNAVAILABLE"]);
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    },
  );

  test("an unexpected failure is a 500 that reveals nothing, and the log contains no credential", async () => {
    identity.fail(new Error(`duplicate key: ${ADA}`));
    const { status, body } = await ask("?query={echo}", { headers: json }, { authorization: ADA });

    expect(status).toBe(500);
    expect(codesOf(body)).toEqual(["INTERNAL_SERVER_ERROR"]);
    expect(JSON.stringify([body, server.logged()])).not.toContain("lovelace");
  });

  test.each(["/health", "/ready"])("%s needs no credential", async (path) => {
    expect((await fetch(`${server.url}${path}`)).status).toBe(200);
  });

  test("GraphiQL's page needs no credential: what it asks does", async () => {
    const headers = { accept: "text/html" };
    expect((await fetch(`${server.url}/graphql`, { headers })).status).toBe(200);
    expect((await fetch(`${server.url}/graphql?query={echo}`, { headers })).status).toBe(401);
  });
});

test("E2: the tenant is the token's, whatever other headers name", async () => {
  const headers = { ...json, authorization: ADA, "x-tenant": "b", "x-tenant-id": "b" };
  const stream = await fetch(`${server.url}/graphql?query=subscription{rights}`, {
    headers: { ...headers, ...sse },
  });
  const text = await stream.body?.pipeThrough(new TextDecoderStream()).getReader().read();

  expect(stream.status).toBe(200);
  expect(text?.value).not.toContain('"b"');
  const { messages, end } = await openSocket({
    payload: { authorization: ADA, tenant: "b", "x-tenant": "b" },
  });
  const answered = messages((found) => found.some(({ type }) => type === "next"));
  end.socket.send('{"type":"subscribe","id":"1","payload":{"query":"subscription { rights }"}}');
  expect((await answered).find(({ type }) => type === "next")?.payload).toMatchObject({
    data: { rights: expect.arrayContaining(["a"]) },
  });
  end.socket.terminate();
});

type Message = { type: string; payload?: unknown };

/** Opens a socket, and sends the init and everything else at once, in one packet. */
async function openSocket(options: {
  headers?: Record<string, string>;
  payload?: unknown;
  next?: readonly string[];
}) {
  const { headers = {}, payload, next = [] } = options;
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
    headers,
    perMessageDeflate: false,
  });
  const received: Message[] = [];
  socket.on("message", (data) => received.push(JSON.parse(String(data))));
  const end = closed(socket);
  await once(socket, "open");
  for (const text of [JSON.stringify({ type: "connection_init", payload }), ...next]) socket.send(text);
  return {
    end: { socket, closed: end },
    async messages(isEnough: (found: readonly Message[]) => boolean): Promise<readonly Message[]> {
      await eventually(() => isEnough(received));
      return received;
    },
  };
}

const PIPELINED = [
  '{"type":"ping","payload":{"n":1}}',
  '{"type":"subscribe","id":"1","payload":{"query":"{ echo(text: \\"first\\") }"}}',
  '{"type":"ping","payload":{"n":2}}',
];

describe("a socket", () => {
  test.each<[string, Parameters<typeof openSocket>[0]]>([
    ["authorization in the payload", { payload: { authorization: ADA } }],
    ["Authorization in the payload", { payload: { Authorization: ADA } }],
    ["headers in the payload, as gateways forward them", { payload: { headers: { Authorization: ADA } } }],
    ["the upgrade's header", { headers: { authorization: ADA } }],
    [
      "the payload, which wins over the upgrade's header",
      { headers: { authorization: "Bearer old" }, payload: { authorization: ADA } },
    ],
  ])("a socket is identified by %s", async (_what, options) => {
    const { messages, end } = await openSocket({ ...options, next: PIPELINED });

    expect((await messages((found) => found.length >= 5)).map(({ type }) => type)).toEqual([
      "connection_ack",
      "pong",
      "pong",
      "next",
      "complete",
    ]);
    expect(identity.asked.at(-1)).toBe(ADA);
    end.socket.terminate();
  });

  test("messages that come before the acknowledgement are answered after it, in order", async () => {
    const pings = Array.from({ length: 500 }, (_, n) => JSON.stringify({ type: "ping", payload: { n } }));
    const { messages, end } = await openSocket({ payload: { authorization: ADA }, next: pings });
    const [first, ...others] = await messages((found) => found.length === 501);

    expect(first).toEqual({ type: "connection_ack" });
    expect(others).toEqual(pings.map((_, n) => ({ type: "pong", payload: { n } })));
    end.socket.terminate();
  });

  test.each<[string, Parameters<typeof openSocket>[0], number, string]>([
    ["without a credential", {}, 4403, "Forbidden: token missing or not accepted"],
    [
      "with an unknown token",
      { payload: { authorization: "Bearer x" } },
      4403,
      "Forbidden: token missing or not accepted",
    ],
    [
      "with a list as its token",
      { payload: { authorization: [ADA] } },
      4403,
      "Forbidden: token missing or not accepted",
    ],
    [
      "of an unknown company",
      { headers: { authorization: STRANGER } },
      4403,
      "Forbidden: unknown company. The first request of an administrator creates it",
    ],
  ])(
    "a socket %s is closed with 4403, and its later messages are ignored",
    async (_what, options, code, reason) => {
      const { messages, end } = await openSocket({ ...options, next: PIPELINED });

      expect(await end.closed).toEqual({ code, reason });
      expect(await messages(() => true)).toEqual([]);
    },
  );

  test("a socket while the database is away is closed with 1013, after which clients retry", async () => {
    identity.fail(UNAVAILABLE);
    const { end } = await openSocket({ payload: { authorization: ADA } });

    expect(await end.closed).toEqual({ code: 1013, reason: "Try again later" });
  });

  test("a socket after an unexpected failure is closed with 4500, and the log contains no credential", async () => {
    identity.fail(new Error(`duplicate key: ${ADA}`));
    const { end } = await openSocket({ payload: { authorization: ADA } });

    expect(await end.closed).toMatchObject({ code: 4500 });
    expect(JSON.stringify(server.logged())).not.toContain("lovelace");
  });

  test("a second connection_init closes with 4429, also while the first is checked", async () => {
    const again = [JSON.stringify({ type: "connection_init", payload: { authorization: ADA } })];
    const { end } = await openSocket({ payload: { authorization: ADA }, next: again });

    expect(await end.closed).toMatchObject({ code: 4429 });
  });

  test("a subscription before connection_init closes with 4401", async () => {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
      headers: { authorization: ADA },
    });
    await once(socket, "open");
    socket.send(PIPELINED[1]!);

    expect(await closed(socket)).toMatchObject({ code: 4401 });
  });
});
