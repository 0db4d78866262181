import type { EntityManager } from "typeorm";
import { STORED_COLUMNS } from "../person-columns.ts";
import type { WordChange, WordIndex } from "../search/word-index.repository.ts";
import { type Continuation, type PersonRecord, RECORD_COLUMNS } from "./person-record.ts";

/** A person as a sync writes it: the record, with our own columns. */
export type PersonWrite = PersonRecord & {
  readonly id: string;
  readonly displayName: string;
  readonly departmentId: string | null;
  readonly legalEntityId: string | null;
  readonly officeId: string | null;
  readonly supervisorId: string | null;
  readonly searchWords: readonly string[];
  /** The hash of the source record; null if an equal hash would not prove an unchanged person. */
  readonly sourceHash: string | null;
  /**
   * How the person continues under a record that is new to them; null without such a record, or for a rehire.
   */
  readonly continuation: Continuation | null;
};

// A sync writes all columns, the id first.
const COLUMN_NAMES = STORED_COLUMNS.map(({ column }) => `"${column}"`).join(", ");
/**
 * A word contains no blank (`search-words.ts`), so one text holds many: Postgres has no arrays of arrays of
 * different lengths.
 */
const COLUMN_VALUES = STORED_COLUMNS.map(({ column, type }) =>
  type === "words" ? `string_to_array(row."${column}", ' ')` : `row."${column}"`,
);
const COLUMN_SETTERS = STORED_COLUMNS.map(({ column }, index) => `"${column}" = ${COLUMN_VALUES[index]}`)
  .slice(1)
  .join(", ");

/** People as rows to write: an array for each column. Parsing JSON in Postgres is several times slower. */
const ROWS = `unnest(${STORED_COLUMNS.map(({ type }, index) => `$${index + 1}::${type === "words" ? "text" : type}[]`).join(", ")})
  as row (${COLUMN_NAMES})`;

const rowsOf = (people: readonly PersonWrite[]): unknown[] =>
  STORED_COLUMNS.map(({ type, field }) =>
    people.map((person) => {
      if (type === "words") return person.searchWords.join(" ");
      const value = person[field as keyof PersonWrite];
      return type === "jsonb" ? JSON.stringify(value) : value;
    }),
  );

/** The column with Personio's id of each reference. */
const REFERENCE_SQL: Partial<Record<keyof PersonRecord, string>> = {
  departmentPersonioId: "departments.personio_id",
  legalEntityPersonioId: "legal_entities.personio_id",
  officePersonioId: "offices.personio_id",
};

const STORED_RECORD_TABLES = `
  from people
  left join departments on departments.id = people.department_id
  left join legal_entities on legal_entities.id = people.legal_entity_id
  left join offices on offices.id = people.office_id`;

/**
 * The columns of a stored `PersonRecord`, with `from`: org links as Personio's ids. For use in a subquery.
 */
export const STORED_RECORD_COLUMNS = `
  ${RECORD_COLUMNS.map(({ column, field }) => `${REFERENCE_SQL[field] ?? `people.${column}`} as "${field}"`).join(", ")}
  ${STORED_RECORD_TABLES}`;

/** Where `person_sources` has Personio's value in place of the one that won, in SQL. */
const LOSING_SQL: Partial<Record<keyof PersonRecord, string>> = {
  ...Object.fromEntries(
    (["firstName", "lastName", "position", "employeeId", "supervisorPersonioId"] as const).map((field) => [
      field,
      `src.personio ->> '${field}'`,
    ]),
  ),
  departmentPersonioId: "lost.personio_id",
};

const personioSql = ({ field, column }: (typeof RECORD_COLUMNS)[number]): string => {
  const served = REFERENCE_SQL[field] ?? `people.${column}`;
  const losing = LOSING_SQL[field];
  return losing ? `case when src.personio ? '${field}' then ${losing} else ${served} end` : served;
};

/** The same columns as in Personio: without the values of other sources. */
export const PERSONIO_RECORD_COLUMNS = `
  ${RECORD_COLUMNS.map((entry) => `${personioSql(entry)} as "${entry.field}"`).join(", ")}
  ${STORED_RECORD_TABLES}
  left join person_sources src on src.person_id = people.id
  left join departments lost on lost.id = src.personio_department_id`;

/** Inserts people. The index gets their search words. */
export async function insertPeople(
  manager: EntityManager,
  people: readonly PersonWrite[],
  words: WordIndex,
): Promise<void> {
  if (people.length === 0) return;
  await manager.query(
    `/* people.insert */
    insert into people (tenant_id, ${COLUMN_NAMES})
    select current_setting('app.tenant'), ${COLUMN_VALUES.join(", ")} from ${ROWS}`,
    rowsOf(people),
  );
  await words.change(people.map(({ id, searchWords }) => ({ id, before: [], after: searchWords })));
}

/**
 * Updates people of the directory. The index gets the search words that differ. A replaced address or record
 * id is stored as a former one.
 */
export async function updatePeople(
  manager: EntityManager,
  people: readonly PersonWrite[],
  words: WordIndex,
): Promise<void> {
  if (people.length === 0) return;
  await words.change(await findChangedWords(manager, people));
  await manager.query(
    `/* people.storeFormerEmails */
    insert into former_emails (tenant_id, email, person_id, until)
    select p.tenant_id, p.work_email, p.id, now()
    from jsonb_to_recordset($1) as row (id uuid, "workEmail" text) join people p on p.id = row.id
    where p.work_email is distinct from row."workEmail" and p.work_email is not null
    on conflict (tenant_id, email, person_id) do update set until = excluded.until`,
    [JSON.stringify(people.map(({ id, workEmail }) => ({ id, workEmail })))],
  );
  await storeFormerEmployments(manager, people);
  await manager.query(
    `/* people.update */
    update people p set ${COLUMN_SETTERS} from ${ROWS} where p.id = row.id`,
    rowsOf(people),
  );
  await restoreUnchangedHashes(manager, people);
}

/** The words of people whose search words will differ. */
const findChangedWords = (manager: EntityManager, people: readonly PersonWrite[]): Promise<WordChange[]> =>
  manager.query(
    `/* people.findChangedWords */
    select p.id, p.search_words as before, string_to_array(row.words, ' ') as after
    from unnest($1::uuid[], $2::text[]) as row (id, words) join people p on p.id = row.id
    where array_to_string(p.search_words, ' ') <> row.words`,
    [people.map(({ id }) => id), people.map(({ searchWords }) => searchWords.join(" "))],
  );

/**
 * A trigger clears the hash if a record changes without its hash. That also happens when a leaver loses the
 * address to another person, and when an earlier record of the person is found. HR's record is unchanged
 * then, so its hash is stored again.
 */
async function restoreUnchangedHashes(manager: EntityManager, people: readonly PersonWrite[]): Promise<void> {
  const mayBeUnchanged = people.filter(
    ({ workEmail, hireDate, originalHireDate, sourceHash }) =>
      sourceHash !== null && (workEmail === null || originalHireDate !== hireDate),
  );
  if (mayBeUnchanged.length === 0) return;
  await manager.query(
    `/* people.restoreUnchangedHashes */
    update people p set source_hash = row.hash from unnest($1::uuid[], $2::text[]) as row (id, hash)
    where p.id = row.id and p.source_hash is null`,
    [mayBeUnchanged.map(({ id }) => id), mayBeUnchanged.map(({ sourceHash }) => sourceHash)],
  );
}

/**
 * Stores the replaced record ids of people as former ones. Former records of the same employment keep
 * their flag while HR recreates the record, and lose it at a rehire or a move. A former record that becomes
 * the current one again is deleted here.
 */
async function storeFormerEmployments(manager: EntityManager, people: readonly PersonWrite[]): Promise<void> {
  const rows = JSON.stringify(
    people.map(({ id, personioId, continuation }) => ({ id, personioId, continuation })),
  );
  await manager.query(
    `/* people.endSameEmployments */
    update former_employments f set same_employment = false
    from jsonb_to_recordset($1) as row (id uuid, "personioId" text, "continuation" text) join people p on p.id = row.id
    where p.personio_id <> row."personioId" and row."continuation" is distinct from 'ANEW' and f.person_id = p.id and f.same_employment`,
    [rows],
  );
  await manager.query(
    `/* people.storeFormerEmployments */
    insert into former_employments (tenant_id, personio_id, person_id, hire_date, termination_date, same_employment)
    select p.tenant_id, p.personio_id, p.id, p.hire_date, p.termination_date, row."continuation" is not distinct from 'ANEW'
    from jsonb_to_recordset($1) as row (id uuid, "personioId" text, "continuation" text) join people p on p.id = row.id
    where p.personio_id <> row."personioId"
    on conflict (tenant_id, personio_id) do update set hire_date = excluded.hire_date,
      termination_date = excluded.termination_date, same_employment = excluded.same_employment`,
    [rows],
  );
  await manager.query(
    `/* people.removeResumedEmployments */
    delete from former_employments f using jsonb_to_recordset($1) as row (id uuid, "personioId" text)
    where f.person_id = row.id and f.personio_id = row."personioId"`,
    [rows],
  );
}

/** Makes the next run compare all people in full. */
export async function clearSourceHashes(manager: EntityManager): Promise<void> {
  await manager.query(
    "/* people.clearSourceHashes */ update people set source_hash = null where source_hash is not null",
  );
}

/**
 * Stores the hash of people that a full comparison found unchanged, so the next run only counts them. They
 * have no hash after a new mapping, or when a value becomes readable. Every run compares both records of a
 * person who moves, so these people get no hash.
 *
 * @param compared selects `personio_id` and `source_hash`.
 */
export async function storeSourceHashes(
  manager: EntityManager,
  compared: { readonly sql: string; readonly parameters: readonly string[] },
): Promise<void> {
  await manager.query(
    `/* people.storeSourceHashes */
    update people p set source_hash = compared.source_hash from (${compared.sql}) compared
    where p.personio_id = compared.personio_id and p.source_hash is distinct from compared.source_hash
      and p.next_personio_id is null`,
    [...compared.parameters],
  );
}

/** How many people have not left. */
export async function countCurrentPeople(manager: EntityManager): Promise<number> {
  const rows: { count: number }[] = await manager.query(
    "/* people.countCurrent */ select count(*)::int as count from people where status <> 'INACTIVE'",
  );
  return rows[0]?.count ?? 0;
}
