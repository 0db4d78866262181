import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Result } from "../../../src/personio/http/failure.ts";
import { sendRequest } from "../../../src/personio/http/send-request.ts";
import { timed } from "../../support/slowness.ts";
import { type Handler, sendJson, startSmallServer } from "../small-server.ts";

const request = { method: "GET", path: "/v1/company/employees", query: { limit: 100, offset: 0 } } as const;

/** The result of one request to a server that responds like this. */
async function ask(
  handle: Handler,
  options: { deadlineMs?: number; signal?: AbortSignal } = {},
): Promise<Result<unknown>> {
  await using server = await startSmallServer(handle);
  return await sendRequest(request, {
    apiUrl: new URL(server.url),
    token: "papi-1",
    deadlineMs: options.deadlineMs ?? 5_000,
    signal: options.signal,
  });
}

const json = { "content-type": "application/json" };
const BODY = JSON.stringify({ success: true, data: [] });

describe("sendRequest", () => {
  test("sendRequest returns the JSON of a success, and identifies the client", async () => {
    await using server = await startSmallServer((_request, response) =>
      sendJson(response, { success: true, data: ["ä"] }),
    );
    const apiUrl = new URL(`${server.url}/behind/a/proxy/`);

    const result = await sendRequest(request, {
      apiUrl,
      token: "papi-1",
      deadlineMs: 5_000,
      signal: undefined,
    });

    expect(result).toEqual({ ok: true, value: { success: true, data: ["ä"] } });
    expect(server.received).toMatchObject([
      {
        method: "GET",
        url: "/behind/a/proxy/v1/company/employees?limit=100&offset=0",
        headers: {
          authorization: "Bearer papi-1",
          accept: "application/json",
          "x-personio-partner-id": "PEOPLE_SUBGRAPH",
          "x-personio-app-id": "PEOPLE_SUBGRAPH",
        },
      },
    ]);
  });

  test("sendRequest does not follow a redirect, and sends the token nowhere else (A15)", async () => {
    await using elsewhere = await startSmallServer((_request, response) =>
      sendJson(response, { success: true }),
    );
    const result = await ask((_request, response) => {
      response.writeHead(302, { location: `${elsewhere.url}/v1/company/employees` }).end();
    });
    expect(result).toMatchObject({ ok: false, failure: { kind: "REDIRECT_REFUSED", status: 302 } });
    expect(elsewhere.received).toEqual([]);
  });

  test("sendRequest sends a form as a form, and prints only the numbers of a query", async () => {
    await using server = await startSmallServer((_request, response) => {
      response.writeHead(500).end();
    });
    const result = await sendRequest(
      {
        method: "POST",
        path: "/v2/auth/token",
        query: { limit: 50, cursor: "cur_sentinel&x" },
        headers: { beta: "true" },
        body: { form: { client_id: "cid 1", client_secret: "a&b=c" } },
      },
      { apiUrl: new URL(server.url), token: undefined, deadlineMs: 5_000, signal: undefined },
    );
    expect(result).toMatchObject({
      failure: { asked: "POST /v2/auth/token?limit=50&cursor=…", found: "expected 200, found 500" },
    });
    expect(server.received).toMatchObject([
      {
        url: "/v2/auth/token?limit=50&cursor=cur_sentinel%26x",
        headers: {
          "content-type": expect.stringContaining("application/x-www-form-urlencoded"),
          beta: "true",
        },
        body: "client_id=cid+1&client_secret=a%26b%3Dc",
      },
    ]);
  });

  test("sendRequest does not read the body of a success if the request ignores it", async () => {
    for (const [status, body] of [
      [204, undefined],
      [200, "Deleted"],
    ] as const) {
      await using server = await startSmallServer((_request, response) => {
        response.writeHead(status).end(body);
      });
      const result = await sendRequest(
        { method: "DELETE", path: "/v2/webhooks/1", ignoreBody: true },
        { apiUrl: new URL(server.url), token: "papi-1", deadlineMs: 5_000, signal: undefined },
      );
      expect(result).toEqual({ ok: true, value: undefined });
    }
  });

  test("the type of an error distinguishes a missing record from a missing endpoint", async () => {
    const notFound = (body: unknown) => ask((_request, response) => sendJson(response, body, 404));
    expect(await notFound({ errors: [{ type: "https://x/#common.resource_not_found" }] })).toMatchObject({
      failure: { kind: "UPSTREAM_REFUSED", status: 404, httpError: "RECORD_MISSING" },
    });
    expect(await notFound({ errors: [{ type: "https://x/#apinot_found" }] })).toMatchObject({
      failure: { kind: "ENDPOINT_MISSING", status: 404 },
    });
    // Longer than any error body.
    expect(await notFound({ errors: [{ type: `#${"x".repeat(70_000)}` }] })).toMatchObject({
      failure: { kind: "UPSTREAM_REFUSED", status: 404 },
    });
  });

  test("half an error body counts as a bad body, because its reason is unknown", async () => {
    const result = await ask((_request, response) => {
      response.writeHead(404, { ...json, "content-length": 500 });
      response.write('{"errors":[{"type":"#common.res', () => response.destroy());
    });
    expect(result).toMatchObject({ ok: false, failure: { kind: "UPSTREAM_BAD_BODY" } });
  });

  test("sendRequest refuses a path that leads to another host", async () => {
    const apiUrl = new URL("https://api.personio.de");
    const leaving = sendRequest(
      { method: "GET", path: "//169.254.169.254/v1" },
      { apiUrl, token: "papi-1", deadlineMs: 5_000, signal: undefined },
    );
    await expect(leaving).rejects.toThrow("leave the configured Personio API");
  });

  test("half a body before a reset is a bad body (A9)", async () => {
    const result = await ask((_request, response) => {
      response.writeHead(200, { ...json, "content-length": BODY.length });
      response.write(BODY.slice(0, 10), () => response.destroy());
    });
    expect(result).toMatchObject({ ok: false, failure: { kind: "UPSTREAM_BAD_BODY" } });
  });

  test("a Content-Length that is too short is a bad body (A9)", async () => {
    const result = await ask((_request, response) => {
      response.strictContentLength = false;
      response.writeHead(200, { ...json, "content-length": 10 }).end(BODY);
    });
    expect(result).toMatchObject({ ok: false, failure: { kind: "UPSTREAM_BAD_BODY" } });
  });

  test("a cut gzip stream is a bad body, and a whole one is read (A9)", async () => {
    const zipped = gzipSync(
      JSON.stringify({ success: true, data: Array.from({ length: 500 }, Math.random) }),
    );
    const answer = (body: Buffer) =>
      ask((_request, response) => {
        response.writeHead(200, { ...json, "content-encoding": "gzip" }).end(body);
      });
    expect(await answer(zipped.subarray(0, zipped.length / 2))).toMatchObject({
      failure: { kind: "UPSTREAM_BAD_BODY" },
    });
    expect(await answer(zipped)).toMatchObject({ ok: true });
  });

  test("bytes that are not UTF-8 are a bad body, so that no name is invented", async () => {
    const result = await ask((_request, response) => {
      response.writeHead(200, json).end(Buffer.from('{"success":true,"data":["Müller"]}', "latin1"));
    });
    expect(result).toMatchObject({ ok: false, failure: { kind: "UPSTREAM_BAD_BODY" } });
  });

  test("an HTML page is a bad content type (A10)", async () => {
    const result = await ask((_request, response) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<title>Log in</title>");
    });
    expect(result).toMatchObject({
      ok: false,
      failure: { kind: "UPSTREAM_BAD_CONTENT_TYPE", found: "200 with text/html, not JSON" },
    });
  });

  test("sendRequest reads JSON of a problem type, and refuses a response without a type", async () => {
    const typed = (headers: Record<string, string>) =>
      ask((_request, response) => {
        response.writeHead(200, headers).end(BODY);
      });
    expect(await typed({ "content-type": "application/problem+json;charset=utf-8" })).toMatchObject({
      ok: true,
    });
    expect(await typed({ "content-type": "application/jsonlines" })).toMatchObject({ ok: false });
    expect(await typed({})).toMatchObject({ failure: { found: "200 with no content type, not JSON" } });
  });

  test("a trickling response ends at the deadline, which covers the body (A11)", async () => {
    const { result, quietMs } = await timed(5_000, () =>
      ask(
        (_request, response) => {
          response.writeHead(200, json);
          const drip = setInterval(() => response.write(" "), 10);
          response.on("close", () => clearInterval(drip));
        },
        { deadlineMs: 150 },
      ),
    );
    expect(result).toMatchObject({
      ok: false,
      failure: { kind: "UPSTREAM_TIMEOUT", found: "no complete response within 150 ms" },
    });
    expect(quietMs).toBeLessThan(5_000);
  });

  test("sendRequest stops reading a body that is too large, encoded or not", async () => {
    const result = await ask((_request, response) => {
      response
        .writeHead(200, { ...json, "content-encoding": "gzip" })
        .end(gzipSync(Buffer.alloc(33 * 1024 * 1024, " ")));
    });
    expect(result).toMatchObject({ ok: false, failure: { kind: "UPSTREAM_TOO_LARGE" } });
  });

  test("success: false with a 200 is a failure of Personio", async () => {
    const result = await ask((_request, response) =>
      sendJson(response, { success: false, error: { code: 0, message: "Etwas ist schiefgelaufen" } }),
    );
    expect(result).toMatchObject({
      ok: false,
      failure: { kind: "UPSTREAM_ERROR", found: expect.stringContaining("success: false") },
    });
  });

  test.each([
    { error: { code: 404, message: "Not found" } },
    { error: { code: "404" } },
    { error: { message: "Not found" }, code: 404 },
    { error: "Not found", code: 404 },
    { code: "404" },
  ])("success: false with a 200 and %j is a missing record", async (body) => {
    const result = await ask((_request, response) => sendJson(response, { success: false, ...body }));
    expect(result).toMatchObject({ ok: false, failure: { httpError: "RECORD_MISSING" } });
  });

  test("a failure contains the wait that Personio requests, by Personio's own clock (A4)", async () => {
    const limited = (headers: Record<string, string>) =>
      ask((_request, response) => {
        response.writeHead(429, headers).end();
      });
    expect(await limited({ "retry-after": "7" })).toMatchObject({
      failure: { kind: "RATE_LIMITED", retryAfterMs: 7_000 },
    });
    expect(
      await limited({
        date: "Fri, 01 Jan 2021 00:00:00 GMT",
        "retry-after": "Fri, 01 Jan 2021 00:00:09 GMT",
      }),
    ).toMatchObject({ failure: { retryAfterMs: 9_000 } });
  });

  test("a server without TLS is a TLS_ERROR (A16)", async () => {
    await using server = await startSmallServer((_request, response) => sendJson(response, {}));
    const apiUrl = new URL(server.url.replace("http:", "https:"));
    const result = await sendRequest(request, {
      apiUrl,
      token: "papi-1",
      deadlineMs: 5_000,
      signal: undefined,
    });
    expect(result).toMatchObject({ ok: false, failure: { kind: "TLS_ERROR" } });
    expect(server.received).toEqual([]);
  });

  test("a refused connection is UPSTREAM_UNREACHABLE (A17)", async () => {
    const server = await startSmallServer(() => undefined);
    await server[Symbol.asyncDispose]();
    const result = await sendRequest(request, {
      apiUrl: new URL(server.url),
      token: undefined,
      deadlineMs: 5_000,
      signal: undefined,
    });
    expect(result).toMatchObject({
      ok: false,
      failure: { kind: "UPSTREAM_UNREACHABLE", found: "no response, ECONNREFUSED" },
    });
  });

  test("sendRequest ends at once with the caller's reason, before and during the response", async () => {
    for (const begin of [false, true]) {
      const reason = new Error("no longer wanted");
      const leaving = new AbortController();
      const asking = ask(
        (_request, response) => {
          if (begin) response.writeHead(200, json).write("{");
          setTimeout(() => leaving.abort(reason), 50);
        },
        { signal: leaving.signal },
      );
      await expect(asking).rejects.toBe(reason);
    }
  });
});
