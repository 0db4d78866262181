import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startApp } from "../../src/app.ts";
import { ConfigError } from "../../src/config.ts";
import { findKeyRingProblem } from "../../src/integration/keys/check-key-ring.ts";
import { lockFingerprints } from "../../src/integration/keys/key-fingerprint.repository.ts";
import { fingerprintOf } from "../../src/integration/keys/key-fingerprint.ts";
import { resetKeys } from "../../src/integration/keys/reset-keys.ts";
import { rotateKeys } from "../../src/integration/keys/rotate-keys.ts";
import { type SecretKey, sealSecret } from "../../src/integration/secret.ts";
import { createLogger } from "../../src/log.ts";
import { eventually } from "../support/eventually.ts";
import { LOCAL_REACH } from "../support/local-reach.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

const newKey = (id: string): SecretKey => ({ id, key: randomBytes(32) });
const OLD = newKey("1");
const NEW = newKey("2");

/** The integration's row after its first run. */
let connection: Record<string, unknown>;
let service: TestApp;
beforeAll(async () => {
  const reach = { ...LOCAL_REACH, publicUrl: "https://people.example.com" };
  service = await startTestApp({ sandbox: { people: 10 }, config: { secretKeys: [OLD], reach } });
  await service.connect();
  const [row] = await dataSource().query("select to_jsonb(i) as row from integrations i");
  connection = row.row;
});
afterAll(() => service[Symbol.asyncDispose]());
/** The database knows the old key only, and no secret: a test that needs one calls `connect`. */
beforeEach(async () => {
  await dataSource().query("update integrations set sealed_secret = null, secret_key_id = null");
  await dataSource().query("delete from key_fingerprints");
  await problemOf([OLD]);
});

const dataSource = () => service.app.database.dataSource;
/** Connects the shared company, without a run. */
const connect = async (): Promise<void> => {
  const columns = Object.keys(connection).join();
  await dataSource().query(
    `update integrations set (${columns}) = (select ${columns} from jsonb_populate_record(null::integrations, $1))`,
    [JSON.stringify(connection)],
  );
};
const problemOf = (ring: readonly SecretKey[]) => findKeyRingProblem(dataSource(), ring);
const integration = async () =>
  (
    await service.get<{
      personioIntegration: { status: string; problem: { code: string; help: string } | null };
    }>("{ personioIntegration { status problem { code help } } }")
  ).personioIntegration;
const totalCount = async () =>
  (await service.get<{ people: { totalCount: number } }>("{ people { totalCount } }")).people.totalCount;

const UNREADABLE = {
  status: "BROKEN",
  problem: { code: "SECRET_UNREADABLE", help: expect.stringContaining("updatePersonioCredentials") },
};

describe("C10: the key ring of a start", () => {
  test("a start is refused if the database knows none of its keys, in one line that names the solution", async () => {
    await connect();
    for (const ring of [[NEW], [newKey("1")], [NEW, newKey("3")]]) {
      const problem = await problemOf(ring);
      expect(problem).toMatch(/^SECRET_KEYS: [^\n]*npm run keys:reset$/);
    }
    const refused = startApp({ ...service.config, secretKeys: [NEW] }, createLogger("silent"));
    await expect(refused).rejects.toThrow(ConfigError);
    expect(await problemOf([OLD])).toBeNull();
  });

  test("a start is refused even if no secret is stored, because addresses and cursors are sealed too", async () => {
    expect(await problemOf([NEW])).toContain("keys:reset");
  });

  test("a new key may come first, and the old one may go later: the database remembers the new one from its first start", async () => {
    await connect();
    expect(await problemOf([NEW, OLD])).toBeNull();
    expect(await problemOf([NEW])).toBeNull();
    const third = newKey("3");
    expect(await problemOf([NEW, third])).toBeNull();
    expect(await problemOf([third])).toBeNull();
  });

  test("the first ring of a database without a fingerprint is accepted if nothing is sealed or it opens a secret", async () => {
    await connect();
    const forget = () => dataSource().query("delete from key_fingerprints");
    await forget();
    expect(await problemOf([NEW])).toContain("keys:reset");
    expect(await problemOf([NEW, OLD])).toBeNull();
    await forget();
    await dataSource().query("update integrations set sealed_secret = null");
    expect(await problemOf([NEW])).toBeNull();
    expect(await problemOf([OLD])).toContain("keys:reset");
  });

  test("two simultaneous starts on a new database agree on one key ring", async () => {
    await dataSource().query("delete from key_fingerprints");
    // Both starts have seen no key before one of them may store its own.
    const starts = await dataSource().transaction(async (manager) => {
      await lockFingerprints(manager);
      const started = [problemOf([NEW]), problemOf([OLD])];
      await eventually(async () => {
        const waiting = await manager.query(
          "select from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())",
        );
        return waiting.length === 2;
      });
      return { started };
    });
    const problems = await Promise.all(starts.started);
    expect(problems.filter((problem) => problem === null)).toHaveLength(1);
  });

  test("a start stores a fingerprint that is not the key, and does not change row-level security", async () => {
    await dataSource().query("delete from key_fingerprints");
    await problemOf([OLD]);
    const rows = await dataSource().query("select key_id, fingerprint from key_fingerprints");
    expect(rows).toEqual([{ key_id: "1", fingerprint: fingerprintOf(OLD) }]);
    expect(OLD.key.toString("hex")).not.toContain(rows[0].fingerprint.slice(0, 8));
    const open = await dataSource().query(
      "select relname from pg_class where relname = 'integrations' and not relforcerowsecurity",
    );
    expect(open).toEqual([]);
  });
});

/** The state that a lost key leaves: its id, and bytes that no key of the ring has sealed. */
const GONE = `secret_key_id = 'gone', sealed_secret = '${randomBytes(48).toString("base64")}'`;

describe("C10: one secret that cannot be opened", () => {
  const spoil = (change: string) => dataSource().query(`update integrations set ${change}`);

  test.each([
    ["was changed", "sealed_secret = overlay(sealed_secret placing 'AAAA' from 30)"],
    ["was cut short", "sealed_secret = left(sealed_secret, 20)"],
    ["was sealed with a key that is gone", GONE],
  ])(
    "a secret that cannot be opened because it %s breaks only that integration, and entering the credential again heals it",
    async (_, change) => {
      await connect();
      const people = await totalCount();
      await spoil(change);
      expect(await service.sync()).toMatchObject({
        status: "FAILED",
        problem: { code: "SECRET_UNREADABLE" },
      });
      expect(await integration()).toEqual(UNREADABLE);
      expect(await totalCount()).toBe(people);
      const { errors } = await service.ask("mutation { finishPersonioSetup { status } }");
      expect(errors?.[0]?.extensions.code).toBe("SECRET_UNREADABLE");

      await service.get(
        "mutation ($clientId: String!, $clientSecret: String!) { updatePersonioCredentials(clientId: $clientId, clientSecret: $clientSecret) { id } }",
        service.sandbox.credentials,
      );
      expect(await service.sync()).toMatchObject({ problem: null });
      expect(await integration()).toEqual({ status: "CONNECTED", problem: null });
    },
  );

  test("the integration heals by itself when the lost key is back", async () => {
    await connect();
    const [before] = await dataSource().query("select sealed_secret, secret_key_id from integrations");
    await spoil(GONE);
    await service.sync();
    expect(await integration()).toEqual(UNREADABLE);
    await dataSource().query("update integrations set sealed_secret = $1, secret_key_id = $2", [
      before.sealed_secret,
      before.secret_key_id,
    ]);
    expect(await service.sync()).toMatchObject({ problem: null });
    expect(await integration()).toEqual({ status: "CONNECTED", problem: null });
  });

  test("a secret of another company breaks the integration", async () => {
    await connect();
    const [{ id }] = await dataSource().query("select id from integrations");
    const { sealed } = sealSecret([OLD], { tenantId: "another", integrationId: id }, "stolen");
    await dataSource().query("update integrations set sealed_secret = $1", [sealed]);
    expect(await service.sync()).toMatchObject({ status: "FAILED", problem: { code: "SECRET_UNREADABLE" } });
  });

  test("an account can be disconnected although its secret cannot be opened", async () => {
    await connect();
    await spoil(GONE);
    expect(await service.get("mutation { disconnectPersonio { status } }")).toEqual({
      disconnectPersonio: { status: "DISCONNECTED" },
    });
  });
});

describe("keys:reset", () => {
  test("keys:reset needs no old key: secrets go, the directory stays, integrations are BROKEN until the credential is entered", async () => {
    await connect();
    const people = await totalCount();
    expect(await resetKeys(dataSource(), [NEW])).toEqual({ secretsDropped: 1, webhooksVoid: 0 });
    expect(await dataSource().query("select sealed_secret, secret_key_id from integrations")).toEqual([
      { sealed_secret: null, secret_key_id: null },
    ]);
    expect(await problemOf([OLD])).toContain("keys:reset");

    expect(await problemOf([NEW])).toBeNull();
    expect(await integration()).toEqual(UNREADABLE);
    expect(await totalCount()).toBe(people);
  });

  test("a requested run fails with the same problem, and a disconnected account does not change", async () => {
    await connect();
    await resetKeys(dataSource(), [OLD]);
    expect(await service.sync()).toMatchObject({ status: "FAILED", problem: { code: "SECRET_UNREADABLE" } });
    expect(await integration()).toEqual(UNREADABLE);
    await service.get("mutation { disconnectPersonio { status } }");
    expect(await resetKeys(dataSource(), [OLD])).toEqual({ secretsDropped: 0, webhooksVoid: 0 });
    expect(await integration()).toEqual({ status: "DISCONNECTED", problem: null });
  });

  test("a setup that awaits its review stays there, and reports that it must be connected again", async () => {
    await service.get(
      "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }",
      service.sandbox.credentials,
    );
    await resetKeys(dataSource(), [OLD]);
    expect(await integration()).toMatchObject({
      status: "AWAITING_REVIEW",
      problem: { code: "SECRET_UNREADABLE", help: expect.stringContaining("connectPersonio") },
    });
  });
});

describe("keys:rotate", () => {
  test("keys:rotate seals every secret with the first key, so that the old one may go", async () => {
    await connect();
    await problemOf([NEW, OLD]);
    expect(await rotateKeys(dataSource(), [NEW, OLD])).toEqual({
      resealed: 1,
      unreadable: 0,
      webhooksOfOlderKeys: 0,
    });
    expect(await dataSource().query("select secret_key_id from integrations")).toEqual([
      { secret_key_id: "2" },
    ]);
    expect(await rotateKeys(dataSource(), [NEW])).toMatchObject({ resealed: 0, unreadable: 0 });
  });

  test("keys:rotate also seals again what another key with the first one's id has sealed", async () => {
    await connect();
    const ring = [
      { ...NEW, id: OLD.id },
      { ...OLD, id: NEW.id },
    ];
    expect(await rotateKeys(dataSource(), ring)).toMatchObject({ resealed: 1, unreadable: 0 });
    expect(await rotateKeys(dataSource(), ring.slice(0, 1))).toMatchObject({ resealed: 0, unreadable: 0 });
  });

  test("keys:rotate does not change a secret that it cannot open", async () => {
    await connect();
    const before = await dataSource().query("select sealed_secret from integrations");
    expect(await rotateKeys(dataSource(), [NEW])).toMatchObject({ resealed: 0, unreadable: 1 });
    expect(await dataSource().query("select sealed_secret from integrations")).toEqual(before);
  });

  test("keys:rotate counts webhooks whose address needs an older key, and keys:reset those that become void", async () => {
    await connect();
    await service.get("mutation { createPersonioWebhook { createdInPersonio } }");
    expect(await rotateKeys(dataSource(), [NEW, OLD])).toMatchObject({ webhooksOfOlderKeys: 1 });
    expect(await rotateKeys(dataSource(), [OLD, NEW])).toMatchObject({ webhooksOfOlderKeys: 0 });
    expect(await resetKeys(dataSource(), [NEW])).toMatchObject({ webhooksVoid: 1 });
  });
});
