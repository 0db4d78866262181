import { ActionableError } from "../../errors.ts";
import { toGraphQLError } from "../operation/format-error.ts";

/**
 * Subscriptions of one company in one process, whichever door they came in by: twice as many as there may be sockets. Each holds some
 * ten kilobytes, so that one company takes no more than a few hundred megabytes.
 */
const SUBSCRIPTIONS_PER_TENANT_MAX = 20_000;

/** Lets a tenant's subscriptions in up to the limit, and gives what counts one out again; null when there are too many. */
export function countSubscriptions(
  max = SUBSCRIPTIONS_PER_TENANT_MAX,
): (tenantId: string) => (() => void) | null {
  const counts = new Map<string, number>();
  return (tenantId) => {
    const count = counts.get(tenantId) ?? 0;
    if (count >= max) return null;
    counts.set(tenantId, count + 1);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      const left = (counts.get(tenantId) ?? 1) - 1;
      if (left > 0) counts.set(tenantId, left);
      else counts.delete(tenantId);
    };
  };
}

export const TOO_MANY_SUBSCRIPTIONS = toGraphQLError(
  new ActionableError(
    "TOO_MANY_SUBSCRIPTIONS",
    `Your company has ${SUBSCRIPTIONS_PER_TENANT_MAX} subscriptions open here, and no more are allowed.`,
    "End some that are no longer needed: a program needs one, and may share it among its users.",
  ),
);
