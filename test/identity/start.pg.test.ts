import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { spawnService, startService } from "../support/start-service.ts";
import { createTestDatabase } from "../support/test-database.ts";

const SECRET_KEYS = `1:${randomBytes(32).toString("base64")}`;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.[Symbol.asyncDispose]());

const environment = (own: Readonly<Record<string, string>>) => ({
  DATABASE_URL: database.servingUrl,
  MIGRATION_DATABASE_URL: database.url,
  SECRET_KEYS,
  AUTH: "jwt",
  ...own,
});

test("AUTH=jwt without an issuer starts, logs that, and makes no request an administrator", async () => {
  await using service = await startService(environment({}));
  const response = await fetch(`${service.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"query":"{ peopleSettings { timeZone } }"}',
  });
  expect(await response.text()).toContain("UNAUTHENTICATED");
  const output = service.output.join("\n");
  expect(output).toContain("AUTH=jwt without an issuer: the service accepts service tokens only");
  expect(output).not.toContain("administrator rights");
});

test("a key file that is missing stops the start with 78 and one line", async () => {
  const AUTH_JWKS_URL = "file:///people/missing.json";
  const issuer = { AUTH_JWKS_URL, AUTH_ISSUER: "https://login.example.com/", AUTH_AUDIENCE: "people" };
  const { exited, output } = spawnService(environment({ ...issuer, LOG_LEVEL: "silent" }));
  const [code] = await exited;
  expect({ code, output }).toEqual({
    code: 78,
    output: ["AUTH_JWKS_URL: /people/missing.json cannot be read (ENOENT)."],
  });
});
