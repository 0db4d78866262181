import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: an integration that keeps failing becomes BROKEN after some runs and is then retried less often, so
 * the table counts its failures. The operator's metrics need figures of all tenants, which no query could
 * read, because a transaction sees one tenant. Locks: `integrations` gets columns with constant defaults,
 * which takes a moment.
 */
export class IntegrationHealth1764000000003 implements MigrationInterface {
  readonly name = "IntegrationHealth1764000000003";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(FAILURES);
    await queryRunner.query(FIGURES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop function directory_figures(text[]);
      alter table integrations drop column failures_in_a_row, drop column last_attempt_at;
    `);
  }
}

const FAILURES = `
  alter table integrations
    add column failures_in_a_row integer not null default 0,
    add column last_attempt_at timestamptz;
`;

// It runs with the rights of its caller and visits one tenant after the other, so row-level security holds
// for each read. It saves round trips and grants nothing. It returns numbers and times, without the names of
// the tenants.
const FIGURES = `
  create function directory_figures(tenants text[])
  returns table (status text, connected_at timestamptz, last_succeeded_at timestamptz, people bigint)
  language plpgsql as $$
  declare
    tenant text;
  begin
    foreach tenant in array tenants loop
      perform set_config('app.tenant', tenant, true);
      return query
        select i.status, i.connected_at, i.last_succeeded_at,
          (select count(*) from people p where p.status <> 'INACTIVE')
        from integrations i;
    end loop;
    perform set_config('app.tenant', '', true);
  end $$;
`;
