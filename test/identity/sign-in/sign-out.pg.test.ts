import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSessions } from "../../../src/identity/sessions/open-sessions.ts";
import { openOidcClient } from "../../../src/identity/sign-in/oidc-client.ts";
import { openSignIn } from "../../../src/identity/sign-in/sign-in.ts";
import { createLogger } from "../../../src/log.ts";
import { normalizeEmail } from "../../../src/people/email-address.ts";
import { startIdentityProvider } from "../../support/identity-provider.ts";
import { askAsPage, pageHeaders, type SignInService, startSignInService } from "./support.ts";
import type { Visitor } from "./visitor.ts";

let world: SignInService;
beforeAll(async () => {
  world = await startSignInService({}, { OIDC_SIGN_OUT: "provider" });
});
afterAll(() => world?.[Symbol.asyncDispose]());

const signOut = async (visitor: Visitor) => {
  const headers = pageHeaders(world.url);
  return visitor.fetch(`${world.url}/console/sign-out`, { method: "POST", headers, body: "{}" });
};
const addressOf = async (response: Response): Promise<URL> =>
  new URL(((await response.json()) as { location: string }).location);
const subjectOf = async (visitor: Visitor): Promise<unknown> =>
  (await askAsPage(world, visitor, "{ me { subject } }")).data?.me;

/** Confirms the page of the provider. Returns the address to which it sends the browser. */
async function confirmAt(page: URL, visitor: Visitor): Promise<string | null> {
  const html = await (await visitor.fetch(page.href)).text();
  const [, action = ""] = /action="([^"]+)"/.exec(html) ?? [];
  const [, xsrf = ""] = /name="xsrf" value="([^"]+)"/.exec(html) ?? [];
  const answer = await visitor.fetch(action, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ xsrf, logout: "yes" }).toString(),
  });
  return answer.headers.get("location");
}

/** A provider of which nothing but the metadata is there. */
async function serveMetadata(endSessionEndpoint: string) {
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ issuer: url, end_session_endpoint: endSessionEndpoint }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

describe("with OIDC_SIGN_OUT=provider, a sign-out", () => {
  test("with OIDC_SIGN_OUT=provider, a sign-out ends the session at the identity provider, which asks the next person who they are", async () => {
    const visitor = await world.signIn("ada");
    world.idp.account = "bo";
    // Single sign-on: the provider still knows Ada.
    await visitor.go(`${world.url}/console/sign-in`);
    expect(await subjectOf(visitor)).toEqual({ subject: "ada" });

    const response = await signOut(visitor);
    expect(response.status).toBe(200);
    expect(visitor.cookies.has("__Host-people_session")).toBe(false);
    const page = await addressOf(response);
    expect(page.origin).toBe(world.idp.url);
    expect(page.searchParams.get("client_id")).toBe(world.idp.client.id);
    expect(decodeJwt(page.searchParams.get("id_token_hint") ?? "")).toMatchObject({
      sub: "ada",
      aud: world.idp.client.id,
    });
    expect(await confirmAt(page, visitor)).toBe(`${world.url}/console/signed-out`);
    await visitor.go(`${world.url}/console/sign-in`);
    expect(await subjectOf(visitor)).toEqual({ subject: "bo" });
  });

  test("with OIDC_SIGN_OUT=provider, a sign-out of an ended session leads to no other page, because its ID token is gone", async () => {
    const visitor = await world.signIn("ada");
    await world.service.app.database.dataSource.query("delete from console_sessions");
    expect((await signOut(visitor)).status).toBe(204);
  });

  test("with OIDC_SIGN_OUT=provider, a sign-out ends only here if the session has no ID token, as in an earlier version", async () => {
    const visitor = await world.signIn("ada");
    await world.service.app.database.dataSource.query("update console_sessions set sealed_id_token = null");
    expect((await signOut(visitor)).status).toBe(204);
    expect(await subjectOf(visitor)).toBeUndefined();
  });

  test("with OIDC_SIGN_OUT=provider, a sign-out ends only here once the operator has set OIDC_SIGN_OUT back to console", async () => {
    const visitor = await world.signIn("ada");
    const { auth, secretKeys } = world.service.config;
    const config = auth.mode === "jwt" ? auth.signIn : undefined;
    if (!config) throw new Error("The service signs people in.");
    const { dataSource } = world.service.app.database;
    const shared = { secretKeys, log: createLogger("silent"), clock: () => new Date() };
    await using sessions = openSessions({ ...shared, dataSource, deleteWhenEnded: async () => undefined });
    await using signIn = openSignIn({
      ...shared,
      sessions,
      config: { ...config, endsAtProvider: false },
      openTenant: async () => undefined,
      normalizeEmail,
      metrics: { signInEnded: () => undefined },
    });
    expect(await signIn.end(visitor.cookies.get("__Host-people_session") ?? "")).toBeNull();
    expect(await subjectOf(visitor)).toBeUndefined();
  });

  test("with OIDC_SIGN_OUT=provider, a sign-out leads to no address that the provider does not publish, or that is neither https nor loopback", async () => {
    const { auth } = world.service.config;
    const config = auth.mode === "jwt" ? auth.signIn : undefined;
    if (!config) throw new Error("The service signs people in.");
    await using idp = await startIdentityProvider(world.url, { hasSignOut: false });
    await using client = openOidcClient(
      { ...config, issuer: new URL(idp.url) },
      `${world.url}/console/signed-in`,
    );
    expect(await client.endAddress("a token", world.url)).toBeNull();
    for (const [endpoint, isUsed] of [
      ["http://sso.example.com/end", false],
      ["javascript:alert(1)", false],
      ["https://sso.example.com/end", true],
    ] as const) {
      await using metadata = await serveMetadata(endpoint);
      await using known = openOidcClient({ ...config, issuer: new URL(metadata.url) }, world.url);
      expect((await known.endAddress("a token", world.url)) !== null).toBe(isUsed);
    }
  });

  test("with OIDC_SIGN_OUT=provider, a sign-out keeps no readable ID token in the database", async () => {
    const visitor = await world.signIn("ada");
    const rows: { sealed: string }[] = await world.service.app.database.dataSource.query(
      "select sealed_id_token as sealed from console_sessions where sealed_id_token is not null",
    );
    const token = (await addressOf(await signOut(visitor))).searchParams.get("id_token_hint") ?? "";
    expect(rows.length).toBeGreaterThan(0);
    for (const { sealed } of rows)
      for (const stored of [sealed, Buffer.from(sealed, "base64url").toString("latin1")])
        for (const part of token.split(".")) {
          expect(stored).not.toContain(part);
          expect(stored).not.toContain(Buffer.from(part, "base64url").toString("latin1"));
        }
  });
});
