import { expect, test } from "vitest";
import { startSandbox } from "../../../src/sandbox/sandbox.ts";
import { MONDAY, signIn, startSignedIn } from "../support/start.ts";
import { PERSONS, postForm, requestToken, startV2 } from "../support/start-v2.ts";

const start = (settings = {}) => startSandbox({ people: 10, seed: 1, now: MONDAY, settings });

const SCOPES = "personio:persons:read personio:webhooks:read personio:webhooks:write";
const INVALID_CLIENT =
  "Client authentication failed (e.g., unknown client, wrong secret, no client authentication included, or unsupported authentication method).";

test("client credentials return a token for a day, the same one as on version 1", async () => {
  await using sandbox = await start();
  const response = await requestToken(sandbox);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    access_token: await signIn(sandbox),
    token_type: "Bearer",
    expires_in: expect.any(Number),
    scope: SCOPES,
  });
  await sandbox.admin.advanceClock({ days: 1 });
  const { access_token: renewed } = (await (await requestToken(sandbox)).json()) as { access_token: string };
  expect(renewed).toMatch(/^papi-[0-9a-f-]{36}$/);
  expect(renewed).toBe(await signIn(sandbox));
});

test("a token of version 1 is valid on version 2", async () => {
  await using client = await startSignedIn({ people: 10 });
  expect((await client.get(PERSONS)).status).toBe(200);
});

test("expires_in may be skewed", async () => {
  await using sandbox = await start({ expiresInSkewSeconds: -600 });
  const { expires_in: left } = (await (await requestToken(sandbox)).json()) as { expires_in: number };
  expect(left).toBeLessThanOrEqual(86_400 - 600);
  expect(left).toBeGreaterThan(86_400 - 630);
});

test.each([400, 401] as const)("a wrong pair is refused with %i, as configured", async (status) => {
  await using sandbox = await start(status === 400 ? {} : { v2: { wrongCredentialsStatus: status } });
  for (const wrong of [{ client_secret: "wrong" }, { client_id: "wrong" }]) {
    const response = await requestToken(sandbox, wrong);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      status,
      "application/problem+json",
    ]);
    expect(await response.json()).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      trace_id: expect.stringMatching(/^[0-9a-f]{16}$/),
      error: "invalid_client",
      error_description: INVALID_CLIENT,
      error_uri: "https://developer.personio.de/reference/errors#credentials.oauth2.invalid_client",
      meta: {},
    });
  }
});

test.each([
  [{ client_secret: "" }, "invalid_request", { missing_parameters: ["client_secret"] }],
  [{ grant_type: "" }, "invalid_request", { missing_parameters: ["grant_type"] }],
  [{ grant_type: "password" }, "unsupported_grant_type", { grant_type: "password" }],
  [{ scope: "personio:persons:read personio:moon:read" }, "invalid_scope", {}],
])("a form with %j is answered with %s", async (fields, error, meta) => {
  await using sandbox = await start();
  const response = await requestToken(sandbox, fields);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error, meta });
});

test("credentials are accepted only in a form", async () => {
  await using sandbox = await start();
  const { clientId, clientSecret } = sandbox.credentials;
  const json = await fetch(`${sandbox.url}/v2/auth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
    }),
  });
  expect(json.status).toBe(400);
  const answer = (await json.json()) as Record<string, unknown>;
  expect(answer).toMatchObject({
    error: "invalid_request",
    error_description: 'The content type of the request must be "application/x-www-form-urlencoded".',
    type: "https://developer.personio.de/reference/errors#credentials.oauth2.invalid_request",
  });
  expect(answer).not.toHaveProperty("error_uri");

  const basic = await fetch(`${sandbox.url}/v2/auth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  expect(await basic.json()).toMatchObject({ meta: { missing_parameters: ["client_id", "client_secret"] } });
});

test("a token narrowed to some scopes is another token, and gives no other access", async () => {
  await using client = await startV2({ people: 10 });
  const answer = (await (await requestToken(client, { scope: "personio:webhooks:read" })).json()) as {
    access_token: string;
    scope: string;
  };
  expect(answer.scope).toBe("personio:webhooks:read");
  expect(answer.access_token).not.toBe(client.token);

  const refused = await client.get(PERSONS, answer.access_token);
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({
    personio_trace_id: expect.stringMatching(/^[0-9a-f]{16}$/),
    errors: [
      {
        title: "Insufficient access scope",
        detail: "Client scope insufficient to access resource",
        type: "https://developer.personio.de/v2.0/page/public-api-error-codes#commonforbidden",
        _meta: {},
      },
    ],
  });
  expect((await client.get("/v2/webhooks", answer.access_token)).status).toBe(200);
});

test("a revoked token is invalid on both versions, and the pair gets a new one", async () => {
  await using client = await startV2({ people: 10 });
  const revoked = await postForm(`${client.url}/v2/auth/revoke`, { token: client.token });
  expect([revoked.status, await revoked.text()]).toEqual([200, ""]);
  expect((await client.get(PERSONS)).status).toBe(401);
  expect((await client.get("/v1/company/employees")).status).toBe(401);
  expect(await signIn(client)).not.toBe(client.token);
});

test("revoking needs a token, and accepts an unknown one", async () => {
  await using sandbox = await start();
  const revoke = async (fields: Record<string, string>) =>
    (await postForm(`${sandbox.url}/v2/auth/revoke`, fields)).status;
  expect(await revoke({})).toBe(400);
  expect(await revoke({ token: "papi-unknown" })).toBe(200);
});

test("revoked credentials get no token", async () => {
  await using sandbox = await start();
  await sandbox.admin.revokeCredentials();
  expect(await (await requestToken(sandbox)).json()).toMatchObject({ error: "invalid_client" });
});
