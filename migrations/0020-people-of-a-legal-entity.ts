import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: `LegalEntity.people` reads a page by name. Most companies have one or two legal entities, so without
 * the names in its index each page would read and sort the whole company. Locks: building the index locks
 * `people` against writes, about a second at 100,000 people; reads go on. Dropping the old index, at the end,
 * locks out reads for a moment. The version before keeps working: the new index begins with the columns of
 * the old one.
 */
export class PeopleOfALegalEntity1764000000020 implements MigrationInterface {
  readonly name = "PeopleOfALegalEntity1764000000020";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(replaceIndex("tenant_id, legal_entity_id, last_name, first_name, id"));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(replaceIndex("tenant_id, legal_entity_id"));
  }
}

// Creates the new one first: a dropped index locks out reads until the commit.
const replaceIndex = (columns: string): string => `
  create index people_legal_entity_new_idx on people (${columns});
  drop index people_legal_entity_idx;
  alter index people_legal_entity_new_idx rename to people_legal_entity_idx;
`;
