import { createHash } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { administratorOfDefault } from "../../../src/access/viewer.ts";
import { createPersistedQueries } from "../../../src/graphql/operation/persisted-queries.ts";
import { sendOverSocket } from "../support/socket-client.ts";
import { codesOf, post, send, startStubServer } from "../support/start-stub-server.ts";
import { createStubOperations } from "../support/stub-operations.ts";

const server = await startStubServer();
afterAll(() => server[Symbol.asyncDispose]());

const extensionsOf = (query: string, version = 1) => ({
  persistedQuery: { version, sha256Hash: createHash("sha256").update(query).digest("hex") },
});

let count = 0;
/** A text that no other test stores. */
const newQuery = (): string => `{ echo(text: "${++count}") }`;

const get = (
  parameters: Record<string, string>,
  headers: Record<string, string> = { "content-type": "application/json" },
) => send(server.url, { search: `?${new URLSearchParams(parameters)}`, headers });

describe("D25: persisted queries", () => {
  test("a hash is not found until the client sends it with its text, and is known afterwards, over POST and GET", async () => {
    const query = newQuery();
    const extensions = extensionsOf(query);
    const missing = await post(server.url, { extensions });

    expect(missing).toMatchObject({
      status: 200,
      body: {
        errors: [{ message: "PersistedQueryNotFound", extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } }],
      },
    });
    expect((await get({ extensions: JSON.stringify(extensions) })).body).toEqual(missing.body);
    const answer = { data: { echo: String(count) } };
    expect((await post(server.url, { query, extensions })).body).toEqual(answer);
    expect((await post(server.url, { extensions })).body).toEqual(answer);
    expect((await get({ extensions: JSON.stringify(extensions) })).body).toEqual(answer);
  });

  test.each([
    ["a hash of another text", (query: string) => extensionsOf(`${query} `)],
    ["an unsupported version", (query: string) => extensionsOf(query, 2)],
    ["a value that is not an object", () => ({ persistedQuery: "x" })],
    ["a hash that is not a text", () => ({ persistedQuery: { version: 1, sha256Hash: {} } })],
  ])("%s is a 400, and no text is stored", async (_what, toExtensions) => {
    const query = newQuery();
    const { status, body } = await post(server.url, { query, extensions: toExtensions(query) });

    expect([status, codesOf(body)]).toEqual([400, ["BAD_REQUEST"]]);
    expect(codesOf((await post(server.url, { extensions: extensionsOf(query) })).body)).toEqual([
      "PERSISTED_QUERY_NOT_FOUND",
    ]);
  });

  test("a mutation by its hash is a 405 over GET", async () => {
    const query = "mutation { add(a: 1, b: 2) }";
    await post(server.url, { query, extensions: extensionsOf(query) });

    expect((await get({ extensions: JSON.stringify(extensionsOf(query)) })).status).toBe(405);
  });

  test("a refused operation is not stored", async () => {
    const query = "{ nothing }";
    await post(server.url, { query, extensions: extensionsOf(query) });

    expect(codesOf((await post(server.url, { extensions: extensionsOf(query) })).body)).toEqual([
      "PERSISTED_QUERY_NOT_FOUND",
    ]);
  });

  test("the same hash works over a WebSocket and an event stream", async () => {
    const query = newQuery();
    const extensions = extensionsOf(query);
    const [missing] = await sendOverSocket(server.url, { query: "", extensions });
    const [stored] = await sendOverSocket(server.url, { query, extensions });
    const [known] = await sendOverSocket(server.url, { query: "", extensions });
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { accept: "text/event-stream", "content-type": "application/json" },
      body: JSON.stringify({ extensions }),
    });

    expect(codesOf(missing ?? {})).toEqual(["PERSISTED_QUERY_NOT_FOUND"]);
    expect([stored, known]).toEqual(Array(2).fill({ data: { echo: String(count) } }));
    expect(await response.text()).toContain(`data: {"data":{"echo":"${count}"}}`);
  });

  test("the store is limited in entries and in bytes, and separate for each tenant", async () => {
    const { prepare } = await createStubOperations();
    const persisted = createPersistedQueries(({ query }) => prepare({ query }, administratorOfDefault), {
      queriesMax: 5,
      bytesMax: 3_000,
    });
    const ask = (query: string, tenantId = "one", text: string | undefined = query) =>
      persisted.prepare(
        { query: text, extensions: extensionsOf(query) },
        { ...administratorOfDefault, tenantId },
      );
    for (let round = 0; round < 20; round += 1) ask(`{ echo #${round}\n }`);
    expect(persisted.size).toBeLessThanOrEqual(5);
    ask(`{ echo #${"x".repeat(2_000)}\n }`);
    expect(ask(`{ echo #${"x".repeat(2_000)}\n }`, "one", "")).toHaveProperty("errors");
    ask("{ echo }");
    expect(ask("{ echo }", "one", "")).toHaveProperty("operation");
    expect(ask("{ echo }", "two", "")).toHaveProperty("errors");
  });
});
