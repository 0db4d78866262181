import { request } from "node:http";
import { brotliDecompressSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { administratorOfDefault } from "../../src/access/viewer.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { issueScimToken } from "../../src/scim/tokens/issue-scim-token.ts";
import { ensureTenant } from "../../src/tenant/tenant.repository.ts";
import { eventually } from "../support/eventually.ts";
import { openTransaction } from "../support/locks.ts";
import { createSend, ERROR, LIST, type Scim, useScim } from "./support.ts";

/** A burst may use the allowance of five seconds: more than the other tests send together. */
const RATE = 12;

const limits = {
  ratePerTenant: null,
  ratePerUser: 1,
  ratePerScimToken: RATE,
  subscriptionsPerUser: null,
  socketsPerUser: null,
};
const scim = useScim({ config: { limits } });

/** The identity provider of another company. */
let other: Scim["send"];
beforeAll(async () => {
  const { app } = scim().service;
  const viewer = { ...administratorOfDefault, tenantId: "other" };
  const { token } = await inTenant(app.database.dataSource, "other", async (manager) => {
    await ensureTenant(manager);
    return issueScimToken(manager, { viewer, now: new Date() });
  });
  other = createSend(app.url, token);
});

type Raw = {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
};
const sendRaw = (path: string, headers: Record<string, string>): Promise<Raw> => {
  const { promise, resolve, reject } = Promise.withResolvers<Raw>();
  const sent = request(`${scim().service.app.url}${path}`, {
    headers: { authorization: `Bearer ${scim().token}`, ...headers },
  });
  sent.on("error", reject);
  sent.on("response", async (response) => {
    const chunks = await response.toArray();
    resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
  });
  sent.end();
  return promise;
};

test("a foreign host is refused, in SCIM's form", async () => {
  for (const path of ["/scim/v2/Users", "/%73cim/v2/Users", "//scim/v2/Users", "/scim/v2/nowhere"]) {
    const { status } = await sendRaw(path, { host: "evil.example" });
    expect([404, 421]).toContain(status);
  }
  const { status, headers, body } = await sendRaw("/scim/v2/Users", { host: "evil.example" });
  expect(status).toBe(421);
  expect(headers["content-type"]).toContain("application/scim+json");
  expect(JSON.parse(body.toString())).toMatchObject({ schemas: [ERROR], status: "421" });
});

test("an address that cannot be read is refused in SCIM's form", async () => {
  const { status, body } = await sendRaw("/scim/v2/Users/%zz", {});
  expect([status, JSON.parse(body.toString()).schemas]).toEqual([400, [ERROR]]);
});

test("the address of the service without a path is answered in SCIM's form", async () => {
  for (const path of ["/scim/v2", "/scim/v2/", "/scim/v2?x=1"]) {
    const { status, headers, body } = await sendRaw(path, {});
    expect([path, status, headers["content-type"]]).toEqual([
      path,
      404,
      "application/scim+json; charset=utf-8",
    ]);
    expect(JSON.parse(body.toString())).toMatchObject({ schemas: [ERROR], status: "404" });
  }
  const { status } = await fetch(`${scim().service.app.url}/scim/v2`);
  expect(status).toBe(401);
});

test("answers are private, have the security headers, and are compressed if they are large", async () => {
  for (let place = 0; place < 10; place += 1)
    await scim().createUser({ userName: `user${place}@example.com` });
  const { headers, body } = await sendRaw("/scim/v2/Users", { "accept-encoding": "br" });
  expect(headers).toMatchObject({
    "content-encoding": "br",
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringContaining("default-src 'none'"),
  });
  expect(JSON.parse(brotliDecompressSync(body).toString())).toMatchObject({
    schemas: [LIST],
    totalResults: 10,
  });
});

/** Of every transaction of the service. */
const LOCK_TIMEOUT_MS = 5_000;

test("requests of one company that wait for a lock do not delay those of another company", async () => {
  const { dataSource } = scim().service.app.database;
  const kim = await scim().createUser({ userName: "kim" });
  const unlock = await openTransaction(dataSource, `select from idp_users where id = '${kim.id}' for update`);
  const lockedAt = performance.now();
  let answered = 0;
  const waiting = Array.from({ length: 30 }, async (_, place) => {
    const { status } = await scim().patch(`/Users/${kim.id}`, {
      op: "replace",
      path: "title",
      value: `${place}`,
    });
    answered += 1;
    return status;
  });
  // Half of the connections, however many requests the company sends.
  await eventually(async () => {
    const [row] = await dataSource.query(
      "select count(*)::int as count from pg_stat_activity where datname = current_database() and query like '%scim.lockUser%' and wait_event_type = 'Lock'",
    );
    return row.count === 5;
  });
  expect((await other("POST", "/Users", { userName: "bo" })).status).toBe(201);
  expect((await other("GET", "/Users")).body.totalResults).toBe(1);
  // On a slow machine, some of them wait until the lock times out.
  const expected = performance.now() - lockedAt < LOCK_TIMEOUT_MS ? [200] : [200, 503];
  if (expected.length === 1) expect(answered).toBe(0);

  await unlock();
  for (const status of await Promise.all(waiting)) expect(expected).toContain(status);
  const { status } = await scim().patch(`/Users/${kim.id}`, { op: "replace", path: "title", value: "last" });
  expect(status).toBe(200);
});

test("an identity provider that sends too fast gets 429, and others do not", async () => {
  const answers = await Promise.all(
    Array.from({ length: RATE * 10 + 1 }, () => scim().send("GET", "/Users?count=0")),
  );
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.body).toMatchObject({
    schemas: [ERROR],
    status: "429",
    detail: expect.stringContaining("RATE_SCIM_PER_SECOND"),
  });
  expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(refused?.headers.get("ratelimit-policy")).toContain(`"token";q=${RATE * 5};w=5`);
  expect((await other("GET", "/Users?count=0")).status).toBe(200);
});
