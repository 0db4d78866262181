import { afterAll, beforeAll, expect, test } from "vitest";
import { SYSTEM } from "../../src/access/actor.ts";
import { ADMIN_SCOPE, READ_SCOPE, type Scope } from "../../src/access/viewer.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { issueServiceToken } from "../../src/identity/issue-service-token.ts";
import { ensureTenant } from "../../src/tenant/tenant.repository.ts";
import { type GraphAnswer, startTestApp, type TestApp } from "../support/test-app.ts";

let service: TestApp;
beforeAll(async () => {
  service = await startTestApp({ sandbox: { people: 10 }, config: { auth: { mode: "jwt", issuer: null } } });
});
afterAll(() => service[Symbol.asyncDispose]());

type Answer = {
  createServiceToken: { token: string; serviceToken: { id: string } };
  serviceTokens: { name: string; lastUsedAt: string | null }[];
  revokeServiceToken: boolean;
  people: { totalCount: number };
};

async function ask(token: string, query: string, variables: object = {}) {
  const response = await fetch(`${service.app.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphAnswer<Answer>;
}

const PEOPLE = "{ people { totalCount } }";
const CREATE = `mutation ($name: String!, $scopes: [String!]!) {
  createServiceToken(name: $name, scopes: $scopes) { token serviceToken { id } }
}`;
const REVOKE = "mutation ($id: ID!) { revokeServiceToken(id: $id) }";

/** As `npm run tenant` does. */
const bootstrap = (tenantId: string, ...scopes: Scope[]): Promise<string> =>
  inTenant(service.app.database.dataSource, tenantId, async (manager) => {
    await ensureTenant(manager);
    const rest = { tenantId, name: "operator", expiresAt: null, createdBy: SYSTEM, now: new Date() };
    return (await issueServiceToken(manager, { ...rest, scopes })).token;
  });

test("E7: a company without an identity provider lives on service tokens: created, used, listed, revoked at once", async () => {
  const admin = await bootstrap("acme", ADMIN_SCOPE, READ_SCOPE);
  const created = await ask(admin, CREATE, { name: "payroll", scopes: [READ_SCOPE] });
  const { token, serviceToken } = created.data.createServiceToken;
  expect(await ask(token, PEOPLE)).toEqual({ data: { people: { totalCount: 0 } } });

  const listed = await ask(admin, "{ serviceTokens { name lastUsedAt } }");
  expect(listed.data.serviceTokens.map(({ name }) => name)).toEqual(["payroll", "operator"]);

  expect((await ask(admin, REVOKE, { id: serviceToken.id })).data.revokeServiceToken).toBe(true);
  expect((await ask(token, PEOPLE)).errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
});

test("a token cannot make another one that may do more", async () => {
  const admin = await bootstrap("globex", ADMIN_SCOPE, READ_SCOPE);
  const { errors } = await ask(admin, CREATE, { name: "more", scopes: ["people:sensitive"] });
  expect(errors?.[0]?.extensions).toMatchObject({
    code: "FORBIDDEN",
    help: expect.stringContaining("people:admin"),
  });
});

test("E3: a company cannot revoke the token of another one", async () => {
  const [acme, initech] = [await bootstrap("umbrella", ADMIN_SCOPE), await bootstrap("initech", ADMIN_SCOPE)];
  const { data } = await ask(acme, CREATE, { name: "own", scopes: [ADMIN_SCOPE] });
  const { id } = data.createServiceToken.serviceToken;
  expect((await ask(initech, REVOKE, { id })).data.revokeServiceToken).toBe(false);
  expect((await ask(data.createServiceToken.token, "{ serviceTokens { name } }")).errors).toBeUndefined();
});
