import { hash } from "node:crypto";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { Viewer } from "../../access/viewer.ts";
import { ActionableError } from "../../errors.ts";

/** Operations a second, on average; null means no limit. Tests choose another window. */
export type Rates = {
  readonly perTenant: number | null;
  readonly perUser: number | null;
  /** Requests of an identity provider. */
  readonly perScimToken?: number | null;
  readonly windowSeconds?: number;
};

/**
 * A person sends some operations with each page; a company has some users who do so at the same time. An
 * identity provider sends a request for each user and each group.
 */
const RATES = { perTenant: 100, perUser: 20, perScimToken: 50 } satisfies Rates;

/**
 * The time over which operations are counted, so a burst may use the allowance of five seconds. A page that
 * opens, or a client that reconnects, sends dozens of operations at once.
 */
const WINDOW_SECONDS = 5;

/** Whether an operation may run, and the headers that describe what is left. */
export type Rate = {
  readonly headers: Readonly<Record<string, string>>;
  /** The error of an operation that may not run. */
  readonly refusal: ActionableError | null;
};

export type LimitRate = (viewer: Viewer) => Promise<Rate>;

type Counted = { readonly name: Scope; readonly limiter: RateLimiterMemory; readonly result: RateLimiterRes };
type Scope = "user" | "token" | "tenant";

/**
 * Counts the operations of each user and each tenant, in this process. A window is fixed, so a client can get
 * twice its burst around the end of one. Counters disappear with their window, which bounds the memory.
 */
export function createRateLimiter(rates: Rates = RATES): LimitRate {
  const { perTenant, perUser, perScimToken = RATES.perScimToken, windowSeconds = WINDOW_SECONDS } = rates;
  const isScim = ({ kind }: Viewer): boolean => kind === "SCIM";
  const limiters = [
    {
      name: "user" as const,
      limiter: openLimiter(perUser, windowSeconds),
      keyOf: (viewer: Viewer) => (isScim(viewer) ? null : userKey(viewer)),
    },
    {
      name: "token" as const,
      limiter: openLimiter(perScimToken, windowSeconds),
      keyOf: (viewer: Viewer) => (isScim(viewer) ? userKey(viewer) : null),
    },
    {
      name: "tenant" as const,
      limiter: openLimiter(perTenant, windowSeconds),
      keyOf: ({ tenantId }: Viewer) => tenantId,
    },
  ];
  return async (viewer) => {
    const counted: Counted[] = [];
    for (const { name, limiter, keyOf } of limiters) {
      const key = keyOf(viewer);
      if (!limiter || key === null) continue;
      const { result, isOver } = await count(limiter, key);
      counted.push({ name, limiter, result });
      // An operation that one limit refuses does not count for the next one.
      if (isOver) return { headers: describe(counted, result), refusal: tooMany(name, limiter) };
    }
    return { headers: describe(counted), refusal: null };
  };
}

const openLimiter = (perSecond: number | null, seconds: number): RateLimiterMemory | null =>
  perSecond === null ? null : new RateLimiterMemory({ points: perSecond * seconds, duration: seconds });

/** Hashed, because a subject may be long, and a hundred thousand of them are kept at a time. */
const userKey = ({ tenantId, kind, subject }: Viewer): string =>
  hash("sha256", JSON.stringify([tenantId, kind, subject]), "base64");

async function count(limiter: RateLimiterMemory, key: string) {
  try {
    return { result: await limiter.consume(key), isOver: false };
  } catch (over) {
    // The library rejects with the state of the counter.
    if (over instanceof RateLimiterRes) return { result: over, isOver: true };
    throw over;
  }
}

const secondsUntil = ({ msBeforeNext }: RateLimiterRes): number =>
  Math.max(1, Math.ceil(msBeforeNext / 1_000));

/** The fields of draft-ietf-httpapi-ratelimit-headers-10: `q` operations in `w` seconds, `r` left for `t`. */
function describe(counted: readonly Counted[], refusedBy?: RateLimiterRes): Readonly<Record<string, string>> {
  if (counted.length === 0) return {};
  const policy = counted.map(({ name, limiter }) => `"${name}";q=${limiter.points};w=${limiter.duration}`);
  const left = counted.map(
    ({ name, result }) => `"${name}";r=${result.remainingPoints};t=${secondsUntil(result)}`,
  );
  return {
    "ratelimit-policy": policy.join(", "),
    ratelimit: left.join(", "),
    ...(refusedBy && { "retry-after": String(secondsUntil(refusedBy)) }),
  };
}

const WHOSE: Readonly<Record<Scope, string>> = {
  user: "You have",
  token: "The identity provider has",
  tenant: "Your company has",
};
const MORE =
  "one operation can select many fields, and a subscription replaces polling. The operator can raise";
const HELP: Readonly<Record<Scope, string>> = {
  user: `send fewer operations: ${MORE} RATE_USER_PER_SECOND.`,
  token: "repeat the request. The operator can raise RATE_SCIM_PER_SECOND.",
  tenant: `send fewer operations: ${MORE} RATE_TENANT_PER_SECOND.`,
};

const tooMany = (name: Scope, { points, duration }: RateLimiterMemory): ActionableError =>
  new ActionableError(
    "LIMIT_RATE",
    `${WHOSE[name]} sent more than ${points} operations in ${duration} seconds.`,
    `Wait some seconds, then ${HELP[name]}`,
  );
