import { isDeepStrictEqual } from "node:util";
import { execute, parse } from "graphql";
import { beforeAll, describe, expect, test } from "vitest";
import { SCOPES, type Scope } from "../../../src/access/viewer.ts";
import { inTenant } from "../../../src/database/transaction.ts";
import { buildSubgraph } from "../../../src/graphql/build-schema.ts";
import { createRequests } from "../../../src/graphql/context.ts";
import { subgraphResolvers } from "../../../src/graphql/resolvers.ts";
import { createLogger } from "../../../src/log.ts";
import { countStatements } from "../../support/count-statements.ts";
import { eventually } from "../../support/eventually.ts";
import { type TestIssuer, useIssuerApp } from "../../support/issuer.ts";
import type { SharedApp } from "../../support/shared-app.ts";
import { viewerWith } from "../../support/viewers.ts";
import { NO_SERVICES } from "../support/stub-resolvers.ts";
import { queriesOfKeptFields } from "./every-kept-field.ts";

const opened = useIssuerApp();
let issuer: TestIssuer;
let service: SharedApp;
beforeAll(async () => {
  ({ issuer, service } = opened());
  await service.resetConnected();
});

/** The body of the answer, byte by byte. */
async function ask(scopes: string, query: string): Promise<string> {
  const response = await fetch(`${service.app.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: await issuer.bearer(scopes) },
    body: JSON.stringify({ query }),
  });
  return response.text();
}

const [READER, HR, ADMIN] = ["people:read", "people:read people:hr", SCOPES.join(" ")];

const PAGE = `{ people(first: 8) { totalCount pageInfo { endCursor } edges { cursor node {
  id displayName workEmail position employeeId department { name headcount } office { name timeZone isTimeZoneGuessed }
  supervisor { displayName reportCount } customAttributes { label value } } } } }`;
const SEARCH =
  '{ people(first: 8, filter: { search: "a" }) { totalCount nodes { id reportingChain { displayName } } } }';
const DATES =
  "{ people(first: 8) { nodes { id birthday terminationDate } } departments { name } offices { timeZone } }";
const NOT_KEPT =
  "{ people(first: 8) { nodes { id isPreHire dateOfBirth approver { outcome approver { id } } } } }";

const ASKED: readonly (readonly [scopes: string, query: string])[] = [
  [READER, PAGE],
  [HR, PAGE],
  [ADMIN, PAGE],
  [READER, SEARCH],
  [HR, DATES],
  [ADMIN, NOT_KEPT],
];

let asked = 0;
/** A service that keeps nothing: no answer to this text was asked before. */
const askFresh = (scopes: string, query: string): Promise<string> => ask(scopes, `${query} # ${++asked}`);

const sql = (text: string) => service.app.database.dataSource.query(text);
const readVersion = async (): Promise<string> =>
  JSON.stringify(await sql("select version from directory_versions where tenant_id = 'default' order by 1"));

/**
 * What each viewer gets, which equals the answers of a service that keeps none. The answers that may be kept
 * come first: a fresh answer frees those of an older version.
 */
async function compare(): Promise<string[]> {
  for (;;) {
    // A job, such as a wipe, can change the directory meanwhile.
    const version = await readVersion();
    const answers: string[] = [];
    for (const [scopes, query] of ASKED) answers.push(await ask(scopes, query));
    const fresh: string[] = [];
    for (const [scopes, query] of ASKED) fresh.push(await askFresh(scopes, query));
    if ((await readVersion()) !== version) continue;
    expect(answers).toEqual(fresh);
    return answers;
  }
}

async function scim(method: string, path: string, body: object): Promise<{ id: string }> {
  const { createScimToken } = await service.get<{ createScimToken: { token: string } }>(
    "mutation { createScimToken { token } }",
  );
  const response = await fetch(`${service.app.url}/scim/v2/${path}`, {
    method,
    headers: { "content-type": "application/scim+json", authorization: `Bearer ${createScimToken.token}` },
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
  return response.json() as Promise<{ id: string }>;
}

type Listed = { id: string; personioId: string; workEmail: string };
const readFirst = async (): Promise<Listed> => {
  const { people } = await service.get<{ people: { nodes: Listed[] } }>(
    "{ people(first: 8) { nodes { id personioId workEmail } } }",
  );
  return people.nodes[0] ?? expect.fail("The directory is empty.");
};
const setField = (text: string) => () => service.get(`mutation { setPeopleField(${text}) { name } }`);
const setOffices = async (timeZone: string) => {
  const { offices } = await service.get<{ offices: { id: string }[] }>("{ offices { id } }");
  await service.get(
    `mutation { setOfficeTimeZone(officeId: "${offices[0]?.id}", timeZone: "${timeZone}") { id } }`,
  );
};

/** Each changes what some viewer sees. */
const CHANGES: readonly (readonly [string, () => Promise<unknown>])[] = [
  [
    "a sync after a marriage",
    async () => {
      const { personioId } = await readFirst();
      await service.sandbox.admin.change(personioId, { last_name: "Aaberg" });
      await service.sync();
    },
  ],
  [
    "a sync after a hire",
    async () => {
      await service.sandbox.admin.hire({ last_name: "Aalto" });
      await service.sync();
    },
  ],
  [
    "a user of an identity provider that comes first",
    async () => {
      await setField('name: "position", sources: [IDP, PERSONIO]')();
      const { workEmail } = await readFirst();
      await scim("POST", "Users", {
        schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
        userName: workEmail,
        title: "Kite maker",
        active: true,
        emails: [{ value: workEmail, type: "work", primary: true }],
      });
    },
  ],
  ["the order of the sources", setField('name: "position", sources: [PERSONIO]')],
  ["a field that is protected", setField('name: "employeeId", sensitivity: HR')],
  ["a field that is protected more", setField('name: "employeeId", sensitivity: SENSITIVE')],
  ["a field that is open again", setField('name: "employeeId", sensitivity: OPEN')],
  ["a hidden field", setField('name: "position", visible: false')],
  ["the zone of an office", () => setOffices("Pacific/Auckland")],
  ["a department's name", () => sql("update departments set name = 'A ' || name")],
  ["a removed attribute", () => sql("delete from custom_attribute_definitions")],
];

describe("answers that are kept", () => {
  test("kept answers are never stale: between any two requests the directory changes, and every viewer sees each change", async () => {
    let before = await compare();
    for (const [name, change] of CHANGES) {
      await change();
      // A job completes some changes.
      let after = await compare();
      await eventually(
        async () => {
          if (isDeepStrictEqual(after, before)) after = await compare();
          return !isDeepStrictEqual(after, before);
        },
        { what: name },
      );
      before = after;
    }
  });

  test("E13: kept answers run no statement of a document, until the directory changes; viewers with other scopes have answers of their own", async () => {
    const countOf = async (query: string, scopes = READER) => {
      const { statements, transactions } = await countStatements(service.serving, () => ask(scopes, query));
      return statements.length + transactions;
    };
    const query = "{ people(first: 7) { nodes { id displayName } } }";
    expect(await countOf(query)).toBeGreaterThan(0);
    expect(await countOf(query)).toBe(0);
    // Another viewer with other scopes has an answer of its own.
    expect(await countOf(query, HR)).toBeGreaterThan(0);
    await sql("update people set source_hash = source_hash where false");
    expect(await countOf(query)).toBe(0);
    await sql(
      "update people set source_hash = source_hash where id = (select min(id::text)::uuid from people)",
    );
    expect(await countOf(query)).toBeGreaterThan(0);
    expect(await countOf(query)).toBe(0);
  });

  test("a sync without a change leaves them", async () => {
    await service.sync();
    const version = () => sql("select version from directory_versions");
    const before = await version();
    await service.sync();
    expect(await version()).toEqual(before);
  });

  test("a viewer who may see sensitive fields keeps none, while the company protects a field as sensitive", async () => {
    const query = "{ people(first: 8) { nodes { id employeeId } } }";
    await setField('name: "employeeId", sensitivity: SENSITIVE')();
    const isComputed = async () =>
      (await countStatements(service.serving, () => ask(ADMIN, query))).transactions > 0;
    expect([await isComputed(), await isComputed()]).toEqual([true, true]);
    await setField('name: "employeeId", sensitivity: OPEN')();
    expect([await isComputed(), await isComputed()]).toEqual([true, false]);
  });
});

describe("the version of a directory", () => {
  const rename = "update departments set name = name || '!'";

  test("the version of a directory changes once in a transaction, also after a savepoint that was rolled back", async () => {
    const before = await readVersion();
    await inTenant(service.serving, "default", async (manager) => {
      await manager.query(`savepoint s; ${rename}; rollback to savepoint s`);
      await manager.query(`${rename}; ${rename}`);
    });
    const after = await readVersion();
    expect(after).not.toBe(before);
    expect(JSON.parse(after)).toHaveLength(1);
  });

  test("the version of a directory changes with the commit of each of two transactions at a time, which do not wait for each other", async () => {
    const versions = [await readVersion()];
    await inTenant(service.serving, "default", async (long) => {
      await long.query("update departments set name = name || '?'");
      await inTenant(service.serving, "default", (short) =>
        short.query("update offices set name = name || '?'"),
      );
      versions.push(await readVersion());
    });
    versions.push(await readVersion());
    await inTenant(service.serving, "default", (manager) => manager.query(rename));
    versions.push(await readVersion());

    expect(new Set(versions).size).toBe(4);
    expect(JSON.parse(versions[3] ?? "")).toHaveLength(1);
  });
});

describe("fields that are kept", () => {
  const answerAt = async (now: string, query: string) => {
    const { schema } = await buildSubgraph(subgraphResolvers);
    const requests = createRequests({
      dataSource: service.serving,
      services: NO_SERVICES,
      cursorKeys: [Buffer.alloc(32, 1)],
      clock: () => new Date(now),
      log: createLogger("silent"),
    });
    const request = requests.open(viewerWith(...(SCOPES as readonly Scope[])));
    try {
      return JSON.stringify(await execute({ schema, document: parse(query), contextValue: request.context }));
    } finally {
      request.close();
    }
  };
  const allQueries = async () => {
    const [ids] =
      await sql(`select (select id from people where supervisor_id is not null limit 1) as "Person",
      (select supervisor_id from people where supervisor_id is not null limit 1) as "Supervisor",
      (select id from departments limit 1) as "Department", (select id from offices limit 1) as "Office",
      (select id from legal_entities limit 1) as "LegalEntity"`);
    const { schema } = await buildSubgraph(subgraphResolvers);
    return queriesOfKeptFields(schema, ids);
  };

  test("kept fields do not depend on the clock", async () => {
    for (const query of await allQueries()) {
      const answer = await answerAt("1990-01-01T00:00:00Z", query);
      expect(JSON.parse(answer).errors).toBeUndefined();
      expect(await answerAt("2090-01-01T00:00:00Z", query)).toBe(answer);
    }
    const changing = "{ people(first: 8) { nodes { isPreHire } } }";
    expect(await answerAt("1990-01-01T00:00:00Z", changing)).not.toBe(
      await answerAt("2090-01-01T00:00:00Z", changing),
    );
  });

  test("kept fields read only tables whose changes raise the version", async () => {
    const queries = await allQueries();
    const { statements } = await countStatements(service.serving, async () => {
      for (const query of queries) await answerAt("2026-01-01T00:00:00Z", query);
    });
    const rows: { name: string; raises: boolean }[] = await sql(
      `select c.relname as name, count(t.oid) = 3 as raises from pg_class c
       left join pg_trigger t on t.tgrelid = c.oid and t.tgname like 'raise_version_on_%' and t.tgenabled <> 'D'
       where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace group by c.oid`,
    );
    const read = rows.filter(({ name }) => statements.some((text) => new RegExp(`\\b${name}\\b`).test(text)));
    expect(read.length).toBeGreaterThan(6);
    expect(read.filter(({ raises }) => !raises).map(({ name }) => name)).toEqual(RAISED_WITH_THE_PERSON);
  });
});

/** A person's words are written in the transaction that changes the person's `search_words`. */
const RAISED_WITH_THE_PERSON = ["indexed_words"];
