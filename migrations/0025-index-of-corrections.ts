import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: before Postgres has statistics of a log, it estimates the same cost for every index that begins with
 * the tenant. So each look-up of the event that a correction replaces read the whole log. Appending one event
 * to 186 took 2 seconds, and the time grew with the cube. There are few corrections, so an index over only
 * these is the cheapest. The index of the time of emission is dropped: only pruning used it, which can also
 * find the oldest event by its number. Locks: `lifecycle_events`, against writes, while it reads the log
 * once. The version before keeps working.
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
