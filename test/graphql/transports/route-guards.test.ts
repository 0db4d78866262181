import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { startStubServer } from "../support/start-stub-server.ts";

const server = await startStubServer({ routes: { receiveWebhook: async () => 202 } });
afterAll(() => server[Symbol.asyncDispose]());

const port = Number(new URL(server.url).port);

/** Sends the request without normalising anything. @returns the status. */
async function statusOf(
  method: string,
  target: string,
  headers: readonly string[],
  body = "",
): Promise<number> {
  const socket = connect(port, "127.0.0.1");
  socket.write(
    `${method} ${target} HTTP/1.1\r\n${headers.map((line) => `${line}\r\n`).join("")}connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  const [data] = await once(socket, "data");
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(String(data))?.[1]);
}

const JSON_TYPE = "content-type: application/json";
const MUTATION = JSON.stringify({ query: "mutation { add(a: 1, b: 2) }" });

describe("D21: a foreign host is refused in every spelling of the path", () => {
  test.each([
    "/graphql",
    "/%67raphql",
    "/graph%71l",
    "//graphql",
    "/GRAPHQL",
    "/graphql/",
    "/./graphql",
    "/x/../graphql",
    "/%2fgraphql",
    "/graphql%2f",
    "/graphql?query={echo}",
    "/graphql;x",
    "http://evil.example/graphql",
    "http://127.0.0.1/graphql",
    "HTTP://evil.example/%67raphql",
    "/",
    "/ready",
    "/nowhere",
  ])("D21: a foreign host is refused at %s", async (target) => {
    for (const host of [`host: evil.example:${port}`, "host: evil.example.", "host: 127.0.0.1.evil.example"])
      for (const method of ["POST", "GET"])
        expect([400, 404, 421], `${method} ${host}`).toContain(
          await statusOf(method, target, [host, JSON_TYPE, "x-forwarded-host: localhost"], MUTATION),
        );
  });

  test("D21: a foreign host is refused over an event stream", async () => {
    const headers = ["host: evil.example", "accept: text/event-stream"];
    expect(await statusOf("GET", "/%67raphql?query=%7Becho%7D", headers)).toBe(421);
  });

  test("D21: an absolute target with a foreign host is refused, even with a known `Host`", async () => {
    expect(
      await statusOf("POST", "http://evil.example/graphql", ["host: localhost", JSON_TYPE], MUTATION),
    ).toBe(421);
  });

  test("D21: a request with two hosts is a 400", async () => {
    const headers = ["host: localhost", "host: evil.example", JSON_TYPE];
    expect(await statusOf("POST", "/graphql", headers, MUTATION)).toBe(400);
  });

  test.each(["/graphql", "/%67raphql", "//graphql", "http://evil.example/graphql"])(
    "D21: an upgrade of a foreign host is refused at %s",
    async (target) => {
      const headers = [
        "host: evil.example",
        "connection: upgrade",
        "upgrade: websocket",
        "sec-websocket-version: 13",
        "sec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==",
        "sec-websocket-protocol: graphql-transport-ws",
      ];
      const socket = connect(port, "127.0.0.1");
      socket.write(`GET ${target} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
      const [data] = await once(socket, "data");
      socket.destroy();
      expect(String(data)).toMatch(/^HTTP\/1\.1 (404|421)/);
    },
  );
});

/** The headers of Java's HTTP client and of `curl --http2`. A server may ignore the offered upgrade. */
const H2C = [
  "connection: Upgrade, HTTP2-Settings",
  "upgrade: h2c",
  "http2-settings: AAMAAABkAAQAoAAAAAIAAAAA",
];

describe("a request that offers another upgrade than WebSocket", () => {
  test.each([
    ["GET", "/health", "host: anything.example", 200],
    ["GET", "/ready", "host: localhost", 200],
    ["GET", "/ready", "host: evil.example", 421],
    ["POST", "/graphql", "host: localhost", 200],
    ["POST", "/graphql", "host: evil.example", 421],
    ["POST", "/hooks/personio/x", "host: anything.example", 202],
    ["GET", "/nowhere", "host: localhost", 404],
  ])("%s %s with %s and an offer of h2c is a %i", async (method, target, host, status) => {
    const headers = [host, JSON_TYPE, ...H2C];
    expect(await statusOf(method, target, headers, method === "POST" ? MUTATION : "")).toBe(status);
  });
});

describe("D21: a permitted host", () => {
  test("D21: a known host is answered in every spelling of the path", async () => {
    for (const target of ["/graphql", "/%67raphql", "http://localhost/graphql"])
      expect(await statusOf("POST", target, ["host: LOCALHOST:1", JSON_TYPE], MUTATION), target).toBe(200);
  });

  test("D21: a health check and Personio's webhooks are answered for any host", async () => {
    expect(await statusOf("GET", "/health", ["host: anything.example"])).toBe(200);
    expect(await statusOf("POST", "/hooks/personio/x", ["host: anything.example", JSON_TYPE], "{}")).toBe(
      202,
    );
  });
});
