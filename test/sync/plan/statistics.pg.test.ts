import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { watchPlans } from "../../support/watch-plans.ts";
import { type Follower, startFollower } from "../../sync/support/follower.ts";

const TABLES = [
  "translated_records",
  "staged_employees",
  "sync_plan_items",
  "planned_skips",
  "people",
  "skipped_employees",
];

let company: Follower;
beforeAll(async () => {
  // From a thousand people on, a run plans its statements for many.
  company = await startFollower({ people: 1_200 });
});
afterAll(() => company[Symbol.asyncDispose]());

test("no statement of a sync compares every row with every other, whatever autovacuum measured", async () => {
  const vacuum = new pg.Client({ connectionString: company.databaseUrl });
  await vacuum.connect();
  // A vacuum saw the tables after their rows were deleted. It holds its lock, so the run cannot measure them.
  await vacuum.query(
    `update pg_class set relpages = 1000, reltuples = 0 where oid = any($1::text[]::regclass[])`,
    [TABLES],
  );
  await vacuum.query(`begin; lock table ${TABLES.join(", ")} in share update exclusive mode`);
  try {
    const { result, plans } = await watchPlans(company.deps.dataSource, () => company.syncManually());
    expect(result).toMatchObject({ changed: 0, problemCode: null });
    const loops = plans.flatMap(({ label, loops }) =>
      loops.filter((table) => TABLES.includes(table)).map((table) => `${label}: ${table}`),
    );
    expect(plans.map(({ label }) => label)).toContain("plan.streamItems");
    expect(loops).toEqual([]);
  } finally {
    await vacuum.end();
  }
});
