import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { DataSource } from "typeorm";
import { SCOPES, type Scope } from "../../src/access/viewer.ts";
import { readConfig } from "../../src/config.ts";
import { type DevelopmentIssuer, openDevelopmentIssuer } from "../../src/identity/development-issuer.ts";
import { LIFECYCLE_CHANNEL } from "../../src/lifecycle/events/event-stream.repository.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { SYNC_RUN_CHANNEL } from "../../src/sync/runs/sync-run.repository.ts";
import { captureLog } from "../personio/captured-log.ts";
import { type GraphAnswer, startTestApp, type TestApp } from "../support/test-app.ts";
import { type Company, furnishCompany } from "./furnish-company.ts";

export const ACME: Company = {
  tenantId: "acme-a",
  credentials: { clientId: "acme-client-id", clientSecret: "acme-client-secret" },
  timeZone: "Pacific/Chatham",
};
export const GLOBEX: Company = {
  tenantId: "globex-b",
  credentials: { clientId: "globex-client-id", clientSecret: "globex-client-secret" },
  timeZone: "Indian/Maldives",
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
  for (const company of [ACME, GLOBEX])
    await furnishCompany(company, { dataSource, ask: (query, variables) => get(company, query, variables) });
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
