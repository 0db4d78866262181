import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { DataSource } from "typeorm";
import { SCOPES, type Scope } from "../../src/access/viewer.ts";
import { readConfig } from "../../src/config.ts";
import { type DevelopmentIssuer, openDevelopmentIssuer } from "../../src/identity/development-issuer.ts";
import { LIFECYCLE_CHANNEL } from "../../src/lifecycle/events/event-log.repository.ts";
import { STORED_COLUMNS } from "../../src/people/person-columns.ts";
import { PERSON_FIELD_SCOPES } from "../../src/people/person-scopes.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { SYNC_RUN_CHANNEL } from "../../src/sync/runs/sync-run.repository.ts";
import { anEvent, emit } from "../lifecycle/support/log-of-events.ts";
import { captureLog } from "../personio/captured-log.ts";
import { type GraphAnswer, startTestApp, type TestApp, untilEnded } from "../support/test-app.ts";

export type Company = { readonly tenantId: string; readonly credentials: Sandbox["credentials"] };

export const ACME: Company = {
  tenantId: "acme-a",
  credentials: { clientId: "acme-client-id", clientSecret: "acme-client-secret" },
};
export const GLOBEX: Company = {
  tenantId: "globex-b",
  credentials: { clientId: "globex-client-id", clientSecret: "globex-client-secret" },
};

export type TwoCompanies = AsyncDisposable & {
  readonly service: TestApp;
  /** The superuser's. */
  readonly dataSource: DataSource;
  /** What the service has logged, at the most talkative level. */
  readonly lines: readonly string[];
  /** What it has notified, on every channel. */
  readonly notified: readonly string[];
  /** A token of the issuer. */
  sign(company: Company, scopes: readonly Scope[], email?: string): Promise<string>;
  /** The answer to an administrator with every scope. */
  get<Data>(company: Company, query: string, variables?: object): Promise<Data>;
};

/** Two companies at one address of Personio, connected and synced through one service with `AUTH=jwt`. */
export async function startTwoCompanies(): Promise<TwoCompanies> {
  await using starting = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "people-canaries-"));
  starting.defer(() => rm(folder, { recursive: true }));
  const issuer = await openDevelopmentIssuer(folder);
  const neighbours = [{ people: 25, seed: 12, credentials: GLOBEX.credentials }];
  const ownSandbox = starting.use(
    await startSandbox({
      people: 22,
      seed: 5,
      requestsPerMinute: null,
      credentials: ACME.credentials,
      neighbours,
    }),
  );
  const { log, lines } = captureLog();
  const { auth } = readConfig({ DATA_DIR: folder, ...issuer.settings });
  const service = starting.use(
    await startTestApp({ ownSandbox, log, config: { auth, metrics: { port: 0 } } }),
  );
  const notified = starting.use(await listen(service.databaseUrl));
  const { dataSource } = service.app.database;
  const sign = createSign(issuer);
  const get = createGet(service.app.url, sign);
  for (const company of [ACME, GLOBEX]) await furnish(company, { dataSource, get });
  // No sync at midnight changes what the requests are checked by.
  await dataSource.query("update pgboss.schedule set cron = '0 0 29 2 *'");
  const started = starting.move();
  return {
    service,
    dataSource,
    lines,
    notified: notified.payloads,
    sign,
    get,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

async function listen(url: string): Promise<AsyncDisposable & { readonly payloads: readonly string[] }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const payloads: string[] = [];
  client.on("notification", ({ channel, payload }) => payloads.push(`${channel} ${payload}`));
  const { rows } = await client.query<{ channel: string }>(CHANNEL_OF_QUEUE);
  const channels = [SYNC_RUN_CHANNEL, LIFECYCLE_CHANNEL, ...rows.map(({ channel }) => channel)];
  for (const channel of channels) await client.query(`listen "${channel}"`);
  return { payloads, [Symbol.asyncDispose]: () => client.end() };
}

/** As pg-boss derives it from its schema. */
const CHANNEL_OF_QUEUE = "select 'pgboss_' || left(encode(sha224('pgboss'), 'hex'), 24) as channel";

const createSign =
  (issuer: DevelopmentIssuer): TwoCompanies["sign"] =>
  ({ tenantId }, scopes, email) =>
    issuer.sign({ tenant: tenantId, scopes, subject: "ada", email, minutes: 60 }, new Date());

const createGet =
  (url: string, sign: TwoCompanies["sign"]): TwoCompanies["get"] =>
  async <Data>(company: Company, query: string, variables: object = {}): Promise<Data> => {
    const authorization = `Bearer ${await sign(company, SCOPES)}`;
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as GraphAnswer<Data>;
    if (errors) throw new Error(errors.map(({ message }) => message).join("\n"));
    return data;
  };

type Furnishing = Pick<TwoCompanies, "dataSource" | "get">;

/** Connects and syncs the company, and gives it something of everything that the graph serves. */
async function furnish(company: Company, { dataSource, get }: Furnishing): Promise<void> {
  const ask: TestApp["get"] = (query, variables) => get(company, query, variables);
  const { tenantId } = company;
  await ask(CONNECT, company.credentials);
  await untilEnded(ask);
  await makeOutdated(dataSource, tenantId, 0);
  await ask("mutation { syncPersonio { id } }");
  await untilEnded(ask);
  const { people, offices } = await ask<{
    people: { nodes: { id: string; personioId: string }[] };
    offices: { id: string }[];
  }>("{ people(first: 20, filter: { statuses: [ACTIVE] }) { nodes { id personioId } } offices { id } }");
  const [person] = people.nodes;
  const name = `Payroll robot of ${tenantId}`;
  await ask(SETTINGS, { person: person?.id, office: offices[0]?.id, name });
  await fillGuardedColumns(dataSource, tenantId);
  await emitDatedEvents(dataSource, company, 0);
  await makeOutdated(dataSource, tenantId, 3);
  await ask("mutation { planSyncPersonio { id } }");
  const held = await untilEnded(ask);
  if (held.status !== "HELD") throw new Error(`A held run was expected, and it is ${held.status}.`);
}

const CONNECT = `mutation ($clientId: String!, $clientSecret: String!) {
  connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id }
  finishPersonioSetup { id }
}`;

const SETTINGS = `mutation ($person: ID!, $office: ID!, $name: String!) {
  setPeopleSettings(settings: { timeZone: "Pacific/Chatham", leaverGuardPeople: 3 }) { timeZone }
  setFallbackApprover(personId: $person) { timeZone }
  setOfficeTimeZone(officeId: $office, timeZone: "Atlantic/Azores") { id }
  setLifecycleOffsets(kind: HIRE_DATE, offsetDays: [-14]) { timeZone }
  setLifecycleOffsets2: setLifecycleOffsets(kind: TERMINATION_DATE, offsetDays: [-7]) { timeZone }
  createServiceToken(name: $name, scopes: ["people:read"]) { token }
}`;

/** Three people whose next sync finds changes. */
const makeOutdated = (dataSource: DataSource, tenantId: string, offset: number): Promise<unknown> =>
  dataSource.query(
    `update people set position = 'Formerly ' || first_name || ' in ' || tenant_id, source_hash = null
     where tenant_id = $1 and id in (
       select id from people where tenant_id = $1 and status = 'ACTIVE' order by id offset $2 limit 3)`,
    [tenantId, offset],
  );

/**
 * A value of its own in every guarded column of every person, also in one that is declared tomorrow. The days
 * are far away, so that none is the anniversary or the forecast of an open one.
 */
async function fillGuardedColumns(dataSource: DataSource, tenantId: string): Promise<void> {
  const values = STORED_COLUMNS.filter(({ field }) => PERSON_FIELD_SCOPES.has(field)).map(
    ({ column, type }, index) =>
      type === "date"
        ? `${column} = date '2090-01-01' + ${index * 400} + place::int`
        : `${column} = '${column} ' || tenant_id || place`,
  );
  await dataSource.query(
    `update people set ${values.join(", ")}
     from (select tenant_id as tenant, id as person, row_number() over (order by tenant_id = $1, id) as place from people) placed
     where tenant_id = $1 and tenant = $1 and id = person`,
    [tenantId],
  );
}

const HR_KINDS = ["PROBATION_END", "CONTRACT_END_DATE", "TERMINATION_DATE", "BIRTHDAY"] as const;

/** Events of real people, with the values of their guarded columns. Each round is about others. */
export async function emitDatedEvents(
  dataSource: DataSource,
  { tenantId }: Company,
  round: number,
): Promise<void> {
  const rows: { id: string; personio_id: string; occurs_on: string }[] = await dataSource.query(
    `select id, personio_id, termination_date::text as occurs_on from people where tenant_id = $1 order by id
     limit 8 offset $2`,
    [tenantId, round * 8],
  );
  const dated = rows.map(({ id, personio_id, occurs_on }, index) =>
    anEvent({
      kind: HR_KINDS[index % HR_KINDS.length] ?? "BIRTHDAY",
      personId: id,
      personioId: personio_id,
      occursOn: occurs_on,
      changedFields: null,
      content: null,
    }),
  );
  const [first] = rows;
  const changed = [["terminationDate"], ["team", "dateOfBirth", "birthday"]].map((changedFields) =>
    anEvent({
      ...(first && { personId: first.id }),
      occursOn: today(),
      changedFields,
      content: changedFields.join(),
    }),
  );
  await emit(dataSource, [...dated, ...changed], tenantId);
}

export const today = (): string => new Date().toISOString().slice(0, "YYYY-MM-DD".length);
