import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Viewer } from "../../../src/access/viewer.ts";
import { inTenant } from "../../../src/database/transaction.ts";
import {
  createEndedSessionsJob,
  deleteWhenEnded,
  endedSessionsJob,
} from "../../../src/identity/sessions/ended-sessions.job.ts";
import {
  IDLE_MS,
  IDLE_STORED_EVERY_MS,
  openSessions,
  SESSION_MS,
  SESSIONS_PER_USER_MAX,
} from "../../../src/identity/sessions/open-sessions.ts";
import { type OpenQueue, openQueue } from "../../../src/jobs/queue.ts";
import { createLogger } from "../../../src/log.ts";
import { ensureTenant } from "../../../src/tenant/tenant.repository.ts";
import { eventually } from "../../support/eventually.ts";
import { countWaiting, openTransaction } from "../../support/locks.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { viewerWith } from "../../support/viewers.ts";

const BEGIN = new Date("2026-11-29T08:00:00Z");
let now = BEGIN;
const advance = (ms: number): void => {
  now = new Date(now.getTime() + ms);
};

let database: TestDatabase;
let queue: OpenQueue;
beforeAll(async () => {
  database = await createTestDatabase();
  queue = await openQueue({ url: database.url, jobs: [endedSessionsJob], log: createLogger("silent") });
  await inTenant(database.dataSource, "acme", ensureTenant);
});
afterAll(async () => {
  await queue[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  now = BEGIN;
  await database.dataSource.query("delete from console_sessions");
  await database.dataSource.query("delete from pgboss.job");
});

const ring = [{ id: "1", key: randomBytes(32) }];
const open = (secretKeys = ring) =>
  openSessions({
    dataSource: database.dataSource,
    secretKeys,
    log: createLogger("silent"),
    clock: () => now,
    deleteWhenEnded: deleteWhenEnded(queue),
  });

const ada: Viewer = {
  ...viewerWith("people:read"),
  tenantId: "acme",
  subject: "ada",
  email: "ada@acme.example",
};
const count = async (): Promise<number> =>
  (await database.dataSource.query("select count(*)::int as count from console_sessions"))[0].count;

describe("a session", () => {
  test("its viewer is the user of the sign-in, until the session ends", async () => {
    await using sessions = open();
    const { cookie } = await sessions.begin(ada, null);
    const expiresAt = new Date(BEGIN.getTime() + SESSION_MS);
    expect(await sessions.verify(cookie, true)).toEqual({
      ...ada,
      expiresAt,
      hasSession: true,
      sessionHash: expect.any(Buffer),
    });
    expect([SESSION_MS, IDLE_MS]).toEqual([8 * 3_600_000, 3_600_000]);
  });

  test("it ends after eight hours, however much it is used", async () => {
    let cookie = "";
    for (const _use of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      // Closing writes what waits: the last use is stored behind the request.
      await using sessions = open();
      cookie ||= (await sessions.begin(ada, null)).cookie;
      advance((IDLE_MS * 5) / 6);
      expect(await sessions.verify(cookie, true)).not.toBeNull();
    }
    await using sessions = open();
    now = new Date(BEGIN.getTime() + SESSION_MS - 1);
    expect(await sessions.verify(cookie, true)).not.toBeNull();
    advance(1);
    expect(await sessions.verify(cookie, true)).toBeNull();
  });

  test("it ends after an hour without a use; a check by the service does not count as one", async () => {
    await using sessions = open();
    const { cookie } = await sessions.begin(ada, null);
    advance(IDLE_MS - 1);
    expect(await sessions.verify(cookie, false)).not.toBeNull();
    advance(1);
    expect(await sessions.verify(cookie, true)).toBeNull();
  });

  test("its last use is stored at most once a minute", async () => {
    const idleUntil = async (): Promise<number> =>
      (await database.dataSource.query("select idle_until from console_sessions"))[0].idle_until.getTime();
    let cookie = "";
    for (const [pause, moves] of [
      [IDLE_STORED_EVERY_MS - 1, false],
      [1, true],
      [IDLE_STORED_EVERY_MS - 1, false],
    ] as const) {
      await using sessions = open();
      cookie ||= (await sessions.begin(ada, null)).cookie;
      const before = await idleUntil();
      advance(pause);
      await sessions.verify(cookie, true);
      await sessions[Symbol.asyncDispose]();
      expect((await idleUntil()) > before).toBe(moves);
    }
  });

  test("D18: repeated sign-outs leave connections to requests, even while they hang", async () => {
    await using sessions = open();
    const key = sessions.keyOf((await sessions.begin(ada, null)).cookie);
    const { dataSource } = database;
    const unlock = await openTransaction(dataSource, "lock table console_sessions in access exclusive mode");
    const ended = Promise.allSettled(Array.from({ length: 20 }, () => sessions.end(key!)));
    await eventually(async () => (await countWaiting(dataSource, "console_sessions")) >= 4);

    await inTenant(dataSource, "acme", (manager) => manager.query("select 1"));
    expect(await countWaiting(dataSource, "console_sessions")).toBe(4);
    await unlock();
    await ended;
    expect(await count()).toBe(0);
  });

  test("it ends when its key leaves the ring, and continues while the key is in the ring", async () => {
    const newer = { id: "2", key: randomBytes(32) };
    await using sessions = open();
    const { cookie } = await sessions.begin(ada, null);
    await using rotated = open([newer, ...ring]);
    expect(await rotated.verify(cookie, true)).toMatchObject({ subject: "ada" });
    await using changed = open([newer]);
    expect(await changed.verify(cookie, true)).toBeNull();
  });

  test("of more than twenty sessions of a user, the oldest end", async () => {
    await using sessions = open();
    const cookies: string[] = [];
    for (let signIn = 0; signIn <= SESSIONS_PER_USER_MAX; signIn += 1) {
      advance(1);
      cookies.push((await sessions.begin(ada, null)).cookie);
    }
    const bo = await sessions.begin({ ...ada, subject: "bo" }, null);
    expect(await sessions.verify(cookies[0]!, true)).toBeNull();
    for (const cookie of [...cookies.slice(1), bo.cookie])
      expect(await sessions.verify(cookie, true)).not.toBeNull();
  });

  test("two hundred requests at once wait for each other, and get their viewer", async () => {
    await using sessions = open();
    const { cookie } = await sessions.begin(ada, null);
    const viewers = await Promise.all(Array.from({ length: 200 }, () => sessions.verify(cookie, true)));
    expect(viewers.filter((viewer) => viewer?.subject === "ada")).toHaveLength(200);
  });
});

describe("what a session leaves", () => {
  test("the next sign-in of the company deletes sessions that have ended", async () => {
    await using sessions = open();
    await sessions.begin(ada, null);
    advance(IDLE_MS);
    await sessions.begin({ ...ada, subject: "bo" }, null);
    expect(await count()).toBe(1);
  });

  test("a company in which no user signs in again keeps none: each session has a job for its end", async () => {
    await using sessions = open();
    await sessions.begin(ada, null);
    const jobs: { delay: number; data: object }[] = await database.dataSource.query(
      "select data, extract(epoch from start_after - created_on)::float as delay from pgboss.job",
    );
    expect(jobs.map(({ data }) => data)).toEqual([{ tenantId: "acme" }]);
    const delayMs = jobs[0]!.delay * 1_000;
    expect(delayMs).toBeGreaterThan(SESSION_MS);
    expect(delayMs).toBeLessThan(SESSION_MS + 5 * 60_000);

    const { dataSource } = database;
    const job = createEndedSessionsJob({ dataSource, clock: () => now });
    const run = () =>
      job.run(jobs[0]!.data, {
        signal: new AbortController().signal,
        log: createLogger("silent"),
        attempt: 1,
      });
    await run();
    expect(await count()).toBe(1);
    advance(delayMs);
    await run();
    expect(await count()).toBe(0);
  });
});
