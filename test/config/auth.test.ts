import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigError, type Environment, readConfig } from "../../src/config.ts";

const folder = mkdtempSync(join(tmpdir(), "people-config-auth-"));
afterAll(() => rmSync(folder, { recursive: true }));

const authOf = (environment: Environment) => readConfig({ DATA_DIR: folder, ...environment }).auth;

function problemsOf(environment: Environment): readonly string[] {
  try {
    authOf(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const issuer = {
  AUTH: "jwt",
  AUTH_JWKS_URL: "https://login.example.com/jwks.json",
  AUTH_ISSUER: "https://login.example.com/",
  AUTH_AUDIENCE: "https://people.example.com",
};

describe("AUTH=jwt", () => {
  test("AUTH=jwt without an issuer accepts only service tokens", () => {
    expect(authOf({ AUTH: "jwt" })).toEqual({ mode: "jwt", issuer: null });
  });

  test("three variables configure an issuer; the claims are tenant and scope", () => {
    expect(authOf(issuer)).toEqual({
      mode: "jwt",
      issuer: {
        jwksUrl: new URL("https://login.example.com/jwks.json"),
        issuer: "https://login.example.com/",
        audiences: ["https://people.example.com"],
        tenant: { claim: "tenant" },
        scopeClaim: "scope",
        roles: null,
      },
    });
  });

  test("every part of an issuer can be set", () => {
    const auth = authOf({
      ...issuer,
      AUTH_JWKS_URL: "file:///etc/people/jwks.json",
      AUTH_AUDIENCE: "https://people.example.com, people",
      AUTH_TENANT: "acme",
      AUTH_SCOPE_CLAIM: "scp",
      AUTH_ROLE_CLAIM: "realm_access.roles",
      AUTH_ROLES: '{"HR admins":["people:admin","people:hr"],"staff":["people:read"]}',
    });
    expect(auth).toMatchObject({
      issuer: {
        audiences: ["https://people.example.com", "people"],
        tenant: { id: "acme" },
        scopeClaim: "scp",
        roles: {
          claim: "realm_access.roles",
          scopes: new Map([
            ["HR admins", ["people:admin", "people:hr"]],
            ["staff", ["people:read"]],
          ]),
        },
      },
    });
    expect(authOf({ ...issuer, AUTH_TENANT_CLAIM: "org" })).toMatchObject({
      issuer: { tenant: { claim: "org" } },
    });
  });

  test.each(["0.0.0.0", "::", "people.internal"])("AUTH=jwt may listen on %s", (HOST) => {
    expect(problemsOf({ AUTH: "jwt", HOST })).toEqual([]);
  });

  test.each([
    ["https://login.example.com/jwks", 0],
    ["http://127.0.0.1:8080/jwks", 0],
    ["http://localhost:8080/jwks", 0],
    ["http://login.example.com/jwks", 1],
    ["ftp://127.0.0.1/jwks", 1],
    ["login.example.com/jwks", 1],
    ["file:///etc/people/jwks.json", 0],
    ["file:jwks.json", 1],
    ["file://server/jwks.json", 1],
    ["file:///", 1],
    ["file:///jwks%2Fjson", 1],
    ["data:application/json,{}", 1],
  ])("AUTH_JWKS_URL=%s has %i problems", (AUTH_JWKS_URL, problemCount) => {
    expect(problemsOf({ ...issuer, AUTH_JWKS_URL })).toHaveLength(problemCount);
  });

  test("wrong values and combinations are listed together, one line each", () => {
    const problems = problemsOf({
      AUTH: "jwt",
      AUTH_JWKS_URL: "http://hunter2@login.example.com/jwks",
      AUTH_AUDIENCE: "people,,",
      AUTH_TENANT: "../acme",
      AUTH_TENANT_CLAIM: " tenant",
      AUTH_SCOPE_CLAIM: "scp ",
      AUTH_ROLES: '{"staff":["people:read","people:everything"]}',
    });
    expect(problems.map((problem) => problem.split(":")[0]).sort()).toEqual([
      "AUTH_AUDIENCE",
      "AUTH_ISSUER",
      "AUTH_JWKS_URL",
      "AUTH_ROLES",
      "AUTH_ROLE_CLAIM",
      "AUTH_SCOPE_CLAIM",
      "AUTH_TENANT",
      "AUTH_TENANT",
      "AUTH_TENANT_CLAIM",
    ]);
    expect(problems.join()).not.toContain("hunter2");
    expect(problems.filter((problem) => problem.includes("\n"))).toEqual([]);
  });

  test.each(["AUTH_JWKS_URL", "AUTH_ISSUER", "AUTH_AUDIENCE"])(
    "an issuer without %s is a problem",
    (name) => {
      expect(problemsOf({ ...issuer, [name]: undefined })).toEqual([
        expect.stringMatching(`^${name}: required`),
      ]);
    },
  );

  test.each(["0.0.0.0", undefined])(
    "another letter case is one problem that names AUTH=jwt, with HOST=%s",
    (HOST) => {
      expect(problemsOf({ ...issuer, AUTH: "JWT", HOST })).toEqual([
        'AUTH: expected one of off, jwt, found "JWT"',
      ]);
    },
  );

  test("a wrong value of AUTH is one problem, whatever the variables beside it would need", () => {
    expect(problemsOf({ AUTH: "OFF", AUTH_TENANT: "acme", HOST: "0.0.0.0" })).toEqual([
      'AUTH: expected one of off, jwt, found "OFF"',
    ]);
  });

  test("production refuses the development issuer by its name and by its key file, elsewhere it is allowed", () => {
    const development = {
      ...issuer,
      AUTH_JWKS_URL: "file:///srv/people/.data/development-issuer/jwks.json",
      AUTH_ISSUER: "urn:people:development-issuer",
    };
    expect(problemsOf({ ...development, NODE_ENV: "production" })).toEqual([
      expect.stringMatching(/^AUTH_JWKS_URL: .*key file of npm run token.* Configure your identity provider/),
      expect.stringMatching(/^AUTH_ISSUER: .*issuer of npm run token.* Configure your identity provider/),
    ]);
    expect(problemsOf(development)).toEqual([]);
    expect(problemsOf({ ...issuer, NODE_ENV: "production" })).toEqual([]);
  });

  test("an issuer's address needs its scheme, as the tokens contain it", () => {
    expect(problemsOf({ ...issuer, AUTH_ISSUER: "login.example.com" })).toEqual([
      'AUTH_ISSUER: expected a URL, exactly as the tokens contain it in iss, found "login.example.com"',
    ]);
  });

  test.each([
    "hr-admins=people:admin",
    "{}",
    "[]",
    "null",
    '{"staff":"people:read"}',
    '{"staff":[1]}',
    '{"staff":["people:Read"]}',
  ])("AUTH_ROLES=%s is a problem", (AUTH_ROLES) => {
    expect(problemsOf({ ...issuer, AUTH_ROLE_CLAIM: "groups", AUTH_ROLES })).toEqual([
      expect.stringMatching(/^AUTH_ROLES: expected /),
    ]);
  });

  test("AUTH_ROLES and AUTH_ROLE_CLAIM need each other", () => {
    expect(problemsOf({ ...issuer, AUTH_ROLE_CLAIM: "groups" })).toEqual([
      "AUTH_ROLES: required with AUTH_ROLE_CLAIM",
    ]);
    expect(problemsOf({ ...issuer, AUTH_ROLES: '{"staff":["people:read"]}' })).toEqual([
      "AUTH_ROLE_CLAIM: required with AUTH_ROLES",
    ]);
  });
});

describe("AUTH=off", () => {
  test.each([undefined, "off"])(
    "AUTH=%s refuses the variables of an issuer, which it would ignore",
    (AUTH) => {
      const problems = problemsOf({ ...issuer, AUTH_TENANT: "acme", AUTH });
      expect(problems.map((problem) => problem.split(":")[0])).toEqual([
        "AUTH_JWKS_URL",
        "AUTH_ISSUER",
        "AUTH_AUDIENCE",
        "AUTH_TENANT",
      ]);
      expect(problems[0]).toContain("Set AUTH=jwt");
    },
  );
});

describe("the sign-in at the console", () => {
  const signIn = {
    AUTH: "jwt",
    PUBLIC_URL: "https://people.example.com",
    OIDC_ISSUER: "https://login.example.com/realms/acme",
    OIDC_CLIENT_ID: "people-console",
    OIDC_CLIENT_SECRET: "hunter2",
  };

  test("three variables and PUBLIC_URL configure it, also without an issuer of access tokens", () => {
    expect(authOf(signIn)).toEqual({
      mode: "jwt",
      issuer: null,
      signIn: {
        issuer: new URL("https://login.example.com/realms/acme"),
        clientId: "people-console",
        clientSecret: "hunter2",
        endsAtProvider: false,
        scope: "openid email",
        origin: "https://people.example.com",
        tenant: { claim: "tenant" },
        scopeClaim: "scope",
        roles: null,
      },
    });
  });

  test("it reads the claims as those of access tokens", () => {
    const claims = { AUTH_TENANT: "acme", AUTH_ROLE_CLAIM: "groups", AUTH_ROLES: '{"hr":["people:hr"]}' };
    const read = {
      tenant: { id: "acme" },
      roles: { claim: "groups", scopes: new Map([["hr", ["people:hr"]]]) },
    };
    expect(authOf({ ...signIn, ...claims, OIDC_SCOPE: "openid groups" })).toMatchObject({
      issuer: null,
      signIn: { ...read, scope: "openid groups" },
    });
    expect(authOf({ ...signIn, ...issuer, ...claims })).toMatchObject({ issuer: read, signIn: read });
  });

  test.each(["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "PUBLIC_URL"])(
    "without %s it is a problem",
    (name) => {
      expect(problemsOf({ ...signIn, [name]: undefined })).toEqual([
        expect.stringMatching(`^${name}: required for the sign-in at the console`),
      ]);
    },
  );

  test.each([
    ["PUBLIC_URL", "http://people.example.com"],
    ["PUBLIC_URL", "https://people.example.com/directory"],
    ["OIDC_ISSUER", "http://login.example.com"],
    ["OIDC_ISSUER", "https://hunter2@login.example.com"],
    ["OIDC_ISSUER", "https://login.example.com/?tenant=acme"],
    ["OIDC_ISSUER", "login.example.com"],
    ["OIDC_SCOPE", "email groups"],
  ])("%s=%s is a problem, and no problem shows a secret", (name, value) => {
    const problems = problemsOf({ ...signIn, [name]: value });
    expect(problems).toEqual([expect.stringMatching(`^${name}: expected `)]);
    expect(problems.join()).not.toContain("hunter2");
  });

  test("a loopback address needs no https", () => {
    const local = { PUBLIC_URL: "http://localhost:4000", OIDC_ISSUER: "http://127.0.0.1:9000" };
    expect(authOf({ ...signIn, ...local })).toMatchObject({ signIn: { origin: "http://localhost:4000" } });
  });

  test("with AUTH=off each of its variables is a problem", () => {
    const problems = problemsOf({ ...signIn, AUTH: "off" });
    expect(problems.map((problem) => problem.split(":")[0]).sort()).toEqual([
      "OIDC_CLIENT_ID",
      "OIDC_CLIENT_SECRET",
      "OIDC_ISSUER",
    ]);
  });
});
