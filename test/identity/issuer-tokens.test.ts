import { describe, expect, test } from "vitest";
import type { Viewer } from "../../src/access/viewer.ts";
import { ActionableError } from "../../src/errors.ts";
import { CLOCK_TOLERANCE_SECONDS } from "../../src/identity/issuer/read-claims.ts";
import { VERIFIED_MS } from "../../src/identity/issuer/verify-issuer-token.ts";
import { identifyWith } from "./support/identify-with.ts";
import { createTestIssuer, secondsFromNow } from "./support/test-issuer.ts";

const issuer = await createTestIssuer();
const { identify, present } = identifyWith(issuer);
const scopesOf = ({ scopes }: Viewer): string[] => [...scopes].sort();

test("a token of the issuer identifies its user, with tenant, email, scopes and end", async () => {
  const exp = secondsFromNow(300);
  const viewer = await present(await issuer.sign({ exp }));
  expect(viewer).toEqual({
    tenantId: "acme",
    kind: "USER",
    subject: "ada",
    email: "ada@example.com",
    scopes: new Set(["people:read", "people:hr"]),
    expiresAt: new Date((exp + CLOCK_TOLERANCE_SECONDS) * 1_000),
    authIsOff: false,
  });
});

test.each(["Bearer", "bearer", "BEARER"])("the scheme %s has no case", async (scheme) => {
  const authorization = `${scheme} ${await issuer.sign()}`;
  await expect(identify({ authorization })).resolves.toMatchObject({ subject: "ada" });
});

test.each(["at+jwt", "AT+JWT", "application/at+jwt", "JWT", "jwt", "application/jwt", undefined])(
  "a token of the type %s is accepted, as in RFC 9068 and RFC 7519",
  async (typ) => {
    await expect(present(await issuer.sign({}, { typ }))).resolves.toMatchObject({ subject: "ada" });
  },
);

test.each(["RS256", "PS256", "ES256", "EdDSA"])("a signature by %s is accepted", async (alg) => {
  const other = await createTestIssuer("one", alg);
  await expect(identifyWith(other).present(await other.sign())).resolves.toMatchObject({ subject: "ada" });
});

test("a token is accepted until the clock's tolerance after its end, also if it was verified before", async () => {
  let now = new Date("2026-11-28T12:00:00Z");
  const seconds = now.getTime() / 1_000;
  const { present, reasons } = identifyWith(issuer, { clock: () => now });
  const token = await issuer.sign({ exp: seconds + 10, nbf: seconds + CLOCK_TOLERANCE_SECONDS });
  const at = (second: number) => {
    now = new Date((seconds + second) * 1_000);
    return present(token);
  };
  await expect(at(0)).resolves.toMatchObject({ subject: "ada" });
  await expect(at(10 + CLOCK_TOLERANCE_SECONDS - 1)).resolves.toMatchObject({ subject: "ada" });
  await expect(at(10 + CLOCK_TOLERANCE_SECONDS)).rejects.toThrow(ActionableError);
  expect(reasons).toEqual(["expired"]);
});

test("a verified token is verified again after a minute, so that a withdrawn key counts", async () => {
  let now = new Date();
  let lookUps = 0;
  const { present } = identifyWith(
    async () => {
      lookUps += 1;
      return issuer.jwk;
    },
    { clock: () => now },
  );
  const token = await issuer.sign({ exp: secondsFromNow(600) });
  const first = await present(token);
  expect(await present(token)).toBe(first);
  expect(lookUps).toBe(1);
  now = new Date(now.getTime() + VERIFIED_MS);
  await present(token);
  expect(lookUps).toBe(2);
});

describe("scopes", () => {
  test("scopes come as text or as a list; scopes of other services do not count", async () => {
    const scopes = ["openid", "people:read", "people:hr", "people:everything", "people:read"];
    for (const scope of [scopes, scopes.join(" ")])
      expect(scopesOf(await present(await issuer.sign({ scope })))).toEqual(["people:hr", "people:read"]);
  });

  test.each([undefined, "", [], 7, { "people:read": true }, [["people:read"]], "People:Read"])(
    "the claim %j grants nothing",
    async (scope) => {
      expect(scopesOf(await present(await issuer.sign({ scope })))).toEqual([]);
    },
  );

  test("as many scopes as a token may have are read", async () => {
    const scope = `${"a ".repeat(2_500)}people:read`;
    expect(scopesOf(await present(await issuer.sign({ scope })))).toEqual(["people:read"]);
  });

  test("roles add their scopes to those of the token", async () => {
    const roles = {
      claim: "groups",
      scopes: new Map([
        ["HR admins", ["people:admin", "people:hr"] as const],
        ["staff", ["people:read"] as const],
      ]),
    };
    const { present } = identifyWith(issuer, { rules: { roles } });
    const scopesWith = async (groups: unknown) =>
      scopesOf(await present(await issuer.sign({ groups, scope: "people:sensitive" })));
    expect(await scopesWith(["HR admins", "staff", "constructor"])).toEqual([
      "people:admin",
      "people:hr",
      "people:read",
      "people:sensitive",
    ]);
    expect(await scopesWith("HR admins")).toEqual(["people:admin", "people:hr", "people:sensitive"]);
    expect(await scopesWith("staff admins")).toEqual(["people:sensitive"]);
    expect(await scopesWith(undefined)).toEqual(["people:sensitive"]);
  });

  test("the name of a claim is a name first, and then a path", async () => {
    const scopes = new Map([
      ["staff", ["people:read"] as const],
      ["Object", ["people:admin"] as const],
    ]);
    const readBy = async (claim: string, claims: object) => {
      const { present } = identifyWith(issuer, { rules: { scopeClaim: "none", roles: { claim, scopes } } });
      return scopesOf(await present(await issuer.sign({ ...claims })));
    };
    const url = "https://people.example.com/roles";
    expect(await readBy("realm_access.roles", { realm_access: { roles: ["staff"] } })).toEqual([
      "people:read",
    ]);
    expect(await readBy(url, { [url]: ["staff"] })).toEqual(["people:read"]);
    expect(await readBy("constructor.name", {})).toEqual([]);
    expect(await readBy("realm_access.roles", { realm_access: null })).toEqual([]);
  });
});

describe("the tenant", () => {
  test("a fixed tenant holds for every token, whatever tenant it names", async () => {
    const { present } = identifyWith(issuer, { rules: { tenant: { id: "globex" } } });
    for (const tenant of ["acme", undefined, ["acme", "globex"]])
      await expect(present(await issuer.sign({ tenant }))).resolves.toMatchObject({ tenantId: "globex" });
  });

  test.each(["a", "A", "0", "acme.eu-1_b", "a".repeat(63)])("%s is a tenant id", async (tenant) => {
    await expect(present(await issuer.sign({ tenant }))).resolves.toMatchObject({ tenantId: tenant });
  });

  test("the error of a tenant that may not be opened reaches the caller", async () => {
    const forbidden = new ActionableError("FORBIDDEN", "No such company.", "Ask an administrator.");
    const { present, reasons } = identifyWith(issuer, {
      async openTenant({ tenantId }) {
        if (tenantId === "globex") throw forbidden;
      },
    });
    await expect(present(await issuer.sign())).resolves.toMatchObject({ tenantId: "acme" });
    await expect(present(await issuer.sign({ tenant: "globex" }))).rejects.toBe(forbidden);
    expect(reasons).toEqual([]);
  });
});

describe("the email", () => {
  test.each([
    [{ email: "ADA@example.com", email_verified: true }, "ada@example.com"],
    [{ email: "ada@example.com", email_verified: false }, null],
    [{ email: "ada@example.com", email_verified: "false" }, null],
    [{ email: "ada@example.com", email_verified: "False" }, null],
    [{ email: "ada" }, null],
    [{ email: ["ada@example.com"] }, null],
    [{ email: undefined }, null],
  ])("%j gives %s", async (claims, email) => {
    expect((await present(await issuer.sign(claims))).email).toBe(email);
  });
});

test("a service token is recognised by its prefix, beside an issuer and without one", async () => {
  const program: Viewer = { ...(await present(await issuer.sign())), kind: "TOKEN", subject: "payroll" };
  const verifyServiceToken = async (token: string) => (token === "people_abc" ? program : null);
  const openTenant = async () => {
    throw new Error("The tenant of a service token exists.");
  };
  for (const own of [{}, { verifyIssuerToken: null }]) {
    const { present } = identifyWith(issuer, { verifyServiceToken, openTenant, ...own });
    await expect(present("people_abc")).resolves.toBe(program);
    await expect(present("people_abd")).rejects.toThrow("no valid token");
  }
});
