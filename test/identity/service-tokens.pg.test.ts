import { randomUUID } from "node:crypto";
import type { DataSource } from "typeorm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SYSTEM } from "../../src/access/actor.ts";
import { SCOPES } from "../../src/access/viewer.ts";
import { openDataSource } from "../../src/database/data-source.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { issueServiceToken } from "../../src/identity/issue-service-token.ts";
import { recordUse } from "../../src/identity/service-token.repository.ts";
import { hashToken } from "../../src/identity/token-text.ts";
import { openServiceTokens, type ServiceTokens } from "../../src/identity/verify-service-token.ts";
import { ANSWER_KEPT_MS, LAST_USE_EVERY_MS } from "../../src/identity/verify-token.ts";
import { ensureTenant } from "../../src/tenant/tenant.repository.ts";
import { openCuttingProxy } from "../faults/cutting-proxy.ts";
import { captureLog } from "../personio/captured-log.ts";
import { countStatements } from "../support/count-statements.ts";
import { eventually } from "../support/eventually.ts";
import { countWaiting, openTransaction } from "../support/locks.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { untilAvailable } from "../support/until-available.ts";

let service: TestApp;
let dataSource: DataSource;
beforeAll(async () => {
  service = await startTestApp({ sandbox: { people: 10 } });
  dataSource = service.app.database.dataSource;
});
afterAll(() => service[Symbol.asyncDispose]());
beforeEach(() => dataSource.query("delete from service_tokens"));

type Listed = {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly hint: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
};

const CREATE = `mutation ($name: String!, $scopes: [String!]!, $expiresAt: DateTime) {
  createServiceToken(name: $name, scopes: $scopes, expiresAt: $expiresAt) {
    token serviceToken { id name scopes hint createdAt expiresAt lastUsedAt }
  }
}`;
type Created = { createServiceToken: { token: string; serviceToken: Listed } };

const attempt = (name: string, rest: { scopes?: string[]; expiresAt?: Date } = {}) =>
  service.ask<Created>(CREATE, { name, scopes: ["people:read"], ...rest });
const create = async (name: string, rest?: Parameters<typeof attempt>[1]) => {
  const { data, errors } = await attempt(name, rest);
  if (errors) throw new Error(errors[0]?.message);
  return data.createServiceToken;
};
const list = async () =>
  (
    await service.get<{ serviceTokens: Listed[] }>(
      "{ serviceTokens { id name scopes hint createdAt expiresAt lastUsedAt } }",
    )
  ).serviceTokens;
const revoke = async (id: string) =>
  (
    await service.get<{ revokeServiceToken: boolean }>(
      "mutation ($id: ID!) { revokeServiceToken(id: $id) }",
      { id },
    )
  ).revokeServiceToken;

const countLookups = async (work: () => Promise<void>): Promise<number> => {
  const { statements } = await countStatements(dataSource, work);
  return statements.filter((text) => text.includes("identity.findServiceToken")).length;
};

const SOON = new Date(Date.now() + 3_600_000);

/** The tokens of another replica: with a memory of its own, the same database, and the clocks of the test. */
type Replica = ServiceTokens & { pass(ms: number): void; readonly lines: readonly string[] };
function openReplica(on: DataSource = dataSource): Replica {
  let passed = 1;
  const start = Date.now();
  const { log, lines } = captureLog();
  const tokens = openServiceTokens({
    dataSource: on,
    log,
    clock: () => new Date(start + passed),
    elapsedMs: () => passed,
  });
  return {
    ...tokens,
    lines,
    pass(ms) {
      passed += ms;
    },
  };
}

test("an invented token costs one round trip, without a transaction around it", async () => {
  await using replica = openReplica();
  const text = `people_default_${"x".repeat(43)}`;
  const { result, writes, transactions } = await countStatements(dataSource, () => replica.verify(text));
  expect({ result, writes, transactions }).toEqual({ result: null, writes: 1, transactions: 0 });
});

describe("the list of service tokens", () => {
  test("a new token is shown once, and the database has only its hash", async () => {
    const { token, serviceToken } = await create("  payroll ", { expiresAt: SOON });
    expect(token).toMatch(/^people_default_[\w-]{43}$/);
    expect(serviceToken).toMatchObject({
      name: "payroll",
      scopes: ["people:read"],
      hint: `${token.slice(0, 19)}…`,
      expiresAt: SOON.toISOString(),
      lastUsedAt: null,
    });
    expect(await list()).toEqual([serviceToken]);
    const [stored] = await dataSource.query("select t::text as row, token_hash from service_tokens t");
    expect(stored.token_hash).toEqual(hashToken(token));
    expect(stored.row).not.toContain(token.slice("people_default_".length));
  });

  test("the newest token comes first", async () => {
    for (const name of ["one", "two", "three"]) await create(name);
    expect((await list()).map(({ name }) => name)).toEqual(["three", "two", "one"]);
  });

  test("a token keeps who created it", async () => {
    await create("payroll");
    expect(await dataSource.query("select created_by from service_tokens")).toEqual([
      { created_by: { kind: "USER", subject: "administrator", email: null } },
    ]);
  });

  test("the answer of a revocation is whether such a token existed", async () => {
    const { serviceToken } = await create("payroll");
    expect(await revoke(serviceToken.id)).toBe(true);
    expect(await revoke(serviceToken.id)).toBe(false);
    for (const id of ["", "payroll", "\0", randomUUID()]) expect(await revoke(id)).toBe(false);
    expect(await list()).toEqual([]);
  });

  test.each([
    ["a name in use", { name: "payroll" }, "BAD_USER_INPUT"],
    ["an empty name", { name: " " }, "BAD_USER_INPUT"],
    ["an unknown scope", { scopes: ["people:write"] }, "BAD_USER_INPUT"],
    ["no scope", { scopes: [] }, "BAD_USER_INPUT"],
    ["an end in the past", { expiresAt: new Date(0) }, "BAD_USER_INPUT"],
  ])("%s is refused with a help text, and nothing is stored", async (_name, given, code) => {
    await create("payroll");
    const { name = "other", ...rest } = given as Parameters<typeof attempt>[1] & { name?: string };
    const { errors } = await attempt(name, rest);
    expect(errors?.[0]?.extensions).toMatchObject({ code, help: expect.stringMatching(/\S/) });
    expect(await list()).toHaveLength(1);
  });

  test("the name of an ended token is free", async () => {
    const { serviceToken } = await create("payroll", { expiresAt: SOON });
    await dataSource.query("update service_tokens set expires_at = now() - interval '1 minute'");
    const next = await create("payroll");
    expect((await list()).map(({ id }) => id)).toEqual([next.serviceToken.id]);
    expect(next.serviceToken.id).not.toBe(serviceToken.id);
  });

  test("of 60 tokens created at once, 50 exist and ten get TOO_MANY_SERVICE_TOKENS", async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => untilAvailable(() => attempt(`program ${index}`))),
    );
    const codes = answers.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions.code));
    expect(codes).toEqual(Array(10).fill("TOO_MANY_SERVICE_TOKENS"));
    const tokens = await list();
    expect(tokens).toHaveLength(50);

    await dataSource.query(
      "update service_tokens set expires_at = now() - interval '1 minute' where id = $1",
      [tokens[7]?.id],
    );
    const { serviceToken } = await create("in the place of an ended one");
    const ids = (await list()).map(({ id }) => id);
    expect(ids).toContain(serviceToken.id);
    expect(ids).not.toContain(tokens[7]?.id);
    expect(ids).toHaveLength(50);
  });
});

describe("the verification of a service token", () => {
  test("a valid token is a viewer with the token's scopes, subject and end", async () => {
    const { token, serviceToken } = await create("payroll", {
      scopes: ["people:hr", "people:read"],
      expiresAt: SOON,
    });
    await using replica = openReplica();
    expect(await replica.verify(token)).toEqual({
      tenantId: "default",
      kind: "TOKEN",
      subject: serviceToken.id,
      email: null,
      scopes: new Set(["people:read", "people:hr"]),
      expiresAt: SOON,
      authIsOff: false,
    });
  });

  test("anything else identifies no viewer, and no statement fails", async () => {
    const { token } = await create("payroll");
    await inTenant(dataSource, "other", ensureTenant);
    const secret = token.slice("people_default_".length);
    await using replica = openReplica();
    const wrong = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
    for (const text of [
      "",
      wrong,
      `people_other_${secret}`,
      `people_unknown_${secret}`,
      `people_../default_${secret}`,
      `people_default'; drop table people; --_${secret}`,
      `people_def\0ault_${secret}`,
      `${token}${"x".repeat(1_000_000)}`,
      token.toLowerCase(),
      ` ${token}`,
    ])
      expect(await replica.verify(text)).toBeNull();
    expect(replica.lines).toEqual([]);
  });

  test("a token ends at its end, on a replica that knows it too", async () => {
    const { token } = await create("payroll", { expiresAt: SOON });
    await using replica = openReplica();
    expect(await replica.verify(token)).not.toBeNull();
    replica.pass(SOON.getTime() - Date.now() - 10_000);
    expect(await replica.verify(token)).not.toBeNull();
    replica.pass(20_000);
    expect(await replica.verify(token)).toBeNull();
  });

  test("E7: a revoked token fails at once on this replica, and within 20 seconds on another one", async () => {
    const { token, serviceToken } = await create("payroll");
    await using here = openReplica();
    await using there = openReplica();
    expect(await here.verify(token)).not.toBeNull();
    expect(await there.verify(token)).not.toBeNull();
    await revoke(serviceToken.id);
    here.forget(hashToken(token));
    expect(await here.verify(token)).toBeNull();
    there.pass(ANSWER_KEPT_MS + 1);
    expect(await there.verify(token)).toBeNull();
  });

  test("a lookup that runs while the token is revoked leaves no answer behind", async () => {
    const { token, serviceToken } = await create("payroll");
    await using replica = openReplica();
    const before = replica.verify(token);
    replica.forget(hashToken(token));
    await before;
    await dataSource.query("delete from service_tokens where id = $1", [serviceToken.id]);
    expect(await replica.verify(token)).toBeNull();
  });

  test("requests that come together, or within the life of an answer, cost one lookup", async () => {
    const { token } = await create("payroll");
    const unknown = token.replace(/.{20}$/, "A".repeat(20));
    await using replica = openReplica();
    const lookups = await countLookups(async () => {
      await Promise.all(Array.from({ length: 50 }, () => replica.verify(token)));
      await Promise.all(Array.from({ length: 50 }, () => replica.verify(unknown)));
      replica.pass(ANSWER_KEPT_MS - 1);
      await replica.verify(token);
      await replica.verify(unknown);
    });
    expect(lookups).toBe(2);
  });

  test("a flood of invented tokens leaves connections to requests, even while their lookups hang", async () => {
    const { token } = await create("payroll");
    await using replica = openReplica();
    const unlock = await openTransaction(dataSource, "lock table service_tokens in access exclusive mode");
    const invented = Array.from({ length: 200 }, (_, index) =>
      token.replace(/.{6}$/, String(100_000 + index)),
    );
    // On a slow machine a lookup may wait for the lock until it is UNAVAILABLE.
    const verified = Promise.allSettled(invented.map((text) => replica.verify(text)));
    await eventually(async () => (await countWaiting(dataSource, "service_tokens")) === 4);

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => service.ask("{ people { totalCount } }")),
    );
    expect(answers.flatMap(({ errors = [] }) => errors)).toEqual([]);
    expect(await countWaiting(dataSource, "service_tokens")).toBeLessThanOrEqual(4);
    await unlock();
    expect((await verified).filter((result) => result.status === "fulfilled" && result.value)).toEqual([]);
  });

  test("while the database is away, a token is UNAVAILABLE and not refused, and a known one works on", async () => {
    await using database = await createTestDatabase();
    const [known, other] = await inTenant(database.dataSource, "acme", async (manager) => {
      await ensureTenant(manager);
      const issue = { tenantId: "acme", scopes: SCOPES, expiresAt: null, createdBy: SYSTEM, now: new Date() };
      const issued = [];
      for (const name of ["known", "other"])
        issued.push(await issueServiceToken(manager, { ...issue, name }));
      return issued.map(({ token }) => token);
    });
    const proxy = await openCuttingProxy(database.url);
    const { log } = captureLog();
    const proxied = await openDataSource({ url: proxy.url, entities: [], log });
    await using replica = openReplica(proxied);
    expect(await replica.verify(known ?? "")).toMatchObject({ tenantId: "acme" });

    await proxy[Symbol.asyncDispose]();
    await database.dataSource.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    expect(await replica.verify(known ?? "")).toMatchObject({ tenantId: "acme" });
    await expect(replica.verify(other ?? "")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await proxied.destroy();
  });
});

describe("the last use of a service token", () => {
  test("the list shows it, exact to a minute, and requests do not wait for it", async () => {
    const { token } = await create("payroll");
    const replica = openReplica();
    await replica.verify(token);
    await replica[Symbol.asyncDispose]();
    const [{ lastUsedAt: first }] = (await list()) as [Listed];
    expect(first).not.toBeNull();

    replica.pass(LAST_USE_EVERY_MS - 1);
    await replica.verify(token);
    await replica[Symbol.asyncDispose]();
    expect((await list())[0]?.lastUsedAt).toBe(first);

    replica.pass(1);
    await replica.verify(token);
    await replica[Symbol.asyncDispose]();
    expect(Date.parse((await list())[0]?.lastUsedAt ?? "") - Date.parse(first ?? "")).toBe(LAST_USE_EVERY_MS);
  });

  test("of two replicas that store a last use, the later one counts", async () => {
    const { serviceToken } = await create("payroll");
    const store = (usedAt: string) =>
      inTenant(dataSource, "default", (manager) => recordUse(manager, serviceToken.id, new Date(usedAt)));
    await store("2026-11-28T12:00:05Z");
    await store("2026-11-28T12:00:00Z");
    expect((await list())[0]?.lastUsedAt).toBe("2026-11-28T12:00:05.000Z");
  });
});
