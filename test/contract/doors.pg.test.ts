import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closed, openSocket } from "../graphql/support/socket-client.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { administer } from "../support/test-database.ts";

let app: TestApp;
let url: string;
beforeAll(async () => {
  app = await startTestApp({ sandbox: { people: 10 } });
  url = app.app.url;
});
afterAll(() => app[Symbol.asyncDispose]());

describe("the doors", () => {
  test("MUST say 200 at /health and /ready while all is well", async () => {
    const answers = await Promise.all([fetch(`${url}/health`), fetch(`${url}/ready`)]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  test("MUST show a page to try queries on at /, whole in itself", async () => {
    const response = await fetch(url);
    const page = await response.text();

    expect(response.headers.get("content-type")).toMatch(/text\/html/);
    expect(page).not.toMatch(/<script[^>]+src=|<link[^>]+href="(?!data:)/);
  });

  test("MUST answer in JSON whatever is wrong with a request", async () => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${url}/graphql`, { method: "POST", headers, body: "{" });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
  });

  test("MUST NOT let another site's page open a WebSocket (E8)", async () => {
    await expect(openSocket(url, { origin: "https://evil.example.com" })).rejects.toThrow("403");
  });

  test("MUST refuse a NUL in a text as the caller's fault (D13)", async () => {
    const query =
      "query ($search: String!) { people(filter: { search: $search }) { edges { node { id } } } }";
    const { data, errors } = await app.ask<unknown>(query, { search: "\u0000" });

    expect(errors ? errors[0]?.extensions.code : data).toBeOneOf(["BAD_USER_INPUT", data]);
    expect(JSON.stringify(errors ?? "")).not.toContain("INTERNAL_SERVER_ERROR");
  });
});

describe("while the database is gone", () => {
  test("MUST stay up, say so at /ready, answer UNAVAILABLE within seconds, and recover by itself (B2)", async () => {
    await using doomed = await startTestApp({ sandbox: { people: 10 } });
    const name = new URL(doomed.databaseUrl).pathname.slice(1);
    await administer(`alter database ${name} allow_connections false`);
    await administer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    const startedAt = performance.now();
    const { errors } = await doomed.ask<unknown>("{ offices { id } }");
    const [health, ready] = await Promise.all([
      fetch(`${doomed.app.url}/health`),
      fetch(`${doomed.app.url}/ready`),
    ]);

    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["UNAVAILABLE"]);
    expect([health.status, ready.status]).toEqual([200, 503]);
    expect(await ready.json()).toMatchObject({ ready: false, reason: expect.any(String) });
    expect(performance.now() - startedAt).toBeLessThan(5_000);

    await administer(`alter database ${name} allow_connections true`);
    expect(await doomed.get("{ offices { id } }")).toEqual({ offices: [] });
  });
});

test("stopping MUST finish what is under way and close sockets with 1001", async () => {
  const stopping = await startTestApp({ sandbox: { people: 10 } });
  const socket = await openSocket(stopping.app.url);
  const goodbye = closed(socket);
  const asked = stopping.get("{ people { totalCount } }");
  await stopping[Symbol.asyncDispose]();

  expect(await asked).toEqual({ people: { totalCount: 0 } });
  expect(await goodbye).toMatchObject({ code: 1001 });
});
