import { OperationTypeNode } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN_SCOPE, READ_SCOPE, SCOPES } from "../../src/access/viewer.ts";
import { startApp } from "../../src/app.ts";
import { buildSubgraph } from "../../src/graphql/build-schema.ts";
import { subgraphResolvers } from "../../src/graphql/resolvers.ts";
import { STORED_COLUMNS } from "../../src/people/person-columns.ts";
import { PERSON_FIELD_SCOPES } from "../../src/people/person-scopes.ts";
import { isPoolerInstalled, openPooler } from "../faults/support/pooler.ts";
import { createDice } from "../kill/dice.ts";
import { anEvent, emit } from "../lifecycle/support/log-of-events.ts";
import { eventually } from "../support/eventually.ts";
import { type Belongings, CURSORS, createPool } from "./argument-pool.ts";
import { createFinder, readTexts, type Text, textsIn } from "./canaries.ts";
import { type Checks, createChecks, type Hit, privateTexts } from "./checks.ts";
import { readDecisions, readJobTables } from "./company-state.ts";
import { type Company, emitDatedEvents, today } from "./furnish-company.ts";
import { GUARDED_FIELDS } from "./guarded-fields.ts";
import { type RouteValues, scimRequest, sendToRoute, strangersRequest } from "./other-routes.ts";
import { type Pool, randomOperation } from "./random-operations.ts";
import { CREDENTIALS, dataIn, send, TRANSPORTS } from "./random-requests.ts";
import { namesInTable } from "./scope-table.ts";
import { type Outcome, type Sending, sendRandomRequests } from "./send-random-requests.ts";
import { openStreams, SCOPE_SETS, type Stream } from "./standing-streams.ts";
import { ACME, GLOBEX, SUBJECT, startTwoCompanies, type TwoCompanies } from "./two-companies.ts";

const REQUESTS = Number(process.env.CANARY_REQUESTS ?? 300);
const REQUESTS_BEHIND_POOLER = Number(process.env.CANARY_REQUESTS_BEHIND_POOLER ?? Math.ceil(REQUESTS / 5));
/** Requests that must find canaries: they prove that the others could. A foreign token finds them at once. */
const REQUESTS_OF_PROOF = 300;
const REQUESTS_OF_FOREIGN_PROOF = 60;
const REQUESTS_AT_DOORS = Math.min(REQUESTS, 3_000);
const EACH_MUTATION = 8;
const STREAMS_WITH_ARGUMENTS = 4;
const SEED = Number(process.env.CANARY_SEED ?? 11);
/** Beside that of every test: on a very busy machine a request takes 100 ms. */
const TIMEOUT_MS = 600_000 + Math.max(REQUESTS, REQUESTS_BEHIND_POOLER) * 200;
/** A broken rule has thousands of hits. */
const SHOWN_MAX = 3;

const { schema, sdl } = await buildSubgraph(subgraphResolvers);

const resources = new AsyncDisposableStack();
let companies: TwoCompanies;
/** The texts of both companies before the requests. */
let acme: readonly Text[];
let globex: readonly Text[];
let ownEmail: string;
let checks: Checks;

beforeAll(async () => {
  companies = resources.use(await startTwoCompanies());
  const { dataSource } = companies;
  acme = await readTexts(dataSource, ACME.tenantId);
  globex = await readTexts(dataSource, GLOBEX.tenantId);
  const [{ person }] = await dataSource.query(
    "select to_jsonb(p) as person from people p where tenant_id = $1 and status = 'ACTIVE' order by id limit 1",
    [ACME.tenantId],
  );
  ownEmail = person.work_email;
  // Today is another day in some time zones, and at the end of the tokens.
  const days = [-24, 0, 1, 24].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());
  const claims = [SUBJECT, ACME.tenantId, ...days];
  checks = createChecks({ sdl, own: acme, other: globex, ownRecord: textsIn("people", person), claims });
});
afterAll(() => resources.disposeAsync());

type Sent = { readonly requests: number; readonly seed: number } & Partial<
  Pick<Sending, "url" | "headersOf" | "pool" | "isReadOnly">
>;

/** Sends requests as viewers of the first company by default. */
const sendAsAcme = async (sent: Sent): Promise<Outcome> =>
  sendRandomRequests({
    schema,
    checks,
    url: companies.service.app.url,
    headersOf: ({ credential, scopes, hasOwnRecord }) =>
      companies.present(ACME, credential, { scopes, email: hasOwnRecord ? ownEmail : null }),
    ...(await createPools()),
    ...sent,
  });

async function createPools(): Promise<Pick<Sending, "pool" | "foreignPool"> & { readonly ownPool: Pool }> {
  const ofCompany = async (company: Company, texts: readonly Text[]): Promise<Belongings> => {
    const lists = await companies.get<Record<string, { pageInfo: { endCursor: string } }>>(company, CURSORS);
    const cursors = Object.entries(lists).map(([list, { pageInfo }]) => [list, pageInfo.endCursor] as const);
    return { texts, cursors: Object.fromEntries(cursors) };
  };
  const [own, other] = [await ofCompany(ACME, acme), await ofCompany(GLOBEX, globex)];
  return {
    pool: createPool(own, other),
    ownPool: createPool(own, own),
    foreignPool: createPool(other, other),
  };
}

const valuesAt = (texts: readonly Text[], places: RegExp): string[] =>
  texts.filter(({ place }) => places.test(place)).map(({ value }) => value);

const routeValues = (texts: readonly Text[]): RouteValues => ({
  userIds: valuesAt(texts, /^idp_users\.id$/),
  groupIds: valuesAt(texts, /^idp_groups\.id$/),
  words: valuesAt(texts, /^idp_users\.(user_name|external_id|email)$|^people\.(work_email|last_name)$/),
});

/** A long run reports what it did. */
function report(what: string, outcome: Outcome, cpu: NodeJS.CpuUsage): void {
  if (process.env.CANARY_REQUESTS === undefined) return;
  const { user, system } = process.cpuUsage(cpu);
  const hidden = checks.canariesHidden();
  const { hits, codes, transports, credentials, coverage } = outcome;
  console.info(what, {
    transports,
    credentials,
    codes,
    asked: Object.fromEntries([...coverage.counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    neverAsked: coverage.neverAsked(),
    neverAnswered: coverage.neverAnswered(),
    hits: hits.length,
    canariesOfOther: checks.canariesOfOther,
    canariesHidden: [Math.min(...hidden), Math.max(...hidden)],
    cpuSeconds: (user + system) / 1e6,
  });
}

test("the canaries cover every guarded field of a person", () => {
  const covered = [...STORED_COLUMNS.map(({ field }) => field as string), "birthday"];
  expect(PERSON_FIELD_SCOPES).toEqual(GUARDED_FIELDS);
  expect([...GUARDED_FIELDS.keys()].filter((field) => !covered.includes(field))).toEqual([]);
  expect(checks.canariesOfOther).toBeGreaterThan(300);
  // Names of fields and sources, which are the same in both.
  expect(checks.tablesWithoutCanary).toEqual([
    "custom_attribute_definitions",
    "field_settings",
    "person_sources",
  ]);
  expect(namesInTable).toBeGreaterThan(50);
});

describe(`${REQUESTS} random requests of one company with random scopes (seed ${SEED})`, () => {
  test("E3, E6: none receives a text of the other company, or one that its scopes do not show", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const decisions = await readDecisions(companies.dataSource, GLOBEX.tenantId);
    const cpu = process.cpuUsage();
    const outcome = await sendAsAcme({ requests: REQUESTS, seed: SEED });
    report("directly", outcome, cpu);

    expect(outcome.hits.slice(0, SHOWN_MAX)).toEqual([]);
    expect(outcome.wrong.slice(0, SHOWN_MAX)).toEqual([]);
    expect(outcome.codes.none).toBeGreaterThan(REQUESTS / 10);
    expect(Object.keys(outcome.transports).sort()).toEqual([...TRANSPORTS].sort());
    expect(Object.keys(outcome.credentials).sort()).toEqual([...CREDENTIALS].sort());
    expect(await readDecisions(companies.dataSource, GLOBEX.tenantId)).toEqual(decisions);
  });

  test("the same requests find canaries with a token of the other company, and with one of every scope", async () => {
    const proof = { requests: REQUESTS_OF_PROOF, seed: SEED, isReadOnly: true };
    const foreign = await sendAsAcme({
      ...proof,
      requests: REQUESTS_OF_FOREIGN_PROOF,
      headersOf: () => companies.present(GLOBEX, "issuer", { scopes: [READ_SCOPE], email: null }),
    });
    expect(foreign.hits.filter(({ place }) => place === "people.work_email")).not.toEqual([]);
    const { ownPool } = await createPools();
    const full = await sendAsAcme({
      ...proof,
      pool: ownPool,
      headersOf: ({ credential }) => companies.present(ACME, credential, { scopes: SCOPES, email: ownEmail }),
    });
    const unanswered = full.coverage.neverAnswered().filter((coordinate) => coordinate.startsWith("Query."));
    expect(unanswered).toEqual([]);
    expect(full.hits.filter(({ place }) => place === "the table of scopes")).not.toEqual([]);
    const guarded = full.hits.filter(({ place }) => /termination_date|date_of_birth|birthday/.test(place));
    expect(new Set(guarded.map(({ place }) => place)).size).toBeGreaterThan(0);
  });
});

test("E3, E6: no stream and no socket receives an event or a run of the other company, or more than its scopes show", async () => {
  using streams = new DisposableStack();
  const opened: Stream[] = [];
  const openedWithArguments: Stream[] = [];
  const { pool } = await createPools();
  const random = createDice(SEED);
  const { url } = companies.service.app;
  for (const scopes of SCOPE_SETS) {
    const token = await companies.sign(ACME, scopes);
    const drawn = Array.from({ length: STREAMS_WITH_ARGUMENTS }, () =>
      randomOperation({
        schema,
        pool,
        random,
        operation: OperationTypeNode.SUBSCRIPTION,
        roots: ["lifecycleEvent"],
      }),
    );
    const begun = openStreams({ url, token, scopes, schema, drawn });
    for (const one of [...begun.plain, ...begun.drawn]) streams.use(one);
    opened.push(...begun.plain);
    openedWithArguments.push(...begun.drawn);
  }
  const needed = (query: string) => (query.includes("lifecycleEvent") ? READ_SCOPE : ADMIN_SCOPE);
  const [mayFollow, mayNot] = [true, false].map((may) =>
    opened.filter(({ scopes, query }) => scopes.includes(needed(query)) === may),
  );
  const readers = mayFollow!.filter(({ query }) => query.includes("lifecycleEvent"));
  const { dataSource } = companies;
  // Events from now on: a stream has begun once it receives one of them.
  await eventually(async () => {
    await emit(dataSource, [anEvent({ occursOn: today(), changedFields: ["position"] })], ACME.tenantId);
    return mayFollow!.every(({ frames }) => frames.length > 0);
  });
  for (const company of [GLOBEX, ACME]) await emitDatedEvents(dataSource, company, 1);
  await emit(dataSource, [anEvent({ occursOn: today(), changedFields: ["team"] })], ACME.tenantId);
  await eventually(() => readers.every(({ frames }) => frames.some((frame) => /\["team"\]/.test(frame))));

  const hits = [...opened, ...openedWithArguments].flatMap(({ frames, ...sent }) =>
    checks.find(frames.join("\n"), sent),
  );
  expect(hits.slice(0, SHOWN_MAX)).toEqual([]);
  expect(openedWithArguments.filter(({ frames }) => /"occursOn"|BAD_CURSOR/.test(frames.join()))).not.toEqual(
    [],
  );
  expect(mayNot!.map(({ frames }) => /FORBIDDEN/.test(frames.join()))).not.toContain(false);
});

describe.skipIf(!isPoolerInstalled)(
  "behind pgbouncer in transaction mode (skipped where it is not installed)",
  () => {
    test(`E3, E6: ${REQUESTS_BEHIND_POOLER} requests receive no canary`, {
      timeout: TIMEOUT_MS,
    }, async () => {
      const { config } = companies.service;
      await using pooler = await openPooler(config.database.url ?? "", { poolSize: 5 });
      const database = { ...config.database, url: pooler.url };
      await using app = await startApp({ ...config, database }, companies.log);
      const cpu = process.cpuUsage();
      const requests = REQUESTS_BEHIND_POOLER;
      const outcome = await sendAsAcme({ requests, seed: SEED + 1, url: app.url });
      report("behind pgbouncer", outcome, cpu);

      expect(outcome.hits.slice(0, SHOWN_MAX)).toEqual([]);
      expect(outcome.wrong.slice(0, SHOWN_MAX)).toEqual([]);
      expect(outcome.codes.none).toBeGreaterThan(requests / 10);
    });
  },
);

test("E3: no identity provider receives a text of the other company, or one that HR has", async () => {
  const { service, dataSource } = companies;
  const both = routeValues([...acme, ...globex]);
  const foreign = routeValues(globex);
  const random = createDice(SEED);
  const decisions = await readDecisions(dataSource, GLOBEX.tenantId);
  const statuses = new Set<string>();
  const hits: Hit[] = [];
  const credential = { authorization: `Bearer ${companies.scimTokenOf(ACME)}` };
  const url = `${service.app.url}/scim/v2`;
  let known = await sendToRoute(url, { method: "GET", path: "/Schemas" }, credential);
  for (let sent = 0; sent < REQUESTS_AT_DOORS; sent += 1) {
    const request = scimRequest(both, foreign, random);
    const received = await sendToRoute(url, request, credential);
    statuses.add(received.slice(0, 3));
    // What it stores comes back later.
    known += `${decodeURIComponent(request.path)}${JSON.stringify(request.body)}`;
    hits.push(...checks.findAtDoor(received, known, true));
  }
  expect(hits.slice(0, SHOWN_MAX)).toEqual([]);
  expect([...statuses]).toEqual(expect.arrayContaining(["200", "201", "404"]));
  expect(await readDecisions(dataSource, GLOBEX.tenantId)).toEqual(decisions);
});

test("E3: no stranger receives a text of a company from any address", async () => {
  const values = routeValues([...acme, ...globex]);
  const random = createDice(SEED);
  const hits: Hit[] = [];
  for (let sent = 0; sent < REQUESTS_AT_DOORS; sent += 1) {
    const request = strangersRequest(values, random);
    const received = await sendToRoute(companies.service.app.url, request, {});
    hits.push(
      ...checks.findAtDoor(
        received,
        `${decodeURIComponent(request.path)}${JSON.stringify(request.body)}`,
        false,
      ),
    );
  }
  expect(hits.slice(0, SHOWN_MAX)).toEqual([]);
});

test("E3: no mutation of an administrator changes a row of the other company, or receives a text of it", async () => {
  const { dataSource } = companies;
  const { pool } = await createPools();
  const random = createDice(SEED);
  const decisions = await readDecisions(dataSource, GLOBEX.tenantId);
  const headers = await companies.present(ACME, "issuer", { scopes: SCOPES, email: null });
  const answered = new Set<string>();
  const names = Object.keys(schema.getMutationType()?.getFields() ?? {});
  // What it disconnects or decides, the mutations before it need.
  const last = ["disconnectPersonio", "connectPersonio"];
  for (const name of [...names.filter((one) => !last.includes(one)), ...last])
    for (let sent = 0; sent < EACH_MUTATION; sent += 1) {
      const operation = randomOperation({
        schema,
        random,
        pool,
        operation: OperationTypeNode.MUTATION,
        roots: [name],
      });
      const request = { ...operation, scopes: SCOPES, hasOwnRecord: false } as const;
      const received = await send(companies.service.app.url, headers, {
        ...request,
        transport: "HTTP",
        credential: "issuer",
        isMutation: true,
      });
      expect(checks.find(received, request).slice(0, SHOWN_MAX)).toEqual([]);
      expect(received).not.toContain("INTERNAL_SERVER_ERROR");
      if (dataIn(received).length > 0) answered.add(name);
    }
  expect(names.filter((name) => !answered.has(name))).toEqual([]);
  expect(await readDecisions(dataSource, GLOBEX.tenantId)).toEqual(decisions);
});

test("no log line, metric, notification or job contains a person, a secret or a chosen name of either company", async () => {
  const { dataSource, lines, notified, service, credentials } = companies;
  const metrics = await (await fetch(service.app.metricsUrl ?? "")).text();
  const jobs = await readJobTables(dataSource);
  const find = createFinder(privateTexts([...acme, ...globex, ...credentials()], [sdl]));
  const outputs = { lines: lines.join("\n"), metrics, notified: notified.join("\n"), jobs };
  for (const [what, text] of Object.entries(outputs)) {
    expect({ what, found: find(text) }).toEqual({ what, found: [] });
    expect({ what, isEmpty: text.length < 100 }).toEqual({ what, isEmpty: false });
  }
  expect(new Set(notified.map((one) => one.split(/[_ ]/)[0]))).toEqual(
    new Set(["sync", "lifecycle", "pgboss"]),
  );
  expect(jobs).toContain(ACME.tenantId);
  expect(outputs.lines).toContain(GLOBEX.tenantId);
  expect(find(JSON.stringify(await dataSource.query("select * from people"))).length).toBeGreaterThan(300);
});
