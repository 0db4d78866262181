import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: most people of a company are unchanged since the last sync. Known people need no comparison. No query
 * looks into staged and planned records, so they are stored as the text that arrived. Locks:
 * `staged_employees` and `sync_plan_items` are rewritten; they have rows during a run, and for held plans.
 * `people` gets a column without a default, which takes a moment. The version before this one keeps working:
 * the new columns accept its jsonb, and people that it changes lose the hash.
 */
export class KnownPeople1764000000007 implements MigrationInterface {
  readonly name = "KnownPeople1764000000007";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(SOURCE_HASH);
    await queryRunner.query(STAGING);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop trigger people_forget_source on people;
      drop function forget_source();
      alter table people drop column source_hash;
      delete from staged_employees;
      alter table staged_employees drop column source_hash, alter column record type jsonb using record::jsonb;
      alter table staged_employees alter column record set not null;
      create index people_supervisor_personio_id_idx on people (tenant_id, supervisor_personio_id);
      create index staged_employees_work_email_idx on staged_employees (tenant_id, read_id, work_email);
      alter table sync_plan_items drop column supervisor_personio_id,
        alter column before type jsonb using before::jsonb, alter column after type jsonb using after::jsonb;
    `);
  }
}

const SOURCE_HASH = `
  -- The hash of Personio's record at the last write of the person: an equal hash means an unchanged person.
  alter table people add column source_hash text collate "C";

  -- A write without a hash removes the stored one, as the version before this one does.
  create function forget_source() returns trigger language plpgsql as $$
  begin
    new.source_hash := null;
    return new;
  end $$;
  create trigger people_forget_source
    before update of personio_id, work_email, employee_id, first_name, last_name, preferred_name, position, department_id,
      sub_company, legal_entity_id, office_id, status, employment_type, hire_date, original_hire_date, probation_end_date,
      contract_end_date, termination_date, date_of_birth, supervisor_personio_id, custom_attributes
    on people for each row when (new.source_hash is not distinct from old.source_hash)
    execute function forget_source();
`;

const STAGING = `
  alter table staged_employees
    add column source_hash text collate "C",
    -- Null for a person who is known to be unchanged.
    alter column record drop not null,
    alter column record type json using record::json;
  drop index staged_employees_work_email_idx;
  -- No query uses it; people with a late supervisor are found by the missing link.
  drop index people_supervisor_personio_id_idx;

  alter table sync_plan_items
    add column supervisor_personio_id text collate "C",
    alter column before type json using before::json,
    alter column after type json using after::json;
`;
