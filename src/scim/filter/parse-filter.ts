import { type Filter, parse } from "scim2-parse-filter";
import { isStorable } from "../schema/read-value.ts";
import { invalidFilter } from "../scim-error.ts";

/** A filter of an identity provider names one or two attributes. */
export const FILTER_LENGTH_MAX = 1_000;

/** The parser is recursive, and 450 brackets take it 0.3 s. */
export const FILTER_DEPTH_MAX = 10;

export type ParsedFilter = {
  readonly filter: Filter;
  /**
   * Whether it has the form `emails[type eq "work"].value eq "…"`, which the parser turns into an `and`. Then
   * both sides are about the same element.
   */
  readonly isJoined: boolean;
};

/**
 * Parses a filter after it checked what the parser does not: its length and its depth.
 *
 * @throws ScimError invalidFilter
 */
export function parseFilter(text: string): ParsedFilter {
  if (text.length > FILTER_LENGTH_MAX)
    throw invalidFilter(`The filter is longer than ${FILTER_LENGTH_MAX} characters.`);
  if (!isStorable(text)) throw invalidFilter("The filter contains NUL or half of a surrogate pair.");
  const structure = text.replace(/"(?:[^"\\]|\\.)*"/gs, '""');
  if (depthOf(structure) > FILTER_DEPTH_MAX)
    throw invalidFilter(`The filter nests brackets more than ${FILTER_DEPTH_MAX} levels deep.`);
  try {
    return { filter: parse(text), isJoined: /\]\s*\./.test(structure) };
  } catch {
    throw invalidFilter('The filter is not valid. An example: userName eq "kim@example.com".');
  }
}

/** Also `not`, which the parser follows as deep as a bracket. */
function depthOf(structure: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of structure.matchAll(/[()[\]]/g)) {
    depth += token === "(" || token === "[" ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest + [...structure.matchAll(/\bnot\s+(?=not\b)/gi)].length;
}

/**
 * A text of a filter is a JSON string, but the parser keeps its escapes, except `\"`. A text that is not
 * valid JSON, such as `DOMAIN\user`, counts as written.
 */
export function decodeText(parsed: string): string {
  if (!parsed.includes("\\")) return parsed;
  try {
    const decoded: unknown = JSON.parse(`"${parsed.replaceAll('"', '\\"')}"`);
    return typeof decoded === "string" ? decoded : parsed;
  } catch {
    return parsed;
  }
}
