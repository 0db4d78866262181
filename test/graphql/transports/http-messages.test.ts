import { once } from "node:events";
import type { ClientRequest } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { closed } from "../support/socket-client.ts";
import { codesOf, type StubServer, send, startStubServer } from "../support/start-stub-server.ts";
import { createStubIdentity } from "../support/stub-identity.ts";

const identity = createStubIdentity();
const ADA = identity.accept("ada");
const TOKEN = ADA.slice("Bearer ".length);

let server: StubServer;
beforeAll(async () => {
  server = await startStubServer({ identify: identity.identify, reach: { production: true } });
});
afterAll(() => server[Symbol.asyncDispose]());

const json = { "content-type": "application/json" };

/** Sends the literal text of a request on a connection of its own, and returns all that comes back. */
async function exchange(lines: readonly string[], body = ""): Promise<string> {
  const { hostname, port, host } = new URL(server.url);
  const [requestLine, ...headers] = lines;
  const socket = connect(Number(port), hostname);
  socket.setEncoding("utf8");
  const chunks: string[] = [];
  socket.on("data", (chunk: string) => chunks.push(chunk));
  const end = once(socket, "close");
  socket.write([requestLine, `host: ${host}`, "connection: close", ...headers, "", body].join("\r\n"));
  await end;
  return chunks.join("");
}

describe("the end of a message is never in doubt", () => {
  const chunked = '10\r\n{"query":"{echo}"}\r\n0\r\n\r\n';

  test.each([
    ["a length beside chunks", ["content-length: 4", "transfer-encoding: chunked"], chunked],
    ["two different lengths", ["content-length: 2", "content-length: 4"], "{}"],
    ["chunks that are not the last encoding", ["transfer-encoding: chunked, identity"], chunked],
    ["a length with a sign", ["content-length: +2"], "{}"],
  ])("%s is a 400, and the connection ends", async (_what, headers, body) => {
    const answer = await exchange(["POST /graphql HTTP/1.1", `authorization: ${ADA}`, ...headers], body);

    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toHaveLength(1);
  });
});

test.each([
  ["an operation", "application/json"],
  ["an event stream", "text/event-stream"],
])("%s with two Authorization headers is a 401, whichever comes first", async (_what, accept) => {
  const body = '{"query":"{ echo }"}';
  const rest = ["content-type: application/json", `accept: ${accept}`, `content-length: ${body.length}`];
  expect(await exchange(["POST /graphql HTTP/1.1", `authorization: ${ADA}`, ...rest], body)).toContain(
    "nothing",
  );
  for (const pair of [
    [ADA, "Bearer other"],
    ["Bearer other", ADA],
    [ADA, ADA],
  ]) {
    const both = pair.map((value) => `authorization: ${value}`);
    const answer = await exchange(["POST /graphql HTTP/1.1", ...both, ...rest], body);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  }
});

test("a socket whose upgrade has two Authorization headers is closed with 4403", async () => {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
    finishRequest: (upgrade: ClientRequest) => {
      upgrade.setHeader("authorization", [ADA, "Bearer other"]);
      upgrade.end();
    },
  });
  const end = closed(socket);
  await once(socket, "open");
  socket.send('{"type":"connection_init"}');

  expect((await end).code).toBe(4403);
});

test.each(["/graphql", "/"])("TRACE at %s returns nothing of the request", async (path) => {
  const lines = [`TRACE ${path} HTTP/1.1`, "content-type: application/json", "x-canary: canary"];
  const answer = await exchange([...lines, `authorization: ${ADA}`]);

  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(answer).not.toMatch(/canary|ada/);
});

test.each([
  "/graphql/",
  "/graphql?query={echo}",
  "//graphql",
  "/health",
  "/health/",
  "/nowhere",
  "/.git/config",
])("%s is never answered with a redirect, also behind a proxy that ends TLS", async (path) => {
  const headers = { "x-forwarded-proto": "http", authorization: ADA };
  const { status } = await fetch(`${server.url}${path}`, { redirect: "manual", headers });

  expect(status < 300 || status >= 400).toBe(true);
});

test.each(["access_token", "token", "authorization", "Authorization"])(
  "a token in the address, as %s, is not a credential",
  async (name) => {
    const search = `?${new URLSearchParams({ query: "{ echo }", [name]: name.includes("tion") ? ADA : TOKEN })}`;

    expect(codesOf((await send(server.url, { search, headers: json })).body)).toEqual(["UNAUTHENTICATED"]);
    expect((await send(server.url, { search, headers: { ...json, authorization: ADA } })).status).toBe(200);
  },
);

test("no answer sets a cookie, and a token in a cookie is not a credential", async () => {
  const answers = await Promise.all(
    [{ authorization: ADA }, { cookie: `authorization=${ADA}; token=${TOKEN}` }].map((headers) =>
      fetch(`${server.url}/graphql?query={echo}`, { headers: { ...json, ...headers } }),
    ),
  );

  expect(answers.map(({ status }) => status)).toEqual([200, 401]);
  expect(answers.map(({ headers }) => headers.get("set-cookie"))).toEqual([null, null]);
});
