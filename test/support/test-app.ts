import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { DataSource } from "typeorm";
import { DEFAULT_TENANT_ID } from "../../src/access/viewer.ts";
import { type App, startApp } from "../../src/app.ts";
import type { Config } from "../../src/config.ts";
import { createLogger, type Logger } from "../../src/log.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";
import { LOCAL_REACH } from "./local-reach.ts";
import { LOOKS_AHEAD } from "./looks-ahead.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";
import { untilAvailable } from "./until-available.ts";

export type GraphAnswer<Data> = {
  readonly data: Data;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string; readonly help?: string };
  }[];
};

export type TestApp = AsyncDisposable & {
  /** Its `database.dataSource` is the superuser's, because tests look at the rows of all tenants. */
  readonly app: App;
  /** The data source with which the app serves. */
  readonly serving: DataSource;
  readonly sandbox: Sandbox;
  readonly databaseUrl: string;
  readonly config: Config;
  /** The response, with its errors. */
  ask<Data>(query: string, variables?: object): Promise<GraphAnswer<Data>>;
  /** The data; rejects on errors. It retries while the database is UNAVAILABLE, as clients do. */
  get<Data>(query: string, variables?: object): Promise<Data>;
  /** Connects the sandbox, accepts the proposal and waits for the first run. */
  connect(): Promise<RunRow>;
  /** Syncs now and waits until the run has ended. */
  sync(): Promise<RunRow>;
};

export type RunRow = {
  readonly id: string;
  readonly status: string;
  readonly trigger: string;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly left: number;
  readonly skipped: number;
  readonly employeesRead: number;
  readonly employeesTotal: number | null;
  readonly finishedAt: string | null;
  readonly problem: { readonly code: string; readonly message: string; readonly help: string } | null;
};

export const RUN_FIELDS = `id status trigger added changed unchanged left skipped employeesRead employeesTotal finishedAt
  problem { code message help }`;

export type TestAppOptions = {
  readonly sandbox?: Partial<SandboxOptions>;
  /** A sandbox that the caller ends, instead of a new one. */
  readonly ownSandbox?: Sandbox;
  readonly config?: Partial<Config>;
  /** The credential that `ask`, `get` and their helpers send; by default they send none. */
  readonly authorization?: string;
  readonly log?: Logger;
  /** Timeouts for Personio, and the clock. */
  readonly timing?: Parameters<typeof startApp>[2];
};

/**
 * The whole service on a free port, with a sandbox and a database of its own: the same `startApp` as in
 * production.
 */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  await using starting = new AsyncDisposableStack();
  const database = starting.use(await createTestDatabase());
  // A limit of our own would only slow the tests; the sandbox has none either.
  const sandbox =
    options.ownSandbox ??
    starting.use(await startSandbox({ people: 60, seed: 7, requestsPerMinute: null, ...options.sandbox }));
  const config: Config = {
    reach: LOCAL_REACH,
    database: servedBy(database),
    personio: { apiUrl: sandbox.url, requestsPerMinute: null },
    syncEveryHours: 4,
    keptAnswersBytes: 32 * 1_048_576,
    metrics: { port: undefined },
    tracing: { endpoint: undefined },
    secretKeys: [{ id: "test", key: randomBytes(32) }],
    // Tests send more operations than one user.
    limits: {
      ratePerTenant: null,
      ratePerUser: null,
      ratePerScimToken: null,
      subscriptionsPerUser: null,
      socketsPerUser: null,
      signInsPerMinute: null,
    },
    looksAhead: LOOKS_AHEAD,
    auth: { mode: "off" },
    logLevel: "silent",
    ...options.config,
  };
  const app = starting.use(
    await startApp(config, options.log ?? createLogger(process.env.TEST_LOG ?? "silent"), {
      ...(options.config?.database ? {} : RARELY),
      ...options.timing,
    }),
  );
  const started = starting.move();

  const ask = createAsk(`${app.url}/graphql`, options.authorization);
  const get = async <Data>(query: string, variables?: object): Promise<Data> => {
    const { data, errors } = await untilAvailable(() => ask<Data>(query, variables));
    if (errors)
      throw new Error(errors.map(({ message, extensions }) => `${extensions.code}: ${message}`).join("\n"));
    return data;
  };
  const { dataSource: serving } = app.database;
  const { dataSource } = options.config?.database ? app.database : database;
  // The runs of the only company of this app, in the database that it made.
  if (config.auth.mode === "off" && !options.config?.database)
    waitsForRuns.set(get, () => untilNewestRunEnds(dataSource));
  return {
    app: { ...app, database: { ...app.database, dataSource } },
    serving,
    sandbox,
    databaseUrl: database.url,
    config,
    ask,
    get,
    async connect() {
      const mutation =
        "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }";
      await get(mutation, sandbox.credentials);
      await get("mutation { finishPersonioSetup { id } }");
      return untilEnded(get);
    },
    async sync() {
      await get("mutation { syncPersonio { id } }");
      return untilEnded(get);
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/**
 * To look for dead workers is half of the work of an idle app. No worker of an app of a test dies, unless its
 * database does.
 */
const RARELY = { lookEverySeconds: 60 };

/** As for a replica with MIGRATE=off: the template is migrated, and the login that serves owns nothing. */
export const servedBy = ({ url, servingUrl }: TestDatabase): Config["database"] => ({
  url: servingUrl,
  migrationUrl: url,
  migrates: false,
  dataDir: "unused",
});

export const createAsk =
  (url: string, authorization?: string) =>
  async <Data>(query: string, variables: object = {}): Promise<GraphAnswer<Data>> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(authorization && { authorization }) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphAnswer<Data>;
  };

/** A small run ends at once; a run that is retried takes seconds. */
const POLL_MS = { first: 40, longest: 200 } as const;

/** Reading the table takes a tenth of the CPU time of a request. */
const waitsForRuns = new WeakMap<TestApp["get"], () => Promise<void>>();

/** Waits until the newest run has ended. */
export async function untilEnded(get: TestApp["get"]): Promise<RunRow> {
  const wait = waitsForRuns.get(get);
  await wait?.();
  for (let pause = wait ? 0 : POLL_MS.first; ; pause += POLL_MS.first) {
    await sleep(Math.min(pause, POLL_MS.longest));
    const { syncRuns } = await get<{ syncRuns: { edges: { node: RunRow }[] } }>(
      `{ syncRuns(first: 1) { edges { node { ${RUN_FIELDS} } } } }`,
    );
    const run = syncRuns.edges[0]?.node;
    if (run?.finishedAt) return run;
  }
}

/** Also resolves when a query fails, as while a test ends all sessions: requests show the end too. */
async function untilNewestRunEnds(dataSource: DataSource): Promise<void> {
  for (let pause: number = POLL_MS.first; ; pause += POLL_MS.first) {
    await sleep(Math.min(pause, POLL_MS.longest));
    const newest: { ended: boolean }[] | undefined = await dataSource
      .query(
        "select finished_at is not null as ended from sync_runs where tenant_id = $1 order by created_at desc, id desc limit 1",
        [DEFAULT_TENANT_ID],
      )
      .catch(() => undefined);
    if (!newest || newest[0]?.ended) return;
  }
}
