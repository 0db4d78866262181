import { randomBytes, randomUUID } from "node:crypto";
import { expect, inject, onTestFinished, test } from "vitest";
import { findKeyRingProblem } from "../../src/integration/keys/check-key-ring.ts";
import { resetKeys } from "../../src/integration/keys/reset-keys.ts";
import { rotateKeys } from "../../src/integration/keys/rotate-keys.ts";
import type { SecretKey } from "../../src/integration/secret.ts";
import { startTestApp } from "../support/test-app.ts";
import { administer } from "../support/test-database.ts";

const OLD: SecretKey = { id: "1", key: randomBytes(32) };
const NEW: SecretKey = { id: "2", key: randomBytes(32) };

test("an owner who is not a superuser can reset and rotate, although row-level security binds the owner", async () => {
  const name = `owner_${randomUUID().replaceAll("-", "")}`;
  await administer(`create role ${name} login password 'secret'`);
  await administer(`grant people_app to ${name}`);
  await administer(`create database ${name} owner ${name} template template1`);
  onTestFinished(async () => {
    await administer(`drop database ${name} with (force)`);
    await administer(`drop role ${name}`);
  });
  const url = new URL(inject("postgresUrl"));
  [url.pathname, url.username, url.password] = [name, name, "secret"];
  await using own = await startTestApp({
    sandbox: { people: 10 },
    config: { secretKeys: [OLD], database: { url: url.href, dataDir: "unused" } },
  });
  await own.connect();
  const { dataSource } = own.app.database;
  await dataSource.query("delete from key_fingerprints");
  expect(await findKeyRingProblem(dataSource, [NEW])).toContain("keys:reset");
  expect(await rotateKeys(dataSource, [NEW, OLD])).toMatchObject({ resealed: 1 });
  expect(await resetKeys(dataSource, [NEW])).toMatchObject({ secretsDropped: 1 });
  const row = await own.get("{ personioIntegration { status problem { code } } }");
  expect(row).toEqual({
    personioIntegration: { status: "BROKEN", problem: { code: "SECRET_UNREADABLE" } },
  });
});
