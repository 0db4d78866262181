import { badUserInput } from "../../errors.ts";
import { readOpaqueIds } from "../../request/opaque-id.ts";
import { findHoldersSql, findRecordOwnersSql } from "../person.repository.ts";
import type { Bind } from "./people-criteria.ts";
import { LOOKUPS_MAX, type PeopleFilter } from "./people-filter.ts";

const LISTS = ["ids", "workEmails", "personioIds"] as const;

/** Whether the filter names the people it looks for, one by one. */
export const isLookup = (filter: PeopleFilter): boolean => LISTS.some((list) => filter[list] != null);

/** Throws BAD_USER_INPUT for a list that is too long; before any of it reaches SQL. */
export function checkLookups(filter: PeopleFilter): void {
  for (const list of LISTS) {
    const count = filter[list]?.length ?? 0;
    if (count <= LOOKUPS_MAX) continue;
    throw badUserInput(
      `\`filter.${list}\` takes at most ${LOOKUPS_MAX} values, not ${count}.`,
      "Split the list over several requests.",
    );
  }
}

/** The conditions, on `people p`, of the people that the filter names. */
export function lookedUp({ ids, workEmails, personioIds }: PeopleFilter, bind: Bind): string[] {
  return [
    ...(ids ? [`p.id = any(${bind(readOpaqueIds(ids))}::uuid[])`] : []),
    ...(workEmails ? [among(findHoldersSql(bind(workEmails)))] : []),
    ...(personioIds ? [among(findRecordOwnersSql(bind(personioIds.filter(isText))))] : []),
  ];
}

// Postgres runs an array's query once and first, and then reads these people by their key. As `in (select …)` it may walk the
// whole company in its order, because it expects to meet them soon.
const among = (people: string): string => `p.id = any(array(select found.id from (${people}) found))`;

/** Postgres has no text with a NUL, so no record has such an id. */
const isText = (text: string): boolean => !text.includes("\0");
