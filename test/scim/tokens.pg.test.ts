import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { administratorOfDefault, type Viewer } from "../../src/access/viewer.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { makeTokenText } from "../../src/identity/token-text.ts";
import { issueScimToken, SCIM_TOKEN_TEXTS, SCIM_TOKENS_MAX } from "../../src/scim/tokens/issue-scim-token.ts";
import { ensureTenant } from "../../src/tenant/tenant.repository.ts";
import { captureLog } from "../personio/captured-log.ts";
import { eventually } from "../support/eventually.ts";
import { createSend, createToken, ERROR, useScim } from "./support.ts";

const { log, lines } = captureLog();
const scim = useScim({ log, config: { metrics: { port: 0 } } });

type Listed = {
  readonly id: string;
  readonly hint: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
};
const list = async (): Promise<Listed[]> =>
  (await scim().service.get<{ scimTokens: Listed[] }>("{ scimTokens { id hint createdAt lastUsedAt } }"))
    .scimTokens;
const revoke = async (id: string): Promise<boolean> => {
  const mutation = "mutation ($id: ID!) { revokeScimToken(id: $id) }";
  return (await scim().service.get<{ revokeScimToken: boolean }>(mutation, { id })).revokeScimToken;
};
const statusWith = async (token: string): Promise<number> =>
  (await createSend(scim().service.app.url, token)("GET", "/Users?count=0")).status;

beforeEach(() => scim().service.app.database.dataSource.query("delete from scim_tokens"));

describe("SCIM tokens", () => {
  test("a token is shown once, names its company, and the database has only its hash", async () => {
    const token = await createToken(scim().service);
    expect(token).toMatch(/^peoplescim_default_[\w-]{43}$/);
    expect(await list()).toEqual([
      {
        id: expect.any(String),
        hint: `${token.slice(0, 23)}…`,
        createdAt: expect.any(String),
        lastUsedAt: null,
      },
    ]);
    const [row] = await scim().service.app.database.dataSource.query(
      "select t::text as text from scim_tokens t",
    );
    expect(row.text).not.toContain(token.slice("peoplescim_default_".length));
  });

  test("two tokens work at a time, and a third one is SCIM_TOKEN_LIMIT until one is revoked", async () => {
    const [old, next] = [await createToken(scim().service), await createToken(scim().service)];
    expect([await statusWith(old), await statusWith(next)]).toEqual([200, 200]);
    const { errors } = await scim().service.ask("mutation { createScimToken { token } }");
    expect(errors?.[0]?.extensions.code).toBe("SCIM_TOKEN_LIMIT");

    const [, oldest] = await list();
    expect(await revoke(oldest?.id ?? "")).toBe(true);
    expect(await revoke(oldest?.id ?? "")).toBe(false);
    expect([await statusWith(old), await statusWith(next)]).toEqual([401, 200]);
    await createToken(scim().service);
  });

  test("of ten tokens created at once, two exist", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => scim().service.ask("mutation { createScimToken { token } }")),
    );
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(SCIM_TOKENS_MAX);
    expect(await list()).toHaveLength(SCIM_TOKENS_MAX);
  });

  test("the last use is recorded", async () => {
    const token = await createToken(scim().service);
    await statusWith(token);
    await eventually(async () => (await list())[0]?.lastUsedAt != null);
  });

  test("an unknown token, one of another company and one of another kind are refused alike", async () => {
    const token = await createToken(scim().service);
    const service = await scim().service.get<{ createServiceToken: { token: string } }>(
      'mutation { createServiceToken(name: "robot", scopes: ["people:admin"]) { token } }',
    );
    const wrong = [
      "",
      "x",
      SCIM_TOKEN_TEXTS.make("default"),
      makeTokenText("default"),
      token.replace("_default_", "_other_"),
      `${token}x`,
      service.createServiceToken.token,
      "eyJhbGciOiJFUzI1NiJ9.e30.c2ln",
    ];
    for (const one of wrong) {
      const { status, body, headers } = await createSend(scim().service.app.url, one)("GET", "/Users");
      expect([status, body.schemas, body.status]).toEqual([401, [ERROR], "401"]);
      expect(headers.get("www-authenticate")).toMatch(/^Bearer realm="people"/);
    }
    const { status } = await fetch(`${scim().service.app.url}/scim/v2/Users`);
    expect(status).toBe(401);
  });

  test("a service token that ends cannot create a token without an end", async () => {
    const { checkIssuer } = await import("../../src/scim/tokens/issue-scim-token.ts");
    const token: Viewer = { ...administratorOfDefault, kind: "TOKEN", expiresAt: new Date() };
    expect(() => checkIssuer(token)).toThrow(expect.objectContaining({ code: "FORBIDDEN" }));
    checkIssuer({ ...token, expiresAt: null });
  });
});

test("a company sees and changes neither users nor groups of another one", async () => {
  const { dataSource } = scim().service.app.database;
  const send = createSend(scim().service.app.url, await createToken(scim().service));
  const user = (await send("POST", "/Users", { userName: "kim" })).body;
  const group = (await send("POST", "/Groups", { displayName: "Staff", members: [{ value: user.id }] })).body;

  const viewer: Viewer = { ...administratorOfDefault, tenantId: "other" };
  const { token } = await inTenant(dataSource, "other", async (manager) => {
    await ensureTenant(manager);
    return issueScimToken(manager, { viewer, now: new Date() });
  });
  const other = createSend(scim().service.app.url, token);
  for (const path of [`/Users/${user.id}`, `/Groups/${group.id}`])
    for (const [method, body] of [["GET"], ["PUT", { userName: "x", displayName: "x" }], ["DELETE"]] as const)
      expect((await other(method, path, body)).status).toBe(404);
  for (const path of ["/Users", "/Groups"]) expect((await other("GET", path)).body.totalResults).toBe(0);
  const own = (await other("POST", "/Users", { userName: "KIM" })).body;
  const mixed = (
    await other("POST", "/Groups", { displayName: "Staff", members: [{ value: user.id }, { value: own.id }] })
  ).body;
  expect(mixed.members).toEqual([expect.objectContaining({ value: own.id })]);
  expect((await send("GET", `/Users/${user.id}`)).body.userName).toBe("kim");
  await dataSource.query(
    "delete from idp_groups where tenant_id = 'other'; delete from idp_users where tenant_id = 'other'",
  );
});

test("the log and the metrics name the operation and the company, and no user", async () => {
  const send = createSend(scim().service.app.url, await createToken(scim().service));
  const secret = `secret-${randomUUID()}`;
  const { body: user } = await send("POST", "/Users", { userName: `${secret}@example.com` });
  expect((await send("POST", "/Users", { userName: `${secret}@example.com` })).status).toBe(409);
  await send("PATCH", `/Users/${user.id}`, { Operations: [{ op: "add", path: secret, value: secret }] });
  await send("GET", `/Users?filter=${encodeURIComponent(`userName is "${secret}"`)}`);
  await send("GET", `/${secret}`);
  const entries = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "scim request refused");
  expect(entries).toContainEqual(
    expect.objectContaining({
      tenantId: "default",
      operation: "POST Users",
      status: 409,
      scimType: "uniqueness",
    }),
  );
  expect(lines.join("\n")).not.toContain(secret);

  const metrics = await (await fetch(`${scim().service.app.metricsUrl}`)).text();
  expect(metrics).toContain(
    'people_scim_request_duration_seconds_count{operation="POST Users",status="409"} 1',
  );
  expect(metrics).toContain('people_scim_request_duration_seconds_count{operation="other",status="404"} 1');
  expect(metrics).not.toContain(secret);

  const refusals = (): number => lines.filter((line) => line.includes("scim request refused")).length;
  const before = refusals();
  for (let repeated = 0; repeated < 5; repeated += 1) await send("GET", `/${secret}`);
  expect(refusals()).toBe(before);
});
