import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type List, type Problem, requestToken, type SandboxClientV2, startV2 } from "../support/start-v2.ts";

const WEBHOOKS = "/v2/webhooks";
const MINIMAL = {
  url: "https://people.example/hooks/personio/t_481920",
  description: "People sync",
  token: "Bearer abc",
  enabled_events: ["person.created", "employment.started"],
};

let client: SandboxClientV2;
beforeAll(async () => {
  client = await startV2({ people: 10 });
});
afterAll(() => client[Symbol.asyncDispose]());

let made = 0;
/** Every webhook has an address of its own. */
const create = (fields: Record<string, unknown> = {}, at = client) => {
  made += 1;
  return at.send("POST", WEBHOOKS, { ...MINIMAL, url: `${MINIMAL.url}/${made}`, ...fields });
};
const createId = async (fields: Record<string, unknown> = {}) =>
  ((await (await create(fields)).json()) as { id: string }).id;

describe("a new webhook", () => {
  test("a new webhook is disabled and has a token, and shows neither the token nor its headers", async () => {
    const response = await create();
    const webhook = (await response.json()) as { id: string };
    expect([response.status, webhook]).toEqual([
      201,
      {
        id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        url: `${MINIMAL.url}/${made}`,
        description: "People sync",
        status: "DISABLED",
        auth_type: "TOKEN",
        enabled_events: ["person.created", "employment.started"],
      },
    ]);
    expect(await client.read(`${WEBHOOKS}/${webhook.id}`)).toEqual(webhook);
  });

  test.each([
    ["http://127.0.0.1:9/hooks", "The URL must use HTTPS."],
    ["ftp://people.example/", "The URL must use HTTPS."],
    ["people.example/hooks", "Invalid URL."],
    ["https://", "Invalid URL."],
  ])("a webhook cannot have the URL %s", async (url, detail) => {
    const response = await create({ url });
    expect([response.status, ((await response.json()) as Problem).errors[0]?.detail]).toEqual([422, detail]);
  });

  test("a webhook may use HTTP on loopback if a setting allows it, and nowhere else", async () => {
    await using lenient = await startV2({
      people: 10,
      settings: { webhooks: { urls: "https or loopback" } },
    });
    const status = async (url: string) => (await create({ url }, lenient)).status;
    expect(await status("http://127.0.0.1:9/hooks")).toBe(201);
    expect(await status("http://localhost:9/hooks")).toBe(201);
    expect(await status("http://people.example/hooks")).toBe(422);
    expect(await status("http://127.0.0.1.people.example/hooks")).toBe(422);
  });

  test.each([
    { url: undefined },
    { description: undefined },
    { enabled_events: undefined },
    { enabled_events: [] },
    { enabled_events: ["person.promoted"] },
    { status: "ON" },
    { auth_type: "HMAC" },
    { secret: "x" },
    { auth_type: "CUSTOM", custom_headers: { a: "1", b: "2", c: "3", d: "4" } },
    { auth_type: "CUSTOM", custom_headers: { Host: "x" } },
    { auth_type: "CUSTOM", custom_headers: { "Content-Type-Options": "x" } },
    { auth_type: "CUSTOM", custom_headers: { Tenant: "x" } },
    { auth_type: "CUSTOM", custom_headers: { "a b": "x" } },
  ])("a new webhook is refused with %j", async (fields) => {
    expect((await create(fields)).status).toBe(400);
  });

  test("a new webhook is refused when its body is not JSON", async () => {
    expect((await client.send("POST", WEBHOOKS, "{")).status).toBe(400);
  });

  test("a new webhook needs a token for TOKEN, and CUSTOM for custom headers", async () => {
    expect((await create({ token: undefined })).status).toBe(422);
    expect((await create({ custom_headers: { "X-Hook-Secret": "s" } })).status).toBe(422);
    expect((await create({ token: undefined, auth_type: "NONE" })).status).toBe(201);
    const custom = { auth_type: "CUSTOM", custom_headers: { "X-A": "1", "X-B": "2", "X-C": "3" } };
    expect((await create(custom)).status).toBe(201);
  });

  test("a new webhook conflicts with another one at the same address", async () => {
    const url = `${MINIMAL.url}/twice`;
    expect((await create({ url })).status).toBe(201);
    expect((await create({ url })).status).toBe(409);
  });
});

describe("a webhook", () => {
  test("a webhook is changed in part, by the same rules", async () => {
    const id = await createId();
    const patch = async (fields: object) => client.send("PATCH", `${WEBHOOKS}/${id}`, fields);
    const before = await client.read(`${WEBHOOKS}/${id}`);
    const changed = await patch({ status: "ENABLED", enabled_events: ["person.deleted"] });
    expect([changed.status, await changed.json()]).toEqual([
      200,
      { ...before, status: "ENABLED", enabled_events: ["person.deleted"] },
    ]);
    expect((await patch({ url: before.url })).status).toBe(200);
    expect((await patch({ url: "http://people.example" })).status).toBe(422);
    expect((await patch({ status: "ON" })).status).toBe(400);
    expect((await patch({ custom_headers: { "X-A": "1" } })).status).toBe(422);
    expect((await patch({ auth_type: "CUSTOM", custom_headers: { "X-A": "1" } })).status).toBe(200);
    expect((await patch({ auth_type: "NONE" })).status).toBe(200);
    const taken = await createId();
    const { url } = await client.read(`${WEBHOOKS}/${taken}`);
    expect((await patch({ url })).status).toBe(409);
  });

  test("a deleted webhook is gone", async () => {
    const id = await createId();
    expect((await client.send("DELETE", `${WEBHOOKS}/${id}`)).status).toBe(204);
    for (const [method, path] of [
      ["GET", ""],
      ["PATCH", ""],
      ["DELETE", ""],
      ["GET", "/events"],
      ["GET", "/activity"],
      ["POST", "/ping"],
    ]) {
      const response = await client.send(
        method!,
        `${WEBHOOKS}/${id}${path}`,
        method === "GET" ? undefined : {},
      );
      expect([method, path, response.status]).toEqual([method, path, 404]);
    }
  });

  test("webhooks are listed in pages, by status and events on request", async () => {
    await using other = await startV2({ people: 10 });
    for (const [status, event] of [
      ["ENABLED", "person.created"],
      ["DISABLED", "person.created"],
      ["ENABLED", "person.deleted"],
    ]) {
      await create({ status, enabled_events: [event] }, other);
    }
    const all = await other.readAll(`${WEBHOOKS}?limit=1`);
    const [first, second, third] = all.map(({ id }) => id);
    const found = async (query: string) =>
      (await other.read<List>(`${WEBHOOKS}?${query}`))._data.map(({ id }) => id);
    expect(all).toHaveLength(3);
    expect(await found("status=ENABLED")).toEqual([first, third]);
    expect(await found("enabled_events=person.created")).toEqual([first, second]);
    expect(await found("enabled_events=person.deleted,person.created&status=DISABLED")).toEqual([second]);
    expect((await other.get(`${WEBHOOKS}?limit=200`)).status).toBe(200);
    expect((await other.get(`${WEBHOOKS}?limit=201`)).status).toBe(400);
  });
});

test("reading and writing webhooks need scopes of their own", async () => {
  const withScope = async (scope: string, method: string) => {
    const { access_token: token } = (await (await requestToken(client, { scope })).json()) as {
      access_token: string;
    };
    const headers = { authorization: `Bearer ${token}` };
    const body =
      method === "GET" ? {} : { body: JSON.stringify({ ...MINIMAL, url: `${MINIMAL.url}/scopes` }) };
    return (await fetch(client.url + WEBHOOKS, { method, headers, ...body })).status;
  };
  expect(await withScope("personio:webhooks:read", "GET")).toBe(200);
  expect(await withScope("personio:webhooks:read", "POST")).toBe(403);
  expect(await withScope("personio:webhooks:write", "GET")).toBe(403);
  expect(await withScope("personio:webhooks:write", "POST")).toBe(201);
});

test("the admin adds webhooks without a token, by the same rules", async () => {
  const webhook = { ...MINIMAL, url: `${MINIMAL.url}/admin`, enabled_events: ["person.created" as const] };
  const id = await client.admin.addWebhook(webhook);
  expect(await client.read(`${WEBHOOKS}/${id}`)).toMatchObject({ id, status: "DISABLED" });
  await expect(client.admin.addWebhook(webhook)).rejects.toThrow(/409/);
  await expect(client.admin.addWebhook({ ...webhook, url: "http://127.0.0.1/" })).rejects.toThrow(/HTTPS/);
});
