import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: work emails were stored with invisible characters from copy and paste. So search did not find them as
 * typed, and the federation key did not resolve. The next full sync corrects every person that Personio still
 * lists, and emits the event. This migration corrects leavers that Personio no longer lists, and former
 * addresses. An address that another person has stays as it is. Locks: `people` and `former_emails` for
 * reading, and the rows that change, of which most companies have none. Changing `force row level security`
 * takes an exclusive lock for a moment. The version before this one keeps working: it looks addresses up as
 * they are stored.
 */
export class UnseenCharacters1764000000018 implements MigrationInterface {
  readonly name = "UnseenCharacters1764000000018";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- The owner of the tables would see no row of them either.
      alter table people no force row level security;
      alter table former_emails no force row level security;
      update people p set work_email = ${cleaned("p.work_email")}
        where p.status = 'INACTIVE' and p.work_email ~ '${UNSEEN}' and not exists (
          select from people other where other.tenant_id = p.tenant_id and other.id <> p.id
            and ${cleaned("other.work_email")} = ${cleaned("p.work_email")});
      update former_emails f set email = ${cleaned("f.email")}
        where f.email ~ '${UNSEEN}' and not exists (
          select from former_emails other where other.tenant_id = f.tenant_id and other.ctid <> f.ctid
            and ${cleaned("other.email")} = ${cleaned("f.email")});
      set constraints all immediate;
      alter table people force row level security;
      alter table former_emails force row level security;
    `);
  }

  async down(): Promise<void> {
    // The removed characters are lost, and no version needs them.
  }
}

/** The characters that `cleanEmail` removed as of this migration, as far as addresses may contain them. */
const UNSEEN =
  "[\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f" +
  "\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\U000e0000-\\U000e0fff]";

const cleaned = (column: string): string =>
  `normalize(lower(trim(regexp_replace(${column}, '${UNSEEN}', '', 'g'))), NFC)`;
