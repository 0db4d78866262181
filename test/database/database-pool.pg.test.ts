import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openDataSource } from "../../src/database/data-source.ts";
import { DatabasePool } from "../../src/database/database-pool.ts";
import { openNotifications } from "../../src/database/notifications.ts";
import { createLogger } from "../../src/log.ts";
import { openFailoverProxy } from "../faults/failover-proxy.ts";
import { eventually } from "../support/eventually.ts";
import { keepDoing } from "../support/keep-doing.ts";
import { timed } from "../support/slowness.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

const POOL_SIZE = 3;
/** Shorter than a slow login takes, so that callers give up during it. */
const CALLER_WAITS_MS = 200;

const ANSWERED_WITHIN_MS = 500;
const LOGGED_IN_WITHIN_MS = 3_000;
/** Far less than the minute that the test gives a login. */
const CLOSED_WITHIN_MS = 5_000;
/** Twice as many sessions would hang if the pool counted only its open connections. */
const HUNG_MS = 2_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  // A login of the service takes as long as the table defines, as on a server that is short of CPU.
  await database.dataSource.query(`
    create table slow_logins (seconds float8 not null, seconds_for_each float8 not null);
    insert into slow_logins values (0, 0);
    grant select on slow_logins to public;
    create function wait_at_login() returns event_trigger language plpgsql as $$
      begin
        if session_user <> 'people_serving' then return; end if;
        perform pg_sleep((select seconds from slow_logins));
        perform pg_sleep((select seconds_for_each from slow_logins) * (
          select count(*) from pg_stat_activity where datname = current_database()
          and (wait_event = 'PgSleep' or pid = pg_backend_pid())));
      end $$;
    create event trigger wait_at_login on login execute function wait_at_login();
    alter event trigger wait_at_login enable always`);
});
afterEach(() => letLoginsTake(0));
afterAll(() => database[Symbol.asyncDispose]());

/** @param forEach the seconds that a login takes longer for each login beside it. */
const letLoginsTake = (seconds: number, forEach = 0) =>
  database.dataSource.query("update slow_logins set seconds = $1, seconds_for_each = $2", [seconds, forEach]);

const SESSIONS =
  "from pg_stat_activity where usename = 'people_serving' and datname = current_database() and backend_type = 'client backend'";

async function countSessions(): Promise<number> {
  const [row] = await database.dataSource.query(`select count(*)::int as count ${SESSIONS}`);
  return row.count;
}

const endSessions = () => database.dataSource.query(`select pg_terminate_backend(pid) ${SESSIONS}`);

const TIMEOUTS = { beginMs: ANSWERED_WITHIN_MS, statementMs: ANSWERED_WITHIN_MS };

async function openPool(url = database.servingUrl, loginMs = LOGGED_IN_WITHIN_MS) {
  const dataSource = await openDataSource({
    url,
    entities: [],
    log: createLogger("silent"),
    poolSize: POOL_SIZE,
    connectTimeoutMs: CALLER_WAITS_MS,
    timeouts: { ...TIMEOUTS, loginMs },
  });
  return {
    ask: (statement = "select 1 as one"): Promise<unknown> => dataSource.query(statement),
    [Symbol.asyncDispose]: () => dataSource.destroy(),
  };
}

/** Until a caller has not waited for a login. Those before it meet connections that the server has ended. */
const untilGivenUp = (ask: () => Promise<unknown>) =>
  eventually(() =>
    ask().then(
      () => false,
      (error: Error) => error.message.includes("timeout exceeded when trying to connect"),
    ),
  );

/** Waits for the most sessions that the pool has while callers ask without a pause. */
async function countMostSessions(ask: () => Promise<unknown>): Promise<number> {
  await using callers = keepDoing(2 * POOL_SIZE, () => ask().catch(() => sleep(20)));
  const most = await countMostWithin(2_000);
  await callers.stop();
  return most;
}

async function countMostWithin(ms: number): Promise<number> {
  let most = 0;
  for (let passed = 0; passed < ms; passed += 50) {
    most = Math.max(most, await countSessions());
    await sleep(50);
  }
  return most;
}

describe("on a server that is slow", () => {
  test("a pool has no more sessions than connections while logins take longer than callers wait", async () => {
    await using pool = await openPool();
    await letLoginsTake(1);
    await endSessions();
    expect(await countMostSessions(pool.ask)).toBeLessThanOrEqual(POOL_SIZE);
  });

  test("a pool has no more sessions than connections while statements are not answered in time", async () => {
    await using pool = await openPool();
    // Without a transaction the server has no limit, and it does not notice that the client is gone.
    const most = await countMostSessions(() => pool.ask(`select pg_sleep(${HUNG_MS / 1_000})`));
    // While all of them hang, one login at a time tries whether the server answers again.
    expect(most).toBeLessThanOrEqual(POOL_SIZE + HUNG_MS / ANSWERED_WITHIN_MS);
  });

  test("a login that its caller does not wait for gives its connection to a later caller", async () => {
    await using pool = await openPool();
    await letLoginsTake(1);
    await endSessions();
    await untilGivenUp(pool.ask);
    await eventually(() => pool.ask().catch(() => undefined));
    expect(await countSessions()).toBeLessThanOrEqual(POOL_SIZE);
  });

  test("a pool whose logins took too long side by side lets them go one by one, and is full again", async () => {
    await using pool = await openPool();
    await letLoginsTake(0.5, 1.5);
    await endSessions();
    await using _callers = keepDoing(2 * POOL_SIZE, () => pool.ask().catch(() => sleep(20)));
    await eventually(() => pool.ask().catch(() => undefined));
    await letLoginsTake(0);
    await eventually(async () => (await countSessions()) === POOL_SIZE);
  });

  test("a pool that opens waits longer for its first login than callers wait", async () => {
    await letLoginsTake((3 * CALLER_WAITS_MS) / 1_000);
    await using pool = await openPool();
    expect(await pool.ask()).toEqual([{ one: 1 }]);
  });

  test("a pool that closes waits for no login", async () => {
    const pool = await openPool(database.servingUrl, 60_000);
    await letLoginsTake(600);
    await endSessions();
    await untilGivenUp(pool.ask);
    const { quietMs } = await timed(CLOSED_WITHIN_MS, () => pool[Symbol.asyncDispose]());
    expect(quietMs).toBeLessThan(CLOSED_WITHIN_MS);
    await endSessions();
  });
});

test("every pool keeps unused connections for five minutes", async () => {
  const queue = new DatabasePool({ connectionString: database.servingUrl });
  expect(queue.options.idleTimeoutMillis).toBe(300_000);
  await queue.end();
});

test("a listener has at most three sessions while each login takes too long, and listens again when they end", async () => {
  await using notifications = await openNotifications(database.servingUrl, createLogger("silent"), {
    ...TIMEOUTS,
    loginMs: 200,
  });
  let begun = 0;
  notifications.listen("runs", () => {
    begun += 1;
  });
  await eventually(() => begun === 1);
  await letLoginsTake(20);
  await endSessions();
  // Time for six logins: each takes 200 ms, and the next one begins half a second later.
  expect(await countMostWithin(4_500)).toBeLessThanOrEqual(3);

  await letLoginsTake(0);
  await endSessions();
  await eventually(() => begun === 2);
});

test("a pool whose connections all fell silent in a statement has all of them again, although no server ends the old ones", async () => {
  await using proxy = await openFailoverProxy(database.servingUrl);
  await using pool = await openPool(proxy.url);
  const all = <Result>(work: () => Promise<Result>) =>
    Promise.allSettled(Array.from({ length: POOL_SIZE }, work));
  const hung = all(() => pool.ask("select pg_sleep(600)"));
  await eventually(async () => (await countSessions()) === POOL_SIZE);
  proxy.fallSilent();
  for (const { status } of await hung) expect(status).toBe("rejected");
  await endSessions();

  await eventually(async () => {
    const answers = await all(() => pool.ask("select pg_sleep(0.2)"));
    return answers.every(({ status }) => status === "fulfilled") && (await countSessions()) === POOL_SIZE;
  });
});

test("a pool that ends reports no session that the server ends meanwhile", async () => {
  const pool = new DatabasePool({ connectionString: database.servingUrl });
  const lost: Error[] = [];
  pool.on("error", (error) => lost.push(error));
  const { rows } = await pool.query<{ pid: number }>("select pg_backend_pid() as pid");
  const { pid } = rows[0]!;
  const closed = new Promise((resolve) => pool.once("remove", resolve));

  // The session learns that its server stops before it reads that we leave.
  process.kill(pid, "SIGSTOP");
  await pool.end();
  await endSessions();
  process.kill(pid, "SIGCONT");
  await closed;
  expect(lost).toEqual([]);
});
