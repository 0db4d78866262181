import { readOpaqueId, readOpaqueIds } from "../../request/opaque-id.ts";
import { CURRENT_STATUSES } from "../../tenant/person-status.ts";
import { findEmailOwnersSql, findRecordOwnersSql, isPreHireSql } from "../person.repository.ts";
import { isLookup, type PeopleCriteria, type PeopleFilter } from "./people-filter.ts";

/** Adds a value to the parameters of the statement and returns its placeholder: `$3`. */
export type Bind = (value: unknown) => string;

/** The condition, on `people p`, of current people: what a list shows by default. */
export const CURRENT = `p.status in (${CURRENT_STATUSES.map((status) => `'${status}'`).join(", ")})`;

/** A filter without its search, in SQL: conditions on `people p`, all of which must hold. */
export function conditionsOf(filter: PeopleCriteria, now: Date, bind: Bind): string[] {
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
    ...(filter.hasSupervisor == null
      ? []
      : [`p.supervisor_id is ${filter.hasSupervisor ? "not null" : "null"}`]),
    ...among("p.employment_type", filter.employmentTypes),
    ...(filter.isPreHire == null
      ? []
      : [`${isPreHireSql(`${bind(now)}::timestamptz`)} = ${filter.isPreHire}`]),
    ...(filter.hiredFrom ? [`p.hire_date >= ${bind(sqlDay(filter.hiredFrom))}::date`] : []),
    ...(filter.hiredTo ? [`p.hire_date <= ${bind(sqlDay(filter.hiredTo))}::date`] : []),
  ];
}

const NO_MATCH = "false";

function statusesOf(filter: PeopleFilter, bind: Bind): string[] {
  if (filter.statuses) return [`p.status = any(${bind(filter.statuses)}::text[])`];
  return isLookup(filter) ? [] : [CURRENT];
}

/** The conditions, on `people p`, of the people that the filter looks up. */
function lookedUp({ ids, workEmails, personioIds, hidesMoves }: PeopleCriteria, bind: Bind): string[] {
  return [
    ...(ids ? [`p.id = any(${bind(readOpaqueIds(ids))}::uuid[])`] : []),
    ...(workEmails ? [amongFound(findEmailOwnersSql(bind(workEmails)))] : []),
    ...(personioIds
      ? [amongFound(findRecordOwnersSql(bind(personioIds.filter(isText)), { withMoves: !hidesMoves }))]
      : []),
  ];
}

// Postgres runs the query of an array once and first, and then reads these people by their key. For `in
// (select …)` it may walk the whole company in its order, because it expects to find matches soon.
const amongFound = (people: string): string => `p.id = any(array(select found.id from (${people}) found))`;

/** Postgres text cannot contain a NUL, so no record has such an id. */
const isText = (text: string): boolean => !text.includes("\0");

function supervisedBy(supervisorId: string | null | undefined, bind: Bind): string[] {
  if (supervisorId == null) return [];
  const id = readOpaqueId(supervisorId);
  return [id === null ? NO_MATCH : `p.supervisor_id = ${bind(id)}::uuid`];
}

// The scalar allows the year 0, as ISO 8601 does; Postgres does not.
const sqlDay = (day: string): string => (day.startsWith("0000") ? "-infinity" : day);
