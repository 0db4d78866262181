import { expect, test } from "vitest";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { authenticate, MONDAY, signIn, startSignedIn } from "./support/start.ts";

const start = (settings = {}) => startSandbox({ people: 10, seed: 1, now: MONDAY, settings });

test("the pair returns a token for a day, and the same one all day", async () => {
  await using sandbox = await start();
  const answer = (await (await authenticate(sandbox.url, sandbox.credentials)).json()) as never;
  expect(answer).toEqual({
    success: true,
    data: {
      token: expect.stringMatching(/^papi-[0-9a-f-]{36}$/),
      expires_in: expect.any(Number),
      scope: "employees:read absences:read",
    },
  });
  const first = await signIn(sandbox);
  await sandbox.admin.advanceClock({ days: 0.9 });
  expect(await signIn(sandbox)).toBe(first);
  await sandbox.admin.advanceClock({ days: 0.2 });
  expect(await signIn(sandbox)).not.toBe(first);
});

test("expires_in counts down, and may be skewed", async () => {
  await using sandbox = await start({ expiresInSkewSeconds: -600 });
  await signIn(sandbox);
  await sandbox.admin.advanceClock({ days: 0.5 });
  const answer = (await (await authenticate(sandbox.url, sandbox.credentials)).json()) as {
    data: { expires_in: number };
  };
  expect(answer.data.expires_in).toBeGreaterThan(43_200 - 600 - 30);
  expect(answer.data.expires_in).toBeLessThanOrEqual(43_200 - 600);
});

test("a form is accepted as the body", async () => {
  await using sandbox = await start();
  const { clientId, clientSecret } = sandbox.credentials;
  const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret });
  expect((await fetch(`${sandbox.url}/v1/auth`, { method: "POST", body })).status).toBe(200);
});

test.each([403, 401])("a wrong pair is refused with %i, as configured", async (status) => {
  await using sandbox = await start(status === 403 ? {} : { wrongCredentialsStatus: status });
  for (const wrong of [{ clientSecret: "wrong" }, { clientId: "wrong" }, { clientSecret: "" }]) {
    const response = await authenticate(sandbox.url, { ...sandbox.credentials, ...wrong });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      success: false,
      error: { code: 0, message: "Wrong credentials" },
    });
  }
});

test.each(["", "{", "null", "[]", '{"client_id":1,"client_secret":{}}'])(
  "the body %j counts as a wrong pair",
  async (body) => {
    await using sandbox = await start();
    const headers = { "content-type": "application/json" };
    expect((await fetch(`${sandbox.url}/v1/auth`, { method: "POST", headers, body })).status).toBe(403);
  },
);

test("credentials in the query string are refused, unless configured otherwise", async () => {
  const ask = async (settings: object) => {
    await using sandbox = await start(settings);
    const { clientId, clientSecret } = sandbox.credentials;
    const query = `client_id=${clientId}&client_secret=${clientSecret}`;
    return (await fetch(`${sandbox.url}/v1/auth?${query}`, { method: "POST" })).status;
  };
  expect(await ask({})).toBe(403);
  expect(await ask({ queryCredentials: "accepted" })).toBe(200);
});

test("a request without a known token is refused", async () => {
  await using client = await startSignedIn();
  const bare = await fetch(`${client.url}/v1/company/employees`);
  expect([bare.status, await bare.json()]).toEqual([
    401,
    { success: false, error: { code: 0, message: "Authorization is not provided" } },
  ]);
  expect((await client.get("/v1/company/employees", "papi-unknown")).status).toBe(401);
});

test("responses with employees repeat the token in a header, authentication does not", async () => {
  await using client = await startSignedIn();
  const response = await client.get("/v1/company/employees?limit=1");
  expect(response.headers.get("authorization")).toBe(`Bearer ${client.token}`);
  expect((await authenticate(client.url, client.credentials)).headers.has("authorization")).toBe(false);
});

test("a token expires after its day", async () => {
  await using client = await startSignedIn();
  await client.admin.advanceClock({ days: 1 });
  expect((await client.get("/v1/company/employees")).status).toBe(401);
});

test("revoked credentials and their token are invalid, and a new pair works", async () => {
  await using client = await startSignedIn();
  await client.admin.revokeCredentials();
  expect((await client.get("/v1/company/employees")).status).toBe(401);
  expect((await authenticate(client.url, client.credentials)).status).toBe(403);

  const renewed = { clientId: "new", clientSecret: "pair" };
  await client.admin.setCredentials(renewed);
  expect((await authenticate(client.url, client.credentials)).status).toBe(403);
  const token = await signIn({ url: client.url, credentials: renewed });
  expect((await client.get("/v1/company/employees", token)).status).toBe(200);
});

test("without the scope for employees all their endpoints are forbidden", async () => {
  await using client = await startSignedIn();
  await client.admin.setScopes(["absences:read"]);
  for (const path of ["", "/attributes", "/7300000"]) {
    const response = await client.get(`/v1/company/employees${path}`);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      error: { message: "personio.core.api.exceptions.api.forbidden.http.exception", code: 0 },
    });
  }
});
