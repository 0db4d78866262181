import { randomUUID } from "node:crypto";
import type { DataSource } from "typeorm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { administratorOfDefault } from "../../../src/access/viewer.ts";
import { inTenant } from "../../../src/database/transaction.ts";
import { NOTHING_RAISED } from "../../../src/fields/raised-fields.ts";
import type { NewEvent } from "../../../src/lifecycle/events/event-log.repository.ts";
import { findStream } from "../../../src/lifecycle/events/event-stream.repository.ts";
import { NO_LOG, type Place } from "../../../src/lifecycle/events/places.ts";
import { listEventsAfter } from "../../../src/lifecycle/events/read-log.repository.ts";
import { listEventPage } from "../../../src/lifecycle/feed/event-page.ts";
import { openLifecycleFeed } from "../../../src/lifecycle/feed/lifecycle-feed.ts";
import { readCursor, toCursor } from "../../../src/lifecycle/feed/positions.ts";
import { createLogger } from "../../../src/log.ts";
import { createCursors } from "../../../src/request/cursors.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { anEvent, beginLog, emit, prune, someEvents } from "../support/log-of-events.ts";

const EVERYTHING = { kinds: null, offsetDays: 0, departmentIds: null, officeIds: null, hiddenFields: [] };
const TENANT = "acme";
const cursors = createCursors({ keys: [Buffer.alloc(32, 1)], tenantId: TENANT });

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await beginLog(database.dataSource, TENANT);
});
afterEach(() => database[Symbol.asyncDispose]());

const append = (dataSource: DataSource, ...events: NewEvent[]) => emit(dataSource, events, TENANT);

const readLog = (dataSource: DataSource) =>
  inTenant(dataSource, TENANT, async (manager) =>
    listEventsAfter(manager, { ends: (await findStream(manager)) ?? NO_LOG, after: 0 }, 1_000),
  );

const cursorsOf = async (dataSource: DataSource): Promise<string[]> =>
  (await readLog(dataSource)).map((event) => toCursor(cursors, event));

/** The numbers of the events after a cursor, or the error code. */
const readOn = async (dataSource: DataSource, after: string): Promise<unknown> => {
  const context = {
    viewer: administratorOfDefault,
    raised: () => NOTHING_RAISED,
    cursors,
    read: (work) => inTenant(dataSource, TENANT, work),
  } satisfies Partial<Parameters<typeof listEventPage>[0]> as Parameters<typeof listEventPage>[0];
  return listEventPage(context, EVERYTHING, { first: 100, after }).then(
    ({ edges }) => edges.map(({ node }) => node.seq),
    ({ code }: { code: string }) => code,
  );
};

const epochs = async (dataSource: DataSource) =>
  (await inTenant(dataSource, TENANT, findStream))?.epochs.map(({ after }) => after);

/** A copy of the database as it is now, like a restored dump. */
async function restoreElsewhere(): Promise<TestDatabase> {
  const template = new URL(database.url).pathname.slice(1);
  await database.dataSource.destroy();
  const restored = await createTestDatabase({ template });
  await database.dataSource.initialize();
  return restored;
}

/**
 * Saves the rows. The returned function writes them back into the same tables, without any other trace in the
 * database.
 */
async function backUpRows(): Promise<() => Promise<void>> {
  const { dataSource } = database;
  const tables = ["lifecycle_streams", "lifecycle_events"];
  for (const table of tables) await dataSource.query(`create table saved_${table} as table ${table}`);
  return async () => {
    for (const table of tables) {
      await dataSource.query(`delete from ${table}`);
      await dataSource.query(`insert into ${table} select * from saved_${table}`);
    }
  };
}

describe("B16: after a restore into another database", () => {
  test("a cursor of a lost event is always BAD_CURSOR, and one of a kept event continues", async () => {
    await append(database.dataSource, ...someEvents(3));
    await using restored = await restoreElsewhere();
    await append(database.dataSource, ...someEvents(3));
    const [first, , third, ...lost] = await cursorsOf(database.dataSource);

    for (const cursor of lost) expect(await readOn(restored.dataSource, cursor)).toBe("BAD_CURSOR");
    await append(restored.dataSource, ...someEvents(5));
    for (const cursor of lost) expect(await readOn(restored.dataSource, cursor)).toBe("BAD_CURSOR");
    expect(await readOn(restored.dataSource, first ?? "")).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(await readOn(restored.dataSource, third ?? "")).toEqual([4, 5, 6, 7, 8]);

    await prune(restored.dataSource, 7, TENANT);
    for (const cursor of lost) expect(await readOn(restored.dataSource, cursor)).toBe("BAD_CURSOR");
    expect(await readOn(restored.dataSource, first ?? "")).toBe("CURSOR_EXPIRED");
  });

  test("the log detects the restore with the next event, once, and begins a new epoch after its last event", async () => {
    await append(database.dataSource, ...someEvents(2));
    await using restored = await restoreElsewhere();
    expect(await epochs(restored.dataSource)).toEqual([0]);
    await append(restored.dataSource, anEvent());
    await append(restored.dataSource, anEvent());
    expect(await epochs(restored.dataSource)).toEqual([0, 2]);
    expect(await epochs(database.dataSource)).toEqual([0]);
    expect(new Set((await readLog(restored.dataSource)).map(({ epoch }) => epoch)).size).toBe(2);
  });

  test("the log identifies its database by cluster, timeline, database and table, with the rights of the service", async () => {
    await append(database.dataSource, anEvent());
    const [row] = await inTenant(database.dataSource, TENANT, (manager) =>
      manager.query("select written_in as home, lifecycle_home() as now from lifecycle_streams"),
    );
    expect(row.home).toMatch(/^\d+\/[0-9A-F]{8}\/\d+\/\d+$/);
    expect(row.now).toBe(row.home);
  });

  test("the same facts have the same ids, in any order and on any day", async () => {
    const personId = randomUUID();
    const known = anEvent({ personId, content: "Engineer" });
    await append(database.dataSource, known);
    await using restored = await restoreElsewhere();
    const facts = [
      anEvent({ personId, content: "Lead" }),
      anEvent({ personId, content: "Engineer" }),
      anEvent({ personId, kind: "HIRE_DATE", content: null }),
      anEvent({ personId, kind: "HIRE_DATE", content: null, offsetDays: -7 }),
      anEvent({ personId, kind: "PERSON_LEFT", content: "1" }),
    ];
    await append(database.dataSource, ...facts);
    const again = facts
      .toReversed()
      .map((fact) => (fact.content ? { ...fact, occursOn: "2026-06-16" } : fact));
    for (const fact of again) await append(restored.dataSource, fact);

    const [ids, restoredIds] = await Promise.all(
      [database, restored].map(async ({ dataSource }) => (await readLog(dataSource)).map(({ id }) => id)),
    );
    expect(restoredIds?.slice().sort()).toEqual(ids?.slice().sort());
    expect(new Set(ids).size).toBe(6);
  });

  test("a correction of another event is another fact: it never has the id of a lost correction", async () => {
    const corrected = {
      personId: randomUUID(),
      kind: "HIRE_DATE",
      content: null,
      change: "CANCELLED",
    } as const;
    const [first, second] = [randomUUID(), randomUUID()].map((supersedes) =>
      anEvent({ ...corrected, supersedes }),
    );
    if (!first || !second) throw new Error("There are two corrections.");
    await using restored = await restoreElsewhere();
    await append(database.dataSource, first, second);
    await append(restored.dataSource, second);

    const [lost, [appended]] = (await Promise.all(
      [database, restored].map(async ({ dataSource }) => (await readLog(dataSource)).map(({ id }) => id)),
    )) as [string[], string[]];
    expect(appended).toBe(lost[1]);
  });
});

describe("B16: after a restore without a trace in the database", () => {
  test("a cursor of a lost event is not valid for the event that has its number now", async () => {
    const { dataSource } = database;
    await append(dataSource, ...someEvents(2));
    const restore = await backUpRows();
    await append(dataSource, ...someEvents(3));
    const [, kept, ...lost] = await cursorsOf(dataSource);
    await restore();
    await append(dataSource, ...someEvents(6));

    expect(await epochs(dataSource)).toEqual([0]);
    for (const cursor of lost) expect(await readOn(dataSource, cursor)).toBe("BAD_CURSOR");
    expect(await readOn(dataSource, kept ?? "")).toEqual([3, 4, 5, 6, 7, 8]);

    // The log still has the stamp of the last pruned event.
    await prune(dataSource, 4, TENANT);
    const [, atTheBeginning] = lost;
    expect(await readOn(dataSource, atTheBeginning ?? "")).toBe("BAD_CURSOR");
  });

  test("a connected subscriber gets BAD_CURSOR, even if the new log has grown past its position at once", async () => {
    const { dataSource } = database;
    await append(dataSource, ...someEvents(2));
    const restore = await backUpRows();
    await append(dataSource, ...someEvents(3));
    await using feed = openLifecycleFeed({
      dataSource,
      notifications: { listen: () => () => undefined },
      log: createLogger("silent"),
      pollMs: 50,
    });
    const follow = (after: string | null) =>
      feed.follow({ tenantId: TENANT, cursors, after, filter: EVERYTHING });
    const [, kept] = await cursorsOf(dataSource);
    const atTheEnd = (await follow(null)).next();
    const further = await follow(kept ?? "");
    expect((await further.next()).value).toMatchObject({ seq: 3 });
    const refused = expect(atTheEnd).rejects.toMatchObject({ code: "BAD_CURSOR" });
    await inTenant(dataSource, TENANT, () => restore());
    await append(dataSource, ...someEvents(8));

    await refused;
    await expect(further.next()).rejects.toMatchObject({ code: "BAD_CURSOR" });
    expect((await (await follow(kept ?? "")).next()).value).toMatchObject({ seq: 3 });
  });
});

describe("a cursor of the version without stamps", () => {
  const formerCursor = (seq: number): string => cursors.encode("lifecycleEvents", [seq]);

  /** Changes the log to what that version wrote. */
  async function asFormerVersion(): Promise<void> {
    await database.dataSource.query("update lifecycle_events set stamp = null, fact = null");
    await database.dataSource.query(
      `update lifecycle_streams set epochs = default, written_in = null, pruned_stamp = null`,
    );
  }

  test("a cursor without a stamp continues from events of its version, and the client gets a new one with the next event", async () => {
    const { dataSource } = database;
    await append(dataSource, ...someEvents(3));
    await asFormerVersion();
    await append(dataSource, ...someEvents(2));

    expect(await readOn(dataSource, formerCursor(0))).toEqual([1, 2, 3, 4, 5]);
    expect(await readOn(dataSource, formerCursor(2))).toEqual([3, 4, 5]);
    expect(await readOn(dataSource, formerCursor(3))).toEqual([4, 5]);
    const [, , third] = await cursorsOf(dataSource);
    expect(await readOn(dataSource, third ?? "")).toEqual([4, 5]);
    await prune(dataSource, 3, TENANT);
    expect(await readOn(dataSource, formerCursor(3))).toEqual([4, 5]);
    expect(await readOn(dataSource, formerCursor(1))).toBe("CURSOR_EXPIRED");
  });

  test("a cursor without a stamp is BAD_CURSOR for an event of a newer version: its version never made it, or a restore lost it", async () => {
    const { dataSource } = database;
    await append(dataSource, ...someEvents(3));
    await asFormerVersion();
    await append(dataSource, ...someEvents(2));
    expect(await readOn(dataSource, formerCursor(4))).toBe("BAD_CURSOR");
    expect(await readOn(dataSource, formerCursor(9))).toBe("BAD_CURSOR");
  });
});

test("a cursor contains the number, the stamp and the epoch of an event, and is sealed", async () => {
  await append(database.dataSource, ...someEvents(2));
  const [place] = (await readLog(database.dataSource)) as Place[];
  if (!place) throw new Error("The log is empty.");
  const { seq, stamp, epoch } = place;
  expect(readCursor(cursors, toCursor(cursors, place))).toEqual({ seq, stamp, epoch });
  expect(toCursor(cursors, place)).toBe(toCursor(cursors, { seq, stamp, epoch }));
  const forged = Buffer.from(toCursor(cursors, place), "base64url");
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
  expect(() => readCursor(cursors, forged.toString("base64url"))).toThrow(
    expect.objectContaining({ code: "BAD_CURSOR" }),
  );
});
