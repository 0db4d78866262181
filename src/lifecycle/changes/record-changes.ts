import type { EntityManager } from "typeorm";
import { emitDueDates } from "../due/emit-due-dates.ts";
import { DATED_KINDS, type DatedKind } from "../event-kind.ts";
import { appendEvents, type EventCount, type NewEvent } from "../events/event-log.repository.ts";
import {
  lockStream,
  openStream,
  type Stream,
  updateReadableFields,
  updateReadFields,
  updateUnreadableKinds,
} from "../events/event-stream.repository.ts";
import { listEmittedDates } from "./changes.repository.ts";
import { correctDates, mayCorrect } from "./correct-dates.ts";
import {
  detectEvents,
  detectLinkEvents,
  type PersonChange,
  type SupervisorLinkChange,
} from "./detect-events.ts";
import { readEventContext } from "./event-context.ts";
import { newlyReadableFields, withoutFirstReads } from "./first-read.ts";

export type ChangesTask = {
  /**
   * The sync read only some of the people. Such a sync begins no log: the people of the next full sync would
   * look new.
   */
  readonly partial: boolean;
  /** Kinds whose date the credential may not read. */
  readonly unreadableKinds: readonly DatedKind[];
  /**
   * The fields of a record that this sync reads; custom attributes are named as in `customAttributeField`.
   */
  readonly readableFields: readonly string[];
  /** Fields that an admin has hidden. The sync removes their values, and dates among them cause no event. */
  readonly hidden: readonly string[];
  readonly readNow: (manager: EntityManager) => Promise<Date>;
};

/** Emits the events of a sync in the sync's own transaction: a rollback removes the events as well. */
export type ChangeRecorder = {
  /** How often values of hidden fields had been deleted when the log was locked. */
  readonly wipes: number;
  /** Records people that the sync has just written, in batches. */
  recordPeople(changes: readonly PersonChange[]): Promise<void>;
  /** Records people of which the sync wrote only the link to the supervisor. */
  recordLinks(links: readonly SupervisorLinkChange[]): Promise<void>;
  /**
   * Emits the due dates. Call it after everything is written.
   *
   * @returns the counts of all emitted events.
   */
  close(): Promise<readonly EventCount[]>;
};

/**
 * Locks the tenant's log until the transaction ends. The first sync begins the log and emits no change: every
 * person is new then, and past dates are history.
 */
export async function openChanges(manager: EntityManager, task: ChangesTask): Promise<ChangeRecorder> {
  const stream = await lockStream(manager);
  if (!stream) return task.partial ? NO_LOG_YET : beginLog(manager, task);
  await updateReadable(manager, stream, task);
  return createRecorder(manager, stream, task);
}

/** Stores what this sync could read. */
async function updateReadable(manager: EntityManager, stream: Stream, task: ChangesTask): Promise<void> {
  const { partial, readableFields } = task;
  const unreadableKinds = stillUnreadable(stream, task);
  if (unreadableKinds.join() !== stream.unreadableKinds.join())
    await updateUnreadableKinds(manager, unreadableKinds);
  if (partial) return;
  const { readFields } = stream;
  if (!readFields || newlyReadableFields(readFields, readableFields).size > 0)
    await updateReadFields(manager, [...new Set([...(readFields ?? []), ...readableFields])]);
  if (stream.readableFields?.join() !== readableFields.join())
    await updateReadableFields(manager, readableFields);
}

function createRecorder(
  manager: EntityManager,
  stream: Stream,
  { readNow, readableFields, unreadableKinds, hidden }: ChangesTask,
): ChangeRecorder {
  const firstRead = newlyReadableFields(stream.readFields, readableFields);
  const newlyReadable = new Set(
    DATED_KINDS.filter((kind) => stream.unreadableKinds.includes(kind) && !unreadableKinds.includes(kind)),
  );
  // Lazy, so that a sync without changes runs no extra query.
  const context = once(() => readEventContext(manager, { readNow }));
  let isChanged = false;
  const emitted: EventCount[] = [];
  const emit = async (events: readonly NewEvent[]): Promise<void> => {
    const { now, disabledKinds } = await context();
    const enabledEvents = events.filter(({ kind }) => !disabledKinds.has(kind));
    emitted.push(...(await appendEvents(manager, enabledEvents, now)));
  };

  return {
    wipes: stream.wipes,
    async recordPeople(changes) {
      if (changes.length === 0) return;
      isChanged = true;
      const { rules, todayFor } = await context();
      const correctable = changes
        .filter((change) => mayCorrect(change, hidden))
        .map(({ personId }) => personId);
      const emittedDates = await listEmittedDates(manager, correctable);
      const events = changes.flatMap((change) => {
        const when = { ...todayFor(change.officeId), rules, newlyReadable, hidden };
        const emittedOf = emittedDates.get(change.personId) ?? [];
        const reported = withoutFirstReads(change, firstRead);
        return [...detectEvents(reported, when.today), ...correctDates(change, emittedOf, when)];
      });
      await emit(events);
    },
    async recordLinks(links) {
      if (links.length === 0) return;
      isChanged = true;
      // No person had a supervisor before this sync, so a new link is a first read.
      if (firstRead.has("supervisorPersonioId")) return;
      const { todayFor } = await context();
      const events = links.flatMap((link) => detectLinkEvents(link, todayFor(link.officeId).today));
      await emit(events);
    },
    async close() {
      const dates = isChanged ? await emitDueDates(manager, { now: (await context()).now }) : [];
      return [...emitted, ...dates];
    },
  };
}

/**
 * After a sync of some people, a kind stays unreadable. The other people's dates become readable with the
 * next full sync, and only that sync can treat dates before the first sync as history.
 */
const stillUnreadable = (stream: Stream, { partial, unreadableKinds }: ChangesTask): readonly DatedKind[] =>
  partial
    ? DATED_KINDS.filter((kind) => unreadableKinds.includes(kind) || stream.unreadableKinds.includes(kind))
    : unreadableKinds;

async function beginLog(manager: EntityManager, task: ChangesTask): Promise<ChangeRecorder> {
  const now = await task.readNow(manager);
  await openStream(manager, now, task);
  return {
    ...NO_LOG_YET,
    close: () => emitDueDates(manager, { now }),
  };
}

const NO_LOG_YET: ChangeRecorder = {
  wipes: 0,
  recordPeople: async () => undefined,
  recordLinks: async () => undefined,
  close: async () => [],
};

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
