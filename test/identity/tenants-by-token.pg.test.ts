import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SubscribePayload } from "graphql-ws";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYSTEM } from "../../src/access/actor.ts";
import { SCOPES } from "../../src/access/viewer.ts";
import { readConfig } from "../../src/config.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { type DevelopmentIssuer, openDevelopmentIssuer } from "../../src/identity/development-issuer.ts";
import { insertSyncRun } from "../../src/sync/runs/sync-run.repository.ts";
import { sendOverEventStream } from "../graphql/support/event-stream-client.ts";
import { sendOverSocket } from "../graphql/support/socket-client.ts";
import { codesOf, type GraphQLBody } from "../graphql/support/start-stub-server.ts";
import { anEvent, beginLog, emit } from "../lifecycle/support/log-of-events.ts";
import { countStatements } from "../support/count-statements.ts";
import { addDepartment, addLegalEntity, addOffice, addPerson } from "../support/factories.ts";
import { type GraphAnswer, startTestApp, type TestApp } from "../support/test-app.ts";

const folder = mkdtempSync(join(tmpdir(), "people-tenants-"));
let issuer: DevelopmentIssuer;
let service: TestApp;
/** What the service logs, at the most talkative level. */
const lines: string[] = [];

beforeAll(async () => {
  issuer = await openDevelopmentIssuer(folder);
  const { auth } = readConfig({ DATA_DIR: folder, ...issuer.settings });
  service = await startTestApp({
    config: { auth, metrics: { port: 0 } },
    log: pino({ level: "trace" }, { write: (line) => lines.push(line) }),
  });
});
afterAll(async () => {
  await service?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const SET = 'mutation { setPeopleSettings(settings: { timeZone: "Asia/Tokyo" }) { timeZone } }';
const GET = "{ peopleSettings { timeZone } }";

const sign = (tenant: string, claims = {}) =>
  issuer.sign(
    { tenant, scopes: SCOPES, subject: "ada", email: undefined, minutes: 5, ...claims },
    new Date(),
  );

/** Asks as an administrator of the tenant. `extra` are headers that must not matter. */
async function askAs(tenant: string, query: string, extra: Readonly<Record<string, string>> = {}) {
  const token = await sign(tenant);
  const response = await fetch(`${service.app.url}/graphql?tenant=acme`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}`, ...extra },
    body: JSON.stringify({ query, variables: { tenant: "acme" }, extensions: { tenant: "acme" } }),
  });
  const { data }: GraphAnswer<{ peopleSettings: { timeZone: string } }> = await response.json();
  return data;
}

test("two companies with tokens of one issuer have their own settings", async () => {
  await askAs("acme", SET);
  expect(await askAs("acme", GET)).toEqual({ peopleSettings: { timeZone: "Asia/Tokyo" } });
  expect(await askAs("globex", GET)).toEqual({ peopleSettings: { timeZone: "UTC" } });
});

test.each(["x-tenant", "x-tenant-id", "tenant", "x-people-tenant", "x-forwarded-tenant", "cookie"])(
  "E2: the tenant comes only from the token, and the header %s does not matter",
  async (name) => {
    const value = name === "cookie" ? "tenant=acme" : "acme";
    expect(await askAs("globex", GET, { [name]: value })).toEqual({ peopleSettings: { timeZone: "UTC" } });
  },
);

/** What acme has, and an id that no company has. */
async function idsOfAcme() {
  return inTenant(service.app.database.dataSource, "acme", async (manager) => {
    const { id: departmentId } = await addDepartment(manager);
    const { id: officeId } = await addOffice(manager);
    const { id: legalEntityId } = await addLegalEntity(manager);
    const { id: personId } = await addPerson(manager, { departmentId, officeId, legalEntityId });
    return { departmentId, officeId, legalEntityId, personId };
  });
}

const FIELDS: readonly [string, string, keyof Awaited<ReturnType<typeof idsOfAcme>>][] = [
  ["person", "id", "personId"],
  ["supervisor", "id", "personId"],
  ["department", "id", "departmentId"],
  ["office", "id", "officeId"],
  ["legalEntity", "id", "legalEntityId"],
];

type Send = (payload: SubscribePayload, headers: Record<string, string>) => Promise<GraphQLBody[]>;
const transports: [string, Send][] = [
  [
    "HTTP",
    async (payload, headers) => {
      const response = await fetch(`${service.app.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(payload),
      });
      return [await response.json()];
    },
  ],
  ["an event stream", ({ query }, headers) => sendOverEventStream(service.app.url, { query }, { headers })],
  ["a WebSocket", (payload, headers) => sendOverSocket(service.app.url, payload, { headers })],
];

describe.each(transports)("ids and cursors over %s", (transport, send) => {
  const askFor = async (tenant: string, query: string) =>
    send({ query }, { authorization: `Bearer ${await sign(tenant)}` });

  /** The end of the first page of acme. */
  async function endCursorOf(list: string): Promise<string> {
    const [answer] = await askFor("acme", `{ page: ${list}(first: 1) { pageInfo { endCursor } } }`);
    const data = answer?.data as { page: { pageInfo: { endCursor: string } } } | undefined;
    return data?.page.pageInfo.endCursor ?? "";
  }

  test("E3: an id of another company is answered as one that does not exist, on every field that takes an id", async () => {
    await askAs("acme", GET);
    await askAs("globex", GET);
    const ids = await idsOfAcme();
    const queryOf = (pick: (key: keyof typeof ids) => string) => `{
      ${FIELDS.map(([field, argument, key]) => `${field}(${argument}: "${pick(key)}") { id }`).join(" ")}
      people(filter: { ids: ["${pick("personId")}"] }) { totalCount }
      _entities(representations: [
        { __typename: "Person", id: "${pick("personId")}" }
        { __typename: "Department", id: "${pick("departmentId")}" }
        { __typename: "Office", id: "${pick("officeId")}" }
        { __typename: "LegalEntity", id: "${pick("legalEntityId")}" }
      ]) { __typename }
    }`;
    const own = await askFor(
      "acme",
      queryOf((key) => ids[key]),
    );
    // As many statements take as long, so no time reveals that a row exists.
    const { result: foreign, statements } = await countStatements(service.serving, () =>
      askFor(
        "globex",
        queryOf((key) => ids[key]),
      ),
    );
    const { result: unknown, statements: same } = await countStatements(service.serving, () =>
      askFor(
        "globex",
        queryOf(() => randomUUID()),
      ),
    );

    expect(statements.length).toBeGreaterThan(0);
    // Fields are resolved side by side, so the order varies.
    expect(statements.toSorted()).toEqual(same.toSorted());
    expect(own[0]?.errors).toBeUndefined();
    expect(own[0]?.data).toMatchObject({ person: { id: ids.personId }, people: { totalCount: 1 } });
    expect(foreign).toEqual(unknown);
    expect(foreign).toEqual([
      {
        data: {
          ...Object.fromEntries(FIELDS.map(([field]) => [field, null])),
          people: { totalCount: 0 },
          _entities: [null, null, null, null],
        },
      },
    ]);
  });

  test("E4: a cursor of another company, and a changed one, is BAD_CURSOR in a list and in the log of events", async () => {
    await askAs("globex", GET);
    await idsOfAcme();
    await beginLog(service.app.database.dataSource, "acme");
    await beginLog(service.app.database.dataSource, "globex");
    await emit(service.app.database.dataSource, [anEvent()], "acme");
    for (const list of ["people", "lifecycleEvents"]) {
      const endCursor = await endCursorOf(list);
      const changed = `${endCursor[0] === "A" ? "B" : "A"}${endCursor.slice(1)}`;
      const next = async (tenant: string, cursor: string) =>
        (await askFor(tenant, `{ ${list}(first: 1, after: "${cursor}") { totalCount } }`)).flatMap(codesOf);

      expect(await next("acme", endCursor)).toEqual([]);
      expect(await next("globex", endCursor)).toEqual(["BAD_CURSOR"]);
      expect(await next("acme", changed)).toEqual(["BAD_CURSOR"]);
    }
  });

  test.skipIf(transport === "HTTP")(
    "E3, E4: a subscription to a run of another company ends as one to no run, and a cursor of its log is BAD_CURSOR",
    async () => {
      const { dataSource } = service.app.database;
      await askAs("globex", GET);
      await askAs("acme", GET);
      for (const tenantId of ["acme", "globex"]) await beginLog(dataSource, tenantId);
      await emit(dataSource, [anEvent()], "acme");
      const runId = randomUUID();
      await inTenant(dataSource, "acme", async (manager) => {
        await manager.query("delete from sync_runs");
        await insertSyncRun(manager, {
          id: runId,
          mode: "FULL",
          trigger: "MANUAL",
          dry: true,
          requestedBy: SYSTEM,
        });
      });
      const progressOf = (id: string) => `subscription { syncRunProgress(id: "${id}") { id status } }`;
      const follow = `subscription { lifecycleEvent(after: "${await endCursorOf("lifecycleEvents")}") { id } }`;

      expect(await askFor("globex", progressOf(runId))).toEqual(
        await askFor("globex", progressOf(randomUUID())),
      );
      expect(await askFor("globex", progressOf(runId))).toEqual([]);
      expect((await askFor("globex", follow)).flatMap(codesOf)).toEqual(["BAD_CURSOR"]);
      expect(await askFor("globex", `{ syncRun(id: "${runId}") { id } }`)).toEqual([
        { data: { syncRun: null } },
      ]);
      expect(await askFor("acme", `{ syncRun(id: "${runId}") { id } }`)).toEqual([
        { data: { syncRun: { id: runId } } },
      ]);
    },
  );
});

describe("E6: a viewer without people:hr", () => {
  const readerOf = async (tenant: string) => ({
    authorization: `Bearer ${await sign(tenant, { scopes: ["people:read"] })}`,
  });

  test.each(transports.slice(1))(
    "the subscription to a guarded kind is FORBIDDEN over %s",
    async (_, send) => {
      await askAs("initech", GET);
      const query = "subscription { lifecycleEvent(kinds: [TERMINATION_DATE]) { id } }";
      const answers = await send({ query }, await readerOf("initech"));
      expect(answers.map(codesOf)).toEqual([["FORBIDDEN"]]);
    },
  );

  test("a guarded field is null and FORBIDDEN over HTTP, the other fields are answered, and the log has one line without a value", async () => {
    await askAs("initech", GET);
    const { id } = await inTenant(service.app.database.dataSource, "initech", (manager) =>
      addPerson(manager, { firstName: "Grace", terminationDate: "2027-01-31" }),
    );
    const response = await fetch(`${service.app.url}/graphql`, {
      method: "POST",
      headers: { ...(await readerOf("initech")), "content-type": "application/json" },
      body: JSON.stringify({ query: `query Leavers { person(id: "${id}") { firstName terminationDate } }` }),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      data: { person: { firstName: "Grace", terminationDate: null } },
      errors: [
        {
          message: "`Person.terminationDate` needs the scope `people:hr`.",
          locations: [expect.anything()],
          path: ["person", "terminationDate"],
          extensions: {
            code: "FORBIDDEN",
            help: expect.stringContaining("a token with the scope `people:hr`"),
            scopes: ["people:hr"],
          },
        },
      ],
    });
    const logged = lines.filter((line) => line.includes("access refused") && line.includes("Leavers"));
    expect(logged.map((line) => JSON.parse(line))).toMatchObject([
      { code: "FORBIDDEN", tenantId: "initech", kind: "USER", subject: "ada", operation: "Leavers" },
    ]);
    expect(logged.join()).not.toMatch(/Grace|2027/);
  });
});

test("the log has one line an hour for each user or program with an accepted token, and no part of the token", async () => {
  const lineOf = (subject: string) =>
    lines
      .map((line) => JSON.parse(line))
      .filter((line) => line.msg === "credential accepted" && line.subject === subject)
      .map(({ level, tenantId, kind }) => ({ level, tenantId, kind }));
  const send = async (token: string, query: string) =>
    (await transports[0]![1]({ query }, { authorization: `Bearer ${token}` }))[0]!;
  const tokens = [
    await sign("acme", { subject: "auditor", minutes: 4 }),
    await sign("acme", { subject: "auditor", minutes: 6 }),
    await sign("acme", { subject: "ada.lovelace@example.com" }),
  ];
  for (const token of [...tokens, ...tokens]) expect(codesOf(await send(token, GET))).toEqual([]);
  expect(lineOf("auditor")).toEqual([{ level: 30, tenantId: "acme", kind: "USER" }]);

  const created = await send(
    tokens[0]!,
    `mutation {
      createServiceToken(name: "auditor", scopes: ["people:admin"]) { token serviceToken { id } }
      createScimToken { token scimToken { id } }
    }`,
  );
  const { createServiceToken: program, createScimToken: provider } = created.data as {
    createServiceToken: { token: string; serviceToken: { id: string } };
    createScimToken: { token: string; scimToken: { id: string } };
  };
  for (const _again of [1, 2]) {
    await send(program.token, GET);
    await fetch(`${service.app.url}/scim/v2/ServiceProviderConfig`, {
      headers: { authorization: `Bearer ${provider.token}` },
    });
  }
  expect(lineOf(program.serviceToken.id)).toEqual([{ level: 30, tenantId: "acme", kind: "TOKEN" }]);
  expect(lineOf(provider.scimToken.id)).toEqual([{ level: 30, tenantId: "acme", kind: "SCIM" }]);
  const everything = lines.join();
  expect(everything).not.toContain("lovelace");
  for (const token of [...tokens, program.token, provider.token]) expect(everything).not.toContain(token);
});

test("E1: no answer, log line or metric contains part of a refused token, and the log and a metric have the reason", async () => {
  const good = await sign("acme", { subject: "canary-subject", email: "canary@example.com" });
  const bad = [
    await sign("canary/tenant"),
    await sign("acme", { subject: "canary-subject", minutes: -5 }),
    good.slice(0, -9),
    `${good.split(".", 2).join(".")}.${"c4N4rY".repeat(14)}AA`,
    "people_canary",
    "canary",
  ];
  const answers: string[] = [];
  for (const token of bad) {
    const response = await fetch(`${service.app.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: GET }),
    });
    answers.push(await response.text());
  }
  expect(answers.filter((answer) => !answer.includes("UNAUTHENTICATED"))).toEqual([]);
  const metrics = await (await fetch(service.app.metricsUrl ?? "")).text();
  const everything = [...answers, ...lines, metrics].join("\n");
  expect(everything).not.toMatch(/canary/i);
  for (const token of bad) for (const part of token.split(".")) expect(everything).not.toContain(part);
  for (const reason of ["tenant", "expired", "signature", "service-token"]) {
    expect(metrics).toContain(`people_tokens_refused_total{reason="${reason}"} 1`);
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ msg: "credential refused", reason }),
    );
  }
});
