import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: before Postgres has statistics of a log, every index that begins with the tenant costs the same. Each
 * lookup of what a correction replaces read the whole log. Appending one event to 186 took 2 seconds, and the
 * time grew with the cube. Corrections are few, so an index of them alone is the cheapest. The index of the
 * time of emission goes: only pruning used it, which finds the oldest event by its number as well. Locks:
 * `lifecycle_events`, against writes, while it reads the log once. The version before keeps working.
 */
export class IndexOfCorrections1764000000025 implements MigrationInterface {
  readonly name = "IndexOfCorrections1764000000025";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop index lifecycle_events_emitted_at_idx;
      create index lifecycle_events_supersedes_idx on lifecycle_events (tenant_id, supersedes)
        where supersedes is not null;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop index lifecycle_events_supersedes_idx;
      create index lifecycle_events_emitted_at_idx on lifecycle_events (tenant_id, emitted_at);
    `);
  }
}
