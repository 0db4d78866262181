import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { codesOf, startStubServer } from "../support/start-stub-server.ts";

const APP = "https://app.firma.example";
const PUBLIC_URL = "https://people.firma.example";
const server = await startStubServer({ reach: { publicUrl: PUBLIC_URL, allowedOrigins: [APP] } });
const closed = await startStubServer();
afterAll(() => Promise.all([server[Symbol.asyncDispose](), closed[Symbol.asyncDispose]()]));

const JSON_TYPE = { "content-type": "application/json" };
const bodyOf = (query: string): string => JSON.stringify({ query });

/** What a browser sends before a request with `content-type: application/json` or a token. */
const preflight = (origin: string, { url = server.url, path = "/graphql", headers = {} } = {}) =>
  fetch(`${url}${path}`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
      ...headers,
    },
  });

const post = (query: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { ...JSON_TYPE, ...headers },
    body: bodyOf(query),
  });

/** As a browser decides: may the page of this origin read the answer? */
const mayRead = ({ headers }: Response, origin: string): boolean =>
  headers.get("access-control-allow-origin") === origin;

describe("a page of an allowed origin", () => {
  test.each([APP, PUBLIC_URL])("the preflight of %s is answered without a token", async (origin) => {
    const answer = await preflight(origin);
    const allowed = (name: string) => answer.headers.get(`access-control-allow-${name}`)?.split(", ");

    expect(answer.status).toBe(204);
    expect(mayRead(answer, origin)).toBe(true);
    expect(allowed("methods")).toEqual(["GET", "POST"]);
    expect(allowed("headers")).toEqual(
      expect.arrayContaining(["authorization", "content-type", "last-event-id", "apollo-require-preflight"]),
    );
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    expect(answer.headers.get("access-control-max-age")).toBe("7200");
    expect(answer.headers.get("vary")).toMatch(/origin/i);
  });

  test("the page reads the answer, and the headers about limits and tokens", async () => {
    const answer = await post("{ echo }", { origin: APP });

    expect(mayRead(answer, APP)).toBe(true);
    expect(answer.headers.get("vary")).toMatch(/origin/i);
    expect(answer.headers.get("access-control-expose-headers")?.split(", ")).toEqual([
      "retry-after",
      "ratelimit",
      "ratelimit-policy",
      "www-authenticate",
    ]);
    expect(await answer.json()).toEqual({ data: { echo: "nothing" } });
  });

  test.each([
    ["a malformed body", { ...JSON_TYPE }, "{", 400],
    ["a body that is too large", { ...JSON_TYPE }, bodyOf(`{ echo } #${"x".repeat(1_100_000)}`), 413],
    ["a body of another type", { "content-type": "text/plain" }, bodyOf("{ echo }"), 415],
  ])("the page reads the error of %s", async (_what, headers, body, status) => {
    const answer = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { ...headers, origin: APP },
      body,
    });

    expect(answer.status).toBe(status);
    expect(mayRead(answer, APP)).toBe(true);
  });

  test("the page reads the error of an unknown path", async () => {
    const answer = await fetch(`${server.url}/nowhere`, { headers: { origin: APP } });

    expect([answer.status, mayRead(answer, APP)]).toEqual([404, true]);
  });

  test("the page reads an event stream", async () => {
    const answer = await post("subscription { count(to: 1) }", { origin: APP, accept: "text/event-stream" });

    expect([answer.status, mayRead(answer, APP)]).toEqual([200, true]);
    expect(answer.headers.get("content-encoding")).toBeNull();
    expect(await answer.text()).toContain('"count":1');
  });
});

describe("E8: a page of a foreign origin", () => {
  test.each([
    ["of another site", "https://evil.example"],
    ["with the origin null", "null"],
    ["of a name that begins like an allowed one", `${APP}.evil.example`],
    ["of an allowed name without TLS", "http://app.firma.example"],
  ])("E8: a page %s gets no permission", async (_what, origin) => {
    const answers = [await preflight(origin), await post("{ echo }", { origin })];

    for (const { headers } of answers) {
      expect(headers.get("access-control-allow-origin")).toBeNull();
      // Otherwise a cache could answer an allowed page with it.
      expect(headers.get("vary")).toMatch(/origin/i);
    }
  });

  test("E8: a request that needs no preflight is refused", async () => {
    const simple = {
      method: "POST",
      headers: { origin: "https://evil.example", "content-type": "text/plain" },
    };
    const mutation = bodyOf("mutation { add(a: 1, b: 2) }");
    const posted = await fetch(`${server.url}/graphql`, { ...simple, body: mutation });
    const linked = await fetch(`${server.url}/graphql?query={echo}`);

    expect([posted.status, linked.status]).toEqual([415, 400]);
  });

  test("E8: a server without allowed origins permits no preflight", async () => {
    const answer = await preflight(APP, { url: closed.url });

    expect(answer.status).toBe(400);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("E8: an event stream and a socket are a 403", async () => {
    const upgrade = await statusOfUpgrade("https://evil.example");
    const stream = await post("{ echo }", { origin: "https://evil.example", accept: "text/event-stream" });

    expect([upgrade, stream.status]).toEqual([403, 403]);
    expect(await statusOfUpgrade(APP)).toBe(101);
  });

  test("D21: a preflight with a foreign host is refused, even of an allowed origin", async () => {
    const refused = request(`${server.url}/graphql`, {
      method: "OPTIONS",
      headers: { host: "evil.example", origin: APP, "access-control-request-method": "POST" },
    }).end();
    const [response] = await once(refused, "response");
    response.resume();

    expect(response.statusCode).toBe(421);
  });
});

async function statusOfUpgrade(origin: string): Promise<number> {
  const { hostname, port, host } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET /graphql HTTP/1.1\r\nhost: ${host}\r\norigin: ${origin}\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
      "sec-websocket-version: 13\r\nsec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n" +
      "sec-websocket-protocol: graphql-transport-ws\r\n\r\n",
  );
  const [data] = await once(socket, "data");
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(String(data))?.[1]);
}

describe("every answer", () => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, { headers });

  test.each([
    ["of an operation", () => post("{ echo }")],
    ["of a refused operation", () => post("{ nothing }")],
    ["of an event stream", () => post("{ echo }", { accept: "text/event-stream" })],
    ["of a refused event stream", () => get("/graphql", { accept: "text/event-stream", origin: "null" })],
    ["of a malformed request", () => post("{")],
    ["of an unknown path", () => get("/nowhere")],
    ["of a probe", () => get("/health")],
  ])("the answer %s is private, has a type that browsers obey, and may not be framed", async (_what, ask) => {
    const { headers } = await ask();

    expect(headers.get("cache-control")).toMatch(/^private, no-store/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")?.split(";").sort()).toEqual([
      "base-uri 'none'",
      "default-src 'none'",
      "frame-ancestors 'none'",
      "object-src 'none'",
    ]);
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  });

  test("the answer to a path that is not a URL is private, and has a type that browsers obey", async () => {
    const { headers } = await get("/%zz");

    expect(headers.get("cache-control")).toBe("private, no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("PersistedQueryNotFound keeps the header that Apollo documents", async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } };
    const answer = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: JSON_TYPE,
      body: JSON.stringify({ extensions }),
    });

    expect(codesOf(await answer.json())).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
    expect(answer.headers.get("cache-control")).toBe("private, no-cache, must-revalidate");
  });

  test("only a service with an https address asks browsers to use nothing else", async () => {
    const [withTls, without] = await Promise.all([
      fetch(`${server.url}/health`),
      fetch(`${closed.url}/health`),
    ]);

    expect(withTls.headers.get("strict-transport-security")).toBe("max-age=31536000");
    expect(without.headers.get("strict-transport-security")).toBeNull();
  });
});

describe("compression", () => {
  const ask = async (encoding: string, query: string) => {
    const sent = request(`${server.url}/graphql`, {
      method: "POST",
      headers: { ...JSON_TYPE, "accept-encoding": encoding },
    }).end(bodyOf(query));
    const [response] = await once(sent, "response");
    return { headers: response.headers, bytes: Buffer.concat(await response.toArray()) };
  };
  const decoders = { br: brotliDecompressSync, gzip: gunzipSync };

  test.each([
    ["br", "gzip, deflate, br", 2_000],
    ["gzip", "gzip", 2_000],
    ["br", "gzip, br, zstd", 200_000],
    ["gzip", "gzip;q=1, br;q=0", 200_000],
  ] as const)(
    "the answer in %s for `accept-encoding: %s` is whole (%i letters)",
    async (used, accepted, count) => {
      const { headers, bytes } = await ask(accepted, `{ letters(count: ${count}) }`);

      expect(headers["content-encoding"]).toBe(used);
      expect(headers.vary).toMatch(/accept-encoding/);
      expect(JSON.parse(decoders[used](bytes).toString())).toEqual({ data: { letters: "x".repeat(count) } });
    },
  );

  test("an answer below one kilobyte, and one for a client that accepts no encoding, stay as they are", async () => {
    const small = await ask("gzip, br", "{ echo }");
    const large = await ask("identity", "{ letters(count: 2000) }");

    expect(small.headers["content-encoding"]).toBeUndefined();
    expect(large.headers["content-encoding"]).toBeUndefined();
    expect(JSON.parse(large.bytes.toString()).data.letters).toHaveLength(2_000);
  });
});

test("GraphiQL's page is compressed, and sent once", async () => {
  const page = `${server.url}/graphql`;
  const first = await fetch(page, { headers: { accept: "text/html" } });
  await first.arrayBuffer();
  const etag = String(first.headers.get("etag"));
  const again = await fetch(page, { headers: { accept: "text/html", "if-none-match": etag } });

  expect(first.headers.get("content-encoding")).toMatch(/^(br|gzip)$/);
  expect(first.headers.get("cache-control")).toBe("private, no-cache");
  expect(first.headers.get("content-security-policy")).toMatch(/'unsafe-inline'.*frame-ancestors 'none'/);
  expect([again.status, await again.text()]).toEqual([304, ""]);
});
