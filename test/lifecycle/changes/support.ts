import { afterAll, beforeAll, beforeEach } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { emitDueDates } from "../../../src/lifecycle/due/emit-due-dates.ts";
import type { EditedAttributes } from "../../../src/sandbox/company/attributes.ts";
import type { SyncRun } from "../../../src/sync/runs/sync-run.ts";
import { type Follower, type FollowerOptions, startFollower } from "../../sync/support/follower.ts";

/** An event as a test reads it, without fields that are null or false. */
export type EmittedEvent = {
  readonly kind: string;
  readonly on: string;
  readonly offset?: number;
  readonly change?: string;
  /** The day of the event that it supersedes. */
  readonly instead?: string;
  readonly years?: number;
  readonly fields?: readonly string[];
  readonly late?: true;
};

export type Chronicle = AsyncDisposable & {
  readonly follower: Follower;
  readonly admin: Follower["sandbox"]["admin"];
  /** Hires a person with a first day long ago and no other date, so that no date fires. */
  hire(attributes?: EditedAttributes): Promise<string>;
  sync(): Promise<SyncRun>;
  /** Hires a person, syncs, and skips the events of that. */
  hireAndSync(attributes?: EditedAttributes): Promise<string>;
  /** Changes a person and syncs. @returns the events of dates that this causes. */
  edit(personioId: string, attributes: EditedAttributes): Promise<EmittedEvent[]>;
  /** Moves the clocks, and runs the daily run. */
  advance(days: number): Promise<void>;
  /** The day `days` from today. */
  day(days: number): string;
  /** The events of a person, under any of their Personio records, since the last call. */
  newEvents(personioId: string): Promise<EmittedEvent[]>;
  /** The same without changes of the person and of the supervisor. */
  newDates(personioId: string): Promise<EmittedEvent[]>;
  /** Everything is again as after the first sync, if the company is `resettable`. */
  reset(): Promise<void>;
  /** Every event, as rows. */
  log(): Promise<{ seq: number; kind: string; personId: string; late: boolean; occursOn: string }[]>;
};

/** At this moment the date is the same from UTC-7 to UTC+15. */
export const MORNING = new Date("2026-03-02T08:00:00Z");

const TENANT = "acme";

/** A connected company after its first sync, with clocks that the test moves. */
export async function startChronicle(options: FollowerOptions = {}): Promise<Chronicle> {
  const follower = await startFollower({ now: MORNING, ...options });
  const { admin } = follower.sandbox;
  const { dataSource } = follower;
  const read = new Map<string, number>();

  const chronicle: Chronicle = {
    follower,
    admin,
    hire: (attributes) =>
      admin.hire({
        hire_date: "2020-01-15",
        contract_end_date: null,
        termination_date: null,
        dynamic_402117: "1990-09-09",
        supervisor: null,
        ...attributes,
      }),
    async sync() {
      const run = await follower.syncManually();
      if (!run.status.startsWith("SUCCEEDED")) throw new Error(`The run ended ${run.status}.`);
      return run;
    },
    async hireAndSync(attributes) {
      const id = await chronicle.hire(attributes);
      await chronicle.sync();
      await chronicle.newEvents(id);
      return id;
    },
    async edit(personioId, attributes) {
      await admin.change(personioId, attributes);
      await chronicle.sync();
      return chronicle.newDates(personioId);
    },
    newDates: async (personioId) =>
      (await chronicle.newEvents(personioId)).filter(({ kind }) => !/^PERSON_|^SUPERVISOR_/.test(kind)),
    async advance(days) {
      await follower.advance(days);
      await inTenant(dataSource, TENANT, (manager) => emitDueDates(manager, { now: follower.now }));
    },
    day(days) {
      const date = new Date(follower.now);
      date.setUTCDate(date.getUTCDate() + days);
      return date.toISOString().slice(0, 10);
    },
    async newEvents(personioId) {
      const rows: (Record<string, unknown> & { seq: string })[] = await dataSource.query(NEW_EVENTS, [
        personioId,
        read.get(personioId) ?? 0,
      ]);
      read.set(personioId, Number(rows.at(-1)?.seq ?? read.get(personioId) ?? 0));
      return rows.map(
        ({ seq: _, ...event }) =>
          Object.fromEntries(Object.entries(event).filter(([, value]) => value)) as EmittedEvent,
      );
    },
    log: () =>
      dataSource.query(
        `select seq::int, kind, person_id as "personId", late, occurs_on as "occursOn" from lifecycle_events order by seq`,
      ),
    reset() {
      read.clear();
      return follower.reset();
    },
    [Symbol.asyncDispose]: () => follower[Symbol.asyncDispose](),
  };
  return chronicle;
}

/** One company for all tests of a file, each of which begins after the first sync. */
export function useChronicle(options: FollowerOptions = {}): () => Chronicle {
  let company: Chronicle;
  beforeAll(async () => {
    company = await startChronicle({ ...options, resettable: true });
  });
  beforeEach(() => company.reset());
  afterAll(() => company[Symbol.asyncDispose]());
  return () => company;
}

const NEW_EVENTS = `
  select e.seq, e.kind, e.occurs_on as on, e.offset_days as offset, e.change, s.occurs_on as instead, e.years,
    e.changed_fields as fields, e.late
  from lifecycle_events e left join lifecycle_events s on s.id = e.supersedes
  where e.seq > $2 and e.person_id = (
    select id from people where personio_id = $1 union select person_id from former_employments where personio_id = $1)
  order by e.seq`;
