import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, createServer as createRelay, type Server, type Socket } from "node:net";
import { pipeline } from "node:stream";
import { text } from "node:stream/consumers";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type App, startApp } from "../../src/app.ts";
import { createLogger } from "../../src/log.ts";
import type { Fault } from "../../src/sandbox/api/faults.ts";
import { createSkippingTime } from "../personio/skipping-time.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { timed } from "../support/slowness.ts";
import { createAsk, startTestApp, type TestApp, untilEnded } from "../support/test-app.ts";
import { type AdminView, createAdminView, PAGES } from "./support/admin-view.ts";

/**
 * Faults on the network path to Personio (faults.md, part A). First one service, with a server in front of
 * Personio that the tests change. Then each test starts the service again on the same database, with another
 * address in place of Personio's, or with other timeouts.
 */

const time = createSkippingTime();
/** Few: version 2 takes requests for each person. With `TWO_PAGES`, its list still has a second page. */
const PEOPLE = 12;
const TWO_PAGES: Fault = { kind: "page-limit", max: 8, path: "/v2/persons?" };
let service: TestApp;
let view: AdminView;
let moved: App | undefined;
/** The server in front of Personio, and what it does. */
let front: Listening;
let answerInFront: RequestListener;
beforeAll(async () => {
  front = await listen(createServer((request, response) => answerInFront(request, response)));
  answerInFront = stretching(0);
  service = await startTestApp({
    sandbox: { people: PEOPLE },
    config: { personio: { apiUrl: `http://127.0.0.1:${front.port}`, requestsPerMinute: null } },
    timing: { time },
  });
  view = createAdminView(service);
  await service.connect();
});
beforeEach(() => service.sandbox.admin.clearRequests());
afterEach(async () => {
  answerInFront = stretching(0);
  await moved?.[Symbol.asyncDispose]();
  moved = undefined;
  await service.sandbox.admin.clearFaults();
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await front[Symbol.asyncDispose]();
});

type AppTiming = NonNullable<Parameters<typeof startApp>[2]>;

/** Starts the service as an operator does with another PERSONIO_API_URL. */
async function startAt(apiUrl: string, timing: AppTiming = { time }) {
  // The one with the server in front would take its runs.
  await service.app[Symbol.asyncDispose]();
  const config = { ...service.config, personio: { ...service.config.personio, apiUrl } };
  moved = await startApp(config, createLogger(process.env.TEST_LOG ?? "silent"), timing);
  const ask = createAsk(`${moved.url}/graphql`);
  const get = async <Data>(query: string, variables?: object): Promise<Data> => {
    const { data, errors } = await ask<Data>(query, variables);
    if (errors) throw new Error(errors[0]?.message);
    return data;
  };
  view = createAdminView({ get, sandbox: service.sandbox });
  const sync = async () => {
    await get("mutation { syncPersonio { id } }");
    return untilEnded(get);
  };
  return { ask, get, sync };
}

const rows = () => readDirectoryRows(service.databaseUrl);

async function expectFailed(sync: () => Promise<unknown>, named: RegExp): Promise<void> {
  const before = await rows();
  expect(await sync()).toMatchObject({
    status: "FAILED",
    problem: { code: "PERSONIO_UNAVAILABLE", message: expect.stringMatching(named) },
  });
  expect(await rows()).toEqual(before);
}

async function expectUndisturbed(sync: () => Promise<unknown>): Promise<void> {
  const before = await rows();
  expect(await sync()).toMatchObject({ problem: null, added: 0, changed: 0, left: 0, employeesRead: PEOPLE });
  expect(await rows()).toEqual(before);
}

type Listening = AsyncDisposable & { readonly port: number };

async function listen(
  server: Server & { closeAllConnections?(): void },
  { host = "127.0.0.1", port = 0 } = {},
): Promise<Listening> {
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections?.();
      server.close();
      await once(server, "close");
    },
  };
}

/** Forwards every byte to the sandbox. */
const relay = () => {
  const open = new Set<Socket>();
  const server = createRelay((near) => {
    open.add(near);
    const far = connect(Number(new URL(service.sandbox.url).port), "127.0.0.1");
    pipeline(near, far, near, () => open.delete(near));
  });
  return Object.assign(server, {
    closeAllConnections: () => open.forEach((socket) => void socket.destroy()),
  });
};

/** Forwards requests to the sandbox; the bodies of the pages are compressed and then changed. */
const compressing =
  (change: (compressed: Buffer) => Buffer): RequestListener =>
  async (request, response) => {
    const body = await text(request);
    const { authorization, "content-type": type = "application/json" } = request.headers;
    const answer = await fetch(`${service.sandbox.url}${request.url}`, {
      method: request.method ?? "GET",
      headers: { "content-type": type, ...(authorization && { authorization }) },
      ...(body && { body }),
    });
    const sent = Buffer.from(await answer.arrayBuffer());
    const headers = { "content-type": "application/json", ...copied(answer.headers) };
    if (!request.url?.startsWith(`${PAGES}?`))
      return void response.writeHead(answer.status, headers).end(sent);
    response.writeHead(answer.status, { ...headers, "content-encoding": "gzip" }).end(change(gzipSync(sent)));
  };

const copied = (headers: Headers): Record<string, string> => {
  const authorization = headers.get("authorization");
  return authorization ? { authorization } : {};
};

describe("A9: a compressed body", () => {
  test("a complete compressed body is read", async () => {
    answerInFront = compressing((compressed) => compressed);
    await expectUndisturbed(service.sync);
  });

  test("a truncated compressed body is requested again, and fails the run in the end", async () => {
    answerInFront = compressing((compressed) => compressed.subarray(0, compressed.length / 2));
    await expectFailed(service.sync, /UPSTREAM_BAD_BODY/);
    expect(await view.countRequests(PAGES)).toBeGreaterThan(5);
  });
});

const use = (version: string) =>
  service.get(
    "mutation ($version: PersonioApiVersion!) { setPersonioApiVersion(version: $version) { apiVersion } }",
    { version },
  );

test("A12: pages that link to each other without end fail the run with PAGINATION_LOOP", async () => {
  const { sync } = service;
  await use("V2");
  await sync();
  await service.sandbox.admin.setFaults([{ kind: "self-pointing-next", path: "/v2/persons?" }, TWO_PAGES]);
  await expectFailed(sync, /PAGINATION_LOOP/);
  await service.sandbox.admin.clearFaults();
  await use("V1");
  expect(await sync()).toMatchObject({ problem: null, left: 0 });
});

/** Forwards to the sandbox, and makes the cursors of its links longer by that many characters. */
const stretching =
  (by: number): RequestListener =>
  async (request, response) => {
    const body = await text(request);
    const { authorization, host, "content-type": type = "application/json" } = request.headers;
    const answer = await fetch(`${service.sandbox.url}${request.url?.replace(/\.{9,}/, "")}`, {
      method: request.method ?? "GET",
      headers: { "content-type": type, ...(authorization && { authorization }) },
      ...(body && { body }),
    });
    const sent = (await answer.text())
      .replaceAll(service.sandbox.url, `http://${host}`)
      .replaceAll(/cursor=[\w-]+/g, (cursor) => cursor + ".".repeat(by));
    const headers = { "content-type": "application/json", ...copied(answer.headers) };
    response.writeHead(answer.status, headers).end(sent);
  };

describe("a link to the next page with an oversized cursor", () => {
  test("a long cursor is followed while servers accept it, and fails the run at once when none would", async () => {
    await service.sandbox.admin.setFaults([TWO_PAGES]);
    const { sync } = service;
    answerInFront = stretching(8_000);
    await use("V2");
    await sync();
    await expectUndisturbed(sync);

    answerInFront = stretching(1_048_576);
    time.waits.length = 0;
    await expectFailed(sync, /link to the next page of \d{7} characters \(UPSTREAM_BAD_ANSWER\)/);
    expect(time.waits).toEqual([]);

    answerInFront = stretching(0);
    await expectUndisturbed(sync);
    await use("V1");
    await sync();
  });
});

test("A11: a page that arrives at a byte a second is aborted at the deadline of one request", async () => {
  const retryPolicy = { deadlineMs: 1_500, retryMs: 1_000 };
  const { sync } = await startAt(service.sandbox.url, { retryPolicy });
  await service.sandbox.admin.setFaults([{ kind: "slow-body", path: `${PAGES}?` }]);
  const { quietMs } = await timed(15_000, () => expectFailed(sync, /UPSTREAM_TIMEOUT/));
  expect(quietMs).toBeLessThan(15_000);

  await service.sandbox.admin.clearFaults();
  await expectUndisturbed(sync);
});

describe("A16: a certificate", () => {
  const fixture = (name: string): string =>
    readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), "utf8");
  const trusted = getCACertificates("default");
  beforeAll(() => setDefaultCACertificates([...trusted, fixture("authority.crt")]));
  afterAll(() => setDefaultCACertificates(trusted));

  /** Starts TLS before the sandbox, and records requests: an untrusted certificate must get none. */
  async function listenWith(certificate: string) {
    const received: string[] = [];
    const answer = compressing((compressed) => compressed);
    const server = createTlsServer(
      { key: fixture("server.key"), cert: fixture(certificate) },
      (request, response) => {
        received.push(request.url ?? "");
        answer(request, response);
      },
    );
    return { received, ...(await listen(server)) };
  }

  test("a valid certificate is trusted", async () => {
    await using front = await listenWith("valid.crt");
    const { sync } = await startAt(`https://127.0.0.1:${front.port}`);
    await expectUndisturbed(sync);
    expect(front.received).not.toEqual([]);
  });

  test.each([
    ["expired.crt", /CERT_HAS_EXPIRED \(TLS_ERROR\)/],
    ["other-host.crt", /ERR_TLS_CERT_ALTNAME_INVALID \(TLS_ERROR\)/],
  ])(
    "a certificate that cannot be trusted fails the run at once, and no request is sent: %s",
    async (certificate, reason) => {
      await using front = await listenWith(certificate);
      const { ask, sync } = await startAt(`https://127.0.0.1:${front.port}`);
      time.waits.length = 0;
      await expectFailed(sync, reason);
      const { errors } = await ask(
        `mutation { connectPersonio(clientId: "${service.sandbox.credentials.clientId}", clientSecret: "any") { id } }`,
      );
      expect(errors?.[0]?.extensions.code).toBe("PERSONIO_UNAVAILABLE");
      expect(front.received).toEqual([]);
      expect(time.waits).toEqual([]);
    },
  );
});

describe("A17: an address", () => {
  test("an address that refuses connections is retried for a minute, and the third failed run breaks the integration", async () => {
    const closed = await listen(relay());
    const { sync } = await startAt(`http://127.0.0.1:${closed.port}`);
    await expectUndisturbed(sync);
    await closed[Symbol.asyncDispose]();

    for (const status of ["CONNECTED", "CONNECTED", "BROKEN"]) {
      time.waits.length = 0;
      await expectFailed(sync, /ECONNREFUSED.*\(UPSTREAM_UNREACHABLE\)/);
      expect(time.waits.reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(60_000, -1);
      expect(await view.integration()).toMatchObject({
        status,
        problem: { code: "PERSONIO_UNAVAILABLE", help: expect.stringContaining("PERSONIO_API_URL") },
      });
    }

    await using _mended = await listen(relay(), { port: closed.port });
    await expectUndisturbed(sync);
    expect(await view.integration()).toMatchObject({ status: "CONNECTED", problem: null });
  });

  test("an address whose name does not resolve fails the run with its DNS error", async () => {
    const { sync } = await startAt("https://personio.invalid");
    await expectFailed(sync, /(ENOTFOUND|EAI_AGAIN).*\(UPSTREAM_UNREACHABLE\)/);
  });

  test("an IPv6 address is reached", async () => {
    await using front = await listen(relay(), { host: "::1" });
    const { sync } = await startAt(`http://[::1]:${front.port}`);
    await expectUndisturbed(sync);
  });
});
