import { readOpaqueId, readOpaqueIds } from "../../request/opaque-id.ts";
import { CURRENT_STATUSES } from "../../tenant/person-status.ts";
import { findEmailOwnersSql, findRecordOwnersSql, isPreHireSql } from "../person.repository.ts";
import { wordsToFind } from "../search/search-words.ts";
import { isLookup, type PeopleFilter } from "./people-filter.ts";

/** Makes a value a parameter of the statement and gives its placeholder: `$3`. */
export type Bind = (value: unknown) => string;

/** Sorts after every word that has the same beginning: the last character there is. */
const END_OF_PREFIX = "\u{10FFFF}";

/** The conditions, on `people p`, of everybody whom a list shows when nobody asks for anything else. */
export const CURRENT = `p.status in (${CURRENT_STATUSES.map((status) => `'${status}'`).join(", ")})`;

/** What a filter means in SQL: conditions on `people p` that all must hold. */
export function conditionsOf(filter: PeopleFilter, now: Date, bind: Bind): string[] {
  const among = (column: string, values: readonly string[] | null | undefined, type = "text"): string[] =>
    values ? [`${column} = any(${bind(values)}::${type}[])`] : [];
  const amongIds = (column: string, ids: readonly string[] | null | undefined): string[] =>
    among(column, ids && readOpaqueIds(ids), "uuid");

  return [
    ...statusesOf(filter, bind),
    ...lookedUp(filter, bind),
    ...amongIds("p.department_id", filter.departmentIds),
    ...amongIds("p.office_id", filter.officeIds),
    ...amongIds("p.legal_entity_id", filter.legalEntityIds),
    ...supervisedBy(filter.supervisorId, bind),
    ...among("p.employment_type", filter.employmentTypes),
    ...(filter.isPreHire == null
      ? []
      : [`${isPreHireSql(`${bind(now)}::timestamptz`)} = ${filter.isPreHire}`]),
    ...(filter.hiredFrom ? [`p.hire_date >= ${bind(sqlDay(filter.hiredFrom))}::date`] : []),
    ...(filter.hiredTo ? [`p.hire_date <= ${bind(sqlDay(filter.hiredTo))}::date`] : []),
    ...foundBy(filter.search, bind),
  ];
}

const NOBODY = "false";

function statusesOf(filter: PeopleFilter, bind: Bind): string[] {
  if (filter.statuses) return [`p.status = any(${bind(filter.statuses)}::text[])`];
  return isLookup(filter) ? [] : [CURRENT];
}

/** The conditions, on `people p`, of the people that the filter names. */
function lookedUp({ ids, workEmails, personioIds }: PeopleFilter, bind: Bind): string[] {
  return [
    ...(ids ? [`p.id = any(${bind(readOpaqueIds(ids))}::uuid[])`] : []),
    ...(workEmails ? [amongFound(findEmailOwnersSql(bind(workEmails)))] : []),
    ...(personioIds ? [amongFound(findRecordOwnersSql(bind(personioIds.filter(isText))))] : []),
  ];
}

// Postgres runs an array's query once and first, and then reads these people by their key. As `in (select …)` it may walk the
// whole company in its order, because it expects to meet them soon.
const amongFound = (people: string): string => `p.id = any(array(select found.id from (${people}) found))`;

/** Postgres has no text with a NUL, so no record has such an id. */
const isText = (text: string): boolean => !text.includes("\0");

function supervisedBy(supervisorId: string | null | undefined, bind: Bind): string[] {
  if (supervisorId == null) return [];
  const id = readOpaqueId(supervisorId);
  return [id === null ? NOBODY : `p.supervisor_id = ${bind(id)}::uuid`];
}

// Ranges of the word table's btree and nothing else: under row-level security an index is only used for
// operators that leak nothing, and neither `like` nor trigrams are among them.
function foundBy(search: string | null | undefined, bind: Bind): string[] {
  if (!search?.trim()) return [];
  const words = wordsToFind(search);
  if (words.length === 0) return [NOBODY];
  return words.map(
    (word) => `p.id in (select w.person_id from person_words w
      where w.word >= ${bind(word)} and w.word < ${bind(word + END_OF_PREFIX)})`,
  );
}

// The scalar knows a year 0, as ISO 8601 does; Postgres does not.
const sqlDay = (day: string): string => (day.startsWith("0000") ? "-infinity" : day);
