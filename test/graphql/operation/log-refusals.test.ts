import { afterAll, beforeAll, expect, test } from "vitest";
import { READ_SCOPE, type Viewer } from "../../../src/access/viewer.ts";
import { sendOverSocket } from "../support/socket-client.ts";
import { type StubServer, startStubServer } from "../support/start-stub-server.ts";
import { createStubIdentity } from "../support/stub-identity.ts";

const identity = createStubIdentity();
let server: StubServer;
beforeAll(async () => {
  server = await startStubServer({
    identify: identity.identify,
    limits: { rates: { perTenant: null, perUser: 1, windowSeconds: 5 } },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

let users = 0;
/** A user whose refusals were not logged yet. */
function newUser(rights: Partial<Viewer> = {}) {
  users += 1;
  const subject = `user-${users}`;
  const authorization = identity.accept(subject, { scopes: new Set([READ_SCOPE]), ...rights });
  const ask = (query: string) =>
    fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization },
      body: JSON.stringify({ query }),
    }).then((response) => response.text());
  return { subject, authorization, ask };
}

const refusals = (subject: string) =>
  server
    .logged()
    .filter((line) => line.msg === "access refused" && line.subject === subject)
    .map(({ level, time, pid, hostname, msg, ...line }) => line);

const FORBIDDEN_FIELDS = "{ thing(id: 1) { refused again: refused } }";

test("an answer with FORBIDDEN is one line of the log that names company, user and operation, and no value", async () => {
  const { subject, ask } = newUser({ tenantId: "acme", email: "ada@acme.example" });
  expect(await ask(`query Payroll ${FORBIDDEN_FIELDS}`)).toContain("FORBIDDEN");

  expect(refusals(subject)).toEqual([
    { code: "FORBIDDEN", tenantId: "acme", kind: "USER", subject, operation: "Payroll" },
  ]);
});

test("the same refusal is logged once a minute, another operation or user by itself", async () => {
  const [one, other] = [newUser(), newUser()];
  for (const query of [`query A ${FORBIDDEN_FIELDS}`, `query A ${FORBIDDEN_FIELDS}`, FORBIDDEN_FIELDS])
    await one.ask(query);
  await other.ask(`query A ${FORBIDDEN_FIELDS}`);

  expect(refusals(one.subject).map(({ operation }) => operation)).toEqual(["A", "(anonymous)"]);
  expect(refusals(other.subject)).toHaveLength(1);
});

test("a refusal over a WebSocket is logged too, by its query or by the events of its subscription", async () => {
  const { subject, authorization } = newUser();
  const headers = { authorization };
  await sendOverSocket(server.url, { query: `query Q ${FORBIDDEN_FIELDS}` }, { headers });
  await sendOverSocket(server.url, { query: "subscription S { withheld(to: 3) }" }, { headers });

  expect(refusals(subject).map(({ operation }) => operation)).toEqual(["Q", "S"]);
});

test("an operation above a limit is logged with its code", async () => {
  const { subject, ask } = newUser();
  for (let sent = 0; sent < 6; sent += 1) await ask("{ echo }");
  const other = newUser();
  await other.ask(`{ ${"a: echo ".repeat(5_000)} }`);

  expect(refusals(subject).map(({ code }) => code)).toEqual(["LIMIT_RATE"]);
  expect(refusals(other.subject).map(({ code }) => code)).toEqual([expect.stringMatching(/^LIMIT_/)]);
});

test("a subject that is an address is logged as a digest", async () => {
  const authorization = identity.accept("mail", {
    subject: "ada@acme.example",
    scopes: new Set([READ_SCOPE]),
  });
  await fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify({ query: FORBIDDEN_FIELDS }),
  });
  const lines = server.logged().filter(({ msg }) => msg === "access refused");

  expect(lines.at(-1)?.subject).toMatch(/^sha256:[0-9a-f]{16}$/);
  expect(JSON.stringify(server.logged())).not.toContain("ada@");
});

test("answers without a refusal, and mistakes in a query, are not logged as refusals", async () => {
  const { subject, ask } = newUser();
  await ask("{ echo }");
  await ask("{ nothing }");
  await ask("{ thing(id: 1) { broken } }");

  expect(refusals(subject)).toEqual([]);
});
