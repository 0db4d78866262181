import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ADMIN_SCOPE, READ_SCOPE, SCOPES } from "../../src/access/viewer.ts";
import { startApp } from "../../src/app.ts";
import { buildSubgraph } from "../../src/graphql/build-schema.ts";
import { subgraphResolvers } from "../../src/graphql/resolvers.ts";
import { createLogger } from "../../src/log.ts";
import { STORED_COLUMNS } from "../../src/people/person-columns.ts";
import { PERSON_FIELD_SCOPES } from "../../src/people/person-scopes.ts";
import { isPoolerInstalled, openPooler } from "../faults/support/pooler.ts";
import { createDice } from "../kill/dice.ts";
import { anEvent, emit } from "../lifecycle/support/log-of-events.ts";
import { eventually } from "../support/eventually.ts";
import { CURSORS, createPool } from "./argument-pool.ts";
import { createFinder, readTexts, type Text, textsIn } from "./canaries.ts";
import { type Checks, createChecks, type Hit, privateTexts } from "./checks.ts";
import { emitDatedEvents, today } from "./furnish-company.ts";
import { createRandomRequests, type RandomRequest, send } from "./random-requests.ts";
import { openStreams, SCOPE_SETS, type Stream } from "./standing-streams.ts";
import { ACME, GLOBEX, startTwoCompanies, type TwoCompanies } from "./two-companies.ts";

const REQUESTS = Number(process.env.CANARY_REQUESTS ?? 300);
const REQUESTS_BEHIND_POOLER = Math.ceil(REQUESTS / 5);
/** Requests that must find canaries: they prove that the others could. */
const REQUESTS_OF_PROOF = 300;
const SEED = Number(process.env.CANARY_SEED ?? 11);
const LANES = 4;
/** Beside that of every test: on a busy machine a request takes 20 ms. */
const TIMEOUT_MS = 600_000 + REQUESTS * 60;
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
  const claims = ["ada", ACME.tenantId, ...days];
  checks = createChecks({ sdl, own: acme, other: globex, ownRecord: textsIn("people", person), claims });
});
afterAll(() => resources.disposeAsync());

type Outcome = {
  readonly hits: Hit[];
  readonly codes: Record<string, number>;
  readonly transports: Record<string, number>;
  /** Answers that no request may get. */
  readonly wrong: string[];
};

type Sending = {
  readonly requests: number;
  readonly seed: number;
  readonly url?: string;
  /** The token of a request; one of the own company with the scopes of the request by default. */
  readonly tokenOf?: (request: RandomRequest) => Promise<string>;
};

/** Sends random requests as viewers of the first company, a few at a time, and checks what they receive. */
async function sendRandomRequests(sending: Sending): Promise<Outcome> {
  const { url = companies.service.app.url, tokenOf = signFor, seed } = sending;
  const outcome: Outcome = { hits: [], codes: {}, transports: {}, wrong: [] };
  const next = createRandomRequests({ schema, random: createDice(seed), ...(await createPools()) });
  const tokens = new Map<string, Promise<string>>();
  let left = sending.requests;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const request = next();
      const key = `${request.scopes} ${request.hasOwnRecord}`;
      const token = tokens.get(key) ?? tokenOf(request);
      tokens.set(key, token);
      const received = await send(url, await token, request).catch(describeFailure);
      outcome.hits.push(...checks.find(received, request));
      judge(received, request, outcome);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return outcome;
}

const signFor = ({ scopes, hasOwnRecord }: Pick<RandomRequest, "scopes" | "hasOwnRecord">): Promise<string> =>
  companies.sign(ACME, scopes, hasOwnRecord ? ownEmail : undefined);

async function createPools() {
  const cursors: string[] = [];
  for (const company of [ACME, GLOBEX]) {
    const lists = await companies.get<Record<string, { pageInfo: { endCursor: string } }>>(company, CURSORS);
    cursors.push(...Object.values(lists).map(({ pageInfo }) => pageInfo.endCursor));
  }
  return { pool: createPool([...acme, ...globex], cursors), foreignPool: createPool(globex, []) };
}

const FAILED = "failed: ";
const describeFailure = (error: unknown): string => `${FAILED}${error} ${JSON.stringify(error)}`;

function judge(received: string, request: RandomRequest, outcome: Outcome): void {
  const { codes, transports, wrong } = outcome;
  transports[request.transport] = (transports[request.transport] ?? 0) + 1;
  const found = new Set([...received.matchAll(/"code":"([A-Z_]+)"/g)].map(([, code = ""]) => code));
  for (const code of found.size === 0 ? ["none"] : found) codes[code] = (codes[code] ?? 0) + 1;
  const isAdministrator = request.scopes.includes(ADMIN_SCOPE);
  // What costs too much is refused before its rules are read.
  const isRefused = found.has("FORBIDDEN") || found.has("LIMIT_COST");
  const isBroken =
    received.startsWith(FAILED) ||
    found.has("INTERNAL_SERVER_ERROR") ||
    found.has("GRAPHQL_VALIDATION_FAILED");
  if (isBroken || (request.isMutation && !isAdministrator && !isRefused))
    wrong.push(`${JSON.stringify(request)} ${received}`);
}

/** A long run reports what it did. */
function report(what: string, { hits, codes, transports }: Outcome, cpu: NodeJS.CpuUsage): void {
  if (process.env.CANARY_REQUESTS === undefined) return;
  const { user, system } = process.cpuUsage(cpu);
  const hidden = checks.canariesHidden();
  console.info(what, {
    transports,
    codes,
    hits: hits.length,
    canariesOfOther: checks.canariesOfOther,
    canariesHidden: [Math.min(...hidden), Math.max(...hidden)],
    cpuSeconds: (user + system) / 1e6,
  });
}

/** What a company has decided, and what the requests might change. */
async function readDecisions(tenantId: string): Promise<string[]> {
  const decided =
    /^(tenants|fallback_approvers|lifecycle_(kinds|offsets)|offices|service_tokens|scim_tokens|idp_\w+)[.]/;
  const texts = await readTexts(companies.dataSource, tenantId);
  const decisions = texts
    .filter(({ place }) => decided.test(place))
    .map(({ place, value }) => `${place} ${value}`);
  const reviewed = await companies.dataSource.query(
    "select id from sync_runs where tenant_id = $1 and (status = 'REJECTED' or approved_at is not null)",
    [tenantId],
  );
  return [...decisions, ...reviewed.map(({ id }: { id: string }) => `reviewed ${id}`)].sort();
}

test("the canaries cover every guarded field of a person", () => {
  const covered = [...STORED_COLUMNS.map(({ field }) => field as string), "birthday"];
  expect([...PERSON_FIELD_SCOPES.keys()].filter((field) => !covered.includes(field))).toEqual([]);
  expect(checks.canariesOfOther).toBeGreaterThan(300);
});

describe(`${REQUESTS} random requests of one company with random scopes (seed ${SEED})`, () => {
  test("E3, E6: none receives a text of the other company, or one that its scopes do not show", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const decisions = await readDecisions(GLOBEX.tenantId);
    const cpu = process.cpuUsage();
    const outcome = await sendRandomRequests({ requests: REQUESTS, seed: SEED });
    report("directly", outcome, cpu);

    expect(outcome.hits.slice(0, SHOWN_MAX)).toEqual([]);
    expect(outcome.wrong.slice(0, SHOWN_MAX)).toEqual([]);
    expect(outcome.codes.none).toBeGreaterThan(REQUESTS / 10);
    expect(Object.keys(outcome.transports).sort()).toEqual(["HTTP", "SSE", "WebSocket"]);
    expect(await readDecisions(GLOBEX.tenantId)).toEqual(decisions);
  });

  test("the same requests find canaries with a token of the other company, and with one of every scope", async () => {
    const proof = { requests: REQUESTS_OF_PROOF, seed: SEED };
    const foreign = await sendRandomRequests({
      ...proof,
      tokenOf: () => companies.sign(GLOBEX, [READ_SCOPE]),
    });
    expect(foreign.hits.filter(({ place }) => place === "people.work_email")).not.toEqual([]);
    const full = await sendRandomRequests({ ...proof, tokenOf: () => companies.sign(ACME, SCOPES) });
    const guarded = full.hits.filter(({ place }) => /termination_date|date_of_birth|birthday/.test(place));
    expect(new Set(guarded.map(({ place }) => place)).size).toBeGreaterThan(0);
  });
});

test("E3, E6: no stream and no socket receives an event or a run of the other company, or more than its scopes show", async () => {
  using streams = new DisposableStack();
  const opened: Stream[] = [];
  for (const scopes of SCOPE_SETS) {
    const token = await signFor({ scopes, hasOwnRecord: false });
    opened.push(
      ...openStreams(companies.service.app.url, token, scopes, schema).map((one) => streams.use(one)),
    );
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

  const hits = opened.flatMap(({ scopes, query, frames }) =>
    checks.find(frames.join("\n"), { scopes, query }),
  );
  expect(hits.slice(0, SHOWN_MAX)).toEqual([]);
  expect(mayNot!.map(({ frames }) => /FORBIDDEN/.test(frames.join()))).not.toContain(false);
});

test("no log line, metric, notification or job contains a person, a secret or a chosen name of either company", async () => {
  const { dataSource, lines, notified, service } = companies;
  const metrics = await (await fetch(service.app.metricsUrl ?? "")).text();
  const jobs = await readJobTables();
  const find = createFinder(privateTexts([...acme, ...globex], [sdl]));
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

/** Every row of every table of the queue. */
async function readJobTables(): Promise<string> {
  const { dataSource } = companies;
  const tables: { name: string }[] = await dataSource.query(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'pgboss'",
  );
  const rows: string[] = [];
  for (const { name } of tables)
    for (const { row } of await dataSource.query(`select to_jsonb(t)::text as row from ${name} t`))
      rows.push(row);
  return rows.join("\n");
}

describe.skipIf(!isPoolerInstalled)(
  "behind pgbouncer in transaction mode (skipped where it is not installed)",
  () => {
    test(`E3, E6: ${REQUESTS_BEHIND_POOLER} requests receive no canary`, {
      timeout: TIMEOUT_MS,
    }, async () => {
      const { config } = companies.service;
      await using pooler = await openPooler(config.database.url ?? "", { poolSize: 5 });
      const database = { ...config.database, url: pooler.url };
      await using app = await startApp({ ...config, database }, createLogger("silent"));
      const cpu = process.cpuUsage();
      const requests = REQUESTS_BEHIND_POOLER;
      const outcome = await sendRandomRequests({ requests, seed: SEED + 1, url: app.url });
      report("behind pgbouncer", outcome, cpu);

      expect(outcome.hits.slice(0, SHOWN_MAX)).toEqual([]);
      expect(outcome.wrong.slice(0, SHOWN_MAX)).toEqual([]);
      expect(outcome.codes.none).toBeGreaterThan(requests / 10);
    });
  },
);
