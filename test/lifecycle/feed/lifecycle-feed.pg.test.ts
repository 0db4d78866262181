import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Notifications, openNotifications } from "../../../src/database/notifications.ts";
import { inTenant } from "../../../src/database/transaction.ts";
import type { EventFilter } from "../../../src/lifecycle/events/event-filter.ts";
import { findStream } from "../../../src/lifecycle/events/event-stream.repository.ts";
import type { LifecycleEvent } from "../../../src/lifecycle/events/lifecycle-event.ts";
import { NO_LOG, placeOf } from "../../../src/lifecycle/events/places.ts";
import { findPlace } from "../../../src/lifecycle/events/read-log.repository.ts";
import { type LifecycleFeed, openLifecycleFeed } from "../../../src/lifecycle/feed/lifecycle-feed.ts";
import { toCursor } from "../../../src/lifecycle/feed/positions.ts";
import { createLogger } from "../../../src/log.ts";
import { createCursors } from "../../../src/request/cursors.ts";
import { countConnections } from "../../support/count-connections.ts";
import { countStatements } from "../../support/count-statements.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { anEvent, beginLog, emit, prune, someEvents } from "../support/log-of-events.ts";

const log = createLogger("silent");
const EVERYTHING = { kinds: null, offsetDays: 0, departmentIds: null, officeIds: null, hiddenFields: [] };
/** Longer than a busy machine pauses between two reads. */
const LAG_MS = 1_500;

let database: TestDatabase;
let notifications: Notifications & AsyncDisposable;
let feed: LifecycleFeed & AsyncDisposable;
let tenantId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  notifications = await openNotifications(database.url, log);
});
afterAll(async () => {
  await notifications[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  tenantId = randomUUID();
  await beginLog(database.dataSource, tenantId);
  feed = openLifecycleFeed({ dataSource: database.dataSource, notifications, log, lagMs: LAG_MS });
});
afterEach(() => feed[Symbol.asyncDispose]());

const cursorsOf = (tenant: string) => createCursors({ keys: [Buffer.alloc(32, 1)], tenantId: tenant });
/**
 * The cursor of the event with this number. For a number that the log does not have, the cursor of a lost
 * event.
 */
const cursorAt = (seq: number): Promise<string> =>
  inTenant(database.dataSource, tenantId, async (manager) => {
    const ends = (await findStream(manager)) ?? NO_LOG;
    const place = await findPlace(manager, ends, seq);
    return toCursor(cursorsOf(tenantId), place ?? placeOf(ends.epochs, { seq, stamp: null }));
  });
const follow = (after: string | null = null, filter: Partial<EventFilter> = {}) =>
  feed.follow({ tenantId, cursors: cursorsOf(tenantId), after, filter: { ...EVERYTHING, ...filter } });
const append = (...events: Parameters<typeof emit>[1]) => emit(database.dataSource, events, tenantId);

/** The numbers of the next events. */
async function take(events: AsyncIterator<LifecycleEvent>, count: number): Promise<number[]> {
  const seqs: number[] = [];
  for (let taken = 0; taken < count; taken += 1) {
    const { done, value } = await events.next();
    if (done) break;
    seqs.push(value.seq);
  }
  return seqs;
}

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const isSilent = (next: Promise<unknown>): Promise<boolean> =>
  Promise.race([next.then(() => false), wait(100).then(() => true)]);

describe("a subscriber without a cursor", () => {
  test("a subscriber without a cursor gets no earlier event and every later one", async () => {
    await append(...someEvents(3));
    const events = await follow();
    await append(anEvent({ personId: "6b1e7a52-0000-4000-8000-000000000001" }));
    const { value } = await events.next();

    expect(value).toMatchObject({ seq: 4, personId: "6b1e7a52-0000-4000-8000-000000000001" });
  });

  test("a subscriber may subscribe before the first sync", async () => {
    tenantId = randomUUID();
    const events = await follow();
    const next = take(events, 1);
    await beginLog(database.dataSource, tenantId);
    await append(anEvent());

    expect(await next).toEqual([1]);
  });
});

describe("a subscriber with a cursor", () => {
  test.each([
    ["a little behind", 20],
    ["further back than the tail", 2_500],
  ])(
    "a subscriber gets past events first, then new ones, without gap or duplicate: %s",
    async (_what, count) => {
      await append(...someEvents(count));
      const events = await follow(await cursorAt(0));
      const history = await take(events, count - 5);
      await append(...someEvents(10));
      const rest = await take(events, 15);

      expect([...history, ...rest]).toEqual(numbers(1, count + 10));
    },
  );

  test("a subscriber misses nothing when one commit is larger than the tail", async () => {
    const events = await follow();
    const all = take(events, 3_000);
    await append(...someEvents(3_000));

    expect(await all).toEqual(numbers(1, 3_000));
  });

  test("a subscriber misses nothing that concurrent transactions commit while it reads history", async () => {
    await append(...someEvents(1_500));
    const events = await follow(await cursorAt(0));
    const all = take(events, 1_700);
    await Promise.all(Array.from({ length: 20 }, () => append(...someEvents(10))));

    expect(await all).toEqual(numbers(1, 1_700));
  });

  test("H7: a cursor of another tenant is refused with BAD_CURSOR", async () => {
    await append(...someEvents(2));
    const foreign = toCursor(cursorsOf(randomUUID()), { seq: 1, stamp: 1, epoch: 1 });

    await expect(follow(foreign)).rejects.toMatchObject({ code: "BAD_CURSOR" });
  });

  test("H7: a cursor from the future is refused with BAD_CURSOR", async () => {
    await append(...someEvents(2));

    await expect(follow(await cursorAt(3))).rejects.toMatchObject({ code: "BAD_CURSOR" });
  });

  test("H7: a cursor before pruned events is refused with CURSOR_EXPIRED and the oldest usable cursor", async () => {
    await append(...someEvents(5));
    const [tooOld, oldestCursor] = [await cursorAt(2), await cursorAt(3)];
    await prune(database.dataSource, 3, tenantId);

    await expect(follow(tooOld)).rejects.toMatchObject({
      code: "CURSOR_EXPIRED",
      details: { oldestCursor },
    });
    expect(await take(await follow(oldestCursor), 2)).toEqual([4, 5]);
  });

  test("a subscriber gets CURSOR_EXPIRED, not a gap, when history is pruned while it reads", async () => {
    await append(...someEvents(2_000));
    const events = await follow(await cursorAt(0));
    await take(events, 200);
    await prune(database.dataSource, 600, tenantId);

    await expect(take(events, 2_000)).rejects.toMatchObject({ code: "CURSOR_EXPIRED" });
  });

  test("a subscriber gets BAD_CURSOR when the log is restored from an older backup", async () => {
    await append(...someEvents(5));
    const events = await follow();
    const refused = expect(take(events, 1)).rejects.toMatchObject({ code: "BAD_CURSOR" });
    await database.dataSource.query("delete from lifecycle_events where tenant_id = $1 and seq > 2", [
      tenantId,
    ]);
    await database.dataSource.query("update lifecycle_streams set last_seq = 2 where tenant_id = $1", [
      tenantId,
    ]);
    await append(anEvent());

    await refused;
  });
});

describe("a filter", () => {
  const departmentId = randomUUID();
  const officeId = randomUUID();

  test.each<[string, Partial<EventFilter>, number[]]>([
    ["kinds", { kinds: ["PERSON_LEFT", "BIRTHDAY"] }, [1, 2]],
    ["no kind", { kinds: [] }, []],
    ["an offset", { offsetDays: -7 }, [3]],
    ["departments", { departmentIds: [departmentId] }, [1, 4]],
    ["no department", { departmentIds: [] }, []],
    ["offices", { officeIds: [officeId] }, [4]],
    ["all of them together", { kinds: ["PERSON_LEFT"], departmentIds: [departmentId] }, [1]],
  ])("a filter of %s matches the same past and new events", async (_what, filter, wanted) => {
    const events = [
      anEvent({ kind: "PERSON_LEFT", departmentId }),
      anEvent({ kind: "BIRTHDAY" }),
      anEvent({ kind: "HIRE_DATE", offsetDays: -7 }),
      anEvent({ departmentId, officeId }),
    ];
    const live = await follow(null, filter);
    await append(...events);
    const fromTail = await follow(await cursorAt(0), filter);
    const received = await Promise.all([take(live, wanted.length), take(fromTail, wanted.length)]);
    // The tail keeps the newest thousand, so the first events are now read from the table.
    await append(...someEvents(1_200));
    await using late = openLifecycleFeed({ dataSource: database.dataSource, notifications, log });
    const fromTable = await late.follow({
      tenantId,
      cursors: cursorsOf(tenantId),
      after: await cursorAt(0),
      filter: { ...EVERYTHING, ...filter },
    });

    expect([...received, await take(fromTable, wanted.length)]).toEqual([wanted, wanted, wanted]);
  });

  test("the position passes events that the filter excludes", async () => {
    const events = await follow(null, { kinds: ["PERSON_LEFT"] });
    const next = events.next();
    await append(...someEvents(50));
    expect(await isSilent(next)).toBe(true);
    await append(anEvent({ kind: "PERSON_LEFT" }));

    expect((await next).value).toMatchObject({ seq: 51 });
  });
});

describe("subscribers", () => {
  test("a further subscriber costs no statement per event", async () => {
    const listeners = await Promise.all(Array.from({ length: 100 }, () => follow()));
    const { statements } = await countStatements(database.dataSource, async () => {
      const received = Promise.all(listeners.map((events) => take(events, 5)));
      for (let time = 0; time < 5; time += 1) await append(anEvent());
      expect(await received).toEqual(listeners.map(() => numbers(1, 5)));
    });
    const reads = statements.filter((statement) => /lifecycle.(list|find)/.test(statement));

    expect(reads.length).toBeLessThan(25);
  });

  test("a hundred subscriptions at once begin with a few statements", async () => {
    const { statements } = await countStatements(database.dataSource, () =>
      Promise.all(Array.from({ length: 100 }, () => follow())),
    );

    expect(statements.length).toBeLessThan(10);
  });

  test("a subscription ends at once while it waits (V12)", async () => {
    const events = await follow();
    const waiting = events.next();
    await events.return?.();

    expect(await waiting).toEqual({ done: true, value: undefined });
    await append(anEvent());
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  test("an event whose notification is lost arrives after the poll interval", async () => {
    const disconnected: Notifications = { listen: () => () => undefined };
    await using polling = openLifecycleFeed({
      dataSource: database.dataSource,
      notifications: disconnected,
      log,
      pollMs: 50,
    });
    const cursors = cursorsOf(tenantId);
    const events = await polling.follow({ tenantId, cursors, after: null, filter: EVERYTHING });
    const next = take(events, 1);
    await append(anEvent());

    expect(await next).toEqual([1]);
  });

  describe("D18: the logs of many companies", () => {
    const companies = Array.from({ length: 20 }, () => randomUUID());
    let notify = (_payload: string): void => undefined;
    const listening: Notifications = {
      listen(_channel, listener) {
        notify = listener;
        return () => undefined;
      },
    };
    const openFeed = () =>
      openLifecycleFeed({
        dataSource: database.dataSource,
        notifications: listening,
        log,
        pollMs: 3_600_000,
      });
    const followAll = (of: LifecycleFeed) =>
      Promise.all(
        companies.map((company) =>
          of.follow({ tenantId: company, cursors: cursorsOf(company), after: null, filter: EVERYTHING }),
        ),
      );

    const countReaders = (begin: () => unknown) =>
      countConnections(database.dataSource, companies.length, begin);

    test("when notifications may be lost, they are read with two connections", async () => {
      await using polling = openFeed();
      await followAll(polling);
      expect(await countReaders(() => notify(""))).toBeLessThanOrEqual(2);
    });

    test("when all have a new event, they are read with two connections", async () => {
      await using woken = openFeed();
      await followAll(woken);
      expect(
        await countReaders(() => {
          for (const company of companies) notify(company);
        }),
      ).toBeLessThanOrEqual(2);
    });

    test("when all are subscribed to at once, as after a restart, they are read with two connections", async () => {
      await using restarted = openFeed();
      expect(await countReaders(() => followAll(restarted))).toBeLessThanOrEqual(2);
    });
  });

  test("a subscriber gets events of its own tenant only", async () => {
    const next = (await follow()).next();
    const other = randomUUID();
    await beginLog(database.dataSource, other);
    await emit(database.dataSource, someEvents(3), other);

    expect(await isSilent(next)).toBe(true);
    await feed[Symbol.asyncDispose]();
    expect(await next).toMatchObject({ done: true });
  });
});

describe("a slow subscriber", () => {
  test("a slow subscriber gets LAGGED with its cursor, and continues from there without loss", async () => {
    const events = await follow();
    await append(...someEvents(3));
    await take(events, 1);
    await wait(LAG_MS + 50);

    const cursor = await cursorAt(1);
    await expect(events.next()).rejects.toMatchObject({ code: "LAGGED", details: { cursor } });
    expect(await events.next()).toMatchObject({ done: true });
    expect(await take(await follow(await cursorAt(1)), 2)).toEqual([2, 3]);
  });

  test("a subscriber is not slow while no event is available", async () => {
    const events = await follow();
    await append(anEvent());
    await take(events, 1);
    await wait(LAG_MS + 50);
    await append(anEvent());

    expect(await take(events, 1)).toEqual([2]);
  });

  test("a long history may be read slowly", async () => {
    await append(...someEvents(2_000));
    const events = await follow(await cursorAt(0));
    const seqs = await take(events, 300);
    await wait(LAG_MS / 2);
    seqs.push(...(await take(events, 300)));
    await wait(LAG_MS / 2);
    seqs.push(...(await take(events, 1_400)));

    expect(seqs).toEqual(numbers(1, 2_000));
  });

  /**
   * Reads steadily, but more slowly than events come, until it gets LAGGED. @returns how many events it took.
   */
  async function fallBehind(lagMs: number): Promise<number> {
    await using strict = openLifecycleFeed({ dataSource: database.dataSource, notifications, log, lagMs });
    const cursors = cursorsOf(tenantId);
    const events = await strict.follow({ tenantId, cursors, after: null, filter: EVERYTHING });
    const first = take(events, 1);
    await append(anEvent());
    await first;
    let taken = 1;
    const keepReading = async () => {
      for (;;) {
        await append(...someEvents(300));
        taken += (await take(events, 20)).length;
      }
    };

    await expect(keepReading()).rejects.toMatchObject({ code: "LAGGED" });
    return taken;
  }

  test("a subscriber that falls further and further behind gets LAGGED, even if it reads steadily", async () => {
    let taken = 0;
    // With a shorter lag, the pauses of a slow machine end the subscription before it has read steadily.
    for (let lagMs = 20; taken <= 20; lagMs *= 3) taken = await fallBehind(lagMs);
    expect(taken).toBeGreaterThan(20);
  });
});
