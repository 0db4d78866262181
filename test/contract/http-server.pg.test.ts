import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_TENANT_ID } from "../../src/access/viewer.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { sendOverEventStream } from "../graphql/support/event-stream-client.ts";
import { closed, openSocket, sendOverSocket } from "../graphql/support/socket-client.ts";
import { codesOf, post } from "../graphql/support/start-stub-server.ts";
import { eventually } from "../support/eventually.ts";
import { countWaiting } from "../support/locks.ts";
import { timed } from "../support/slowness.ts";
import { servedBy, startTestApp, type TestApp } from "../support/test-app.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { type DatabaseProxy, openDatabaseProxy } from "./support/database-proxy.ts";

// One test takes the app's database away and gives it back; the last one stops the app.

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let proxy: DatabaseProxy;
let app: TestApp;
let url: string;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  proxy = resources.use(await openDatabaseProxy(database.servingUrl));
  const config = { database: servedBy({ ...database, servingUrl: proxy.url }) };
  app = resources.use(await startTestApp({ sandbox: { people: 10 }, config }));
  url = app.app.url;
});
afterAll(() => resources.disposeAsync());

describe("the HTTP server", () => {
  test("the server MUST answer 200 at /health and /ready while all is well", async () => {
    const answers = await Promise.all([fetch(`${url}/health`), fetch(`${url}/ready`)]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  test("the server MUST serve a page to try queries on at /graphql, without resources of other hosts", async () => {
    const response = await fetch(`${url}/graphql`, { headers: { accept: "text/html" } });
    const page = await response.text();

    expect(response.headers.get("content-type")).toMatch(/text\/html/);
    expect(page).not.toMatch(/<script[^>]+src=|<link[^>]+href="(?!data:)/);
  });

  test("the server MUST answer a malformed request in JSON", async () => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${url}/graphql`, { method: "POST", headers, body: "{" });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
  });

  test("the server MUST NOT let a page of another site open a WebSocket (E8)", async () => {
    await expect(openSocket(url, { origin: "https://evil.example.com" })).rejects.toThrow("403");
  });

  test("a NUL in a text MUST NOT cause an internal error, on any transport (D13)", async () => {
    const query = `query ($text: String!, $id: ID!) {
      people(filter: { search: $text, ids: [$id] }) { totalCount }
      person(id: $id) { id }
    }`;
    const operation = { query, variables: { text: "\u0000", id: "\u0000" } };
    const answers = [
      (await post(url, operation)).body,
      ...(await sendOverEventStream(url, operation)),
      ...(await sendOverSocket(url, operation)),
    ];

    expect(answers.flatMap(codesOf)).toEqual([]);
    expect(answers.map(({ data }) => data)).toEqual(
      Array(3).fill({ people: { totalCount: 0 }, person: null }),
    );
  });

  test("every request MUST return its database connection, whatever its answer", async () => {
    const operations = [
      "{ people { totalCount } }",
      "{ people(first: 1000) { totalCount } offices { id } }",
      '{ people(after: "no cursor") { totalCount } offices { id } }',
      "mutation { syncPersonio { id } }",
    ];
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(operations.map((query) => app.ask(query)));
      await sendOverSocket(url, { query: "{ people { totalCount } }" });
    }

    expect(await app.get("{ people { totalCount } }")).toEqual({ people: { totalCount: 0 } });
  });
});

test("a lost database MUST show at /ready and as UNAVAILABLE, and the service MUST recover by itself (B2)", async () => {
  const statusAt = async (path: string) => (await fetch(`${url}${path}`)).status;
  await proxy.cut();
  const { result, quietMs } = await timed(5_000, async () => ({
    ...(await app.ask<unknown>("{ offices { id } }")),
    statuses: [await statusAt("/health"), await statusAt("/ready")],
  }));
  const { errors, statuses } = result;

  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["UNAVAILABLE"]);
  expect(statuses).toEqual([200, 503]);
  expect(quietMs).toBeLessThan(5_000);

  await proxy.mend();
  expect(await app.get("{ offices { id } }")).toEqual({ offices: [] });
  expect(await statusAt("/ready")).toBe(200);
});

test("a stopping app MUST finish its open requests and close sockets with 1001", async () => {
  const { dataSource } = database;
  const closing = closed(await openSocket(url));
  let answer: Promise<unknown> | undefined;
  let stopped: PromiseLike<void> | undefined;

  await inTenant(dataSource, DEFAULT_TENANT_ID, async (manager) => {
    await manager.query("lock table departments in access exclusive mode");
    answer = app.get("{ departments { id } }");
    await eventually(async () => (await countWaiting(dataSource, "departments")) > 0);
    stopped = app[Symbol.asyncDispose]();
    expect(await closing).toMatchObject({ code: 1001 });
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });

  expect(await answer).toEqual({ departments: [] });
  await stopped;
});
