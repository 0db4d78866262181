import { limitInMessage } from "./error-message.ts";
import type { Failure } from "./failure.ts";
import type { PersonioRequest } from "./send-request.ts";
import type { Time } from "./time.ts";

/** A run is over by then. Later requests ask for full pages again, in case Personio allows them. */
const LIFE_MS = 60 * 60_000;

export type PageLimits = {
  /** The request, with a page no larger than allowed. */
  apply(request: PersonioRequest): PersonioRequest;
  /**
   * Remembers the limit that a refusal allows. @returns whether it is below the requested one, so that a
   * retry makes sense.
   */
  lower(request: PersonioRequest, failure: Failure): boolean;
  of(route: string, wanted: number): number;
};

/**
 * The page limits that Personio allows. It lowered them before, with a 400 for larger pages (January 2025).
 */
// VERIFY(personio): the words of that refusal; any message that names a limit counts.
export function createPageLimits({ now }: Pick<Time, "now">): PageLimits {
  const allowed = new Map<string, { readonly limit: number; readonly until: number }>();

  const limitOf = (route: string, wanted: number): number => {
    const known = allowed.get(route);
    return known && now() < known.until ? Math.min(known.limit, wanted) : wanted;
  };

  return {
    of: limitOf,
    apply: (request) => {
      const wanted = requestedLimit(request);
      if (wanted === null) return request;
      const limit = limitOf(routeOf(request), wanted);
      return limit === wanted ? request : { ...request, query: { ...request.query, limit } };
    },
    lower: (request, { kind, message = "" }) => {
      const wanted = requestedLimit(request);
      if (kind !== "UPSTREAM_REFUSED" || wanted === null) return false;
      const limit = limitInMessage(message, wanted);
      if (limit === null) return false;
      allowed.set(routeOf(request), { limit, until: now() + LIFE_MS });
      return true;
    },
  };
}

const routeOf = ({ route, path }: PersonioRequest): string => route ?? path;

/** In the query of a link to the next page, the limit is a text. */
function requestedLimit({ query }: PersonioRequest): number | null {
  const limit = Number(query?.limit);
  return Number.isInteger(limit) && limit >= 1 ? limit : null;
}
