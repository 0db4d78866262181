import { randomBytes } from "node:crypto";
import { fastify } from "fastify";
import { pino } from "pino";
import { DataSource } from "typeorm";
import { afterEach, describe, expect, test } from "vitest";
import { addSignInRoutes, type SignInRoutesOptions } from "../../../src/graphql/transports/sign-in-routes.ts";
import { openSessions } from "../../../src/identity/sessions/open-sessions.ts";
import { createReportFailure } from "../../../src/identity/sign-in/report-failure.ts";
import { openSignIn, type SignIn } from "../../../src/identity/sign-in/sign-in.ts";
import { createLogger, type Logger } from "../../../src/log.ts";

const opened = new AsyncDisposableStack();
afterEach(() => opened.disposeAsync());

/** A sign-in whose provider and database are away: what the routes refuse reaches neither. */
function signInWithoutProvider(log: Logger = createLogger("silent")): SignIn {
  const deps = { log, clock: () => new Date() };
  const secretKeys = [{ id: "1", key: randomBytes(32) }];
  const dataSource = new DataSource({ type: "postgres" });
  const sessions = openSessions({ ...deps, secretKeys, dataSource, deleteWhenEnded: async () => undefined });
  return openSignIn({
    ...deps,
    secretKeys,
    sessions,
    config: {
      issuer: new URL("http://127.0.0.1:9"),
      clientId: "people",
      clientSecret: "secret",
      scope: "openid",
      origin: "https://people.example.com",
      endsAtProvider: false,
      tenant: { id: "acme" },
      scopeClaim: "scope",
      roles: null,
    },
    openTenant: async () => undefined,
    normalizeEmail: (text) => text,
    metrics: { signInEnded: () => undefined },
  });
}

function serverWith(options: Partial<SignInRoutesOptions>) {
  const server = fastify({ trustProxy: true });
  const lines: Record<string, unknown>[] = [];
  const results: string[] = [];
  const log = pino({ level: "trace" }, { write: (line) => lines.push(JSON.parse(line)) });
  const metrics = { signInEnded: (result: string) => void results.push(result) };
  const reportFailure = createReportFailure({ metrics, log });
  addSignInRoutes(server, { signIn: undefined, authIsOff: false, reportFailure, ...options });
  return {
    results,
    logged: () => lines.map(({ level, time, pid, hostname, ...line }) => line),
    async get(url: string, address = "192.0.2.1", cookie = "") {
      const sent = { "x-forwarded-for": address, cookie };
      const { statusCode, headers } = await server.inject({ url, headers: sent });
      const at = new URL(headers.location ?? "", "https://people.example.com");
      return { statusCode, path: at.pathname, code: at.searchParams.get("code"), at };
    },
  };
}

describe("the sign-in", () => {
  test("a sign-in with AUTH=off leads back at once, because every user is an administrator", async () => {
    const { get } = serverWith({ authIsOff: true });
    const answer = await get("/console/sign-in?return_to=/console/sync");
    expect([answer.statusCode, answer.path]).toEqual([303, "/console/sync"]);
  });

  test("a sign-in without OIDC_ISSUER redirects to a page that explains it", async () => {
    const answer = await serverWith({}).get("/console/sign-in?return_to=https://evil.example");
    expect([answer.path, answer.code]).toEqual(["/console/signed-out", "SIGN_IN_NOT_CONFIGURED"]);
    expect(answer.at.searchParams.get("return_to")).toBe("/console/");
  });

  test("a sign-in may start as often from one address as its limit allows, while other addresses have their own", async () => {
    const { get } = serverWith({ signIn: signInWithoutProvider(), startsPerMinute: 2 });
    const codes = [];
    for (const address of ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"])
      codes.push((await get("/console/sign-in", address)).code);
    expect(codes).toEqual([
      "SIGN_IN_UNAVAILABLE",
      "SIGN_IN_UNAVAILABLE",
      "LIMIT_RATE",
      "SIGN_IN_UNAVAILABLE",
    ]);
  });

  test("a sign-in may end as often from one address: a cookie of a sign-in cannot try codes without a limit", async () => {
    const { get } = serverWith({ signIn: signInWithoutProvider(), startsPerMinute: 2 });
    const codes = [];
    for (const address of ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"])
      codes.push((await get("/console/signed-in?code=1&state=1", address, "__Host-people_sign_in=c")).code);
    expect(codes).toEqual(["SIGN_IN_EXPIRED", "SIGN_IN_EXPIRED", "LIMIT_RATE", "SIGN_IN_EXPIRED"]);
    // Without a sign-in under way, no request reaches the identity provider.
    expect((await get("/console/signed-in?code=1&state=1")).code).toBe("SIGN_IN_EXPIRED");
  });

  test("a sign-in that its limit refuses is counted, at the start and at the end, and logged once a minute", async () => {
    const { get, results, logged } = serverWith({ signIn: signInWithoutProvider(), startsPerMinute: 1 });
    for (let time = 0; time < 3; time += 1) {
      await get("/console/sign-in");
      await get("/console/signed-in?code=1&state=1", "192.0.2.1", "__Host-people_sign_in=c");
    }
    expect(results).toEqual(["too-many", "too-many", "too-many", "too-many"]);
    expect(logged()).toEqual([{ code: "LIMIT_RATE", reason: "too-many", msg: "sign-in refused" }]);
  });

  test("a return without a sign-in under way is logged once a minute, from any address", async () => {
    const lines: string[] = [];
    const log = pino({ level: "trace" }, { write: (line) => lines.push(JSON.parse(line).msg) });
    const { get } = serverWith({ signIn: signInWithoutProvider(log) });
    for (let visitor = 0; visitor < 20; visitor += 1)
      for (const query of ["", "?code=1&state=1", "?error=access_denied", `?state=${visitor}`])
        expect((await get(`/console/signed-in${query}`, `192.0.2.${visitor}`)).code).toBe("SIGN_IN_EXPIRED");
    expect(lines).toEqual(["sign-in refused"]);
  });

  test("a sign-in that is not configured is counted each time, and logged once a minute", async () => {
    const { get, results, logged } = serverWith({});
    for (const address of ["192.0.2.1", "192.0.2.2"])
      await get("/console/sign-in?return_to=/console/people/1?search=Ada", address);
    expect(results).toEqual(["not-configured", "not-configured"]);
    expect(logged()).toEqual([
      { code: "SIGN_IN_NOT_CONFIGURED", reason: "not-configured", msg: "sign-in refused" },
    ]);
  });

  test("a sign-in may start ten times a minute by default", async () => {
    const { get } = serverWith({ signIn: signInWithoutProvider() });
    const codes = [];
    for (let start = 0; start < 11; start += 1) codes.push((await get("/console/sign-in")).code);
    expect(codes.lastIndexOf("SIGN_IN_UNAVAILABLE")).toBe(9);
    expect(codes.indexOf("LIMIT_RATE")).toBe(10);
  });
});
