import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { type DevelopmentIssuer, openDevelopmentIssuer } from "../../../src/identity/development-issuer.ts";
import { openSessions } from "../../../src/identity/sessions/open-sessions.ts";
import { openSignIn } from "../../../src/identity/sign-in/sign-in.ts";
import { createLogger } from "../../../src/log.ts";
import { normalizeEmail } from "../../../src/people/email-address.ts";
import { countStatements } from "../../support/count-statements.ts";
import { askAsPage, codesOf, pageHeaders, type SignInService, startSignInService } from "./support.ts";
import { createVisitor, type Visitor } from "./visitor.ts";

let world: SignInService;
/** Of access tokens, beside the identity provider of the sign-ins. */
let issuer: DevelopmentIssuer;
/** What the service logs, at the most talkative level. */
const lines: string[] = [];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "people-issuer-"));
  issuer = await openDevelopmentIssuer(folder);
  const log = pino({ level: "trace" }, { write: (line) => lines.push(line) });
  world = await startSignInService({ config: { metrics: { port: 0 } }, log }, issuer.settings);
  // The first administrator of a company creates it.
  for (const admin of ["ada", "gil"]) await world.signIn(admin);
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  world.idp.isAway = false;
});

const ME = "{ me { tenantId subject email scopes authIsOff } }";
const SESSION = "__Host-people_session";
const TRANSACTION = "__Host-people_sign_in";

const problemAt = ({ pathname, searchParams }: URL) => [
  pathname,
  searchParams.get("code"),
  searchParams.get("reason"),
];

/** A browser that the identity provider has just sent back, and the address to which it did. */
async function comeBack(account: string | null): Promise<{ visitor: Visitor; returned: URL }> {
  world.idp.account = account;
  const visitor = createVisitor();
  const returned = await visitor.go(`${world.url}/console/sign-in`, ({ pathname }) =>
    pathname.endsWith("/signed-in"),
  );
  return { visitor, returned };
}

describe("the round trip", () => {
  test("a person signs in at the identity provider, and returns to the page that they wanted", async () => {
    world.idp.account = "ada";
    const visitor = createVisitor();
    const page = "/console/people/1?search=Bo#dates";
    const at = await visitor.go(`${world.url}/console/sign-in?return_to=${encodeURIComponent(page)}`);

    expect(at.href).toBe(`${world.url}${page}`);
    expect(await askAsPage(world, visitor, ME)).toMatchObject({
      status: 200,
      data: {
        me: {
          tenantId: "acme",
          subject: "ada",
          email: "ada@acme.example",
          scopes: ["people:admin", "people:hr", "people:read"],
          authIsOff: false,
        },
      },
    });
  });

  test("the provider is asked for a code with PKCE, state and nonce, and each sign-in has its own", async () => {
    const start = async (query = "") => {
      const response = await createVisitor().fetch(`${world.url}/console/sign-in${query}`);
      expect(response.status).toBe(303);
      const { origin, searchParams } = new URL(response.headers.get("location") ?? "");
      expect(origin).toBe(world.idp.url);
      return Object.fromEntries(searchParams);
    };
    const [first, second] = [await start(), await start()];
    expect(first).toMatchObject({
      response_type: "code",
      client_id: world.idp.client.id,
      redirect_uri: `${world.url}/console/signed-in`,
      scope: "openid email",
      code_challenge_method: "S256",
    });
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(first[name]).toMatch(/^[\w-]{43}$/);
      expect(first[name]).not.toBe(second[name]);
    }
    expect(first.prompt).toBeUndefined();
    expect(await start("?prompt=login")).toMatchObject({ prompt: "login" });
  });

  test("scripts, other sites and other hosts get neither cookie, and the one of the sign-in ends with it", async () => {
    const { received } = await world.signIn("ada");
    const ours = received.filter((text) => text.startsWith("__Host-people"));
    expect(ours.map((text) => text.replace(/^([\w-]+)=[\w-]+;/, "$1=…;"))).toEqual([
      `${TRANSACTION}=…; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Lax`,
      `${TRANSACTION}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax`,
      `${SESSION}=…; Path=/; HttpOnly; Secure; SameSite=Strict`,
    ]);
  });

  test("a session lasts eight hours, and the database has only a hash of what the cookie contains", async () => {
    const visitor = await world.signIn("ada");
    const answer = await askAsPage(world, visitor, "{ me { signInExpiresAt } }");
    const { me } = answer.data as { me: { signInExpiresAt: string } };
    const [row] = await world.service.app.database.dataSource.query(
      "select *, octet_length(id_hash) as bytes, expires_at - created_at as life from console_sessions order by created_at desc limit 1",
    );
    expect(row).toMatchObject({ tenant_id: "acme", subject: "ada", bytes: 32, life: { hours: 8 } });
    expect(row.expires_at.toISOString()).toBe(me.signInExpiresAt);
    expect(JSON.stringify(row)).not.toContain(visitor.cookies.get(SESSION));
  });

  test("who signs in again in the same browser has one session", async () => {
    const visitor = await world.signIn("bo");
    const first = visitor.cookies.get(SESSION) ?? "";
    await visitor.go(`${world.url}/console/sign-in`);
    expect(visitor.cookies.get(SESSION)).not.toBe(first);
    expect(await askAsPage(world, visitor, ME)).toMatchObject({ status: 200 });

    visitor.cookies.set(SESSION, first);
    expect(await askAsPage(world, visitor, ME)).toMatchObject({ status: 401 });
  });

  test("a company that no administrator has begun has no sessions of its staff", async () => {
    world.idp.accounts.set("cy", { groups: ["staff"], tenant: "initech" });
    world.idp.account = "cy";
    const at = await createVisitor().go(`${world.url}/console/sign-in`);
    expect(problemAt(at)).toEqual(["/console/signed-out", "SIGN_IN_FORBIDDEN", "company"]);
  });
});

describe("what does not sign in", () => {
  test.each([
    ["a forged state", (returned: URL) => returned.searchParams.set("state", "forged")],
    ["no state", (returned: URL) => returned.searchParams.delete("state")],
  ])("%s", async (_, forge) => {
    const { visitor, returned } = await comeBack("ada");
    forge(returned);
    expect(problemAt(await visitor.go(returned.href))).toEqual([
      "/console/signed-out",
      "SIGN_IN_EXPIRED",
      "state",
    ]);
    expect(visitor.cookies.has(SESSION)).toBe(false);
    expect(visitor.cookies.has(TRANSACTION)).toBe(false);
  });

  test("a code of another person's sign-in, which an attacker sends to a browser", async () => {
    const attacker = await comeBack("bo");
    const victim = createVisitor();
    // With a sign-in of its own under way, and without one.
    for (const browser of [(await comeBack("ada")).visitor, victim])
      expect(problemAt(await browser.go(attacker.returned.href))).toEqual([
        "/console/signed-out",
        "SIGN_IN_EXPIRED",
        "state",
      ]);
    expect(victim.cookies.size).toBe(0);
  });

  test("a code that was used, even with the cookie of its sign-in", async () => {
    const { visitor, returned } = await comeBack("ada");
    const transaction = visitor.cookies.get(TRANSACTION) ?? "";
    await visitor.go(returned.href);
    expect(visitor.cookies.has(SESSION)).toBe(true);

    const thief = createVisitor();
    thief.cookies.set(TRANSACTION, transaction);
    expect(problemAt(await thief.go(returned.href))).toEqual([
      "/console/signed-out",
      "SIGN_IN_EXPIRED",
      "code",
    ]);
    expect(thief.cookies.has(SESSION)).toBe(false);
  });

  test("a cookie of a sign-in that was changed, or that is there twice", async () => {
    const { visitor, returned } = await comeBack("ada");
    const genuine = visitor.cookies.get(TRANSACTION) ?? "";
    const forged = `${genuine[0] === "A" ? "B" : "A"}${genuine.slice(1)}`;
    for (const cookie of [forged, `${genuine}; ${TRANSACTION}=${genuine}`]) {
      visitor.cookies.set(TRANSACTION, cookie);
      expect(problemAt(await visitor.go(returned.href))[1]).toBe("SIGN_IN_EXPIRED");
    }
  });

  test("a person who cancels at the identity provider", async () => {
    const { visitor, returned } = await comeBack(null);
    expect(problemAt(await visitor.go(returned.href))).toEqual([
      "/console/signed-out",
      "SIGN_IN_DENIED",
      "denied",
    ]);
  });

  test.each([
    ["without a group of AUTH_ROLES", { groups: ["visitors"], tenant: "acme" }, "scopes"],
    ["without a company", { groups: ["staff"] }, "tenant"],
  ])("a person %s", async (_, account, reason) => {
    world.idp.accounts.set("dee", { ...account });
    world.idp.account = "dee";
    const at = await createVisitor().go(`${world.url}/console/sign-in`);
    expect(problemAt(at)).toEqual(["/console/signed-out", "SIGN_IN_FORBIDDEN", reason]);
  });

  test("a person while the provider is away; the page leads back, and the log has its id", async () => {
    const { visitor, returned } = await comeBack("ada");
    world.idp.isAway = true;
    const at = await visitor.go(returned.href);
    expect(problemAt(at)).toEqual(["/console/signed-out", "SIGN_IN_UNAVAILABLE", "provider-away"]);
    expect(at.searchParams.get("return_to")).toBe("/console/");
    expect(lines.join()).toContain(`"errorId":"${at.searchParams.get("id")}"`);
  });

  test.each([
    ["an ID token for another client", { aud: "another-client" }],
    ["an ID token of another sign-in", { nonce: "another" }],
    ["an ID token of another issuer", { iss: "https://login.evil.example" }],
    ["an ID token that has expired", { exp: 1 }],
    ["an ID token that another key signed", {}],
  ])("%s", async (_, claims) => {
    const { visitor, returned } = await comeBack("ada");
    world.idp.changedClaims = claims;
    const at = await visitor.go(returned.href);
    world.idp.changedClaims = null;
    expect([at.pathname, at.searchParams.get("code")]).toEqual(["/console/signed-out", "SIGN_IN_FAILED"]);
    expect(visitor.cookies.has(SESSION)).toBe(false);
  });

  test("a service with a wrong secret, a wrong issuer, and an issuer that does not answer", async () => {
    const { auth, secretKeys } = world.service.config;
    const config = auth.mode === "jwt" ? auth.signIn : undefined;
    if (!config) throw new Error("The service signs people in.");
    const log = createLogger("silent");
    const { dataSource } = world.service.app.database;
    const clock = () => new Date();
    await using sessions = openSessions({
      ...{ dataSource, secretKeys, log, clock },
      deleteWhenEnded: async () => undefined,
    });
    const shared = { secretKeys, sessions, openTenant: async () => undefined, normalizeEmail, clock, log };
    const metrics = { signInEnded: () => undefined };
    const start = { returnTo: "/console/sync", asksAgain: false, session: null };

    await using wrongSecret = openSignIn({
      ...shared,
      metrics,
      config: { ...config, clientSecret: "wrong" },
    });
    const begun = await wrongSecret.begin(start);
    if (!("transaction" in begun)) throw new Error("The provider is there.");
    world.idp.account = "ada";
    const { search } = await createVisitor().go(begun.location, ({ pathname }) =>
      pathname.endsWith("/signed-in"),
    );
    const { transaction } = begun;
    expect(await wrongSecret.finish({ query: search.slice(1), transaction })).toMatchObject({
      problem: { code: "SIGN_IN_MISCONFIGURED", reason: "client", returnTo: "/console/sync" },
    });

    for (const [issuer, code, reason] of [
      [`${world.idp.url}/elsewhere`, "SIGN_IN_MISCONFIGURED", "issuer"],
      // A page in HTML.
      [`${world.url}/`, "SIGN_IN_MISCONFIGURED", "issuer"],
      ["http://127.0.0.1:9", "SIGN_IN_UNAVAILABLE", "provider-away"],
    ] as const) {
      await using wrong = openSignIn({ ...shared, metrics, config: { ...config, issuer: new URL(issuer) } });
      expect(await wrong.begin(start)).toMatchObject({
        problem: { code, reason, returnTo: "/console/sync" },
      });
    }
  });
});

describe("requests with a session", () => {
  const QUERY = "{ people(first: 1) { totalCount } }";

  test("E8: the cookie counts only with our header, JSON and our own origin, all three", async () => {
    const visitor = await world.signIn("ada");
    const genuine = pageHeaders(world.url);
    expect(await askAsPage(world, visitor, ME, genuine)).toMatchObject({ status: 200 });
    const streamed = await visitor.fetch(`${world.url}/graphql`, {
      method: "POST",
      headers: { ...genuine, accept: "text/event-stream" },
      body: JSON.stringify({ query: ME }),
    });
    expect(await streamed.text()).toContain('"subject":"ada"');
    const { origin, "x-people-console": _, ...rest } = genuine;
    for (const [what, headers] of [
      ["no header", { origin, ...rest }],
      ["another value", { ...genuine, "x-people-console": "0" }],
      ["no origin", { "x-people-console": "1", ...rest }],
      ["a foreign origin", { ...genuine, origin: "https://evil.example" }],
      ["the null origin", { ...genuine, origin: "null" }],
      ["another port", { ...genuine, origin: world.idp.url }],
      [
        "the name of the same address",
        { ...genuine, origin: genuine.origin.replace("127.0.0.1", "localhost") },
      ],
    ] as const) {
      const answer = await askAsPage(world, visitor, ME, headers);
      expect([what, answer.status, codesOf(answer)]).toEqual([what, 401, ["UNAUTHENTICATED"]]);
      // Event streams come to the same address.
      const stream = await visitor.fetch(`${world.url}/graphql`, {
        method: "POST",
        headers: { ...headers, accept: "text/event-stream" },
        body: JSON.stringify({ query: ME }),
      });
      await stream.arrayBuffer();
      expect([what, stream.status]).toEqual([what, 401]);
    }
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "application/jsonp",
    ]) {
      const answer = await askAsPage(world, visitor, ME, { ...genuine, "content-type": type });
      expect([type, answer.status]).toEqual([type, 401]);
    }
    const get = await visitor.fetch(`${world.url}/graphql?query=${encodeURIComponent(ME)}`, {
      headers: { origin: world.url, "x-people-console": "1", "apollo-require-preflight": "1" },
    });
    expect(get.status).toBe(401);
    await get.arrayBuffer();
  });

  test("a page of another origin gets no permission to send our header", async () => {
    const preflight = await fetch(`${world.url}/graphql`, {
      method: "OPTIONS",
      headers: {
        origin: "https://evil.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-people-console,content-type",
      },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
    expect(preflight.headers.get("access-control-allow-headers") ?? "").not.toContain("x-people-console");
    expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
  });

  test("the session costs one statement in one round trip", async () => {
    const visitor = await world.signIn("ada");
    await askAsPage(world, visitor, QUERY);
    const { statements, writes } = await countStatements(world.service.serving, () =>
      askAsPage(world, visitor, ME),
    );
    expect(statements.filter((text) => !/set_config/.test(text)).map(nameOf)).toEqual(["sessions.find"]);
    expect(writes).toBe(1);
  });

  test("a forged cookie costs no statement", async () => {
    const visitor = createVisitor();
    visitor.cookies.set(SESSION, Buffer.alloc(80, 7).toString("base64url"));
    const { result, statements } = await countStatements(world.service.serving, () =>
      askAsPage(world, visitor, ME),
    );
    expect([result.status, statements]).toEqual([401, []]);
  });

  test("a bearer token counts, and not the cookie beside it", async () => {
    const visitor = await world.signIn("bo");
    const headers = { ...pageHeaders(world.url), authorization: "Bearer people_acme_x" };
    expect(await askAsPage(world, visitor, ME, headers)).toMatchObject({ status: 401 });
  });

  test("the scopes of the session decide", async () => {
    const visitor = await world.signIn("bo");
    expect(codesOf(await askAsPage(world, visitor, "{ serviceTokens { id } }"))).toEqual(["FORBIDDEN"]);
    expect(codesOf(await askAsPage(world, visitor, QUERY))).toEqual([]);
  });
});

const nameOf = (text: string): string => /\/\* ([\w.]+) \*\//.exec(text)?.[1] ?? text;

describe("the end of a session", () => {
  const isSignedIn = async (visitor: Visitor): Promise<boolean> =>
    (await askAsPage(world, visitor, ME)).status === 200;
  const endNewest = (column: string) =>
    world.service.app.database.dataSource.query(
      `update console_sessions set ${column} = now() where created_at = (select max(created_at) from console_sessions)`,
    );

  test.each(["expires_at", "idle_until"])("the end of a session comes with %s", async (column) => {
    const visitor = await world.signIn("ada");
    expect(await isSignedIn(visitor)).toBe(true);
    await endNewest(column);
    expect(await isSignedIn(visitor)).toBe(false);
  });

  test("the end of a session comes with the sign-out, for every copy of the cookie", async () => {
    const visitor = await world.signIn("ada");
    const copy = createVisitor();
    copy.cookies.set(SESSION, visitor.cookies.get(SESSION) ?? "");
    const signOut = (browser: Visitor, headers: Record<string, string>) =>
      browser.fetch(`${world.url}/console/sign-out`, { method: "POST", headers, body: "{}" });

    // Another site must not sign people out.
    const { origin: _, ...foreign } = pageHeaders(world.url);
    expect((await signOut(visitor, foreign)).status).toBe(401);
    expect(await isSignedIn(visitor)).toBe(true);

    expect((await signOut(visitor, pageHeaders(world.url))).status).toBe(204);
    expect(visitor.received.at(-1)).toBe(`${SESSION}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict`);
    expect(await isSignedIn(copy)).toBe(false);
    expect((await signOut(visitor, pageHeaders(world.url))).status).toBe(204);
  });

  test("the end of a session comes with endOwnSessions, in browsers that the user chooses, and in all others", async () => {
    world.idp.accounts.set("cy", { groups: ["staff"], tenant: "acme" });
    const [here, there, elsewhere] = [
      await world.signIn("cy"),
      await world.signIn("cy"),
      await world.signIn("cy"),
    ];
    const stranger = await world.signIn("bo");
    const ofAnotherCompany = await world.signIn("gil");
    const LIST = "{ ownSessions { id isCurrent createdAt expiresAt idleUntil } }";
    const list = async (visitor: Visitor) => {
      const { data } = await askAsPage(world, visitor, LIST);
      return data?.ownSessions as { id: string; isCurrent: boolean; createdAt: string }[];
    };
    const { serving } = world.service;
    const { result: sessions, statements } = await countStatements(serving, () => list(here));
    expect(statements.map(nameOf)).toEqual(["sessions.find", "sessions.listOwn"]);
    expect(sessions.map(({ isCurrent }) => isCurrent)).toEqual([false, false, true]);
    expect(sessions.map(({ createdAt }) => createdAt)).toEqual(
      sessions
        .map(({ createdAt }) => createdAt)
        .toSorted()
        .toReversed(),
    );

    const [last, middle] = sessions;
    const end = (ids?: readonly string[]) =>
      `mutation { endOwnSessions${ids ? `(ids: ${JSON.stringify(ids)})` : ""} }`;
    for (const foreign of [stranger, ofAnotherCompany])
      expect((await askAsPage(world, foreign, end([last!.id]))).data).toEqual({ endOwnSessions: 0 });
    expect((await askAsPage(world, here, end([last!.id, "nothing"]))).data).toEqual({ endOwnSessions: 1 });
    expect(await Promise.all([here, there, elsewhere].map(isSignedIn))).toEqual([true, true, false]);
    expect((await askAsPage(world, here, end())).data).toEqual({ endOwnSessions: 1 });
    expect(await Promise.all([here, there, stranger].map(isSignedIn))).toEqual([true, false, true]);
    expect((await list(here)).map(({ id }) => id)).not.toContain(middle!.id);
  });

  test("an access token ends no session, because its subject may be another person's at its issuer", async () => {
    const visitor = await world.signIn("bo");
    const token = { tenant: "acme", subject: "bo", email: undefined, scopes: [], minutes: 5 };
    const authorization = `Bearer ${await issuer.sign(token, new Date())}`;
    const ask = async (query: string) =>
      (
        await askAsPage(world, visitor, query, {
          ...pageHeaders(world.url),
          authorization,
        })
      ).data;
    expect(await ask("{ me { subject } }")).toEqual({ me: { subject: "bo" } });
    expect(await ask("{ ownSessions { id } }")).toEqual({ ownSessions: [] });
    expect(await ask("mutation { endOwnSessions }")).toEqual({ endOwnSessions: 0 });
    expect(await isSignedIn(visitor)).toBe(true);
  });

  test("the end of a session comes with endSessions of an administrator, in every browser of the user, but only in this company", async () => {
    const admin = await world.signIn("ada");
    const browsers = [await world.signIn("bo"), await world.signIn("bo")];
    const foreign = await world.signIn("gil");
    const list = async (visitor: Visitor) => {
      const { data } = await askAsPage(world, visitor, "{ consoleSessions { subject email scopes } }");
      return data?.consoleSessions as { subject: string }[];
    };
    expect(await list(admin)).toContainEqual({
      subject: "bo",
      email: "bo@acme.example",
      scopes: ["people:read"],
    });
    expect((await list(foreign)).map(({ subject }) => subject)).not.toContain("bo");

    const end = 'mutation { endSessions(subject: "bo") }';
    expect((await askAsPage(world, foreign, end)).data).toEqual({ endSessions: 0 });
    expect(codesOf(await askAsPage(world, browsers[0]!, end))).toEqual(["FORBIDDEN"]);
    const { data } = await askAsPage(world, admin, end);
    expect(data?.endSessions).toBeGreaterThanOrEqual(2);
    for (const browser of browsers) expect(await isSignedIn(browser)).toBe(false);
    expect(await isSignedIn(admin)).toBe(true);
    expect((await askAsPage(world, admin, end)).data).toEqual({ endSessions: 0 });
  });

  test("the end of a session comes when the identity provider deactivates or deletes the user over SCIM", async () => {
    const admin = await world.signIn("ada");
    const created = await askAsPage(world, admin, "mutation { createScimToken { token scimToken { id } } }");
    const { createScimToken } = created.data as {
      createScimToken: { token: string; scimToken: { id: string } };
    };
    const { token, scimToken } = createScimToken;
    const send = async (method: string, path: string, body?: object) => {
      const response = await fetch(`${world.url}/scim/v2/${path}`, {
        method,
        headers: { "content-type": "application/scim+json", authorization: `Bearer ${token}` },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, id: text === "" ? "" : (JSON.parse(text) as { id: string }).id };
    };
    const patch = (value: boolean) => ({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: [{ op: "replace", path: "active", value }],
    });
    const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
    const { id } = await send("POST", "Users", {
      schemas: [USER],
      userName: "bo@acme.example",
      active: true,
    });
    // Its subject is what the provider sends as externalId; there is no address.
    world.idp.accounts.set("00u-eve", { groups: ["staff"], tenant: "acme" });
    const other = await send("POST", "Users", { schemas: [USER], userName: "eve", externalId: "00u-eve" });
    const [bo, eve] = [await world.signIn("bo"), await world.signIn("00u-eve")];
    // A namesake in another company.
    const ofAcme = world.idp.accounts.get("bo");
    world.idp.accounts.set("bo", { ...ofAcme, tenant: "globex" });
    const namesake = await world.signIn("bo");
    world.idp.accounts.set("bo", { ...ofAcme });
    expect((await send("PATCH", `Users/${id}`, patch(true))).status).toBe(200);
    expect(await Promise.all([bo, eve, namesake].map(isSignedIn))).toEqual([true, true, true]);
    expect((await send("PATCH", `Users/${id}`, patch(false))).status).toBe(200);
    expect(await Promise.all([bo, eve, namesake].map(isSignedIn))).toEqual([false, true, true]);
    expect((await send("DELETE", `Users/${other.id}`)).status).toBe(204);
    expect(await Promise.all([bo, eve, namesake].map(isSignedIn))).toEqual([false, false, true]);
    await askAsPage(world, admin, `mutation { revokeScimToken(id: "${scimToken.id}") }`);
  });
});

describe("two companies", () => {
  test("each person sees their own company", async () => {
    const [ada, gil] = [await world.signIn("ada"), await world.signIn("gil")];
    const SET = 'mutation { setPeopleSettings(settings: { timeZone: "Asia/Tokyo" }) { timeZone } }';
    await askAsPage(world, ada, SET);
    const GET = "{ me { tenantId } peopleSettings { timeZone } }";
    expect((await askAsPage(world, ada, GET)).data).toEqual({
      me: { tenantId: "acme" },
      peopleSettings: { timeZone: "Asia/Tokyo" },
    });
    expect((await askAsPage(world, gil, GET)).data).toEqual({
      me: { tenantId: "globex" },
      peopleSettings: { timeZone: "UTC" },
    });
  });

  test("no company sees a session of another", async () => {
    await world.signIn("gil");
    const rows = await inTenant(world.service.serving, "acme", (manager) =>
      manager.query("select distinct tenant_id from console_sessions"),
    );
    expect(rows).toEqual([{ tenant_id: "acme" }]);
  });
});

test("neither the log nor a metric contains an address, a cookie, a code or the secret", async () => {
  const { visitor, returned } = await comeBack("ada");
  const transaction = visitor.cookies.get(TRANSACTION) ?? "";
  await visitor.go(returned.href);
  const metrics = await (await fetch(world.service.app.metricsUrl ?? "")).text();
  const written = lines.join("\n") + metrics;
  expect(written).toContain('"msg":"signed in"');
  expect(metrics).toMatch(/people_console_sign_ins_total\{result="signed-in"\} [1-9]/);
  expect(metrics).toMatch(/people_tokens_refused_total\{reason="session-guard"\} [1-9]/);
  for (const secret of [
    "acme.example",
    transaction,
    visitor.cookies.get(SESSION),
    returned.searchParams.get("code"),
    returned.searchParams.get("state"),
    world.idp.client.secret,
  ])
    expect(written).not.toContain(secret);
});
