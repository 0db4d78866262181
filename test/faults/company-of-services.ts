import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { startApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { createLogger } from "../../src/log.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { connectPersonio, requestSync } from "../kill/graph-client.ts";
import { eventually } from "../support/eventually.ts";
import { keepDoing } from "../support/keep-doing.ts";
import { type ServiceProcess, spawnService, startService } from "../support/start-service.ts";
import { createTestDatabase } from "../support/test-database.ts";

export type RunRow = {
  readonly attempt: number;
  readonly status: string;
  readonly employees_read: number;
};

export type CompanyOfServices = AsyncDisposable & {
  readonly sandbox: Sandbox;
  readonly databaseUrl: string;
  /** Starts another process of the service, for the same database and company. */
  start(environment?: Readonly<Record<string, string>>): Promise<ServiceProcess>;
  /** Spawns a process that may end before it is ready. */
  spawn(environment: Readonly<Record<string, string>>): ReturnType<typeof spawnService>;
  /**
   * Starts a run, and waits until Personio delays its third page: it has read, but not applied. Clearing the
   * faults lets the run continue.
   */
  syncUntilThirdPage(service: ServiceProcess): Promise<string>;
  runRow(id: string): Promise<RunRow>;
  query(sql: string): Promise<unknown[]>;
  /**
   * Makes all heartbeats an hour old, so that a test does not have to wait ten seconds until a silent worker
   * counts as dead.
   */
  ageHeartbeats(): Promise<void>;
  /**
   * Keeps the heartbeats of living workers young until it is disposed: on a slow machine they come late, and
   * the workers count as dead.
   */
  keepHeartbeatsYoung(): AsyncDisposable;
};

/** Longer than any test runs: a test ends the delay itself. */
export const HELD_MS = 600_000;

/** Connects a company of three pages, for services in processes of their own. */
export async function openCompany(): Promise<CompanyOfServices> {
  await using opening = new AsyncDisposableStack();
  const { url, servingUrl } = opening.use(await createTestDatabase());
  const sandbox = opening.use(await startSandbox({ people: 250, seed: 3, requestsPerMinute: null }));
  const environment = {
    DATABASE_URL: servingUrl,
    MIGRATION_DATABASE_URL: url,
    MIGRATE: "off",
    SECRET_KEYS: `1:${randomBytes(32).toString("base64")}`,
    PERSONIO_API_URL: sandbox.url,
  };
  const pool = new pg.Pool({ connectionString: url });
  opening.defer(() => pool.end());
  const query = async (sql: string): Promise<unknown[]> => (await pool.query(sql)).rows;
  const runRow = async (id: string): Promise<RunRow> => {
    const [row] = await query(`select * from sync_runs where id = '${id}'`);
    return row as RunRow;
  };
  {
    await using app = await startApp(readConfig({ ...environment, PORT: "0" }), createLogger("silent"));
    await connectPersonio(app.url, sandbox.credentials);
  }
  const opened = opening.move();
  return {
    sandbox,
    databaseUrl: url,
    start: (more = {}) => startService({ ...environment, ...more }),
    spawn: (more) => spawnService({ ...environment, ...more }),
    async syncUntilThirdPage(service) {
      const thirdPage = { path: "/v1/company/employees?", offset: 200 } as const;
      await sandbox.admin.setFaults([{ kind: "delay", milliseconds: HELD_MS, times: 1, ...thirdPage }]);
      const id = await requestSync(service.url);
      await eventually(async () => (await runRow(id)).employees_read > 0);
      return id;
    },
    runRow,
    query,
    async ageHeartbeats() {
      await query("update pgboss.job set heartbeat_on = now() - interval '1 hour' where state = 'active'");
    },
    keepHeartbeatsYoung: () =>
      keepDoing(1, async () => {
        await query(`update pgboss.job set heartbeat_on = now()
          where state = 'active' and heartbeat_on > now() - interval '30 minutes'`);
        await sleep(1_000);
      }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** The environment that runs `code` in the process of the service, before the service starts. */
export const withPreloadedCode = (code: string, options: readonly string[] = []): Record<string, string> => ({
  NODE_OPTIONS: [...options, `--import=data:text/javascript,${encodeURIComponent(code)}`].join(" "),
});
