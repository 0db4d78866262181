import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { SCOPES } from "../../../src/access/viewer.ts";
import { type TestIssuer, useIssuerApp } from "../../support/issuer.ts";
import type { SharedApp } from "../../support/shared-app.ts";

const opened = useIssuerApp();
let issuer: TestIssuer;
let service: SharedApp;
beforeAll(async () => {
  ({ issuer, service } = opened());
  await service.resetConnected();
});

const PAGE = "{ people(first: 50) { nodes { id displayName workEmail position } } }";

type Asking = {
  readonly scopes?: string;
  readonly tag?: string | null;
  readonly headers?: Record<string, string>;
};

async function get(
  parameters: Record<string, string>,
  { scopes = "people:read", tag, headers }: Asking = {},
) {
  const response = await fetch(`${service.app.url}/graphql?${new URLSearchParams(parameters)}`, {
    headers: {
      accept: "application/json",
      "apollo-require-preflight": "true",
      authorization: await issuer.bearer(scopes),
      ...(tag && { "if-none-match": tag }),
      ...headers,
    },
  });
  return {
    status: response.status,
    etag: response.headers.get("etag"),
    cacheControl: response.headers.get("cache-control"),
    vary: response.headers.get("vary"),
    body: await response.text(),
  };
}

const hashOf = (query: string) => createHash("sha256").update(query).digest("hex");

describe("a GET whose answer may be kept", () => {
  test("a GET whose answer may be kept has a tag, which a client sends to get 304 without a body until the answer changes", async () => {
    const first = await get({ query: PAGE });
    expect(first).toMatchObject({ status: 200, cacheControl: "private, no-cache" });
    expect(first.etag).toMatch(/^W\/"[\w-]{43}"$/);
    expect(first.vary).toMatch(/\baccept\b/);

    const again = await get({ query: PAGE }, { tag: first.etag });
    expect(again).toMatchObject({
      status: 304,
      body: "",
      etag: first.etag,
      cacheControl: "private, no-cache",
    });

    await service.app.database.dataSource.query(
      "update people set display_name = display_name || '!' where id = (select id from people order by last_name, first_name limit 1)",
    );
    const changed = await get({ query: PAGE }, { tag: first.etag });
    expect(changed.status).toBe(200);
    expect(changed.body).not.toBe(first.body);
    expect(changed.etag).not.toBe(first.etag);
  });

  test("a GET whose answer may be kept keeps its tag through a change that the answer does not show", async () => {
    const { etag } = await get({ query: PAGE });
    await service.app.database.dataSource.query("update departments set name = name || '!'");
    expect((await get({ query: PAGE }, { tag: etag })).status).toBe(304);
  });

  test("a GET whose answer may be kept accepts lists of tags, strong forms, and any tag", async () => {
    const { etag } = await get({ query: PAGE });
    const strong = etag?.replace("W/", "") ?? "";
    for (const tag of [`"other", ${etag}`, strong, "*"])
      expect((await get({ query: PAGE }, { tag })).status).toBe(304);
    expect((await get({ query: PAGE }, { tag: '"other"' })).status).toBe(200);
  });

  test("a GET whose answer may be kept sends compressed bodies with the same tag", async () => {
    const { etag } = await get({ query: PAGE });
    const compressed = await get({ query: PAGE }, { headers: { "accept-encoding": "br" } });
    expect(compressed).toMatchObject({ status: 200, etag });
  });

  test("a GET whose answer may be kept works for persisted queries, too", async () => {
    const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hashOf(PAGE) } });
    const unknown = await get({ extensions: extensions.replace(hashOf(PAGE), hashOf("{ me { subject } }")) });
    expect(unknown.body).toContain("PersistedQueryNotFound");
    expect(unknown.etag).toBeNull();

    const { etag } = await get({ query: PAGE, extensions });
    expect(await get({ extensions }, { tag: etag })).toMatchObject({ status: 304, body: "" });
  });

  test("a GET whose answer may be kept gives a viewer with other rights the answer for those rights, whatever tag was sent", async () => {
    const query = "{ people(first: 50) { nodes { id terminationDate } } }";
    const { etag } = await get({ query }, { scopes: "people:read people:hr" });
    const refused = await get({ query }, { tag: etag });
    expect(refused).toMatchObject({ status: 200, etag: null, cacheControl: "private, no-store" });
    expect(refused.body).toContain("FORBIDDEN");
  });
});

describe("no tag, and no copy in a cache", () => {
  test.each([
    ["an answer with a sensitive field", "{ people { nodes { id dateOfBirth } } }"],
    ["an answer that depends on the clock", "{ people { nodes { id isPreHire } } }"],
    ["an answer about the viewer", "{ me { subject } }"],
    ["an answer with an error", '{ people(after: "x") { nodes { id } } }'],
    ["a refused document", "{ nonsense }"],
  ])("%s", async (_, query) => {
    expect(await get({ query }, { scopes: SCOPES.join(" "), tag: "*" })).toMatchObject({
      status: 200,
      etag: null,
      cacheControl: "private, no-store",
    });
  });

  test("an answer to POST", async () => {
    const response = await fetch(`${service.app.url}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: await issuer.bearer("people:read"),
        "if-none-match": "*",
      },
      body: JSON.stringify({ query: PAGE }),
    });
    expect([response.status, response.headers.get("etag"), response.headers.get("cache-control")]).toEqual([
      200,
      null,
      "private, no-store",
    ]);
  });
});

test("an event stream gives a kept answer as GET does", async () => {
  const parsed = JSON.parse((await get({ query: PAGE })).body);
  const stream = await get({ query: PAGE }, { headers: { accept: "text/event-stream" } });
  const data = /^data: (.+)$/m.exec(stream.body)?.[1] ?? "";
  expect(JSON.parse(data)).toEqual(parsed);
  expect(data).toBe(JSON.stringify(parsed));
});
