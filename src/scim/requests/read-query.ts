import { type Condition, readCondition } from "../filter/condition.ts";
import { parseFilter } from "../filter/parse-filter.ts";
import type { ResourceKind } from "../schema/attribute.ts";
import { invalidFilter, invalidValue } from "../scim-error.ts";
import type { Page } from "../users/user.repository.ts";

/** As many as fit into an answer of some hundred kilobytes. */
export const COUNT_MAX = 200;
const COUNT_DEFAULT = 100;

/** Postgres counts rows in 64 bits, and no company has more users. */
const START_INDEX_MAX = 2_147_483_647;

type Query = Readonly<Record<string, unknown>>;

/**
 * The page of a list (RFC 7644, section 3.4.2.4): less than 1 is 1, a negative count is 0. Pure.
 *
 * @throws ScimError invalidValue for a text that is not a whole number.
 */
export function readPage(query: Query): Page {
  const startIndex = readWhole(query, "startIndex") ?? 1;
  const count = readWhole(query, "count") ?? COUNT_DEFAULT;
  return {
    startIndex: Math.min(Math.max(startIndex, 1), START_INDEX_MAX),
    count: Math.min(Math.max(count, 0), COUNT_MAX),
  };
}

function readWhole(query: Query, name: string): number | null {
  const given = query[name];
  if (given === undefined) return null;
  if (typeof given !== "string" || !/^[+-]?\d{1,20}$/.test(given.trim()))
    throw invalidValue(`${name} must be a whole number.`);
  return Number(given);
}

/** Null without a filter. @throws ScimError invalidFilter */
export function readFilterOf(kind: ResourceKind, { filter }: Query): Condition | null {
  if (filter === undefined) return null;
  if (typeof filter !== "string") throw invalidFilter("Send one filter.");
  return readCondition(kind, parseFilter(filter));
}
