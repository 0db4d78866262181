import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: a person stays the same person under another record of Personio. A move between legal entities needs
 * the next record and its first day. Rehiring on the old record needs the last day that HR has removed. An
 * address belongs to one person over all statuses, so a leaver may have none. A plan lists these in columns,
 * because searching planned records is expensive. Locks, for a moment: columns without a default, a dropped
 * `not null` and indexes without rows; the check reads `people` once. The version before this one keeps
 * working: it writes none of this, and removes no address. The next full sync corrects leavers who share an
 * address, and emits the change; a migration cannot emit events.
 */
export class SamePerson1764000000016 implements MigrationInterface {
  readonly name = "SamePerson1764000000016";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(PEOPLE);
    await queryRunner.query(PLANS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table sync_plan_items drop column status, drop column work_email, drop column next_personio_id, drop column goes_on;
      alter table former_employments drop column same_employment;
      alter table people drop constraint people_work_email_check, drop column next_personio_id, drop column continues_on,
        drop column ended_on;
      alter table people no force row level security;
      update people p set work_email = coalesce(
        (select f.email from former_emails f where f.tenant_id = p.tenant_id and f.person_id = p.id order by f.until desc limit 1),
        p.personio_id || '@unknown.invalid') where work_email is null;
      alter table people force row level security;
      alter table people alter column work_email set not null;
    `);
  }
}

const PEOPLE = `
  alter table people
    alter column work_email drop not null,
    -- The next record of the person, in another legal entity, valid from its first day.
    add column next_personio_id text collate "C",
    -- The first day of a following record of the person: it is no hire.
    add column continues_on date,
    -- The last day that HR removed from a leaver's record.
    add column ended_on date,
    add constraint people_work_email_check check (status = 'INACTIVE' or work_email is not null) not valid;
  alter table people validate constraint people_work_email_check;
  create unique index people_next_personio_id_key on people (tenant_id, next_personio_id) where next_personio_id is not null;
  create index people_continues_on_idx on people (tenant_id, continues_on) where next_personio_id is not null;

  -- Whether the employment continued under the next record: HR deleted this one and created it again.
  alter table former_employments add column same_employment boolean not null default false;
`;

const PLANS = `
  alter table sync_plan_items
    add column status text collate "C",
    add column work_email text collate "C",
    add column next_personio_id text collate "C",
    add column goes_on text collate "C";
`;
