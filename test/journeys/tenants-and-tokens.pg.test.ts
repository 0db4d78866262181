import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SCOPES } from "../../src/access/viewer.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { openServiceTokens } from "../../src/identity/verify-service-token.ts";
import { createLogger } from "../../src/log.ts";
import { ensureTenant, listTenants } from "../../src/tenant/tenant.repository.ts";
import { openTransaction } from "../support/locks.ts";
import { programPath } from "../support/programs.ts";
import { NODE_COMPILE_CACHE } from "../support/start-service.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** Runs the built program of `npm run tenant`. */
async function runTenant(...args: string[]) {
  const SECRET_KEYS = `1:${randomBytes(32).toString("base64")}`;
  const child = spawn(process.execPath, [programPath("tenants.js"), ...args], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE, DATABASE_URL: database.url, SECRET_KEYS },
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code, out, err };
}

async function verify(token: string) {
  await using tokens = openServiceTokens({
    dataSource: database.dataSource,
    log: createLogger("silent"),
    clock: () => new Date(),
  });
  return tokens.verify(token.trim());
}

test("npm run tenant creates a tenant once, and prints its first token alone on stdout", async () => {
  const created = await runTenant("create", "acme");
  expect(created).toMatchObject({ code: 0, err: expect.stringContaining("Tenant acme created.") });
  expect(created.out).toMatch(/^people_acme_[\w-]{43}\n$/);
  expect(await verify(created.out)).toMatchObject({
    tenantId: "acme",
    kind: "TOKEN",
    scopes: new Set(SCOPES),
    expiresAt: null,
  });

  const again = await runTenant("create", "acme");
  expect(again).toMatchObject({ code: 78, out: "" });
  expect(again.err).toBe(
    "The tenant acme exists already. For a further token run: npm run tenant -- token acme\n",
  );
  expect(await database.dataSource.query("select created_by from service_tokens")).toEqual([
    { created_by: { kind: "SYSTEM", subject: null, email: null } },
  ]);
});

test("npm run tenant adds a token to a tenant that exists, and lists the tenants", async () => {
  await inTenant(database.dataSource, "Globex_2.0", ensureTenant);
  const { code, out } = await runTenant("token", "Globex_2.0", "--scope", "people:read people:hr");
  expect(code).toBe(0);
  expect(await verify(out)).toMatchObject({
    tenantId: "Globex_2.0",
    scopes: new Set(["people:read", "people:hr"]),
  });
  expect(await runTenant("token", "initech")).toEqual({
    code: 78,
    out: "",
    err: "No tenant initech exists. To create it run: npm run tenant -- create initech\n",
  });
  const listed = await runTenant("list");
  expect(listed).toMatchObject({ code: 0, err: "" });
  expect(listed.out.split("\n")).toContain("Globex_2.0");
});

test("listing the tenants leaves row-level security forced", async () => {
  await listTenants(database.dataSource);
  const rows = await database.dataSource.query(
    "select relforcerowsecurity as forced from pg_class where relname = 'tenants'",
  );
  expect(rows).toEqual([{ forced: true }]);
});

test("while a sync holds the table, listing the tenants gives up within seconds and explains what to do", async () => {
  await openTransaction(database.dataSource, "select id from tenants for key share");
  await expect(listTenants(database.dataSource)).rejects.toMatchObject({
    exitCode: 69,
    message: expect.stringContaining("Run the command again"),
  });
});
