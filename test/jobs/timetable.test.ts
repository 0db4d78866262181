import { PgBoss } from "pg-boss";
import { describe, expect, test } from "vitest";
import { cronFor, nextDueTime } from "../../src/jobs/timetable.ts";

const INTERVALS = [1, 2, 3, 4, 6, 8, 12, 24];
const TENANTS = Array.from({ length: 200 }, (_, number) => `tenant-${number}`);

describe("the timetable", () => {
  test.each(INTERVALS)(
    "the timetable has the same times as the cron expression, every %i hours",
    (everyHours) => {
      for (const tenant of TENANTS.slice(0, 40)) {
        let now = new Date("2026-03-28T21:17:31.250Z");
        // Parsed by pg-boss itself, without a connection.
        const due = new PgBoss("postgres://unused").previewSchedule(cronFor(tenant, everyHours), {
          from: now,
          count: 30,
        });
        for (const time of due) {
          expect(nextDueTime(tenant, everyHours, now)).toEqual(time);
          now = time;
        }
      }
    },
  );

  test.each(INTERVALS)("a job is due again after exactly %i hours, also over midnight", (everyHours) => {
    const first = nextDueTime("default", everyHours, new Date("2026-12-31T22:00:00Z"));
    const second = nextDueTime("default", everyHours, first);
    expect(second.getTime() - first.getTime()).toBe(everyHours * 60 * 60 * 1000);
  });

  test("the timetable spreads tenants over the whole interval", () => {
    const now = new Date("2025-12-31T23:59:59Z");
    const perHour = Map.groupBy(TENANTS, (tenant) => nextDueTime(tenant, 4, now).getUTCHours());
    expect([...perHour.keys()].sort()).toEqual([0, 1, 2, 3]);
    // A fair spread puts 50 into each hour; half of that would mean a hash that does not spread.
    for (const tenants of perHour.values()) expect(tenants.length).toBeGreaterThan(25);
  });

  test("a tenant's minute is always the same", () => {
    expect(cronFor("default", 4)).toBe(cronFor("default", 4));
    expect(cronFor("default", 4)).not.toBe(cronFor("another", 4));
  });
});
