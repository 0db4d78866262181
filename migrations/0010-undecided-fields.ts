import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: a field without an attribute was a row with null, whether an admin had decided so or no attribute was
 * granted for it. Now null is an admin's decision and empties the stored values; an undecided field has no
 * row, and is read once it is granted. A row with null stays if the credential may read an attribute that we
 * would propose, because an admin may have decided it. A date may also become readable long after the first
 * sync, so its kind stores when it did: earlier days are history. Locks: `integrations` for as long as its
 * rows, one for each company, are updated, and a column with a constant default. The version before this one
 * keeps working: it treats a missing row and one with null alike.
 */
export class UndecidedFields1764000000010 implements MigrationInterface {
  readonly name = "UndecidedFields1764000000010";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(LEAVE_OUT);
    await queryRunner.query(`
      -- Kinds whose date was not readable at the first sync: when it first was, or null so far.
      alter table lifecycle_streams add column first_read_at jsonb not null default '{}';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // For the version before, missing rows of the mapping mean the same as null.
    await queryRunner.query("alter table lifecycle_streams drop column first_read_at");
  }
}

/** The attributes that fields are proposed from, as of this migration. */
const PRESETS = [
  ["preferredName", "preferred_name"],
  ["position", "position"],
  ["department", "department"],
  ["subCompany", "subcompany"],
  ["legalEntity", "subcompany"],
  ["legalEntity", "legal_entity"],
  ["office", "office"],
  ["supervisor", "supervisor"],
  ["employmentType", "employment_type"],
  ["hireDate", "hire_date"],
  ["probationEndDate", "probation_period_end"],
  ["contractEndDate", "contract_end_date"],
  ["terminationDate", "termination_date"],
]
  .map(([field, key]) => `('${field}', '${key}')`)
  .join(", ");

const LABELS = "employee id,employee number,personnel number,personalnummer,mitarbeiternummer";

const LEAVE_OUT = `
  -- The owner of the table would see no row of it either.
  alter table integrations no force row level security;
  update integrations i set field_mapping = (
    select coalesce(jsonb_agg(mapped.entry order by mapped.place), '[]')
    from jsonb_array_elements(i.field_mapping) with ordinality as mapped (entry, place)
    where mapped.entry ->> 'personioAttribute' is not null or mapped.entry ->> 'personField' = 'customAttributes'
      or exists (
        select from jsonb_array_elements(i.attributes) as granted
        left join (values ${PRESETS}) as preset (field, key) on preset.key = granted ->> 'key'
        where mapped.entry ->> 'personField' = case
          when granted ->> 'universalId' = 'date_of_birth' then 'dateOfBirth'
          when granted ->> 'key' like 'dynamic\\_%' and lower(trim(granted ->> 'label')) = any ('{${LABELS}}') then 'employeeId'
          else preset.field end)
  );
  alter table integrations force row level security;
`;
