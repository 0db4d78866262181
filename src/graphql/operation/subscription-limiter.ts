import type { GraphQLError } from "graphql";
import type { Viewer } from "../../access/viewer.ts";
import { ActionableError } from "../../errors.ts";
import { toGraphQLError } from "./format-error.ts";
import { createViewerSlots } from "./viewer-slots.ts";

/**
 * Subscriptions of one company in one process, over all transports: twice the limit of sockets. Each takes
 * some ten kilobytes, so one company takes at most a few hundred megabytes.
 */
const SUBSCRIPTIONS_PER_TENANT_MAX = 20_000;

/**
 * Subscriptions of one user. A person with a dozen windows has some dozens, and a program has one for each
 * worker. A client that reconnects without closing its old subscriptions uses at most a twentieth of its
 * company's limit.
 */
const SUBSCRIPTIONS_PER_USER_MAX = 1_000;

/** Null means no limit for a user. */
type Limits = { readonly perTenant?: number; readonly perUser?: number | null | undefined };

/** The result for a subscription: admitted, with the `release` of its slots, or refused with an error. */
export type Admission = { readonly release: () => void } | { readonly error: GraphQLError };

/**
 * Admits subscriptions up to the limits of their user and of their tenant. While `AUTH=off`, all users are
 * one: the administrator.
 */
export function createSubscriptionLimiter(limits: Limits = {}): (viewer: Viewer) => Admission {
  const { perTenant = SUBSCRIPTIONS_PER_TENANT_MAX, perUser = SUBSCRIPTIONS_PER_USER_MAX } = limits;
  const userMax = perUser ?? Number.POSITIVE_INFINITY;
  const take = createViewerSlots({ perUser: userMax, perTenant });
  return (viewer) => {
    const taken = take(viewer);
    if (typeof taken === "function") return { release: taken };
    return { error: taken.exceeded === "user" ? tooManyOfUser(userMax) : tooManyOfTenant(perTenant) };
  };
}

const tooManyOfUser = (max: number): GraphQLError =>
  tooMany(
    `You have ${max} open subscriptions here, which is the limit for one user.`,
    "End those that you no longer need: forgotten windows, or connections that were not closed before the " +
      "next one opened. The operator can raise SUBSCRIPTIONS_PER_USER.",
  );

const tooManyOfTenant = (max: number): GraphQLError =>
  tooMany(
    `Your company has ${max} open subscriptions here, which is the limit for one company.`,
    "End those that are no longer needed. A program needs one, and can share it among its users.",
  );

const tooMany = (message: string, help: string): GraphQLError =>
  toGraphQLError(new ActionableError("TOO_MANY_SUBSCRIPTIONS", message, help));
