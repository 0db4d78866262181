import { limitInMessage } from "./error-message.ts";
import type { Failure } from "./failure.ts";
import type { PersonioRequest } from "./send-request.ts";
import type { Time } from "./time.ts";

/** A run is over by then. Should Personio allow larger pages again, the next ones ask for them. */
const LIFE_MS = 60 * 60_000;

export type PageLimits = {
  /** The request with no larger page than is allowed. */
  apply(request: PersonioRequest): PersonioRequest;
  /** Notes what a refusal allows. @returns whether it allows less than was asked for, so that asking again makes sense. */
  lower(request: PersonioRequest, failure: Failure): boolean;
  of(route: string, wanted: number): number;
};

/** How large Personio lets pages be. It has lowered that before, with a 400 for larger ones (January 2025). */
// VERIFY(personio): the words of that refusal; a limit is taken from any sentence that speaks of one.
export function createPageLimits({ now }: Pick<Time, "now">): PageLimits {
  const allowed = new Map<string, { readonly limit: number; readonly until: number }>();

  const limitOf = (route: string, wanted: number): number => {
    const known = allowed.get(route);
    return known && now() < known.until ? Math.min(known.limit, wanted) : wanted;
  };

  return {
    of: limitOf,
    apply: (request) => {
      const wanted = wantedBy(request);
      if (wanted === null) return request;
      const limit = limitOf(routeOf(request), wanted);
      return limit === wanted ? request : { ...request, query: { ...request.query, limit } };
    },
    lower: (request, { kind, message = "" }) => {
      const wanted = wantedBy(request);
      if (kind !== "UPSTREAM_REFUSED" || wanted === null) return false;
      const limit = limitInMessage(message, wanted);
      if (limit === null) return false;
      allowed.set(routeOf(request), { limit, until: now() + LIFE_MS });
      return true;
    },
  };
}

const routeOf = ({ route, path }: PersonioRequest): string => route ?? path;

/** In a link to the next page it is a text. */
function wantedBy({ query }: PersonioRequest): number | null {
  const limit = Number(query?.limit);
  return Number.isInteger(limit) && limit >= 1 ? limit : null;
}
