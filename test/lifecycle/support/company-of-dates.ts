import { randomUUID } from "node:crypto";
import type { DataSource, EntityManager } from "typeorm";
import { inTenant } from "../../../src/database/transaction.ts";
import { emitDueDates } from "../../../src/lifecycle/due/emit-due-dates.ts";
import { openStream } from "../../../src/lifecycle/events/event-stream.repository.ts";
import type { Person } from "../../../src/people/person.ts";
import { addPerson, addTenant } from "../../support/factories.ts";

export type LoggedEvent = {
  readonly id: string;
  readonly seq: number;
  readonly kind: string;
  readonly personId: string;
  readonly occursOn: string;
  readonly offsetDays: number;
  readonly revision: number;
  readonly change: string | null;
  readonly supersedes: string | null;
  readonly years: number | null;
  readonly late: boolean;
};

export type CompanyOfDates = {
  readonly tenant: string;
  /** Adds a person without any date except the given ones. */
  add(fields: Partial<Person>): Promise<string>;
  /** Runs work as this company. */
  as<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result>;
  /** Runs the daily run at an instant. @returns the events that it added to the log. */
  dailyRun(at: string | Date): Promise<LoggedEvent[]>;
  readLog(after?: number): Promise<LoggedEvent[]>;
};

/** A separate company in a test's database, with its first sync at an instant. */
export async function companyOfDates(
  dataSource: DataSource,
  { baselinedAt, timeZone = "UTC" }: { baselinedAt: string; timeZone?: string },
): Promise<CompanyOfDates> {
  const tenant = randomUUID();
  const as: CompanyOfDates["as"] = (work) => inTenant(dataSource, tenant, work);
  await as(async (manager) => {
    await addTenant(manager);
    await manager.query("update tenants set time_zone = $1", [timeZone]);
    await openStream(manager, new Date(baselinedAt));
  });
  const readLog: CompanyOfDates["readLog"] = (after = 0) =>
    as((manager) =>
      manager.query(
        `select id, seq::int, kind, person_id as "personId", occurs_on as "occursOn", offset_days as "offsetDays", revision,
          change, supersedes, years, late
        from lifecycle_events where seq > $1 order by seq`,
        [after],
      ),
    );
  return {
    tenant,
    as,
    readLog,
    add: async (fields) => (await as((manager) => addPerson(manager, { hireDate: null, ...fields }))).id,
    async dailyRun(at) {
      const [{ before }] = await as((manager) =>
        manager.query("select coalesce(max(seq), 0)::int as before from lifecycle_events"),
      );
      await as((manager) => emitDueDates(manager, { now: new Date(at) }));
      return readLog(before);
    },
  };
}
