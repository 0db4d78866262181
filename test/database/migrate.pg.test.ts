import type { MigrationInterface, QueryRunner } from "typeorm";
import { describe, expect, test } from "vitest";
import { checkMigrated, migrate, revertMigration } from "../../src/database/migrate.ts";
import { createTestDatabase } from "../support/test-database.ts";

/** Slow enough for a concurrent start. */
class First1700000000001 implements MigrationInterface {
  readonly name = "First1700000000001";
  up = (queryRunner: QueryRunner) => queryRunner.query("create table first (id int); select pg_sleep(0.3)");
  down = (queryRunner: QueryRunner) => queryRunner.query("drop table first");
}

class Second1700000000002 implements MigrationInterface {
  readonly name = "Second1700000000002";
  up = (queryRunner: QueryRunner) => queryRunner.query("create table second (id int)");
  down = (queryRunner: QueryRunner) => queryRunner.query("drop table second");
}

class Broken1700000000003 implements MigrationInterface {
  readonly name = "Broken1700000000003";
  up = (queryRunner: QueryRunner) => queryRunner.query("create table third (id int); select 1 / 0");
  down = () => Promise.resolve();
}

const openEmpty = () => createTestDatabase({ template: "template1" });

describe("migrate", () => {
  test("migrate runs each migration once when several apps start at the same moment", async () => {
    await using database = await openEmpty();
    const migrations = [First1700000000001, Second1700000000002];
    await Promise.all([1, 2, 3].map(() => migrate(database.url, migrations)));
    const rows = await database.dataSource.query("select name from migrations order by timestamp");
    expect(rows).toEqual([{ name: "First1700000000001" }, { name: "Second1700000000002" }]);
  });

  test("migrate keeps the migrations before a failed one, and rolls that one back", async () => {
    await using database = await openEmpty();
    await expect(migrate(database.url, [Second1700000000002, Broken1700000000003])).rejects.toThrow(
      "Broken1700000000003 failed (SQLSTATE 22012) and was rolled back",
    );
    const tables = await database.dataSource.query(
      "select tablename from pg_tables where schemaname = 'public' and tablename in ('second', 'third')",
    );
    expect(tables).toEqual([{ tablename: "second" }]);
    // The failure released the lock.
    await migrate(database.url, [Second1700000000002]);
  });

  test("revertMigration reverts the newest migration", async () => {
    await using database = await openEmpty();
    const migrations = [First1700000000001, Second1700000000002];
    await migrate(database.url, migrations);
    await revertMigration(database.url, migrations);
    await checkMigrated(database.dataSource, [First1700000000001]);
    await expect(checkMigrated(database.dataSource, migrations)).rejects.toThrow("Second1700000000002");
  });
});
