import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: `person_words` had a row and two index entries for each word of each person: more than the people
 * themselves. `indexed_words` lists the people of a word in one row, so it takes a quarter. Whole emails are
 * not in it: their parts lead to the same people. Locks: `person_words`, for about 4 s with 100,000 people.
 * Searches and writes of people wait; a sync that is writing people ends first. The version before this one
 * keeps working. It reads a view, which takes half a second for 100,000 people, and writes through it. A
 * later migration drops the view.
 */
export class IndexedWords1764000000033 implements MigrationInterface {
  readonly name = "IndexedWords1764000000033";

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statements of [INDEX, FILL, VIEW]) await queryRunner.query(statements);
    await queryRunner.query(statisticsOf("indexed_words (tenant_id, word, part)"));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop view person_words;
      drop function insert_person_word(), delete_person_word();
      drop table indexed_words;
    `);
    await queryRunner.query(WORDS);
    await queryRunner.query(statisticsOf("person_words (tenant_id, word, person_id)"));
  }
}

const isolate = (table: string): string => `
  alter table ${table} enable row level security;
  alter table ${table} force row level security;
  create policy tenant_isolation on ${table} using (tenant_id = nullif(current_setting('app.tenant', true), ''));
  grant select, insert, update, delete on ${table} to people_app;
`;

// Without a foreign key, as before: the words are derived from people.search_words in the same transaction,
// and people are never deleted.
const INDEX = `
  create table indexed_words (
    tenant_id text collate "C" not null,
    word text collate "C" not null,
    -- Tells the rows of one word apart.
    part integer not null,
    person_ids uuid[] not null,
    constraint indexed_words_pkey primary key (tenant_id, word, part)
  );
  ${isolate("indexed_words")}
`;

// The owner of the table would see no row of it either. In rows of a bounded size: a person who loses a word
// rewrites one.
const FILL = `
  alter table person_words no force row level security;
  insert into indexed_words (tenant_id, word, part, person_ids)
  select tenant_id, word, part, array_agg(person_id) from (
    select tenant_id, word, person_id,
      (row_number() over (partition by tenant_id, word order by person_id) - 1) / 1000 as part
    from person_words where strpos(word, '@') = 0
  ) w group by tenant_id, word, part order by tenant_id, word, part;
  drop table person_words;
  analyze indexed_words (tenant_id, word, part);
`;

// For the version before this one.
const VIEW = `
  create view person_words with (security_invoker = true) as
    select p.tenant_id, word collate "C" as word, p.id as person_id
    from people p cross join lateral (select distinct unnest(p.search_words) as word) w;
  grant select, insert, update, delete on person_words to people_app;

  create function insert_person_word() returns trigger language plpgsql as $$
  begin
    if strpos(new.word, '@') = 0 then
      insert into public.indexed_words (tenant_id, word, part, person_ids) values (new.tenant_id, new.word,
        (select coalesce(max(part) + 1, 0) from public.indexed_words w where w.word = new.word), array[new.person_id]);
    end if;
    return new;
  end $$;
  create trigger insert_person_word instead of insert on person_words
    for each row execute function insert_person_word();

  create function delete_person_word() returns trigger language plpgsql as $$
  begin
    update public.indexed_words w set person_ids = array_remove(w.person_ids, old.person_id)
      where w.word = old.word and old.person_id = any(w.person_ids);
    delete from public.indexed_words w where w.word = old.word and w.person_ids = '{}';
    return old;
  end $$;
  create trigger delete_person_word instead of delete on person_words
    for each row execute function delete_person_word();
`;

const WORDS = `
  create table person_words (
    tenant_id text collate "C" not null,
    word text collate "C" not null,
    person_id uuid not null,
    constraint person_words_pkey primary key (tenant_id, word, person_id)
  );
  create index person_words_person_idx on person_words (tenant_id, person_id, word);
  ${isolate("person_words")}
  alter table people no force row level security;
  alter table person_words no force row level security;
  insert into person_words select p.tenant_id, word, p.id
    from people p cross join lateral (select distinct unnest(p.search_words) as word) w order by 1, 2, 3;
  alter table people force row level security;
  alter table person_words force row level security;
`;

// As before, with the other table.
const statisticsOf = (words: string): string => `
  create or replace function refresh_statistics(subject text) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  begin
    case subject
      when 'people' then
        analyze (skip_locked) public.people (tenant_id, id, personio_id, work_email, last_name, first_name, status,
          department_id, office_id, legal_entity_id, supervisor_id, employment_type, hire_date),
          public.${words};
      when 'staging' then
        analyze (skip_locked) public.staged_employees (tenant_id, read_id, personio_id, work_email, record);
      when 'plan' then
        analyze (skip_locked) public.sync_plan_items (tenant_id, read_id, personio_id, change),
          public.planned_skips (tenant_id, read_id, personio_id, reason, field);
      when 'events' then
        analyze (skip_locked) public.lifecycle_events (tenant_id, id, person_id, kind, occurs_on, offset_days,
          supersedes);
    end case;
  end $$;
`;
