import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { BODY_BYTES_MAX } from "../../../src/graphql/transports/http-error.ts";
import { timed } from "../../support/slowness.ts";
import { codesOf, post, send, startStubServer } from "../support/start-stub-server.ts";

const server = await startStubServer();
const production = await startStubServer({ reach: { production: true } });
afterAll(() => Promise.all([server[Symbol.asyncDispose](), production[Symbol.asyncDispose]()]));

const json = { "content-type": "application/json" };

describe("an invalid request is refused in GraphQL's JSON", () => {
  const hello = JSON.stringify({ query: "{ echo }" });
  const requests: [string, RequestInit & { search?: string }, number, string][] = [
    ["D14: malformed JSON", { method: "POST", headers: json, body: '{"query":' }, 400, "BAD_REQUEST"],
    ["an empty body", { method: "POST", headers: json, body: "" }, 400, "BAD_REQUEST"],
    ["JSON that is not an object", { method: "POST", headers: json, body: "7" }, 400, "BAD_REQUEST"],
    [
      "D14: a body in UTF-16",
      { method: "POST", headers: json, body: Buffer.from(hello, "utf16le") },
      400,
      "BAD_REQUEST",
    ],
    [
      "D14: a compressed body",
      {
        method: "POST",
        headers: { ...json, "content-encoding": "gzip" },
        body: gzipSync(Buffer.alloc(9_000_000, 32)),
      },
      400,
      "BAD_REQUEST",
    ],
    [
      "poisoned JSON",
      { method: "POST", headers: json, body: '{"__proto__":{"query":"{ echo }"}}' },
      400,
      "BAD_REQUEST",
    ],
    [
      "D14: plain text",
      { method: "POST", headers: { "content-type": "text/plain" }, body: hello },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    [
      "D16: a form",
      { method: "POST", body: new URLSearchParams({ query: "{ echo }" }) },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    ["D16: a multipart body", { method: "POST", body: new FormData() }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    [
      "D13: a body that is too large",
      {
        method: "POST",
        headers: json,
        body: JSON.stringify({ query: `{ echo } #${"x".repeat(BODY_BYTES_MAX)}` }),
      },
      413,
      "PAYLOAD_TOO_LARGE",
    ],
    ["D10: a batch", { method: "POST", headers: json, body: `[${hello},${hello}]` }, 400, "BAD_REQUEST"],
    [
      "D16: a mutation over GET",
      { search: "?query=mutation{add(a:1,b:2)}", headers: json },
      405,
      "BAD_REQUEST",
    ],
    ["a query over GET that any page could send", { search: "?query={echo}" }, 400, "BAD_REQUEST"],
    [
      "a method that GraphQL does not have",
      { method: "PUT", headers: json, body: hello },
      405,
      "BAD_REQUEST",
    ],
  ];

  test.each(requests)("%s is refused in GraphQL's JSON", async (_what, init, status, code) => {
    const answer = await send(server.url, init);

    expect(answer.status).toBe(status);
    expect(answer.contentType).toMatch(/json/);
    expect(codesOf(answer.body)).toEqual([code]);
  });

  test("a program that asks for the methods of the address gets them", async () => {
    const response = await fetch(`${server.url}/graphql`, { method: "OPTIONS" });

    expect(response.status).toBe(204);
    expect(response.headers.get("allow")).toBe("GET, POST, OPTIONS");
    expect(await response.text()).toBe("");
  });

  test("an unknown path is a 404", async () => {
    const response = await fetch(`${server.url}/nowhere`);

    expect(response.status).toBe(404);
    expect(codesOf(await response.json())).toEqual(["NOT_FOUND"]);
  });

  test.each([
    ["a path that is not a URL", { path: "/%zz" }, "The path of the request cannot be read."],
    [
      "a host that no URL can have",
      { path: "/graphql?query={echo}", headers: { ...json, host: "a b" } },
      "The Host header cannot be read. Send one, with a name or an address and perhaps a port.",
    ],
  ])("%s is a 400 that names it", async (_what, options, message) => {
    const sent = request(server.url, options).end();
    const [response] = await once(sent, "response");
    const chunks = await response.toArray();

    const body = JSON.parse(Buffer.concat(chunks).toString());
    expect(response.statusCode).toBe(400);
    expect(codesOf(body)).toEqual(["BAD_REQUEST"]);
    expect(body.errors[0].message).toBe(message);
  });
});

test.each([
  [
    "headers with a token of 10,000 scopes",
    `GET /graphql HTTP/1.1\r\nHost: a\r\nA: ${"x".repeat(120_000)}`,
    431,
  ],
  ["text that is not HTTP", "hello", 400],
])("%s: the answer is GraphQL's JSON, and no cache keeps it", async (_what, text, status) => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname).on("error", () => undefined);
  socket.write(`${text}\r\n\r\n`);
  let answer = "";
  for await (const chunk of socket.setEncoding("utf8")) {
    answer += chunk;
    if (answer.endsWith("}]}")) break;
  }
  const [head = "", body = ""] = answer.split("\r\n\r\n");

  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*cache-control: private, no-store`));
  expect(head).toContain("x-content-type-options: nosniff");
  expect(codesOf(JSON.parse(body))).toEqual([status === 431 ? "PAYLOAD_TOO_LARGE" : "BAD_REQUEST"]);
});

test("an error does not reveal the libraries of the server", async () => {
  const { body } = await send(server.url, { method: "POST", headers: json, body: "{" });

  expect(JSON.stringify(body)).not.toMatch(/stack|apollo|fastify|FST_/i);
});

describe("/health and /ready", () => {
  const readinessOf = async (checkReady: () => Promise<void>) => {
    await using started = await startStubServer({ routes: { checkReady } });
    const [health, ready] = await Promise.all([
      fetch(`${started.url}/health`),
      fetch(`${started.url}/ready`),
    ]);
    return { health: health.status, ready: ready.status, body: await ready.json() };
  };

  test("both routes answer 200 while the database is ready", async () => {
    expect(await readinessOf(async () => undefined)).toEqual({
      health: 200,
      ready: 200,
      body: { ready: true },
    });
  });

  test("a failed database makes /ready a 503 with the reason, and /health stays 200", async () => {
    const failing = async () => {
      throw new Error("the database does not answer");
    };

    expect(await readinessOf(failing)).toEqual({
      health: 200,
      ready: 503,
      body: { ready: false, reason: "the database does not answer" },
    });
  });

  test("/ready shows no address and no login, which an error of the driver may name", async () => {
    const failing = async () => {
      throw Object.assign(new Error('no pg_hba.conf entry for host "10.0.0.7", user "people_serving"'), {
        code: "28000",
      });
    };

    expect((await readinessOf(failing)).body).toEqual({
      ready: false,
      reason: "the database does not answer (28000)",
    });
  });

  test("D18: probes that come together share one check of the database, because strangers may send them", async () => {
    let running = 0;
    let most = 0;
    const checkReady = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 50));
      running -= 1;
    };
    await using started = await startStubServer({ routes: { checkReady } });
    const probes = Array.from({ length: 50 }, () => fetch(`${started.url}/ready`));
    expect(new Set((await Promise.all(probes)).map(({ status }) => status))).toEqual(new Set([200]));
    expect(most).toBe(1);
  });

  test("a hanging database makes /ready a 503 after two seconds", async () => {
    const { result, quietMs } = await timed(5_000, () => readinessOf(() => new Promise(() => undefined)));

    expect(result).toMatchObject({ ready: 503 });
    expect(quietMs).toBeLessThan(5_000);
  });
});

describe("GraphiQL, at /graphql in a browser", () => {
  const openPage = ({ url }: { url: string }, search = "") =>
    fetch(`${url}/graphql${search}`, { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } });

  test("GraphiQL's page loads nothing from other sites", async () => {
    const response = await openPage(server);
    const page = await response.text();

    expect(response.headers.get("content-type")).toMatch(/text\/html/);
    expect(response.headers.get("content-security-policy")).toMatch(/default-src 'self'/);
    expect(page).toMatch(/YogaGraphiQL\.renderYogaGraphiQL/);
    expect(page).not.toMatch(/<script[^>]+src=|<link[^>]+href="(?!data:)/);
  });

  test("a browser that names a query gets its answer, not the page", async () => {
    const response = await openPage(server, "?query={echo}");

    expect(response.headers.get("content-type")).not.toMatch(/text\/html/);
  });

  test("GraphiQL's page does not exist in production", async () => {
    const response = await openPage(production);

    expect(response.status).toBe(400);
    expect(await response.text()).not.toMatch(/<html/i);
  });
});

test("a port in use is an error", async () => {
  const port = Number(new URL(server.url).port);

  await expect(startStubServer({ reach: { port } })).rejects.toThrow("EADDRINUSE");
});

describe("disposing", () => {
  test("disposing lets a request finish, and accepts no further one", async () => {
    const stopping = await startStubServer();
    const slow = post(stopping.url, { query: "{ slow(ms: 300) }" });
    await post(stopping.url, { query: "{ echo }" });
    const { quietMs } = await timed(5_000, () => stopping[Symbol.asyncDispose]());

    expect(quietMs).toBeLessThan(5_000);
    expect(await slow).toMatchObject({ status: 200, body: { data: { slow: 300 } } });
    await expect(post(stopping.url, { query: "{ echo }" })).rejects.toThrow();
  });
});
