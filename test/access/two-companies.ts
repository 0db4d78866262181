import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { DataSource } from "typeorm";
import { SCOPES, type Scope, type Viewer } from "../../src/access/viewer.ts";
import { readConfig } from "../../src/config.ts";
import { SESSION_COOKIE } from "../../src/graphql/transports/console-session.ts";
import { type DevelopmentIssuer, openDevelopmentIssuer } from "../../src/identity/development-issuer.ts";
import { openSessions, type Sessions, type SessionsDeps } from "../../src/identity/sessions/open-sessions.ts";
import { LIFECYCLE_CHANNEL } from "../../src/lifecycle/events/event-stream.repository.ts";
import type { Logger } from "../../src/log.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { SYNC_RUN_CHANNEL } from "../../src/sync/runs/sync-run.repository.ts";
import { captureLog } from "../personio/captured-log.ts";
import { findFreePort } from "../support/free-port.ts";
import { createAsk, startTestApp, type TestApp } from "../support/test-app.ts";
import { untilAvailable } from "../support/until-available.ts";
import { viewerWith } from "../support/viewers.ts";
import type { Text } from "./canaries.ts";
import { type Company, furnishCompany, reviewCompany } from "./furnish-company.ts";
import type { Credential } from "./random-requests.ts";

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
  readonly log: Logger;
  /** What the service has logged, at the most talkative level. */
  readonly lines: readonly string[];
  /** Every credential that a request has presented. */
  readonly credentials: () => readonly Text[];
  /** What it has notified, on every channel. */
  readonly notified: readonly string[];
  /** A token of the issuer. */
  sign(company: Company, scopes: readonly Scope[], email?: string): Promise<string>;
  /** The headers of a request with a credential of the company. */
  present(company: Company, credential: Credential, viewer: PresentedViewer): Promise<Headers>;
  /** A token of the company's identity provider. */
  scimTokenOf(company: Company): string;
  /** The answer to an administrator with every scope. */
  get<Data>(company: Company, query: string, variables?: object): Promise<Data>;
};

export type PresentedViewer = { readonly scopes: readonly Scope[]; readonly email: string | null };
export type Headers = Readonly<Record<string, string>>;

/** Personio sends webhooks only to https. */
const PUBLIC_URL = "https://people.example";

/** Who sends the requests. */
export const SUBJECT = "ada";

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
  const { auth, reach } = readConfig({
    DATA_DIR: folder,
    ...issuer.settings,
    PUBLIC_URL,
    PORT: "0",
    // The first sign-in would look for it.
    OIDC_ISSUER: `http://127.0.0.1:${await findFreePort()}`,
    OIDC_CLIENT_ID: "people-console",
    OIDC_CLIENT_SECRET: "a secret of the console, only for tests",
  });
  const service = starting.use(
    await startTestApp({ ownSandbox, log, config: { auth, reach, metrics: { port: 0 } } }),
  );
  const notified = starting.use(await listen(service.databaseUrl));
  const { dataSource } = service.app.database;
  const sign = createSign(issuer);
  const get = createGet(service.app.url, sign);
  const scimTokens = new Map<string, string>();
  const sessions = starting.use(openSessions({ ...sessionDeps(service), log }));
  for (const company of [ACME, GLOBEX]) {
    const { tenantId } = company;
    const ask: TestApp["get"] = (query, variables) => get(company, query, variables);
    scimTokens.set(tenantId, await furnishCompany(company, { dataSource, ask, url: service.app.url }));
    if (company === GLOBEX) await reviewCompany(company, ask);
    const signedIn = { subject: `hr of ${tenantId}`, email: `hr@${tenantId}.example`, scopes: SCOPES };
    await sessions.begin(viewerOf(company, signedIn), null);
  }
  const presented = new Set(scimTokens.values());
  const makeHeaders = createPresent({ sign, get, sessions });
  const present: TwoCompanies["present"] = async (...viewer) => {
    const headers = await makeHeaders(...viewer);
    const { authorization, cookie } = headers;
    for (const secret of [authorization?.split(" ")[1], cookie?.split("=")[1]])
      if (secret) presented.add(secret);
    return headers;
  };
  const started = starting.move();
  return {
    service,
    dataSource,
    log,
    lines,
    credentials: () => [...presented].map((value) => ({ place: "sealed credentials", value })),
    notified: notified.payloads,
    sign,
    present,
    scimTokenOf: ({ tenantId }) => scimTokens.get(tenantId) ?? "",
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
    issuer.sign({ tenant: tenantId, scopes, subject: SUBJECT, email, minutes: 60 }, new Date());

const createGet =
  (url: string, sign: TwoCompanies["sign"]): TwoCompanies["get"] =>
  async <Data>(company: Company, query: string, variables: object = {}): Promise<Data> => {
    const authorization = `Bearer ${await sign(company, SCOPES)}`;
    const ask = createAsk(`${url}/graphql`, authorization);
    const { data, errors } = await untilAvailable(() => ask<Data>(query, variables));
    if (errors) throw new Error(errors.map(({ message }) => message).join("\n"));
    return data;
  };

const viewerOf = (
  { tenantId }: Company,
  { subject = SUBJECT, email, scopes }: PresentedViewer & { readonly subject?: string },
): Viewer => ({ ...viewerWith(...scopes), tenantId, subject, email });

const sessionDeps = ({ serving, config }: TestApp): Omit<SessionsDeps, "log"> => ({
  dataSource: serving,
  secretKeys: config.secretKeys,
  clock: () => new Date(),
  deleteWhenEnded: async () => undefined,
});

type PresentDeps = Pick<TwoCompanies, "sign" | "get"> & {
  readonly sessions: Sessions;
};

const CREATE_TOKEN = `mutation ($name: String!, $scopes: [String!]!) {
  createServiceToken(name: $name, scopes: $scopes) { token }
}`;

/** Each credential is made once: a company has few tokens, and a user few sessions. */
function createPresent({ sign, get, sessions }: PresentDeps): TwoCompanies["present"] {
  const made = new Map<string, Promise<Headers>>();
  const make = async (
    company: Company,
    credential: Credential,
    viewer: PresentedViewer,
  ): Promise<Headers> => {
    const { scopes, email } = viewer;
    if (credential === "session") {
      // A user has few sessions, and can end the others, so each has a user of its own.
      const subject = `${SUBJECT} ${scopes} ${email}`;
      const { cookie } = await sessions.begin(viewerOf(company, { ...viewer, subject }), null);
      return { cookie: `${SESSION_COOKIE}=${cookie}`, origin: PUBLIC_URL, "x-people-console": "1" };
    }
    if (credential === "issuer")
      return { authorization: `Bearer ${await sign(company, scopes, email ?? undefined)}` };
    type Created = { readonly createServiceToken: { readonly token: string } };
    const variables = { name: `Canary of ${scopes}`, scopes };
    const { createServiceToken } = await get<Created>(company, CREATE_TOKEN, variables);
    return { authorization: `Bearer ${createServiceToken.token}` };
  };
  return (company, credential, presented) => {
    const viewer = credential === "service token" ? { ...presented, email: null } : presented;
    const key = JSON.stringify([company.tenantId, credential, viewer.scopes, viewer.email]);
    const headers = made.get(key) ?? make(company, credential, viewer);
    made.set(key, headers);
    return headers;
  };
}
