import { describe, expect, test } from "vitest";
import { checkIsolation } from "../../src/database/check-isolation.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { createTestDatabase } from "../support/test-database.ts";

describe("a database that keeps tenants apart", () => {
  test("a database that isolates tenants passes, and the check leaves no trace", async () => {
    await using database = await createTestDatabase();
    await checkIsolation(database.dataSource);
    const [{ count }] = await database.dataSource.query("select count(*)::int as count from tenants");
    expect(count).toBe(0);
  });

  test("views with security_invoker pass the check", async () => {
    await using database = await createTestDatabase();
    await database.dataSource.query(
      "create view names with (security_invoker = true) as select last_name from people",
    );
    await database.dataSource.query("grant select on names to people_app");
    await checkIsolation(database.dataSource);
  });
});

describe("a database in which tenants could see each other does not start, because", () => {
  test.each([
    [
      "row-level security was disabled",
      "alter table people disable row level security",
      "every tenant can read people",
    ],
    [
      "it is no longer forced",
      "alter table offices no force row level security",
      "every tenant can read offices",
    ],
    [
      "a policy allows every row",
      "create policy all_rows on sync_runs using (true)",
      "every tenant can read sync_runs",
    ],
    [
      "the probed table's policy was loosened",
      "alter policy tenant_isolation on tenants using (current_setting('app.tenant', true) is not null)",
      "a tenant can read another one",
    ],
    [
      "rows without a tenant are shown",
      "alter policy tenant_isolation on tenants using (current_setting('app.tenant', true) in ('', id))",
      "rows can be read without a tenant",
    ],
    [
      "a new table was forgotten",
      "create table salaries (tenant_id text); grant select on salaries to people_app",
      "every tenant can read salaries",
    ],
    [
      "a view reads with the rights of its owner",
      "create view names as select last_name from people; grant select on names to people_app",
      "every tenant can read names",
    ],
    [
      "the application owns a table",
      "grant create on schema public to people_app; create table mine (id int); alter table mine owner to people_app",
      "owns tables",
    ],
  ])("%s", async (_, statement, finding) => {
    await using database = await createTestDatabase();
    await database.dataSource.query(statement);
    await expect(checkIsolation(database.dataSource)).rejects.toThrow(finding);
  });
});

test("a connection without a tenant sees no row of any table", async () => {
  await using database = await createTestDatabase();
  await inTenant(database.dataSource, "acme", (manager) =>
    manager.query("insert into tenants (id) values ('acme')"),
  );
  const queryRunner = database.dataSource.createQueryRunner();
  await queryRunner.query("begin; set local role people_app");
  expect(await queryRunner.query("select id from tenants")).toEqual([]);
  await queryRunner.query("rollback");
  await queryRunner.release();
});
