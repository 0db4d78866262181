import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { eventually } from "../support/eventually.ts";
import { keepDoing } from "../support/keep-doing.ts";
import { lockWaits } from "../support/locks.ts";
import { onQuietMachine, timed } from "../support/slowness.ts";
import { type GraphAnswer, startTestApp, type TestApp, untilEnded } from "../support/test-app.ts";
import { type OwnPostgres, startOwnPostgres } from "./own-postgres.ts";

const run = promisify(execFile);

const PEOPLE = "{ people(first: 50) { totalCount edges { node { displayName } } } }";

const outcomeOf = ({ errors }: GraphAnswer<unknown>): string => errors?.[0]?.extensions.code ?? "OK";

/** Between two requests of a client: the load leaves Postgres time to restart. */
const PAUSE_MS = 100;

const withDatabase = (url: string) => ({ config: { database: { url, dataDir: "unused" } } });

async function tryToOpen(url: string): Promise<pg.Client | undefined> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  return client.connect().then(
    () => client,
    () => undefined,
  );
}

const canMount = process.getuid?.() === 0 && process.platform === "linux";
const DISK_MB = 220;

describe("on a Postgres that dies, restarts and fills up", () => {
  let disk: string;
  let postgres: OwnPostgres;
  let app: TestApp;

  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), "people-disk-"));
    if (canMount) await run("mount", ["-t", "tmpfs", "-o", `size=${DISK_MB}m`, "tmpfs", disk]);
    postgres = await startOwnPostgres({
      folder: disk,
      settings: { max_connections: "40", max_wal_size: "64MB" },
    });
    app = await startTestApp({ ...withDatabase(postgres.url), sandbox: { people: 20 } });
    await app.connect();
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
    if (canMount) await run("umount", ["-l", disk]);
    await rm(disk, { recursive: true, force: true });
  });

  /** @returns the time from Postgres' first connection to the first answer with data, on a quiet machine. */
  async function timeToRecover(): Promise<number> {
    const client = await eventually(() => tryToOpen(postgres.url));
    await client.end();
    const { quietMs } = await timed(5_000, () =>
      eventually(async () => outcomeOf(await app.ask(PEOPLE)) === "OK"),
    );
    return quietMs;
  }

  test("B1: kill -9 of Postgres in the apply transaction leaves the old directory, and the run is retried", async () => {
    await app.sandbox.admin.hire();
    const before = await readDirectoryRows(postgres.url);
    const blocker = await tryToOpen(postgres.url);
    // Apply writes the skip ledger last: by then the transaction has written the people of the plan.
    await blocker?.query("begin; lock table skipped_employees in exclusive mode");
    await app.get("mutation { syncPersonio { id } }");
    await eventually(async () => (await blocker?.query(lockWaits("skipped_employees")))?.rows.length === 1);
    await postgres.signal("SIGKILL");

    expect(await timeToRecover()).toBeLessThan(5_000);
    expect(await readDirectoryRows(postgres.url)).toEqual(before);
    const ended = await eventually(() => untilEnded(app.get).catch(() => undefined));
    expect(ended).toMatchObject({ added: 1, problem: null });
  });

  test("B2: during a fast restart under load each request gets UNAVAILABLE or data at once, and the pool recovers", async () => {
    const outcomes = new Set<string>();
    let slowestMs = 0;
    await using clients = keepDoing(20, async () => {
      const startedAt = performance.now();
      outcomes.add(outcomeOf(await app.ask(PEOPLE)));
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      await sleep(PAUSE_MS);
    });
    await eventually(() => outcomes.has("OK"));
    await postgres.signal("SIGINT");
    await eventually(() => outcomes.has("UNAVAILABLE"));
    expect(await timeToRecover()).toBeLessThan(5_000);
    await clients.stop();

    expect(outcomes).toEqual(new Set(["OK", "UNAVAILABLE"]));
    expect(onQuietMachine(slowestMs, 5_000)).toBeLessThan(5_000);
  });

  test("B3: when other clients take all connections, /ready is 503 and answers are UNAVAILABLE within seconds", async () => {
    const taken: pg.Client[] = [];
    await using taking = keepDoing(1, async () => {
      const client = await tryToOpen(postgres.url);
      if (client) taken.push(client);
      else await sleep(10);
    });
    await eventually(() => taken.length >= 20);
    const ours =
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'people-subgraph%'";
    // Repeat until the other clients take the connections that we lose before we do.
    const ms = await eventually(async () => {
      await taken[0]?.query(ours);
      const askedAt = performance.now();
      const answers = [outcomeOf(await app.ask(PEOPLE)), (await fetch(`${app.app.url}/ready`)).status];
      return answers.join() === "UNAVAILABLE,503" && performance.now() - askedAt;
    });
    expect((await fetch(`${app.app.url}/health`)).status).toBe(200);
    expect(onQuietMachine(ms, 5_000)).toBeLessThan(5_000);

    await taking.stop();
    await Promise.all(taken.map((client) => client.end()));
    expect(await timeToRecover()).toBeLessThan(5_000);
    expect((await fetch(`${app.app.url}/ready`)).status).toBe(200);
  });

  test.skipIf(!canMount)(
    "B5: a full disk rolls a write back and reads continue; with space again the run is applied (skipped without the right to mount)",
    async () => {
      // More than fits into the free space of the existing files: Postgres has to extend them.
      for (let hired = 0; hired < 120; hired += 1) await app.sandbox.admin.hire();
      const before = await readDirectoryRows(postgres.url);
      await fill(join(disk, "ballast"));
      await app.get("mutation { syncPersonio { id } }");
      const attempt = async () => {
        const { rows } = await query(postgres.url, "select attempt from sync_runs where status = 'RUNNING'");
        return rows[0]?.attempt as number | undefined;
      };
      await eventually(async () => ((await attempt()) ?? 0) >= 1);
      await sleep(2_000);

      expect(await readDirectoryRows(postgres.url)).toEqual(before);
      expect(outcomeOf(await app.ask(PEOPLE))).toBe("OK");
      await rm(join(disk, "ballast"));
      expect(await untilEnded(app.get)).toMatchObject({ added: 120, problem: null });
    },
  );
});

async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client.query(sql).finally(() => client.end());
}

/** Fills the disk to the last block. */
async function fill(path: string): Promise<void> {
  await writeFile(path, Buffer.alloc(DISK_MB * 1_048_576)).catch(() => undefined);
}
