import type { GraphQLError } from "graphql";
import type { Viewer } from "../../access/viewer.ts";
import { ActionableError } from "../../errors.ts";
import { toGraphQLError } from "./format-error.ts";

/**
 * Subscriptions of one company in one process, whichever door they came in by: twice as many as there may be sockets. Each holds some
 * ten kilobytes, so that one company takes no more than a few hundred megabytes.
 */
const SUBSCRIPTIONS_PER_TENANT_MAX = 20_000;

/**
 * Those of one user. Somebody with a dozen windows open has some dozens, a program one for each of its workers; a client that comes
 * back over and over without ending what it had takes no more than a fortieth of what its company may have.
 */
const SUBSCRIPTIONS_PER_USER_MAX = 500;

type Limits = { readonly perTenant?: number; readonly perUser?: number };

/** Somebody who was let in, and says so when they release; or why they were not. */
export type Admission = { readonly release: () => void } | { readonly error: GraphQLError };

/**
 * Lets subscriptions in up to the limits of their user and of their tenant. Whom nobody has identified is counted with their tenant
 * alone: all of them would be one user.
 */
export function createSubscriptionLimiter(limits: Limits = {}): (viewer: Viewer) => Admission {
  const { perTenant = SUBSCRIPTIONS_PER_TENANT_MAX, perUser = SUBSCRIPTIONS_PER_USER_MAX } = limits;
  const acquireTenantSlot = createKeyedSemaphore(perTenant);
  const acquireUserSlot = createKeyedSemaphore(perUser);
  return ({ tenantId, userId }) => {
    const releaseUserSlot =
      userId === null ? NOTHING_TO_RELEASE : acquireUserSlot(JSON.stringify([tenantId, userId]));
    if (!releaseUserSlot) return { error: tooManyOfUser(perUser) };
    const releaseTenantSlot = acquireTenantSlot(tenantId);
    if (!releaseTenantSlot) {
      releaseUserSlot();
      return { error: tooManyOfTenant(perTenant) };
    }
    return {
      release() {
        releaseUserSlot();
        releaseTenantSlot();
      },
    };
  };
}

/** Gives places out up to the limit, and each back once; null when there is none. */
function createKeyedSemaphore(max: number): (key: string) => (() => void) | null {
  const counts = new Map<string, number>();
  return (key) => {
    const count = counts.get(key) ?? 0;
    if (count >= max) return null;
    counts.set(key, count + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const remaining = (counts.get(key) ?? 1) - 1;
      if (remaining > 0) counts.set(key, remaining);
      else counts.delete(key);
    };
  };
}

const NOTHING_TO_RELEASE = (): void => undefined;

const tooManyOfUser = (max: number): GraphQLError =>
  tooMany(
    `You have ${max} open subscriptions here, which is the limit for one user.`,
    "End those that you no longer need: forgotten windows, or connections that were not closed before the " +
      "next one opened.",
  );

const tooManyOfTenant = (max: number): GraphQLError =>
  tooMany(
    `Your company has ${max} open subscriptions here, which is the limit for one company.`,
    "End those that are no longer needed. A program needs one, and can share it among its users.",
  );

const tooMany = (message: string, help: string): GraphQLError =>
  toGraphQLError(new ActionableError("TOO_MANY_SUBSCRIPTIONS", message, help));
