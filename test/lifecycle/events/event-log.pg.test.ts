import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import {
  appendEvents,
  type EventCount,
  type NewEvent,
} from "../../../src/lifecycle/events/event-log.repository.ts";
import { findStream, lockStream, openStream } from "../../../src/lifecycle/events/event-stream.repository.ts";
import { addTenant } from "../../support/factories.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { anEvent } from "../support/log-of-events.ts";

const NOW = new Date("2026-06-15T12:00:00Z");

let database: TestDatabase;
let tenant: string;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  tenant = randomUUID();
  await inTenant(database.dataSource, tenant, async (manager) => {
    await addTenant(manager);
    await openStream(manager, NOW);
  });
});

const event = (fields: Partial<NewEvent> = {}): NewEvent =>
  anEvent({ kind: "HIRE_DATE", changedFields: null, content: null, ...fields });

const append = (...events: NewEvent[]): Promise<readonly EventCount[]> =>
  inTenant(database.dataSource, tenant, async (manager) => {
    await lockStream(manager);
    return appendEvents(manager, events, NOW);
  });

const readLog = (): Promise<{ seq: string; kind: string; revision: number; occursOn: string }[]> =>
  inTenant(database.dataSource, tenant, (manager) =>
    manager.query(
      `select seq, kind, revision, occurs_on as "occursOn", change, changed_fields as "changedFields" from lifecycle_events order by seq`,
    ),
  );

describe("the log of events", () => {
  test("the log numbers events from 1, in the order of appending", async () => {
    const personId = randomUUID();
    await append(event({ personId }), event({ personId, kind: "BIRTHDAY" }));
    await append(event({ personId, kind: "PERSON_CHANGED", changedFields: ["position", "office"] }));
    expect(await readLog()).toMatchObject([
      { seq: "1", kind: "HIRE_DATE" },
      { seq: "2", kind: "BIRTHDAY" },
      { seq: "3", kind: "PERSON_CHANGED", changedFields: ["position", "office"] },
    ]);
  });

  test("a repeated date is stored once, without a gap in the numbers", async () => {
    const hired = event();
    expect(await append(hired, hired)).toEqual([{ kind: hired.kind, late: false, count: 1 }]);
    expect(
      await append(
        hired,
        event({ personId: hired.personId, occursOn: "2026-06-16" }),
        event({ late: true }),
        hired,
      ),
    ).toEqual([
      { kind: hired.kind, late: true, count: 1 },
      { kind: hired.kind, late: false, count: 1 },
    ]);
    expect((await readLog()).map(({ seq, occursOn }) => [seq, occursOn])).toEqual([
      ["1", "2026-06-15"],
      ["2", "2026-06-16"],
      ["3", "2026-06-15"],
    ]);
  });

  test("every change of one day is stored as a revision of its own", async () => {
    const changed = event({ kind: "PERSON_CHANGED", changedFields: ["position"] });
    await append(changed, changed);
    await append(changed);
    expect((await readLog()).map(({ revision }) => revision)).toEqual([0, 1, 2]);
  });

  test("a date fires on the day that a correction announced", async () => {
    const date = event({ kind: "PROBATION_END" });
    await append({ ...date, change: "RESCHEDULED", supersedes: randomUUID() }, date);
    await append(date);
    expect((await readLog()).map(({ revision }) => revision)).toEqual([0, 1]);
  });

  test("revisions of a day continue after the first of them is pruned", async () => {
    const date = event({ kind: "TERMINATION_DATE" });
    await append(date, { ...date, change: "CANCELLED", supersedes: randomUUID() });
    await inTenant(database.dataSource, tenant, (manager) =>
      manager.query("delete from lifecycle_events where revision = 0"),
    );
    await append(date);
    expect((await readLog()).map(({ revision }) => revision)).toEqual([1, 2]);
  });

  test("concurrent appends get numbers in the order of commits, without a gap", async () => {
    await Promise.all(Array.from({ length: 8 }, () => append(event(), event(), event())));
    const seqs = (await readLog()).map(({ seq }) => Number(seq));
    expect(seqs).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
  });

  test("the number of a rolled-back transaction is used again", async () => {
    const failing = inTenant(database.dataSource, tenant, async (manager) => {
      await lockStream(manager);
      await appendEvents(manager, [event()], NOW);
      throw new Error("not committed");
    });
    await expect(failing).rejects.toThrow("not committed");
    await append(event());
    expect((await readLog()).map(({ seq }) => seq)).toEqual(["1"]);
  });

  test("findStream returns the state of the log, and null before the first sync", async () => {
    await append(event());
    const stream = await inTenant(database.dataSource, tenant, findStream);
    expect(stream).toEqual({
      lastSeq: 1,
      lastStamp: expect.any(Number),
      prunedSeq: 0,
      prunedStamp: null,
      epochs: [{ epoch: expect.any(Number), after: 0 }],
      baselinedAt: NOW,
      unreadableKinds: [],
      readFields: null,
      readableFields: null,
      wipes: 0,
    });
    expect(await inTenant(database.dataSource, randomUUID(), findStream)).toBeNull();
  });
});
